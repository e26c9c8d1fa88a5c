"""A PDF of ours as pictures, so that the resident sees the very document that is signed."""

from __future__ import annotations

import io

import pypdfium2

# 120 dots an inch: sharp at the width of a tablet, about 150 KB a page.
SCALE = 120 / 72


def page_count(pdf: bytes) -> int:
    """How many pages the PDF has."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def page_png(pdf: bytes, page: int) -> bytes | None:
    """Page `page` (from 1) as PNG; None when there is no such page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        if not 1 <= page <= len(document):
            return None
        out = io.BytesIO()
        document[page - 1].render(scale=SCALE).to_pil().save(out, "PNG")
        return out.getvalue()
    finally:
        document.close()
