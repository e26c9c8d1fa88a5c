"""What was done to a file after it was sealed, said in Japanese (shadow attacks, trust.md §1.3 trap 4)."""

from __future__ import annotations

from pyhanko.pdf_utils.reader import PdfFileReader

from forms.signing import documents
from forms.signing.documents import entry, plain


def describe(pdf: bytes, document: PdfFileReader, end: int) -> str:
    """Say what follows the seal, which ends at byte `end` of a file that goes on."""
    if len(pdf) < end:
        return "ファイルの終わりが切り取られています。"
    sealed = documents.read_document(pdf[:end])
    extra = len(pdf) - end
    if document.total_revisions <= sealed.total_revisions:
        return f"公印の後ろに{extra:,}バイトの余分なデータが付け足されています。"
    done = []
    if _looks(sealed) != _looks(document):
        done.append("ページの見た目を変える更新が加えられています")
    changed = _changed_attachments(sealed, document)
    if changed:
        done.append(f"添付ファイル（{'、'.join(changed)}）が差し替えられています")
    if len(document.embedded_signatures) > len(sealed.embedded_signatures):
        done.append("別の電子署名が加えられています")
    return "公印の後で、" + ("、".join(done) or "更新が加えられています") + "。"


def _looks(document: PdfFileReader) -> list[object]:
    found: list[object] = []
    for reference in documents.pages(document):
        page = reference.get_object()
        streams = entry(page, "/Contents", [])
        single = hasattr(streams, "encoded_data")
        contents = [streams] if single else [streams[index] for index in range(len(streams))]
        marks = entry(page, "/Annots", [])
        resources = plain(entry(page, "/Resources", None))
        annotations = [plain(marks[index]) for index in range(len(marks))]
        found.append((plain(page), resources, [plain(stream) for stream in contents], annotations))
    return found


def _changed_attachments(sealed: PdfFileReader, document: PdfFileReader) -> list[str]:
    before, after = documents.attachments(sealed), documents.attachments(document)
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
