"""Which readings are accepted: agreement, validity and outside proof, each on its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from forms.definition import Field, Labels, Option
from forms.rendering.geometry import Rect, Zone
from forms.values.addresses import Town
from forms.values.numbers import complete
from ocr.confidence import drawn, judged
from ocr.marks import Mark, MarkReading
from ocr.readings import FieldReading, State
from ocr.stages.fields import Pieces
from ocr.stages.opinions import Opinion
from ocr.stages.zones import ZoneReading

PLACE = Rect(10, 10, 60, 6)
TOWN = Town("9999001", "見本県", "みほん市", "中央", "ミホンケン", "ミホンシ", "チュウオウ", "999997")
NUMBER = complete("my-number", "99000000001")


def field(kind: str, *, required: bool = True) -> Field:
    options = tuple(Option(value, Labels()) for value in ("a", "b"))
    return Field("it", "it", kind, Labels(), required=required, options=options)


def read(text: str, kind: str, part: str = "", *, agreed: bool = True, chance: float = 0.999) -> ZoneReading:
    zone = Zone("it", kind, "line", 1, PLACE, part=part)
    if not text:
        return ZoneReading(zone, None)
    others = {"v6": text, "v5": text if agreed else text + "x"}
    margin = 11.0 if chance > 0.9 else 0.1
    margins = {"v6": margin, "v5": margin if agreed else -margin}
    return ZoneReading(zone, Opinion(text, chance, others, ((text, chance),), margins), inked=True)


def pieces(kind: str, *, marks: dict[str, Mark] | None = None, **texts: str | ZoneReading) -> Pieces:
    found = {
        part.removeprefix("it"): one
        if isinstance(one, ZoneReading)
        else read(one, kind, part.removeprefix("it"))
        for part, one in texts.items()
    }
    boxes = {
        option: MarkReading(Zone("it", kind, "check", 1, PLACE, option=option), mark, 0.2)
        for option, mark in (marks or {}).items()
    }
    return Pieces("it", kind, found, boxes)


def result(found: Pieces, *, needed: bool = True) -> FieldReading:
    return judged(found, field(found.kind), needed, {"9999001": (TOWN,)})


def marked(**found: tuple[Mark, float]) -> FieldReading:
    zone = Zone("it", "choices", "check", 1, PLACE)
    marks = {
        option: MarkReading(replace(zone, option=option), mark, share)
        for option, (mark, share) in found.items()
    }
    return result(Pieces("it", "choices", {}, marks))


def test_boxes_blackened_by_one_hand_are_shown_together_for_a_person() -> None:
    one = marked(a=(Mark.DOUBT, 0.95), b=(Mark.DOUBT, 0.97), c=(Mark.OFF, 0.0))
    assert (one.value, one.state) == (["a", "b"], State.ASK)


def test_a_mark_in_doubt_is_shown_beside_sure_ones_like_it_but_not_one_taken_back() -> None:
    crosses = marked(a=(Mark.ON, 0.3), b=(Mark.DOUBT, 0.33))
    assert (crosses.value, crosses.state) == (["a", "b"], State.ASK)
    struck = marked(a=(Mark.ON, 0.2), b=(Mark.DOUBT, 0.45))
    assert (struck.value, struck.state) == (["a"], State.ASK)


def test_two_engines_that_agree_on_a_valid_value_are_accepted() -> None:
    one = result(pieces("telephone", area="090", exchange="1234", subscriber="5678"))
    assert (one.value, one.state, one.note) == ("090-1234-5678", State.ACCEPTED, "")


@pytest.mark.parametrize(
    "doubtful",
    [
        read("090", "telephone", "area", agreed=False),
        read("090", "telephone", "area", chance=0.5),
        ZoneReading(
            Zone("it", "telephone", "cells", 1, PLACE, part="area"),
            Opinion("090", 0.999, {"v6": "090", "v5": "090"}, ()),
            inked=True,
            broken=True,
        ),
    ],
    ids=["engines differ", "another text is as likely", "a gap between cells"],
)
def test_one_doubtful_part_makes_the_whole_field_ask(doubtful: ZoneReading) -> None:
    one = result(pieces("telephone", area=doubtful, exchange="1234", subscriber="5678"))
    assert (one.value, one.state) == ("090-1234-5678", State.ASK)


def test_one_engine_alone_is_never_enough() -> None:
    zone = Zone("it", "text", "line", 1, PLACE)
    alone = ZoneReading(zone, Opinion("会社への提出", 1.0, {"v6": "会社への提出"}, ()), inked=True)
    assert result(pieces("text", it=alone)).state is State.ASK


def test_a_place_without_ink_is_accepted_as_empty_only_where_it_may_be_empty() -> None:
    assert result(pieces("text", it=""), needed=False).state is State.ACCEPTED
    missing = result(pieces("text", it=""))
    assert (missing.state, missing.value) == (State.REJECTED, None)
    assert "記入がありません" in missing.note


def test_something_faint_is_not_empty() -> None:
    faint = ZoneReading(Zone("it", "text", "line", 1, PLACE), None, faint=True)
    assert result(pieces("text", it=faint), needed=False).state is not State.ACCEPTED


def test_an_invalid_value_is_rejected_with_the_reason() -> None:
    one = result(pieces("telephone", area="99", exchange="1", subscriber="2"))
    assert (one.state, one.value) == (State.REJECTED, None)
    assert one.note.endswith("。")


def test_a_number_whose_check_digit_holds_is_accepted() -> None:
    one = result(pieces("my_number", it=NUMBER))
    assert (one.value, one.state) == (NUMBER, State.ACCEPTED)


def test_a_repaired_number_is_a_proposal_however_sure_the_engines_are() -> None:
    wrong = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)
    opinion = Opinion(wrong, 0.999, {"v6": wrong, "v5": wrong}, ((wrong, 0.999), (NUMBER, 0.001)))
    found = ZoneReading(Zone("it", "my_number", "cells", 1, PLACE), opinion, inked=True)
    one = result(pieces("my_number", it=found))
    assert (one.text, one.value, one.state) == (wrong, NUMBER, State.ASK)
    assert "検査数字" in one.note


def test_a_number_nothing_repairs_is_rejected() -> None:
    wrong = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)
    assert result(pieces("my_number", it=wrong)).state is State.REJECTED


def test_an_address_is_accepted_where_its_postal_code_proves_it() -> None:
    one = result(pieces("address", postal_code="9999001", street="みほん市中央1-2-3", building=""))
    assert one.state is State.ACCEPTED
    assert isinstance(one.value, dict)
    assert (one.value["town"], one.value["block"]) == ("中央", "1-2-3")


@pytest.mark.parametrize(("code", "street"), [("9999001", "みほん市本町1-2-3"), ("", "みほん市中央1-2-3")])
def test_an_address_nothing_proves_is_asked(code: str, street: str) -> None:
    assert result(pieces("address", postal_code=code, street=street, building="")).state is State.ASK


def name(**parts: str) -> FieldReading:
    return result(pieces("name", marks=None, **parts))


def test_kana_that_are_a_reading_of_the_surname_are_accepted() -> None:
    one = name(family="渡辺", given="美咲", family_kana="ワタナベ", given_kana="ミサキ")
    assert one.state is State.ACCEPTED


@pytest.mark.parametrize(
    ("family", "kana", "says"),
    [
        ("渡辺", "ワタナバ", "珍しいフリガナ"),
        ("宮崎", "ミヤザキ", "字体"),
        ("吉田", "ヨシダ", "字体"),
        ("ナナ", "ハナ", "合いません"),
        ("草剪", "クサナギ", "確かめられない氏"),
    ],
)
def test_a_name_that_could_be_another_is_asked(family: str, kana: str, says: str) -> None:
    one = name(family=family, given="美咲", family_kana=kana, given_kana="ミサキ")
    assert one.state is State.ASK
    assert says in one.note


@pytest.mark.parametrize(
    ("marks", "state", "value"),
    [
        ({"a": Mark.ON, "b": Mark.OFF}, State.ACCEPTED, "a"),
        ({"a": Mark.ON, "b": Mark.ON}, State.REJECTED, None),
        ({"a": Mark.ON, "b": Mark.DOUBT}, State.ASK, "a"),
        ({"a": Mark.DOUBT, "b": Mark.OFF}, State.ASK, "a"),
        ({"a": Mark.DOUBT, "b": Mark.DOUBT}, State.REJECTED, None),
        ({"a": Mark.OFF, "b": Mark.OFF}, State.REJECTED, None),
    ],
)
def test_a_choice_is_taken_only_where_one_mark_is_clear(
    marks: dict[str, Mark], state: State, value: str | None
) -> None:
    one = result(pieces("choice", marks=marks))
    assert (one.state, one.value) == (state, value)


def date(era: str, year: str, month: str, day: str) -> FieldReading:
    marks = {option: Mark.ON if option == era else Mark.OFF for option in ("昭和", "平成", "令和", "西暦")}
    return result(pieces("date", marks=marks, year=year, month=month, day=day))


def test_dates_are_put_together_from_era_and_boxes() -> None:
    assert date("昭和", "62", "11", "03").value == "1987-11-03"
    assert date("西暦", "1987", "11", "3").value == "1987-11-03"
    assert date("昭和", "62", "11", "03").state is State.ACCEPTED


@pytest.mark.parametrize(
    "parts", [("平成", "62", "11", "03"), ("昭和", "62", "13", "03"), ("", "62", "11", "03")]
)
def test_a_day_that_never_was_is_rejected(parts: tuple[str, str, str, str]) -> None:
    assert date(*parts).state is State.REJECTED


def test_of_accepted_fields_some_are_drawn_for_a_check_the_same_ones_again() -> None:
    one = result(pieces("telephone", area="090", exchange="1234", subscriber="5678"))
    fields = [replace(one, name=f"it.{number}") for number in range(2000)]
    asked = [field for field in drawn(fields, "a page", 100) if field.state is State.ASK]
    assert 140 < len(asked) < 260
    assert drawn(fields, "a page", 100) == drawn(fields, "a page", 100)
    assert drawn(fields, "another page", 100) != drawn(fields, "a page", 100)
    assert all(
        "点検" in field.note and field.evidence["drawn"] and field.value == one.value for field in asked
    )
    assert drawn(fields, "a page", 0) == tuple(fields)
