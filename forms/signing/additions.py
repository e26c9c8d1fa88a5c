"""What the seal's update added to the shown document, and that it only added.

The seal covers the whole file, but the file a reader sees is the last revision, while the resident saw
the first. So the two are compared object by object: nothing shown may be replaced, hidden or covered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from forms.signing import documents, ink_stream
from forms.signing.documents import entries, entry, plain, references
from forms.signing.evidence import FILE_NAME
from forms.signing.ink_stream import DrawnInk

# An ink's place larger than this share of the page would be no signature place.
LARGEST_PLACE = 0.35


@dataclass(frozen=True, slots=True)
class Additions:
    """What was added (ink and words); `fault` is the Japanese reason when the update did more than it may."""

    fault: str | None
    drawn: DrawnInk | None = None


class _Refused(Exception):
    pass


def compare(shown: PdfFileReader, final: PdfFileReader) -> Additions:
    """Compare the shown document with the sealed one, which must be its next revision."""
    try:
        _check_catalog(shown, final)
        ink = _check_pages(shown, final)
        _check_rewritten(shown, final)
    except _Refused as refusal:
        return Additions(str(refusal))
    return Additions(None, ink)


def _require(condition: bool, why: str) -> None:
    if not condition:
        raise _Refused(why)


def _check_catalog(shown: PdfFileReader, final: PdfFileReader) -> None:
    before, after = shown.root, final.root
    changed = "公印を付けるときに、書類の全体設定が変えられています。"
    one_more = final.total_revisions == shown.total_revisions + 1
    _require(one_more, "署名した書類と公印の間に、別の更新が入っています。")
    # /Extensions names the PAdES extension (ETSI EN 319 142-1) and shows nothing.
    touched = ("/AcroForm", "/Perms", "/Names", "/AF", "/Extensions")
    _require(entries(before, *touched) == entries(after, *touched), changed)
    _require("/AcroForm" not in before and "/Perms" not in before, changed)
    _require(len(after["/AcroForm"]["/Fields"]) == 1, changed)
    names = (entry(before, "/Names", {}), entry(after, "/Names", {}))
    _require(entries(names[0], "/EmbeddedFiles") == entries(names[1], "/EmbeddedFiles"), changed)
    specs = [
        [(name, plain(spec)) for name, spec in documents.attachment_entries(one)] for one in (shown, final)
    ]
    added = specs[1][len(specs[0]) :]
    kept = specs[1][: len(specs[0])] == specs[0] and [name for name, _ in added] in ([], [FILE_NAME])
    _require(kept, "公印を付けるときに、添付ファイルが変えられています。")
    linked = (references(before, "/AF"), references(after, "/AF"))
    _require(
        linked[1][: len(linked[0])] == linked[0] and len(linked[1]) - len(linked[0]) == len(added), changed
    )


def _check_pages(shown: PdfFileReader, final: PdfFileReader) -> DrawnInk | None:
    before, after = documents.pages(shown), documents.pages(final)
    same = [plain(one) for one in before] == [plain(one) for one in after]
    _require(same, "公印を付けるときに、ページが差し替えられています。")
    ink = None
    for number, (old, new) in enumerate(zip(before, after, strict=True), start=1):
        old_page, new_page = old.get_object(), new.get_object()
        changed = f"公印を付けるときに、{number}ページ目の見た目が変えられています。"
        untouched = ("/Contents", "/Annots")
        _require(entries(old_page, *untouched) == entries(new_page, *untouched), changed)
        _check_annotations(old_page, new_page, changed)
        contents = (references(old_page, "/Contents"), references(new_page, "/Contents"))
        if contents[0] != contents[1]:
            _require(number == len(before) and ink is None, changed)
            ink = _ink_of(contents, new_page, changed)
    return ink


def _check_annotations(old_page: Any, new_page: Any, changed: str) -> None:
    old, new = references(old_page, "/Annots"), references(new_page, "/Annots")
    _require(new[: len(old)] == old and len(new) - len(old) <= 1, changed)
    if len(new) > len(old):
        widget = new_page["/Annots"][len(new) - 1]
        invisible = "/AP" not in widget and all(side == 0 for side in widget["/Rect"])
        _require(entry(widget, "/FT", "") == "/Sig" and invisible, changed)


def _ink_of(contents: tuple[list[object], list[object]], page: Any, changed: str) -> DrawnInk:
    old, new = contents
    _require(len(new) == len(old) + 2 and new[1:-1] == old, changed)
    _require(page["/Contents"][0].data == ink_stream.GUARD, changed)
    drawn = ink_stream.read(page["/Contents"][len(new) - 1].data)
    if drawn is None:
        raise _Refused(changed)
    box = _inherited(page, "/MediaBox")
    area = abs(float(box[2] - box[0]) * float(box[3] - box[1]))
    _require(drawn.clip[2] * drawn.clip[3] <= area * LARGEST_PLACE, changed)
    return drawn


def _inherited(page: Any, key: str) -> Any:
    for _ in range(documents.DEEPEST_TREE):
        if key in page:
            return page[key]
        page = page["/Parent"]
    raise _Refused("ページの大きさが分かりません。")


def _check_rewritten(shown: PdfFileReader, final: PdfFileReader) -> None:
    """Objects of the shown document that the update writes anew must be those compared above."""
    last = final.total_revisions - 1
    history = final.get_historical_resolver(last)
    compared = _compared(shown)
    hidden = "公印を付けるときに、書類の内部データが書き換えられています。"
    _require(not history.refs_freed_in_revision(), hidden)
    for reference in history.explicit_refs_in_revision():
        key = (reference.idnum, reference.generation)
        added = reference.idnum >= int(shown.trailer["/Size"])
        if not added and key not in compared:
            old, new = (one.get_object(generic.Reference(*key, one)) for one in (shown, final))
            _require(plain(old) == plain(new), hidden)


def _compared(shown: PdfFileReader) -> set[tuple[int, int]]:
    root = shown.root
    holders: list[tuple[Any, str]] = [(shown.trailer, "/Root"), (root, "/Names"), (root, "/AF")]
    names = entry(root, "/Names", {})
    if "/EmbeddedFiles" in names:
        holders += [(names, "/EmbeddedFiles"), (names["/EmbeddedFiles"], "/Names")]
    found = set()
    for page in documents.pages(shown):
        found.add((page.idnum, page.generation))
        holders += [(page.get_object(), key) for key in ("/Contents", "/Annots")]
    for holder, key in holders:
        value = holder.raw_get(key) if key in holder else None
        if isinstance(value, generic.IndirectObject) and not isinstance(
            value.get_object(), generic.StreamObject
        ):
            found.add((value.idnum, value.generation))
    return found
