"""Parts of reading tables: columns, values, ditto marks, sums, pages of one list."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.errors import UnknownPage
from ocr.readings import State
from ocr.tables.columns import Column, InvalidColumns, columns_for, kind_of, load_columns
from ocr.tables.judging import with_dittos
from ocr.tables.layout import find_layout
from ocr.tables.lists import joined
from ocr.tables.results import CARRIED_IN, CARRIED_OUT, ENTRY, SUBTOTAL, TOTAL, CellReading, RowReading
from ocr.tables.straighten import straightened
from ocr.tables.totals import checked, kind_of_label
from ocr.tables.values import meaning
from samples.ledger_pages import ledger_pages
from tests.support.paper_tables import list_of, read_page

BOX = (0, 0, 10, 10)
COLUMNS = (Column("n", "番号", "serial"), Column("w", "摘要", "text"), Column("a", "金額", "amount"))


def cell(text: str, kind: str = "text", *, sure: bool = True, others: tuple[str, ...] = ()) -> CellReading:
    value = meaning(kind, text)[0] if text else None
    state = State.ACCEPTED if sure else State.ASK
    return CellReading(text, value, 0.999 if sure else 0.6, state, BOX, candidates=others)


def line(number: str, words: str, amount: str, kind: str = ENTRY, **how: object) -> RowReading:
    sure, others = bool(how.get("sure", True)), how.get("others", ())
    assert isinstance(others, tuple)
    cells = (cell(number, "serial"), cell(words), cell(amount, "amount", sure=sure, others=others))
    return RowReading(kind, cells)


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("番号", "serial"),
        ("No.", "serial"),
        ("宛名番号", "number"),
        ("氏　名", "name"),
        ("フリガナ", "kana"),
        ("生年月日", "date"),
        ("月日", "day"),
        ("住所", "address"),
        ("電話番号", "telephone"),
        ("電話番行", "telephone"),
        ("差引支給額", "amount"),
        ("備考", "text"),
        ("", "text"),
    ],
)
def test_headings_say_the_kind(label: str, kind: str) -> None:
    assert kind_of(label) == kind


def test_columns_can_be_declared(tmp_path: Path) -> None:
    file = tmp_path / "columns.toml"
    file.write_text('[[columns]]\nlabel = "額"\nkind = "amount"\n[[columns]]\nlabel = "名"\nkind = "name"\n')
    columns = load_columns(file)
    assert [column.kind for column in columns_for(["?", "?"], columns)] == ["amount", "name"]
    assert [column.kind for column in columns_for(["備考", "名", "番号"], columns)] == [
        "text",
        "name",
        "serial",
    ]
    file.write_text('[[columns]]\nlabel = "額"\nkind = "money"\n')
    with pytest.raises(InvalidColumns, match="money"):
        load_columns(file)
    file.write_text("[[columns]]\n")
    with pytest.raises(InvalidColumns, match="読めません"):
        load_columns(file)


@pytest.mark.parametrize(
    ("kind", "text", "value", "doubted"),
    [
        ("amount", "1,234,560", 1234560, False),
        ("amount", "△5,000", -5000, False),
        ("amount", "0", 0, False),
        ("amount", "12,34", 1234, True),
        ("amount", "0500", 500, True),
        ("amount", "円", None, True),
        ("date", "R8.4.1", "2026-04-01", False),
        ("date", "昭和64年1月8日", None, True),
        ("day", "7/16", "7/16", False),
        ("day", "13/1", None, True),
        ("telephone", "090-1234-5678", "090-1234-5678", False),
        ("telephone", "090-1234", "090-1234", True),
        ("serial", "12-", None, True),
        ("kana", "ヤマダ タロウ", "ヤマダ タロウ", False),
        ("kana", "山田", None, True),
        ("address", "川端町1-5-14", "川端町1-5-14", False),
        ("address", "川端町-5-14", "川端町-5-14", True),
    ],
)
def test_texts_mean_values(kind: str, text: str, value: object, doubted: bool) -> None:
    found, doubt = meaning(kind, text)
    assert (found, bool(doubt)) == (value, doubted)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("小　計", SUBTOTAL),
        ("頁計", SUBTOTAL),
        ("前頁繰越", CARRIED_IN),
        ("次頁へ繰越", CARRIED_OUT),
        ("合計", TOTAL),
        ("計画課", None),
    ],
)
def test_words_say_what_a_row_is(text: str, kind: str | None) -> None:
    assert kind_of_label(text) == kind


def test_a_ditto_mark_stands_for_the_row_above() -> None:
    mark = replace(cell("〃"), value=None, ditto=True)
    rows = [RowReading(ENTRY, (cell("葬祭費"),)), RowReading(ENTRY, (mark,)), RowReading(ENTRY, (mark,))]
    assert [row.cells[0].value for row in with_dittos(rows)] == ["葬祭費"] * 3
    alone = with_dittos(rows[1:])[0].cells[0]
    assert (alone.value, alone.state) == (None, State.REJECTED)
    doubted = with_dittos([RowReading(ENTRY, (cell("葬祭費", sure=False),)), rows[1]])[1].cells[0]
    assert (doubted.value, doubted.state) == ("葬祭費", State.ASK)


def test_a_sum_that_holds_proves_its_cells() -> None:
    rows = [
        line("1", "切手", "1,000"),
        line("2", "紙", "2,500", sure=False),
        line("", "小計", "3,500", SUBTOTAL),
    ]
    found, checks = checked(rows, COLUMNS)
    assert [check.holds for check in checks] == [True]
    assert all(row.cells[2].proved and row.cells[2].state is State.ACCEPTED for row in found)


def test_a_sum_that_does_not_hold_is_asked_with_what_would_mend_it() -> None:
    rows = [
        line("1", "切手", "1,000"),
        line("2", "紙", "2,600", sure=False, others=("2,500",)),
        line("", "小計", "3,500", SUBTOTAL),
    ]
    found, checks = checked(rows, COLUMNS)
    assert [check.holds for check in checks] == [False]
    assert [row.cells[2].state for row in found] == [State.ACCEPTED, State.ASK, State.ASK]
    assert found[1].cells[2].candidates[0] == "2,500"
    assert found[1].cells[2].value == 2600, "a proposal is never taken over by itself"


def test_an_amount_nobody_could_read_is_proposed_never_accepted() -> None:
    unread = replace(cell("?"), value=None, state=State.REJECTED)
    rows = [line("1", "切手", "1,000"), RowReading(ENTRY, (cell("2", "serial"), cell("紙"), unread))]
    found, checks = checked([*rows, line("", "合計", "3,500", TOTAL)], COLUMNS)
    assert [check.holds for check in checks] == [None]
    assert (found[1].cells[2].candidates[0], found[1].cells[2].state) == ("2,500", State.REJECTED)


def test_running_numbers_prove_each_other() -> None:
    rows = [line(number, "切手", "100") for number in ("7", "8", "3", "10", "11")]
    found, _ = checked(rows, COLUMNS)
    assert [row.cells[0].state for row in found].count(State.ASK) == 1
    assert found[2].cells[0].candidates == ("9",)


def test_pages_of_one_list_are_joined_and_carried_sums_checked() -> None:
    first, second = (read_page(number, pages=2, doubts=0) for number in (1, 2))
    found = list_of(second, first)
    assert [page.page for page in found.pages] == [1, 2]
    assert found.problems == ()
    brought = [check for check in found.pages[1].checks if found.pages[1].rows[check.row].kind == CARRIED_IN]
    assert [check.holds for check in brought] == [True]
    totals = [check for check in found.pages[1].checks if found.pages[1].rows[check.row].kind == TOTAL]
    assert [check.holds for check in totals] == [True]


def test_missing_and_double_pages_are_named() -> None:
    first, second, third = (read_page(number, pages=3, doubts=0) for number in (1, 2, 3))
    (problem,) = list_of(first, third).problems
    assert "ページがありません" in problem
    (problem,) = list_of(first, second, third, second).problems
    assert "2回" in problem
    (problem,) = list_of(first, replace(first, sha256="other", page=9)).problems
    assert "重なります" in problem
    assert joined([replace(first, problem="白紙です。")]) == ()


@pytest.mark.parametrize(
    ("rules", "way"), [("full", "phone"), ("columns", "fax"), ("dotted", "sideways"), ("head", "office")]
)
def test_a_page_is_laid_straight_and_its_grid_found(rules: str, way: str) -> None:
    page = ledger_pages(910, layout="payments", rules=rules, way=way)[0]
    image = straightened(page.scan.image).image
    if way == "sideways":
        image = np.ascontiguousarray(np.rot90(image, 3))
    grid = find_layout(image).grid
    filled = sum(row.kind != "blank" for row in page.rows)
    assert len(grid.xs) - 1 == 8
    assert len(grid.ys) - 1 in (40, filled)


def test_pages_without_a_table_are_refused() -> None:
    blank = np.full((1000, 800), 255, np.uint8)
    with pytest.raises(UnknownPage, match="白紙"):
        straightened(blank)
    with pytest.raises(UnknownPage, match="小さすぎ"):
        straightened(blank[:300, :300])
    cv2.putText(blank, "no table", (100, 500), cv2.FONT_HERSHEY_SIMPLEX, 3, 0, 8)
    with pytest.raises(UnknownPage, match="表が見つかりません"):
        find_layout(straightened(blank).image)
