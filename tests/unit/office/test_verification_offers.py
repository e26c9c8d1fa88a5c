"""What a clerk is offered for a doubt, which characters are marked, and how a place is cut out."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from forms.definition import JSON, Field, Labels
from forms.rendering.sheet import Rect
from ocr.readings import FieldReading, PartReading, State
from office.records.verification import cuts
from office.records.verification.offers import corrected, offers, pieces, unsure_parts
from office.records.verification.rows import Row

BOX = Rect(40, 60, 50, 10)
NAME: dict[str, JSON] = {"family": "高橋", "given": "健太", "family_kana": "タカハシ", "given_kana": "ケンタ"}


def row(kind: str, value: JSON, text: str, *parts: PartReading) -> Row:
    field = Field("box", "box", kind, Labels("", (("ja", "欄"),)))
    reading = FieldReading("box", text, value, 0.6, State.ASK, BOX, parts=parts)
    return Row(field, "box", "欄", None, 0, reading, "ask")


def test_one_part_of_a_name_is_replaced_and_the_likeliest_offered_first() -> None:
    parts = (
        PartReading("family", "高橋", 0.9, (("髙橋", 0.09),)),
        PartReading("given", "健太", 0.999),
        PartReading("family_kana", "タカハシ", 0.6, (("タカバシ", 0.3), ("タカハツ", 0.01))),
        PartReading("given_kana", "ケンタ", 0.99),
    )
    found = offers(row("name", NAME, "高橋 健太", *parts))
    assert [one.value for one in found] == [
        NAME | {"family_kana": "タカバシ"},
        NAME | {"family": "髙橋"},
        NAME | {"family_kana": "タカハツ"},
    ]
    assert [one.text for one in found] == ["タカバシ", "髙橋", "タカハツ"], "only what is other is shown"
    reading = row("name", NAME, "", *parts).reading
    assert reading is not None
    assert unsure_parts(reading) == ("family", "family_kana")


def test_a_telephone_number_is_put_together_of_its_groups() -> None:
    parts = (
        PartReading("area", "090", 0.99),
        PartReading("exchange", "1234", 0.99),
        PartReading("subscriber", "5678", 0.5, (("5673", 0.4), ("567", 0.1))),
    )
    found = offers(row("telephone", "090-1234-5678", "090-1234-5678", *parts))
    assert [one.value for one in found] == ["090-1234-5673"], "one digit too few is no telephone number"


@pytest.mark.parametrize(
    ("text", "value", "offered"),
    [
        ("昭和47年02月05日", "1972-02-05", ["1972-07-05"]),
        ("47年02月05日", None, ["1972-02-05"]),
        ("02年02月05日", None, ["1927-02-05", "1990-02-05", "2020-02-05", "1913-02-05"]),
    ],
)
def test_a_date_without_an_era_is_offered_in_those_in_which_it_exists(
    text: str, value: str | None, offered: list[str]
) -> None:
    parts = (
        PartReading("year", text.lstrip("昭和")[:2], 0.99),
        PartReading("month", "02", 0.7, (("07", 0.2), ("72", 0.1))),
        PartReading("day", "05", 0.99),
    )
    found = [one.value for one in offers(row("date", value, text, *parts))]
    assert found == offered


def test_an_address_is_offered_with_its_parts_and_marked_where_it_is_other() -> None:
    read: dict[str, JSON] = {
        "postal_code": "1000001", "prefecture": "東京都", "city": "千代田区", "town": "千代田",
        "block": "1-1", "building": "桜201号室",
    }  # fmt: skip
    parts = (
        PartReading("postal_code", "1000001", 0.99, (("1000007", 0.2),)),
        PartReading("street", "東京都千代田区千代田1-1", 0.99),
        PartReading("building", "桜201号室", 0.7, (("楼201号室", 0.2),)),
    )
    (found,) = offers(row("address", read, "", *parts))
    assert found.value == read | {"building": "楼201号室"}, "where nothing proves it, it is no offer"
    assert [(one.text, one.doubtful) for one in found.pieces] == [("楼", True), ("201号室", False)]


def test_what_is_marked_has_no_offers() -> None:
    assert offers(row("yes_no", True, "はい")) == ()


def test_characters_in_which_likely_texts_differ_are_marked() -> None:
    part = PartReading("", "タカハシ", 0.6, (("タカバシ", 0.3), ("ナカハシ", 0.001)))
    assert [(one.text, one.doubtful) for one in pieces(part)] == [
        ("タカ", False),
        ("ハ", True),
        ("シ", False),
    ]
    missing = PartReading("", "123", 0.6, (("1243", 0.3),))
    assert any(one.doubtful for one in pieces(missing))
    assert [one.doubtful for one in pieces(PartReading("", "草彅", 0.5))] == [True]
    assert [one.doubtful for one in pieces(PartReading("", "草彅", 0.99))] == [False]


def test_a_correction_is_told_with_what_was_read() -> None:
    assert corrected(row("my_number", "123456789018", "123456789013")) == "123456789013"
    assert corrected(row("my_number", "123456789018", "1234 5678 9018")) == ""
    assert corrected(row("yes_no", True, "はい")) == ""


def test_a_place_is_cut_out_evenly_lit_in_the_pixels_asked_for() -> None:
    page = np.tile(np.linspace(120, 250, 2100, dtype=np.uint8), (2970, 1))
    page[640:660, 500:800] //= 3
    png = cv2.imencode(".png", page)[1].tobytes()
    found = cv2.imdecode(np.frombuffer(cuts.cut(png, BOX, 14), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert found is not None
    frame = cuts.framed(BOX)
    assert found.shape == (round(frame.height * 14), round(frame.width * 14))
    assert np.percentile(found, 60) > 245, "the shadow is gone"
    assert found.min() < 30, "the ink is dark"
    largest = cv2.imdecode(np.frombuffer(cuts.cut(png, BOX, 9999), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert largest is not None
    assert largest.shape[1] == round(frame.width * cuts.FINEST)
