"""What is likely before anything is read: sounds of kana, common kanji, readings of surnames, towns."""

from __future__ import annotations

import pytest

from forms.values.addresses import Town
from ocr.places import corrections, proved, towns_at
from ocr.spelling import prior
from ocr.surnames import readings_of

TOWN = Town("9999001", "見本県", "みほん市", "中央", "ミホンケン", "ミホンシ", "チュウオウ", "999997")


@pytest.mark.parametrize(
    ("usual", "odd"),
    [
        ("マナブ", "マナプ"),
        ("ツヨシ", "ツョシ"),
        ("ハイツ", "ハイッ"),
        ("イノウエ", "ンノウエ"),
        ("キョウコ", "カョウコ"),
        ("恵", "惠"),
    ],
)
def test_what_is_rarely_written_is_less_likely(usual: str, odd: str) -> None:
    assert prior(odd) < prior(usual)


@pytest.mark.parametrize(
    "name", ["テッペイ", "シンペイ", "ハットリ", "キョウコ", "エツコ", "佐々木", "みなと"]
)
def test_ordinary_names_are_not_held_against(name: str) -> None:
    assert prior(name) == 0.0


@pytest.mark.parametrize(
    ("surname", "reading"),
    [("高橋", "タカハシ"), ("渡辺", "ワタナベ"), ("田中", "タナカ"), ("鈴木", "スズキ")],
)
def test_surnames_are_known_from_places(surname: str, reading: str) -> None:
    assert reading in readings_of(surname)


def test_a_surname_that_is_no_place_proves_nothing() -> None:
    assert readings_of("架空氏名") == frozenset()


@pytest.mark.parametrize("street", ["見本県みほん市中央1-2-3", "みほん市中央1-2-3", "中央1-2-3"])
def test_a_postal_code_proves_the_beginning_of_an_address(street: str) -> None:
    address = proved(street, "コーポ101", (TOWN,))
    assert address is not None
    assert (address.prefecture, address.town, address.block, address.building) == (
        "見本県",
        "中央",
        "1-2-3",
        "コーポ101",
    )


def test_another_town_is_not_proved_and_a_near_one_is_offered() -> None:
    assert proved("見本県みほん市中夫1-2", "", (TOWN,)) is None
    assert "見本県みほん市中央1-2" in corrections("見本県みほん市中夫1-2", (TOWN,))
    assert corrections("北海道札幌市北区1-2", (TOWN,)) == ()


def test_towns_come_from_japan_post_and_from_the_city() -> None:
    assert towns_at("1000001", None)[0].town == "千代田"
    assert towns_at("9999001", {"9999001": (TOWN,)}) == (TOWN,)
    assert towns_at("12", None) == ()
