"""Every procedure's paper printed, filled in by the generator, distorted and read: nothing accepted is wrong.

One page of each here, the one with the fewest places to write; `python -m tests.bench.forms_back` reads all.
"""

from __future__ import annotations

from collections import Counter

import pytest

from forms.catalogue import load_catalogue
from forms.definition import Procedure
from forms.rendering.sheet import sheet_of
from forms.values.addresses import read_towns
from ocr.batch import State, read_image
from ocr.page import PageImage
from samples.filled import Style, filled_pages
from samples.towns import TOWNS_FILE

CATALOGUE = load_catalogue()
TOWNS = read_towns(TOWNS_FILE)
STYLES = ("print", "hand", "pen")
WAYS = ("office", "upside-down", "sideways", "fax", "torn", "bleeding", "coarse")
FORMS = [
    pytest.param(procedure, number, id=f"{procedure.slug}-{procedure.version}")
    for number, procedure in enumerate(CATALOGUE.versions)
]


def smallest_page(procedure: Procedure) -> int:
    sheet = sheet_of(procedure)
    places = Counter(zone.page for zone in sheet.zones if zone.role != "check")
    return min(range(1, sheet.pages + 1), key=lambda page: (places[page], page))


@pytest.mark.parametrize(("procedure", "number"), FORMS)
def test_a_form_comes_back_as_it_was_written(procedure: Procedure, number: int) -> None:
    style = Style(STYLES[number % len(STYLES)], WAYS[number % len(WAYS)])
    (filled,) = filled_pages(procedure, 8100 + number, style, only=(smallest_page(procedure),))
    read = read_image(PageImage("it", 1, filled.scan.image, ""), CATALOGUE, towns=TOWNS)
    assert read.problem is None
    assert (read.form, read.version, read.form_page, read.serial) == (
        procedure.slug, procedure.version, filled.page, filled.serial,
    )  # fmt: skip
    assert {one.name for one in read.fields} == set(filled.answers)
    accepted = [one for one in read.fields if one.state is State.ACCEPTED]
    wrong = [
        f"{one.name}: {one.value!r} is not {filled.answers[one.name]!r}"
        for one in accepted
        if (one.value or None) != (filled.answers[one.name] or None)
    ]
    assert wrong == []
    texts = {zone.field for zone in sheet_of(procedure).zones if zone.role != "check"}
    written = [one for one in read.fields if one.name in texts and filled.answers[one.name]]
    assert not written or any(one.value == filled.answers[one.name] for one in written)
