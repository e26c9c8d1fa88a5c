"""Telephones, addresses and bank accounts, with the vectors of record-layouts §8 and §11.3."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms.errors import InvalidValue
from forms.values.accounts import BankAccount, from_yucho
from forms.values.addresses import (
    Address,
    gif_block,
    gif_street,
    parse_postal_code,
    read_towns,
    show_postal_code,
    towns_of,
)
from forms.values.telephones import parse_telephone, parse_telephones, show_telephones


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("(03)5353-5111", "(03)5353-5111"),
        ("090-9999-9999", "090-9999-9999"),
        ("(09)9999-9999 内線999", "(09)9999-9999 内線999"),
        ("０９０－９９９９－９９９９", "090-9999-9999"),
        ("０９０ー９９９９ー９９９９", "090-9999-9999"),
        ("09099999999", "090-9999-9999"),
        ("0353535111", "03-5353-5111"),
        ("0422123456", "0422123456"),
        ("03 5353 5111", "03-5353-5111"),
        ("03(5353)5111", "03-5353-5111"),
        ("（０３）５３５３−５１１１", "(03)5353-5111"),
        ("0120999999", "0120-999-999"),
        ("0800-999-9999", "0800-999-9999"),
        ("+81 90-9999-9999", "090-9999-9999"),
        ("+81-3-5353-5111", "03-5353-5111"),
    ],
)
def test_telephones(text: str, number: str) -> None:
    assert parse_telephone(text) == number
    assert parse_telephone(number) == number


def test_several_telephones() -> None:
    numbers = parse_telephones("(09)9999-9999 / (09)9999-9998")
    assert show_telephones(numbers) == "(09)9999-9999 / (09)9999-9998"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "入力してください"),
        ("12-3456", "市外局番"),
        ("03-1234-567", "桁数"),
        ("090-1234-567", "11桁"),
        ("03-12345678", "区切り"),
        ("電話なし", "使えない文字"),
    ],
)
def test_what_is_wrong_with_a_telephone_is_said(text: str, says: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        parse_telephone(text)
    assert says in refusal.value.message


@pytest.mark.parametrize("text", ["1020094", "102-0094", "〒102-0094", "〒１０２－００９４", "102 0094"])
def test_postal_codes(text: str) -> None:
    assert parse_postal_code(text) == "1020094"
    assert show_postal_code("1020094") == "〒102-0094"


def test_towns_come_from_postal_data() -> None:
    (town,) = towns_of("〒100-0013")
    assert (town.full, town.town_kana, town.municipality_code) == (
        "東京都千代田区霞が関",
        "カスミガセキ",
        "131016",
    )
    assert towns_of("000-0000") == ()


def test_one_code_may_have_several_towns_and_an_office_its_own() -> None:
    assert {town.town for town in towns_of("0680546")} >= {"南部青葉町", "南部菊水町"}
    (office,) = towns_of("1008111")
    assert (office.town, office.block, office.building) == ("千代田", "1-1", "宮内庁")


def test_a_city_adds_its_own_towns(tmp_path: Path) -> None:
    header = "postal_code,prefecture,city,town,prefecture_kana,city_kana,town_kana,municipality_code"
    listed = tmp_path / "towns.csv"
    listed.write_text(f"{header}\n9999001,見本県,みほん市,中央,ミホンケン,ミホンシ,チュウオウ,999993\n")
    assert [town.town for town in towns_of("999-9001", read_towns(listed))] == ["中央"]
    listed.write_text("code,name\n1,2\n")
    with pytest.raises(InvalidValue, match="見出し"):
        read_towns(listed)


def test_an_address_goes_through_json_and_stands_in_one_line() -> None:
    address = Address("〒100-0013", "東京都", "千代田区", "霞が関", "１－２", "見本レジデンス502号室")
    assert address.full == "東京都千代田区霞が関1-2 見本レジデンス502号室"
    assert address.postal_code == "1000013"
    assert Address.from_json(address.to_json()) == address


@pytest.mark.parametrize(
    "data",
    [
        {"postal_code": "", "prefecture": "", "city": "", "town": ""},
        {"postal_code": "12", "prefecture": "見本県", "city": "", "town": ""},
        {"postal_code": "", "prefecture": "見本県", "city": ""},
        {"postal_code": "", "prefecture": "見本県", "city": "", "town": "", "street": ""},
        "見本県",
    ],
)
def test_wrong_addresses_are_refused(data: object) -> None:
    with pytest.raises(InvalidValue):
        Address.from_json(data)


@pytest.mark.parametrize(
    ("town", "block", "street"),
    [
        ("霞が関二丁目", "1番2号", "霞が関2-1-2"),
        ("北一条西一丁目3番地", "", "北1条西1-3"),
        ("大戸町大字高川甲1324", "", "大戸町高川甲1324"),
        ("一番町", "二十三番地の五", "一番町23-5"),
        ("三の丸", "１２", "三の丸12"),
    ],
)
def test_three_item_addresses(town: str, block: str, street: str) -> None:
    assert gif_street(town, block) == street


@pytest.mark.parametrize(
    ("text", "block"), [("1番2号", "1-2"), ("一番地の二", "1-2"), ("百五番地", "105"), ("1-2", "1-2")]
)
def test_four_item_addresses(text: str, block: str) -> None:
    assert gif_block(text) == block


def test_accounts_take_full_width_and_short_numbers() -> None:
    account = BankAccount("９９９９", "001", "ordinary", "１２３", "ﾐﾎﾝ　ﾀﾛｳ", "みほん銀行", "本店")
    assert (account.number, account.holder_kana) == ("0000123", "ミホン タロウ")
    assert BankAccount.from_json(account.to_json()) == account
    assert account.full == "みほん銀行 本店 普通 0000123 ミホン タロウ"
    assert "bank_name" not in BankAccount("9999", "001", "current", "1", "カ）ミホン").to_json()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"bank_code": "99"}, "金融機関コード"),
        ({"branch_code": "1"}, "支店コード"),
        ({"kind": "time"}, "預金の種類"),
        ({"number": "12345678"}, "口座番号"),
        ({"holder_kana": "見本"}, "「見」"),
        ({"holder_kana": " "}, "口座名義"),
    ],
)
def test_what_is_wrong_with_an_account_is_said(change: dict[str, str], says: str) -> None:
    right = BankAccount("9999", "001", "ordinary", "1234567", "ミホン タロウ").to_json()
    with pytest.raises(InvalidValue) as refusal:
        BankAccount.from_json(right | change)
    assert says in refusal.value.message


def test_postal_savings_become_bank_accounts() -> None:
    assert from_yucho("1２340", "1234567１") == ("9900", "238", "ordinary", "1234567")
    assert from_yucho("00120", "12345") == ("9900", "019", "current", "0012345")
    for symbol, number in (("12340", "12345672"), ("22340", "11"), ("1234", "11"), ("12340", "123456781x")):
        with pytest.raises(InvalidValue):
            from_yucho(symbol, number)
