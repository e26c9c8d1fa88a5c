"""Errors of reading paper."""

from __future__ import annotations

from forms.errors import KakazuError


class OcrError(KakazuError):
    """A page could not be read at all; the batch goes on with the next page."""

    code = "ocr"
