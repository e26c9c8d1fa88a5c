"""What can be true: names with readings, forms of kanji, towns, grammars of digits and lines."""

from __future__ import annotations

import pytest

from forms.rendering.geometry import Rect, Zone
from forms.values.addresses import Town
from ocr.lexicon import names
from ocr.lexicon.forms import form_prior, may_have_lost, old_forms, other_forms, plain
from ocr.lexicon.gathering import shared_out
from ocr.lexicon.grammar import building_others, building_prior, digit_prior, house_prior, line_prior
from ocr.lexicon.relations import relation_prior, relations
from ocr.lexicon.towns import alike, listed_town
from ocr.stages.hints import hints_for

BOX = Rect(0, 0, 80, 8)
OWN = {"9999001": (Town("9999001", "見本県", "みほん市", "中央", "", "", "", "999997"),)}


@pytest.mark.parametrize(
    ("part", "spelling", "reading"),
    [
        ("family", "佐藤", "サトウ"),
        ("family", "濵田", "ハマダ"),
        ("family", "𠮷田", "ヨシダ"),
        ("family", "髙橋", "タカハシ"),
        ("family", "神南", "ジンナン"),
        ("given", "和子", "カズコ"),
        ("given", "トミ", "トミ"),
        ("given", "ひなの", "ヒナノ"),
        ("given", "陽翔", "ハルト"),
        ("given", "奈々", "ナナ"),
    ],
)
def test_kanji_and_kana_of_a_name_prove_each_other(part: str, spelling: str, reading: str) -> None:
    assert names.sounds_as(part, spelling, reading)
    assert not names.sounds_as(part, spelling, reading + "ヌ")


def test_a_name_nobody_lists_is_not_known() -> None:
    assert not names.known("family", "手埃")
    assert not names.known("given", "卜三")


def test_common_names_are_likelier_than_rare_and_unlisted_ones() -> None:
    common, rare, unlisted = (names.name_prior("family", name) for name in ("鈴木", "草薙", "鈴未"))
    assert common > rare > unlisted


def test_neighbours_are_listed_and_seen() -> None:
    seen = frozenset("佐藤籐任")
    assert "佐藤" in names.near("family", "任藤", seen)
    assert "佐藤" not in names.near("family", "任藤", seen - {"佐"})


def test_names_are_found_by_their_reading() -> None:
    assert "和子" in names.spelled("given", "カズコ", frozenset("和子加"))
    assert "高橋" in names.spelled("family", "タカハシ")


def test_forms_are_looked_up_together_and_kept_apart() -> None:
    assert plain("渡邊\U000e0100") == "渡辺"
    assert set(other_forms("高橋")) == {"髙橋"}
    assert set(other_forms("渡邊")) == {"渡辺", "渡邉"}
    assert form_prior("髙", "family") < form_prior("高", "family") == 0.0


def test_a_lost_dot_makes_another_name() -> None:
    assert may_have_lost("大田", "太田")
    assert not may_have_lost("太田", "大田")
    assert not may_have_lost("大田", "大田")


def test_kana_are_shared_out_over_kanji() -> None:
    assert ("ハル", "ト") in set(shared_out("ハルト", 2))
    assert ("ショ", "ウ") not in set(shared_out("ショウ", 3))
    assert list(shared_out("キョ", 2)) == []


@pytest.mark.parametrize(
    ("kind", "part", "possible", "impossible"),
    [
        ("date", "month", "12", "13"),
        ("date", "day", "31", "32"),
        ("date", "year", "63", "65"),
        ("date", "year", "1985", "1585"),
        ("telephone", "area", "090", "990"),
        ("telephone", "subscriber", "1234", "123"),
    ],
)
def test_digits_follow_their_grammar(kind: str, part: str, possible: str, impossible: str) -> None:
    prior = digit_prior(kind, part)
    assert prior(possible) == 0.0 > prior(impossible)


def test_houses_buildings_and_times_have_usual_shapes() -> None:
    assert house_prior("1-9-2") == house_prior("三丁目12番地5") == 0.0
    assert house_prior("1-9-L") < -3
    assert building_prior("メゾン若葉102号室") > building_prior("ノゾン若葉102号室")
    assert "メゾン若葉102" in building_others("ノゾン若葉102")
    assert line_prior("09:30") == 0.0 > line_prior("見12:335")


def test_relations_are_listed() -> None:
    assert relation_prior("世帯主") > relation_prior("世希主")
    assert "世帯主" in relations("世希主", frozenset())
    assert "父" in relations("八", frozenset("父八"))


def test_towns_are_found_without_their_postal_code() -> None:
    assert listed_town("宮城県塩竈市梅の宮4-6-27", None) == "宮城県塩竈市梅の宮"
    assert "宮城県塩竈市梅の宮4-6-27" in alike("宮城県塩研市梅の宮4-6-27", None)
    assert listed_town("みほん市中央1-2", OWN) == "みほん市中央"
    assert "みほん市中央1-2" in alike("みほん市中大1-2", OWN)
    assert alike("みほん市中央1-2", OWN) == ()


def test_old_forms_are_counted() -> None:
    assert old_forms("奧見本支所") == 1
    assert old_forms("奥見本支所") == 0


def test_kana_of_an_account_are_those_of_a_person() -> None:
    assert names.is_person("フルカワノブコ")
    assert names.is_person("フルカワ ノブコ")
    assert not names.is_person("フルカワノプコ")
    assert not names.is_person("カ)ミホン")


def test_a_holder_is_read_as_a_person_and_a_branch_in_forms_of_today() -> None:
    holder = hints_for(Zone("pay", "account", "cells", 1, BOX, (BOX,) * 21, part="holder_kana"), [], {}, None)
    assert holder.prior("フルカワノブコ") > holder.prior("フルカワノプコ") + 1
    assert "フルカワノブコ" in holder.more("フルカワノプコ")
    branch = hints_for(Zone("pay", "account", "line", 1, BOX, part="branch_name"), [], {}, None)
    assert branch.prior("奥見本支所") > branch.prior("奧見本支所") + 4
    assert branch.more("奧見本支所") == ("奥見本支所",)
    assert branch.more("本所") == ()
