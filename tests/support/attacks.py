"""What may be done to a sealed file, and what somebody holding the city's key might try."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject

from forms.signing import seal as sealing
from forms.signing.evidence import ShownDocument
from forms.signing.keys import CityKeys
from forms.signing.reason import Reason

WHITE_OUT = b"q 1 1 1 rg 0 0 2000 2000 re f Q"


def updated(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """The file with an incremental update that `change` makes."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=True)
    change(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def white_out(writer: IncrementalPdfFileWriter) -> None:
    """Lay a white sheet over the first page."""
    writer.add_stream_to_page(0, writer.add_object(generic.StreamObject(stream_data=WHITE_OUT)))


def rewrite_page(writer: IncrementalPdfFileWriter) -> None:
    """Put other content into the page's own content stream."""
    page, _ = writer.find_page_for_modification(0)
    contents = page.get_object().raw_get("/Contents")
    if isinstance(contents.get_object(), generic.ArrayObject):
        contents = contents.get_object().raw_get(0)
    contents.get_object()._data = b""
    contents.get_object()._encoded_data = b""
    writer.mark_update(contents)


def swap_record(writer: IncrementalPdfFileWriter) -> None:
    """Put another record into the attachment."""
    spec = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]
    stream = generic.StreamObject(
        {pdf_name("/Type"): pdf_name("/EmbeddedFile"), pdf_name("/Subtype"): pdf_name("/application/json")},
        stream_data=b'{"applicant":{"name":"other"}}',
    )
    spec["/EF"][pdf_name("/F")] = writer.add_object(stream)
    writer.update_container(spec)


def add_page(writer: IncrementalPdfFileWriter) -> None:
    """Append a page."""
    blank = writer.add_object(generic.StreamObject(stream_data=b""))
    writer.insert_page(PageObject(contents=blank, media_box=(0, 0, 595, 842)))


def draw_annotation(writer: IncrementalPdfFileWriter) -> None:
    """Cover the page with an annotation."""
    page, _ = writer.find_page_for_modification(0)
    square = {"/Type": "/Annot", "/Subtype": "/Square"}
    entries = {pdf_name(key): pdf_name(value) for key, value in square.items()}
    box = generic.ArrayObject(generic.NumberObject(side) for side in (0, 0, 600, 800))
    annotation = writer.add_object(generic.DictionaryObject({**entries, pdf_name("/Rect"): box}))
    page.get_object()[pdf_name("/Annots")] = generic.ArrayObject([annotation])
    writer.mark_update(page)


def rename_document(writer: IncrementalPdfFileWriter) -> None:
    """Change the catalogue: another language of the document."""
    writer.root[pdf_name("/Lang")] = generic.pdf_string("en")
    writer.update_root()


def unchanged(writer: IncrementalPdfFileWriter) -> None:
    """Do nothing."""


def seal_with(
    pdf: bytes,
    change: Callable[[IncrementalPdfFileWriter], None],
    keys: CityKeys,
    at: datetime,
    claimed: bytes | None = None,
) -> bytes:
    """A seal by the city's own key whose update also does `change`, claiming that `claimed` was shown."""
    writer = sealing._open(pdf)
    change(writer)
    document = ShownDocument.of("", pdf if claimed is None else claimed)
    return sealing._sign(writer, keys, at, Reason(document.sha256, document.length, None).text)


def container_of(pdf: bytes) -> tuple[int, int]:
    """Where the hexadecimal container stands: its `<` and behind its `>`."""
    start = pdf.rindex(b"/Contents <") + len(b"/Contents ")
    return start, pdf.index(b">", start) + 1


def with_container_of(pdf: bytes, other: bytes) -> bytes:
    """The file carrying another file's signature container."""
    start, end = container_of(pdf)
    other_start, other_end = container_of(other)
    return pdf[:start] + other[other_start:other_end] + pdf[end:]


def encrypted(pdf: bytes) -> bytes:
    """The file saved anew with a password."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(output, encryption=pikepdf.Encryption(owner="o", user=""))
    return output.getvalue()
