"""What speaks for and against the parts of a field as read."""

from __future__ import annotations

import datetime

from forms.rendering.geometry import Rect, Zone
from forms.values.addresses import Town
from forms.values.numbers import complete
from ocr.lexicon.evidence import evidence_of, repeated
from ocr.lexicon.proofs import Doubt, Evidence, Proof
from ocr.marks import Mark, MarkReading
from ocr.stages.fields import Pieces
from ocr.stages.opinions import Opinion
from ocr.stages.zones import ZoneReading

PLACE = Rect(10, 10, 60, 6)
TOWNS = {"9999001": (Town("9999001", "見本県", "みほん市", "中央", "", "", "", "999997"),)}
TODAY = datetime.date(2026, 4, 1)


def pieces(kind: str, name: str = "it", era: str = "", rivals: str = "", **texts: str) -> Pieces:
    """A field as both engines read it; `rivals` is a text nearly as likely for the first part."""
    found: dict[str, ZoneReading] = {}
    for part, text in texts.items():
        key = part.removeprefix("it")
        candidates = ((text, 0.9), (rivals, 0.1)) if rivals and not found else ((text, 0.999),)
        opinion = Opinion(text, candidates[0][1], {"a": text, "b": text}, candidates, read=text)
        found[key] = ZoneReading(Zone(name, kind, "line", 1, PLACE, part=key), opinion, inked=True)
    zone = Zone(name, kind, "check", 1, PLACE, option=era)
    return Pieces(name, kind, found, {era: MarkReading(zone, Mark.ON, 0.3)} if era else {})


def of(one: Pieces, part: str) -> Evidence:
    return evidence_of(one, TOWNS, TODAY)[part]


def test_a_name_is_proved_by_its_kana() -> None:
    name = pieces("name", family="佐藤", given="和子", family_kana="サトウ", given_kana="カズコ")
    for part in ("family", "given", "family_kana", "given_kana"):
        assert of(name, part).proofs == {Proof.KNOWN, Proof.READING}
        assert of(name, part).proved


def test_kana_that_a_surname_never_has_contradict_it() -> None:
    name = pieces("name", family="佐藤", given="和子", family_kana="カトウ", given_kana="カズコ")
    assert Doubt.CONTRADICTED in of(name, "family").doubts
    assert not of(name, "family_kana").proved


def test_a_surname_nobody_lists_is_doubted() -> None:
    name = pieces("name", family="手埃", given="和子", family_kana="テヅカ", given_kana="カズコ")
    assert of(name, "family").doubts == {Doubt.UNKNOWN}


def test_forms_that_engines_cannot_tell_are_shown_beside() -> None:
    name = pieces("name", family="吉田", given="和子", family_kana="ヨシダ", given_kana="カズコ")
    assert Doubt.FORM in of(name, "family").doubts
    assert of(name, "family").forms == ("𠮷田",)


def test_a_form_that_the_engines_leave_open_is_shown_beside() -> None:
    texts = {"family": "高橋", "given": "和子", "family_kana": "タカハシ", "given_kana": "カズコ"}
    assert Doubt.FORM in of(pieces("name", rivals="髙橋", **texts), "family").doubts
    assert Doubt.FORM not in of(pieces("name", **texts), "family").doubts


def test_a_name_that_may_have_lost_a_dot_has_a_rival() -> None:
    small = pieces("name", family="大田", given="和子", family_kana="オオタ", given_kana="カズコ")
    large = pieces("name", family="太田", given="和子", family_kana="オオタ", given_kana="カズコ")
    assert Doubt.RIVAL in of(small, "family").doubts
    assert Doubt.RIVAL not in of(large, "family").doubts


def test_a_rival_that_the_kana_exclude_is_none() -> None:
    name = pieces(
        "name", rivals="佐東", family="佐藤", given="和子", family_kana="サトウ", given_kana="カズコ"
    )
    other = pieces(
        "name", rivals="任藤", family="佐藤", given="和子", family_kana="サトウ", given_kana="カズコ"
    )
    assert Doubt.RIVAL in of(name, "family").doubts
    assert Doubt.RIVAL not in of(other, "family").doubts


def test_postal_code_and_street_prove_each_other() -> None:
    right = pieces("address", postal_code="9999001", street="みほん市中央1-2")
    wrong = pieces("address", postal_code="1000001", street="みほん市中央1-2")
    assert of(right, "street").proofs >= {Proof.POSTAL}
    assert Doubt.CONTRADICTED in of(wrong, "street").doubts


def test_a_birth_date_lies_in_the_past() -> None:
    past = pieces("date", "applicant.birth_on", "昭和", year="60", month="5", day="31")
    ahead = pieces("date", "applicant.birth_on", "令和", year="9", month="5", day="31")
    nowhere = pieces("date", "applicant.birth_on", "昭和", year="60", month="6", day="31")
    assert of(past, "day").proofs == {Proof.VALID, Proof.PLAUSIBLE}
    assert Proof.PLAUSIBLE not in of(ahead, "day").proofs
    assert of(nowhere, "day").doubts == {Doubt.IMPOSSIBLE}


def test_numbers_hold_by_length_and_check_digit() -> None:
    phone = pieces("telephone", area="090", exchange="1234", subscriber="5678")
    short = pieces("telephone", area="090", exchange="123", subscriber="5678")
    assert of(phone, "area").proofs == {Proof.VALID}
    assert of(short, "area").doubts == {Doubt.IMPOSSIBLE}
    assert of(pieces("my_number", it=complete("my-number", "99000000001")), "").proofs == {Proof.CHECK}


def test_what_stands_twice_on_a_page_is_noted() -> None:
    first = pieces("telephone", "a", area="090", exchange="1234", subscriber="5678")
    second = pieces("telephone", "b", area="080", exchange="1234", subscriber="1111")
    assert repeated([first, second]) == {("a", "exchange"), ("b", "exchange")}
