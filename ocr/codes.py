"""The QR codes of a picture: parsed as every uploaded file, in the limited child process."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import zxingcpp

from ocr.page import load_pages

MOST_PAGES = 5
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def read_codes(path: Path) -> list[str]:
    """The texts of the QR codes on the pages of a picture or PDF, the first `MOST_PAGES` of them."""
    texts: list[str] = []
    for page in load_pages(path):
        if page.image is not None:
            found = zxingcpp.read_barcodes(np.ascontiguousarray(page.image), formats=_QR)
            texts += [code.text for code in found if code.text]
        if page.page >= MOST_PAGES:
            break
    return list(dict.fromkeys(texts))
