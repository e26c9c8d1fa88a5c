"""What is accepted without a look on a few pages a style: nothing wrong, and enough of it.

The figures of thousands of fields stand in tests/bench/RESULTS.md (`tests.bench.ocr_acceptance`).
"""

from __future__ import annotations

import pytest

from forms.catalogue import load_catalogue
from forms.values.addresses import read_towns
from ocr.batch import read_image
from ocr.calibration import Promise
from ocr.page import PageImage
from ocr.readings import State
from samples.filled.pages import Style, filled_pages
from samples.towns import TOWNS_FILE
from tests.bench.ocr_acceptance import measured_page

TOWNS = read_towns(TOWNS_FILE)


@pytest.mark.parametrize(
    ("style", "least"), [("print", 0.7), ("hand", 0.65), ("pen", 0.45)], ids=["print", "hand", "pen"]
)
def test_nothing_accepted_is_wrong_and_much_is_accepted(style: str, least: float) -> None:
    catalogue = load_catalogue()
    rows = []
    for slug, seed, way in (("resident-record-copy", 9300, "office"), ("moving-out", 9301, "fax")):
        for filled in filled_pages(catalogue.procedure(slug), seed, Style(style, way), only=(1,)):
            page = read_image(PageImage("it", 1, filled.scan.image, ""), catalogue, towns=TOWNS)
            rows += measured_page(page, filled.key())
    accepted = [row for row in rows if row["state"] == "accepted"]
    assert [row["field"] for row in accepted if not row["right"]] == []
    filled_in = [row for row in rows if row["filled"]]
    assert len(filled_in) >= 15
    assert sum(row["state"] == "accepted" for row in filled_in) >= least * len(filled_in)
    assert all(0.0 < row["confidence"] <= 1.0 for row in accepted)


def test_a_stricter_promise_asks_for_more_of_the_same_page() -> None:
    catalogue = load_catalogue()
    (filled,) = filled_pages(
        catalogue.procedure("resident-record-copy"), 9302, Style("pen", "coarse"), only=(1,)
    )
    page = PageImage("it", 1, filled.scan.image, "")
    shares = []
    for promise in (Promise(1), Promise(), Promise(100)):
        fields = read_image(page, catalogue, towns=TOWNS, promise=promise).fields
        shares.append(sum(one.state is State.ACCEPTED for one in fields))
    assert shares == sorted(shares)
    assert shares[0] < shares[-1]
