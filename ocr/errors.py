"""Errors of reading paper."""

from __future__ import annotations

from forms.errors import KakazuError


class OcrError(KakazuError):
    """A page could not be read at all; the batch goes on with the next page."""

    code = "ocr"


class MissingEngine(OcrError):
    """An engine or its model is not installed."""

    code = "ocr-engine-missing"


class UnreadableFile(OcrError):
    """A file is no image or PDF, is damaged, or is larger than a page may be."""

    code = "ocr-file-unreadable"


class UnknownPage(OcrError):
    """A page is none of our forms, or not enough of it can be seen to be sure."""

    code = "ocr-page-unknown"


class BlankPage(UnknownPage):
    """Nothing stands on a page: the back of a sheet, mostly."""

    code = "ocr-page-blank"


class NoMarks(UnknownPage):
    """A page without anything of our marks or codes: it may be an older form, or somebody else's paper."""

    code = "ocr-page-without-marks"
