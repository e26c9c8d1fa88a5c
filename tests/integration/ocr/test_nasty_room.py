"""Sheets as residents' printers and a scanner room leave them: read right, or refused with what to do."""

from __future__ import annotations

import numpy as np
import pytest

from forms.catalogue import load_catalogue
from ocr.batch import read_image
from ocr.errors import UnknownPage
from ocr.page import PageImage
from ocr.readings import State
from ocr.stages.registration import register
from samples.filled.pages import FilledPage, Style, filled_pages
from samples.nasty_room import READABLE, REFUSED
from samples.scanner import scan

FORM = "resident-record-copy"
READ = {"fitted": 7, "black bordered": 7, "fingered": 5, "dog-eared": 5}


@pytest.fixture(scope="module")
def sheet() -> FilledPage:
    """A filled sheet, scanned cleanly."""
    return filled_pages(load_catalogue().procedure(FORM), 31, Style("hand", "clean"), only=(1,))[0]


@pytest.mark.parametrize("name", list(READABLE))
def test_what_can_be_read_is_right(name: str, sheet: FilledPage) -> None:
    rng = np.random.default_rng(8)
    arrived = scan(READABLE[name](sheet.scan.image, rng), "office", rng).image
    page = read_image(PageImage(name, 1, arrived, name), load_catalogue())
    key = sheet.key()
    if page.problem is not None:
        assert name not in READ, page.problem
        assert page.problem.endswith("。")
        return
    assert (page.form, page.form_page, page.serial) == (key["form"], key["page"], key["serial"])
    accepted = {one.name: one.value for one in page.fields if one.state is State.ACCEPTED and one.value}
    assert accepted.items() <= key["fields"].items()
    assert len(accepted) >= READ.get(name, 0)


@pytest.mark.parametrize("name", list(REFUSED))
def test_what_cannot_be_read_says_why(name: str, sheet: FilledPage) -> None:
    make, says = REFUSED[name]
    arrived = make(sheet.scan.image, np.random.default_rng(8))
    try:
        told = "" if register(arrived).code is not None else "QRコードが読めず"
    except UnknownPage as refused:
        told = refused.message
    assert says in told
