"""転入者台帳.xlsx as such ledgers really are: headings in two rows, 和暦, phonetic guides, stamp boxes,
validation, formatted free rows, a page of notes. Robots must leave all of that as it was.

The rows are those residents of the city who moved in last, so ledger and register agree.
"""

from __future__ import annotations

import datetime
import heapq
import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from forms.values.dates import fiscal_year, show_era
from samples.city import City
from samples.dice import Dice
from samples.people import Household, Resident
from samples.phonetics import with_guides

FILE_NAME = "転入者台帳.xlsx"
SHEET = "転入者台帳"
NOTES_SHEET = "記入要領"
HEADING_ROWS = (4, 5)
FIRST_ROW = 6
LAST_ROW = 205
EXISTING_ROWS = 32


@dataclass(frozen=True, slots=True)
class Column:
    """One column: heading, the group heading over it (empty: one cell over both rows), width, cell format."""

    heading: str
    group: str
    width: float
    style: str


COLUMNS = (
    Column("番号", "", 5, "number"),
    Column("受付番号", "受付", 12, "centre"),
    Column("転入日", "受付", 16, "date"),
    Column("届出日", "受付", 16, "date"),
    Column("氏名", "転入した方", 18, "text"),
    Column("フリガナ", "転入した方", 22, "text"),
    Column("生年月日", "転入した方", 17, "centre"),
    Column("性別", "転入した方", 5, "centre"),
    Column("続柄", "転入した方", 8, "centre"),
    Column("新住所", "住所", 38, "text"),
    Column("前住所", "住所", 40, "text"),
    Column("世帯主", "", 18, "text"),
    Column("備考（記入者）", "", 20, "text"),
)
"""Columns A to M. 転入日 and 届出日 are numbers shown in 和暦, 生年月日 is 和暦 text (both are usual)."""

ERA_FORMAT = '[$-411]ggge"年"m"月"d"日";@'
_SEXES = {"male": "男", "female": "女"}
RELATIONS: tuple[str, ...] = (
    "世帯主",
    "夫",
    "妻",
    "夫(未届)",
    "妻(未届)",
    "子",
    "父",
    "母",
    "兄",
    "姉",
    "弟",
    "妹",
    "妻の母",
    "妻の子",
)
RELATIONS += ("夫の母", "子の子", "子の妻", "縁故者", "同居人")
_DAY_RULE = {
    "validate": "date",
    "criteria": ">=",
    "value": datetime.date(2019, 5, 1),
    "error_title": "日付",
    "error_message": "令和元年5月1日以後の日付を入力してください。",
}
_NOTES = (
    "1. 受付番号ごとに、転入した方を1人1行で記入します。",
    "2. 転入日と届出日は日付で入力します（和暦で表示されます）。",
    "3. 生年月日は「昭和55年5月1日」のように文字で記入します。外国人住民は西暦で記入します。",
    "4. 氏名は住民票のとおりの文字で記入し、ふりがなを付けます。",
    "5. 届出日が転入日から14日を過ぎたものは色が付きます（住民基本台帳法第22条）。",
    "6. 印影欄は印刷してから押印します。図形を動かさないでください。",
)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One row of the ledger before it is numbered."""

    resident: Resident
    household: Household
    filed_on: datetime.date
    receipt_number: str
    note: str


def move_in_ledger(city: City) -> bytes:
    """The workbook with the city's latest movers; the same city gives the same bytes."""
    entries = _entries(city)
    made = io.BytesIO()
    workbook = xlsxwriter.Workbook(made, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    workbook.set_properties(
        {"title": SHEET, "author": f"{city.name}市民課", "created": datetime.datetime(2026, 4, 1, 8, 30)}  # noqa: DTZ001
    )
    styles = _styles(workbook)
    sheet = workbook.add_worksheet(SHEET)
    _write_head(sheet, styles, city)
    _write_rows(sheet, styles, entries)
    _write_rules(sheet, styles)
    _set_page(sheet)
    _write_notes(workbook.add_worksheet(NOTES_SHEET), styles)
    workbook.close()
    names = {person.name.full: person.name for e in entries for person in (e.resident, e.household.head)}
    return with_guides(made.getvalue(), names.values())


def _entries(city: City) -> list[LedgerEntry]:
    """The last to have moved in from elsewhere in Japan, oldest first."""
    moved = (
        (resident, household)
        for household in city.households()
        for resident in household.members
        if resident.moved_from is not None
    )
    latest = heapq.nlargest(
        EXISTING_ROWS, moved, key=lambda pair: (pair[0].became_resident_on, pair[0].number)
    )
    dice = Dice(f"ledger/{city.seed}")
    delays: dict[str, int] = {}
    entries = []
    for resident, household in reversed(latest):
        if household.number not in delays:
            delays[household.number] = dice.between(16, 40) if dice.chance(0.1) else dice.between(0, 13)
        place = list(delays).index(household.number) + 1
        entries.append(_entry(resident, household, delays[household.number], place))
    return entries


def _entry(resident: Resident, household: Household, delay: int, place: int) -> LedgerEntry:
    """The row of a resident whose household reported so many days after the move."""
    filed = resident.became_resident_on + datetime.timedelta(days=delay)
    year = fiscal_year(filed) - 2018
    note = "届出遅延・窓口 花子" if delay > 14 else "窓口 花子"
    return LedgerEntry(resident, household, filed, f"R{year}-{place * 37:06d}", note)


def _styles(workbook: xlsxwriter.Workbook) -> dict[str, Format]:
    """Every cell format, by name."""
    cell = {"font_name": "ＭＳ 明朝", "font_size": 10, "border": 1, "valign": "vcenter"}
    looks: dict[str, dict[str, object]] = {
        "text": {"shrink": True},
        "centre": {"align": "center", "shrink": True},
        "number": {"align": "right"},
        "date": {"align": "center", "num_format": ERA_FORMAT, "shrink": True},
        "heading": {"align": "center", "bold": True, "bg_color": "#DDEBF7", "font_name": "ＭＳ ゴシック"},
        "title": {"align": "left", "bold": True, "font_size": 18, "border": 0},
        "plain": {"border": 0},
        "late": {},
    }
    made = {name: workbook.add_format(cell | look) for name, look in looks.items() if name != "late"}
    return made | {"late": workbook.add_format({"bg_color": "#FFE699"})}


def _write_head(sheet: Worksheet, styles: dict[str, Format], city: City) -> None:
    """Title, count, stamp boxes and the two rows of merged headings."""
    sheet.merge_range("A1:I1", SHEET, styles["title"])
    sheet.merge_range("A2:D2", f"{city.name} 市民課（架空の市です）", styles["plain"])
    sheet.write("E2", "記入済みの人数", styles["plain"])
    count = f"=COUNTA(B{FIRST_ROW}:B{LAST_ROW})"
    sheet.write_formula("F2", count, styles["plain"], EXISTING_ROWS)
    for row, height in ((0, 34), (1, 34), (2, 6)):
        sheet.set_row(row, height)
    for place, officer in enumerate(("課長", "係長", "担当")):
        sheet.insert_textbox(0, 11, f"{officer}\n\n印", _stamp_box(place))
    top, bottom = (row - 1 for row in HEADING_ROWS)
    for letter, column in enumerate(COLUMNS):
        sheet.set_column(letter, letter, column.width)
        if not column.group:
            sheet.merge_range(top, letter, bottom, letter, column.heading, styles["heading"])
            continue
        sheet.write(bottom, letter, column.heading, styles["heading"])
        group = [place for place, other in enumerate(COLUMNS) if other.group == column.group]
        if letter == group[0]:
            sheet.merge_range(top, letter, top, group[-1], column.group, styles["heading"])
    sheet.write_comment("K5", "国外からの転入は国名を記入します。", {"author": "市民課"})


def _stamp_box(place: int) -> dict[str, object]:
    """One of the 印影欄, side by side over the headings."""
    return {
        "width": 80,
        "height": 84,
        "x_offset": 10 + place * 80,
        "y_offset": 3,
        "object_position": 3,
        "description": "印影欄",
        "align": {"horizontal": "center", "vertical": "top"},
        "font": {"name": "ＭＳ 明朝", "size": 9, "color": "#999999"},
        "line": {"color": "#000000", "width": 0.75},
    }


def _write_rows(sheet: Worksheet, styles: dict[str, Format], entries: Sequence[LedgerEntry]) -> None:
    """The rows in use, then free rows that only hold their format."""
    for row in range(FIRST_ROW - 1, LAST_ROW):
        place = row - FIRST_ROW + 1
        values = _values(place + 1, entries[place]) if place < len(entries) else [None] * len(COLUMNS)
        sheet.set_row(row, 20)
        for letter, (column, value) in enumerate(zip(COLUMNS, values, strict=True)):
            sheet.write(row, letter, value, styles[column.style])


def _values(number: int, entry: LedgerEntry) -> list[object]:
    """The cells of one row, in the order of `COLUMNS`."""
    resident = entry.resident
    birth = resident.birth_on
    born = f"{birth.year}年{birth.month}月{birth.day}日" if resident.foreign else show_era(birth)
    return [
        number,
        entry.receipt_number,
        resident.became_resident_on,
        entry.filed_on,
        resident.name.full,
        resident.name.full_kana,
        born,
        _SEXES[resident.sex],
        resident.relation,
        entry.household.address.full,
        resident.moved_from.full if resident.moved_from else "",
        entry.household.head.name.full,
        entry.note,
    ]


def _write_rules(sheet: Worksheet, styles: dict[str, Format]) -> None:
    """Validation of all rows, free ones too, and the colour of late reports."""
    first, last = FIRST_ROW - 1, LAST_ROW - 1
    letters = {column.heading: letter for letter, column in enumerate(COLUMNS)}
    relations = f"='{NOTES_SHEET}'!$B$12:$B${11 + len(RELATIONS)}"
    sheet.data_validation(first, letters["転入日"], last, letters["届出日"], _DAY_RULE)
    sheet.data_validation(
        first, letters["性別"], last, letters["性別"], {"validate": "list", "source": ["男", "女"]}
    )
    sheet.data_validation(
        first,
        letters["続柄"],
        last,
        letters["続柄"],
        {"validate": "list", "source": relations, "error_type": "warning"},
    )
    late = f'=AND($C{FIRST_ROW}<>"",$D{FIRST_ROW}-$C{FIRST_ROW}>14)'
    look = {"type": "formula", "criteria": late, "format": styles["late"]}
    sheet.conditional_format(first, letters["届出日"], last, letters["届出日"], look)


def _set_page(sheet: Worksheet) -> None:
    """Frozen headings, A4 across, headings on every printed page."""
    sheet.freeze_panes(FIRST_ROW - 1, 5)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.repeat_rows(HEADING_ROWS[0] - 1, HEADING_ROWS[1] - 1)
    sheet.print_area(0, 0, LAST_ROW - 1, len(COLUMNS) - 1)
    sheet.set_footer("&C&P / &N&R取扱注意")


def _write_notes(sheet: Worksheet, styles: dict[str, Format]) -> None:
    """The second sheet: how to fill the ledger, and the list 続柄 is chosen from."""
    sheet.set_column(0, 0, 4)
    sheet.set_column(1, 1, 70)
    sheet.set_row(0, 30)
    sheet.write("B1", NOTES_SHEET, styles["title"])
    for row, note in enumerate(_NOTES, start=2):
        sheet.write(row, 1, note, styles["plain"])
    sheet.write("B11", "続柄の一覧", styles["heading"])
    for row, relation in enumerate(RELATIONS, start=11):
        sheet.write(row, 1, relation, styles["text"])
