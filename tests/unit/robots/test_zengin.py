"""Bank files: layouts against the published tables, golden files, and what a writer or reader refuses."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from robots.errors import CharactersRefused, ExchangeRefused
from robots.exchanges.zengin.characters import NARROW, Repertoire, cut, fold, wrong_characters
from robots.exchanges.zengin.layout import KINDS, RECORDS, Layout, load_layout
from robots.exchanges.zengin.reading import read_file
from robots.exchanges.zengin.writing import Group, Values, write_file
from tests.support.zengin import DEBIT_HEADER, DEBIT_ROWS, GOLDEN, TRANSFER_HEADER, TRANSFER_ROWS

_TABLES = (Path(__file__).parent / "zengin_tables.md").read_text(encoding="utf-8")
TRANSFER, DEBIT = load_layout("general_transfer"), load_layout("direct_debit")


def published(title: str, record: str) -> list[tuple[str, str, int, int, str]]:
    """Name, type, length, start and source of each field of a record, from the published table."""
    section = next(part for part in _TABLES.split("\n## ")[1:] if part.startswith(title))
    table = section.split(f"### {record.capitalize()}\n")[1].split("###")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.strip().splitlines()]
    for row in rows[2:]:
        assert int(row[4]) == int(row[5]) + 1
    return [(row[1].split(" (")[0], row[2], int(row[3]), int(row[4]), row[7]) for row in rows[2:]]


@pytest.mark.parametrize("record", RECORDS)
@pytest.mark.parametrize("layout", [TRANSFER, DEBIT], ids=KINDS)
def test_the_layout_is_the_published_table(layout: Layout, record: str) -> None:
    ours = [(f.title, f.type, f.length, f.start, f.source) for f in layout.fields(record)]
    assert ours == published(layout.title, record)


def transfer(*rows: Values, separated: bool = True, **header: str | int) -> bytes:
    return write_file(TRANSFER, [Group({**TRANSFER_HEADER, **header}, rows)], separated=separated)


@pytest.mark.parametrize("separated", [False, True])
def test_golden_files(separated: bool) -> None:
    answered = [dict(DEBIT_ROWS[0]), {**DEBIT_ROWS[1], "result": 1}]
    files = {
        "transfer": transfer(*TRANSFER_ROWS, separated=separated),
        "request": write_file(DEBIT, [Group(DEBIT_HEADER, DEBIT_ROWS)], separated=separated),
        "result": write_file(DEBIT, [Group(DEBIT_HEADER, answered)], separated=separated, answered=True),
    }
    for name, raw in files.items():
        assert len(raw) == (610 if separated else 600)
        assert hashlib.sha256(raw).hexdigest() == GOLDEN[name, separated]


def test_the_first_record_of_the_request_letter_by_letter() -> None:
    raw = write_file(DEBIT, [Group(DEBIT_HEADER, DEBIT_ROWS)], separated=False)
    shown = raw[120:240].decode("cp932").replace(" ", "_")
    assert shown == (
        "29999_______________999___________________19000002ﾔﾏﾀﾞ_ﾀﾛｳ______________________"
        "00000564000000013204700000123450________"
    )


@pytest.mark.parametrize("separated", [False, True])
def test_what_was_written_is_read(separated: bool) -> None:
    found = read_file(transfer(*TRANSFER_ROWS, separated=separated))
    assert (found.layout.key, found.separated, found.findings) == ("general_transfer", separated, ())
    (group,) = found.groups
    assert group.header.values["client_name"] == TRANSFER_HEADER["client_name"]
    assert [row.values["payee_name"] for row in group.rows] == [row["payee_name"] for row in TRANSFER_ROWS]
    assert [int(row.values["amount"]) for row in group.rows] == [1234567, 8000]


def test_several_groups_before_one_end() -> None:
    raw = write_file(
        TRANSFER, [Group(TRANSFER_HEADER, TRANSFER_ROWS), Group(TRANSFER_HEADER, TRANSFER_ROWS[:1])]
    )
    assert [len(group.rows) for group in read_file(raw).groups] == [2, 1]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"payee_name": "ﾔﾏﾀﾞｰ"}, "受取人名「ﾔﾏﾀﾞｰ」に銀行が受け付けない文字（ｰ）"),
        ({"payee_name": "ｷｬﾉﾝ"}, "（ｬ）"),
        ({"payee_name": "yamada"}, "（yamada）"),
        ({"payee_name": "ｱ,ｲ"}, "（,）"),
        ({"payee_name": "山田"}, "（山田）"),
        ({"payee_name": "ｦｶﾞﾜ"}, "（ｦ）"),
        ({"payee_name": "ﾅﾞ"}, "（ﾅﾞ）"),
        ({"payee_name": "ｱ" * 31}, "30桁を超えています"),
        ({"payee_name": ""}, "受取人名「」がありません"),
        ({"bank_name": "ﾐﾎﾝ ｷﾞﾝｺｳ"}, "被仕向銀行名「ﾐﾎﾝ ｷﾞﾝｺｳ」に銀行が受け付けない文字（ ）"),
        ({"account_number": "12A4567"}, "口座番号「12A4567」が数字ではありません"),
        ({"account_number": "１２３４５６７"}, "が数字ではありません"),
        ({"account_number": "12345678"}, "7桁を超えています"),
        ({"account_kind": 3}, "預金種目「3」は使えません（1・2・4・9のどれか"),
        ({"amount": 0}, "振込金額「0」は0円です"),
        ({"amount": 10_000_000_000}, "10桁を超えています"),
        ({"amount": -1}, "が数字ではありません"),
        ({"memo": "x"}, "「memo」という項目はありません"),
    ],
)
def test_a_writer_refuses_before_the_first_byte(change: Values, says: str) -> None:
    with pytest.raises(ExchangeRefused, match=r"^総合振込のファイルは作りませんでした") as refused:
        transfer(TRANSFER_ROWS[0], {**TRANSFER_ROWS[1], **change})
    assert "明細2件目：" in refused.value.message
    assert says in refused.value.message


def test_totals_that_do_not_fit_are_refused() -> None:
    rows = [{**TRANSFER_ROWS[0], "amount": 9_999_999_999}] * 101
    with pytest.raises(ExchangeRefused, match="合計金額「1009999999899」が12桁を超えています"):
        transfer(*rows)
    with pytest.raises(ExchangeRefused, match="明細が1件もありません"):
        transfer()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (rb"\r\n2(.{119})\r\n", rb"\r\n2\g<1> \r\n", "2件目のレコードが120バイトではありません（121バイト）"),
        (rb"^(.{119}) \r\n", rb"\g<1>\r\n", "1件目のレコードが120バイトではありません（119バイト）"),
        (rb"\r\n", rb"\n", "改行がLFだけ"),
        (rb"^1210", rb"1211", "コード区分が1（EBCDIC）"),
        (rb"^121", rb"191", "種別コードが「91」"),
        (rb"^121", rb"111", "種別コードが「11」"),
        (rb"^1", b"\xf1", "EBCDIC"),
        (
            rb"\r\n8000002",
            rb"\r\n8000003",
            "合計が合いません。トレーラは3件1,242,567円、明細は2件1,242,567円",
        ),
        (rb"\r\n9[ ]{119}\r\n$", rb"\r\n", "エンド・レコード"),
        (rb"\Z", rb"9" + rb" " * 119 + b"\r\n", "6件目のレコード（データ区分「9」）の順番"),
        (rb"9000005", rb"90O0005", "3件目の口座番号（44桁目から）「90O0005」が数字ではありません"),
        (rb"0000008000", rb"0000000000", "振込金額（81桁目から）「0000000000」が0円"),
        (rb"^.*$", rb"", "ファイルが空です"),
    ],
)
def test_a_reader_refuses_and_names_the_first_bad_record(old: bytes, new: bytes, says: str) -> None:
    raw = re.sub(old, new, transfer(*TRANSFER_ROWS), count=0 if old == rb"\r\n" else 1, flags=re.DOTALL)
    with pytest.raises(ExchangeRefused) as refused:
        read_file(raw, TRANSFER)
    assert says in refused.value.message


def test_an_end_of_file_mark_and_a_missing_last_crlf_are_taken() -> None:
    raw = transfer(*TRANSFER_ROWS)
    assert len(read_file(raw + b"\x1a").groups) == 1
    assert len(read_file(raw.removesuffix(b"\r\n")).groups) == 1


def test_odd_characters_are_reported_with_their_place_and_kept() -> None:
    raw = transfer(*TRANSFER_ROWS).replace("ﾀﾅｶ ｼﾞﾛ-".encode("cp932"), "ﾀﾅｶ ｼﾞﾛｰ".encode("cp932"))
    found = read_file(raw)
    assert found.findings == ("3件目の受取人名（51桁目から）に「ｰ」があります",)
    assert found.groups[0].rows[1].values["payee_name"] == "ﾀﾅｶ ｼﾞﾛｰ"
    assert b"".join(r.raw for r in found.groups[0].rows) in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ガ", "ｶﾞ"),
        ("キャノン", "ｷﾔﾉﾝ"),
        ("やまだ　たろう", "ﾔﾏﾀﾞ ﾀﾛｳ"),
        ("ジロー", "ｼﾞﾛ-"),
        ("ｼﾞﾛｰ", "ｼﾞﾛ-"),
        ("Ａｂｃ１２", "ABC12"),
        ("ヴィオラ", "ｳﾞｲｵﾗ"),
        ("パン", "ﾊﾟﾝ"),
        ("カ）ミホン", "ｶ)ﾐﾎﾝ"),
        ("か゛", "ｶﾞ"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    found = fold(text, "party")
    assert found.text == folded
    assert wrong_characters(found.text, "party") == ()
    assert bool(found.notes) == any(small in text for small in "ャィ")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("山田", "「山」「田」"),
        ("ヲガワ", "「ｦ」"),
        ("ヷン", "「ﾜﾞ」"),
        ("ジョン・スミス", "「・」"),
        ("ヰタ", "「ヰ」"),
        ("ア゜", "「゜」"),
        ("髙橋😀", "「😀」"),
    ],
)
def test_what_cannot_be_folded_is_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(CharactersRefused) as refused:
        fold(text, "party")
    assert text in refused.value.message
    assert named in refused.value.message


def test_a_bank_that_takes_more_is_a_setting() -> None:
    assert fold("ヲガワ", "party", Repertoire(wo_in_names=True)).text == "ｦｶﾞﾜ"
    assert wrong_characters("A/B", "party", NARROW) == ("/",)
    assert wrong_characters("A/B", "party", Repertoire(symbols="/")) == ()


def test_a_cut_never_parts_a_kana_from_its_mark() -> None:
    assert cut("ｱｶﾞ", 2) == "ｱ"
    assert cut("ｱｶﾞｲ", 3) == "ｱｶﾞ"
    assert cut("ｱ", 3) == "ｱ"


def test_a_gap_in_the_layout_data_is_found() -> None:
    header = tuple(field for field in TRANSFER.header if field.name != "due")
    with pytest.raises(ValueError, match="bank_code: starts at 59, not 55"):
        Layout("x", "x", "21", 120, header, TRANSFER.data, TRANSFER.trailer, TRANSFER.end)
