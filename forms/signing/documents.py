"""Reading PDFs that may be hostile: revisions, attachments, pages, with bounds on everything."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget, StreamDecodeLimits
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader

DEEPEST_TREE, MOST_ENTRIES, MOST_PAGES = 12, 1_000, 5_000
MEGABYTE = 1024 * 1024
LIMITS = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=32 * MEGABYTE),
    document_budget=DocumentDecodeBudget(base_allowance=64 * MEGABYTE, max_ratio=10),
)


def read_document(pdf: bytes) -> PdfFileReader:
    """Open a PDF strictly, with limits against decompression bombs."""
    return PdfFileReader(BytesIO(pdf), strict=True, decode_limits=LIMITS)


def attachments(document: PdfFileReader) -> dict[str, bytes]:
    """The embedded files by name; of two with one name the document is refused (PdfReadError)."""
    found: dict[str, bytes] = {}
    for name, spec in attachment_entries(document):
        if name in found:
            raise PdfReadError(f"two attachments are named {name}")
        found[name] = bytes(spec["/EF"]["/F"].data)
    return found


def attachment_entries(document: PdfFileReader) -> Iterator[tuple[str, Any]]:
    """Name and file specification of each embedded file, in the order of the name tree."""
    names = entry(document.root, "/Names", {})
    if "/EmbeddedFiles" not in names:
        return
    for count, leaf in enumerate(_leaves(names["/EmbeddedFiles"], 0)):
        if count >= MOST_ENTRIES:
            raise PdfReadError("too many attachments")
        yield leaf


def _leaves(node: Any, depth: int) -> Iterator[tuple[str, Any]]:
    if depth > DEEPEST_TREE:
        raise PdfReadError("name tree too deep")
    names = entry(node, "/Names", [])
    for index in range(0, len(names) - 1, 2):
        spec = names[index + 1]
        yield str(spec["/UF"] if "/UF" in spec else spec["/F"]), spec
    for kid in entry(node, "/Kids", []):
        yield from _leaves(kid, depth + 1)


def pages(document: PdfFileReader) -> list[generic.IndirectObject]:
    """References of all pages in order."""
    found: list[generic.IndirectObject] = []
    _collect_pages(document.root.raw_get("/Pages"), 0, found)
    return found


def _collect_pages(reference: Any, depth: int, found: list[generic.IndirectObject]) -> None:
    if depth > DEEPEST_TREE or len(found) > MOST_PAGES:
        raise PdfReadError("page tree too large")
    node = reference.get_object()
    if entry(node, "/Type", "") == "/Page":
        found.append(reference)
        return
    kids = node["/Kids"]
    for index in range(len(kids)):
        _collect_pages(kids.raw_get(index), depth + 1, found)


def entry(holder: Any, key: str, absent: Any) -> Any:
    """A dictionary's entry with its reference resolved (pyHanko's own `get` leaves references)."""
    try:
        return holder[key]
    except KeyError:
        return absent


def plain(value: Any, depth: int = 0) -> object:
    """An object as plain Python values that compare across documents; references stay references."""
    if depth > 50:
        raise PdfReadError("object too deep")
    if isinstance(value, generic.IndirectObject):
        return ("ref", value.idnum, value.generation)
    if isinstance(value, generic.StreamObject):
        digest = hashlib.sha256(value.encoded_data).hexdigest()
        return ("stream", digest, _plain_items(value, depth))
    if isinstance(value, generic.DictionaryObject):
        return ("dict", _plain_items(value, depth))
    if isinstance(value, generic.ArrayObject):
        return ("array", tuple(plain(value.raw_get(index), depth + 1) for index in range(len(value))))
    if isinstance(value, generic.TextStringObject | generic.ByteStringObject):
        return ("string", value.original_bytes)
    return (type(value).__name__, str(value))


def _plain_items(value: Any, depth: int) -> tuple[tuple[str, object], ...]:
    return tuple(sorted((str(key), plain(value.raw_get(key), depth + 1)) for key in value))


def entries(value: Any, *left_out: str) -> dict[str, object]:
    """A dictionary's entries as plain values, without those named."""
    return {str(key): plain(value.raw_get(key)) for key in value if str(key) not in left_out}


def references(holder: Any, key: str) -> list[object]:
    """The plain members of an array entry, or the entry itself as the only member; [] when absent."""
    if key not in holder:
        return []
    value = holder[key]
    if isinstance(value, generic.ArrayObject):
        return [plain(value.raw_get(index)) for index in range(len(value))]
    return [plain(holder.raw_get(key))]
