"""What stands in invented paper ledgers: registers of people, payment lists and cash books, from a seed.

`samples.ledger_pages` draws them. The rows are the truth a reader is measured against: of every cell the text
as it is written (〃 where it repeats the row above) and the value it means.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from forms.values.dates import show_era
from samples.banks import branches
from samples.city import build
from samples.dice import Dice
from samples.people import Resident
from samples.towns import home

Value = str | int | None
_FIRST_DAY = date(2026, 4, 1)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a ledger: `share` of the width, where it is aligned, the heading over it and others."""

    key: str
    heading: str
    kind: str
    share: float
    align: str = "left"
    group: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What is written in a cell and what it means; `ditto` where it repeats the cell above."""

    text: str = ""
    value: Value = None
    ditto: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a ledger. `kind`: entry, subtotal, carried_in, carried_out, total or blank."""

    kind: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of ledger: columns, what one entry holds, columns that are added up, those with ditto marks."""

    key: str
    title: str
    columns: tuple[Column, ...]
    entry: Callable[[Dice, int, date], dict[str, Cell]]
    landscape: bool = True
    summed: tuple[str, ...] = ()
    repeats: tuple[str, ...] = ()
    labelled: str = ""

    def place(self, key: str) -> int:
        """The place of a column."""
        return [column.key for column in self.columns].index(key)


def yen(amount: int, sign: str = "△") -> str:
    """An amount as ledgers write it: thousands parted, negative ones with a triangle."""
    return f"{sign if amount < 0 else ''}{abs(amount):,}"


@functools.cache
def _residents() -> tuple[Resident, ...]:
    """Residents whose names every face can print."""
    return tuple(
        one
        for one in build(seed=7, residents=1500).residents()
        if one.foreign is None and all("　" < letter < "\ufa70" for letter in one.name.full if letter != " ")
    )


def _person(dice: Dice) -> Resident:
    return dice.pick(_residents())


def _short(day: date) -> str:
    return f"R{day.year - 2018}.{day.month}.{day.day}"


def _telephone(dice: Dice) -> str:
    if dice.chance(0.5):
        return f"090-{dice.between(1000, 9999)}-{dice.between(1000, 9999)}"
    return f"0{dice.between(11, 99)}-{dice.between(100, 999)}-{dice.between(1000, 9999)}"


def _of_person(one: Resident, number: int) -> dict[str, Cell]:
    return {
        "number": Cell(str(number), str(number)),
        "name": Cell(one.name.full, one.name.full),
        "kana": Cell(one.name.full_kana, one.name.full_kana),
    }


def _payment(dice: Dice, number: int, day: date) -> dict[str, Cell]:
    one = _person(dice)
    amount = dice.pick((10_000, 15_000, 30_000, 45_000)) * dice.between(1, 4) + dice.pick((0, 0, 250, 1_480))
    amount = -amount if dice.chance(0.06) else amount
    paid = day + timedelta(days=14)
    kind = dice.pick(("児童手当", "出産育児", "葬祭費", "医療費助成"))
    note = dice.pick(("", "", "", "口座変更", "窓口払", "返納分", "再交付"))
    return _of_person(one, number) | {
        "filed_on": Cell(_short(day), day.isoformat()),
        "type": Cell(kind, kind),
        "amount": Cell(yen(amount), amount),
        "paid_on": Cell(_short(paid), paid.isoformat()),
        "note": Cell(note, note or None),
    }


def _resident(dice: Dice, number: int, day: date) -> dict[str, Cell]:
    one, address, telephone = _person(dice), home(dice), _telephone(dice)
    written = f"{address.town}{address.block}"
    note = dice.pick(("", "", "", "転入", "転居", "世帯分離", "要連絡"))
    return _of_person(one, number) | {
        "birth_on": Cell(show_era(one.birth_on), one.birth_on.isoformat()),
        "address": Cell(written, written),
        "phone": Cell(telephone, telephone),
        "filed_on": Cell(_short(day), day.isoformat()),
        "note": Cell(note, note or None),
    }


def _allowance(dice: Dice, number: int, day: date) -> dict[str, Cell]:
    one = _person(dice)
    base, more = 10_000 * dice.between(1, 6), dice.pick((0, 0, 5_000, 15_000))
    back = -dice.pick((0, 0, 0, 1_500, 5_000))
    code = f"{dice.between(10_000_000, 99_999_999)}"
    return _of_person(one, number) | {
        "code": Cell(code, code),
        "base": Cell(yen(base), base),
        "more": Cell(yen(more), more),
        "back": Cell(yen(back) if back else "", back or None),
        "sum": Cell(yen(base + more + back), base + more + back),
    }


def _transfer(dice: Dice, number: int, day: date) -> dict[str, Cell]:
    branch, kind = dice.pick(branches()), dice.pick(("普通", "普通", "普通", "当座"))
    account = f"{dice.between(1_000_000, 9_999_999)}"
    amount = dice.pick((5_000, 10_000, 15_000, 30_000)) * dice.between(1, 4) + dice.pick((0, 0, 480))
    return _of_person(_person(dice), number) | {
        "bank": Cell(branch.bank_code, branch.bank_code),
        "branch": Cell(branch.branch_code, branch.branch_code),
        "kind": Cell(kind, kind),
        "account": Cell(account, account),
        "amount": Cell(yen(amount), amount),
    }


def _cash(dice: Dice, number: int, day: date) -> dict[str, Cell]:
    income = dice.chance(0.45)
    amount = dice.between(3, 900) * 100 + dice.pick((0, 0, 50, 80))
    what = dice.pick(("証明手数料", "コピー代", "郵便切手", "消耗品費", "施設使用料", "講師謝礼", "駐車料金"))
    whom = dice.pick(("市民課", "総務課", "郵便局", "みほん商店", "公民館", "教育委員会"))
    return {
        "number": Cell(str(number), str(number)),
        "day": Cell(f"{day.month}/{day.day}", f"{day.month}/{day.day}"),
        "what": Cell(what, what),
        "whom": Cell(whom, whom),
        "income": Cell(yen(amount), amount) if income else Cell(),
        "outgo": Cell() if income else Cell(yen(amount), amount),
        "balance": Cell(),
        "note": Cell(note := dice.pick(("", "", "", "領収書あり", "立替", "現金")), note or None),
    }


_NUMBER = Column("number", "番号", "serial", 5, "right")
_NAME = Column("name", "氏名", "name", 15)
_KANA = Column("kana", "フリガナ", "kana", 18)
_NOTE = Column("note", "備考", "text", 13)

LAYOUTS = {
    one.key: one
    for one in (
        Layout(
            "payments",
            "給付金支払一覧表",
            (
                _NUMBER,
                Column("filed_on", "受付日", "date", 11, "centre"),
                _NAME,
                _KANA,
                Column("type", "区分", "text", 13),
                Column("amount", "支給額", "amount", 14, "right"),
                Column("paid_on", "支払日", "date", 11, "centre"),
                _NOTE,
            ),
            _payment,
            summed=("amount",),
            repeats=("filed_on", "type", "paid_on"),
            labelled="name",
        ),
        Layout(
            "residents",
            "届出人名簿",
            (
                replace(_NUMBER, heading="No."),
                _NAME,
                _KANA,
                Column("birth_on", "生年月日", "date", 17, "centre"),
                Column("address", "住所", "address", 26),
                Column("phone", "電話番号", "telephone", 15),
                Column("filed_on", "届出日", "date", 11, "centre"),
                _NOTE,
            ),
            _resident,
            repeats=("address", "filed_on"),
        ),
        Layout(
            "allowances",
            "手当支給台帳",
            (
                _NUMBER,
                Column("code", "宛名番号", "number", 12, "centre"),
                _NAME,
                _KANA,
                Column("base", "基本額", "amount", 12, "right", "支給額"),
                Column("more", "加算額", "amount", 11, "right", "支給額"),
                Column("back", "返納額", "amount", 11, "right", "支給額"),
                Column("sum", "差引支給額", "amount", 14, "right"),
            ),
            _allowance,
            landscape=False,
            summed=("base", "more", "back", "sum"),
            labelled="name",
        ),
        Layout(
            "cash",
            "現金出納簿",
            (
                Column("day", "月日", "day", 8, "centre"),
                _NUMBER,
                Column("what", "摘要", "text", 18),
                Column("whom", "相手方", "text", 16),
                Column("income", "収入金額", "amount", 14, "right"),
                Column("outgo", "支出金額", "amount", 14, "right"),
                Column("balance", "差引残高", "amount", 14, "right"),
                _NOTE,
            ),
            _cash,
            landscape=False,
            summed=("income", "outgo"),
            repeats=("day",),
            labelled="what",
        ),
    )
}


TRANSFERS = Layout(
    "transfers",
    "給付金振込依頼一覧表",
    (
        _NUMBER,
        _NAME,
        _KANA,
        Column("bank", "金融機関コード", "number", 14, "centre"),
        Column("branch", "支店コード", "number", 11, "centre"),
        Column("kind", "種別", "text", 8, "centre"),
        Column("account", "口座番号", "number", 13, "centre"),
        Column("amount", "振込額", "amount", 14, "right"),
    ),
    _transfer,
    summed=("amount",),
    labelled="name",
)
"""A list with the accounts of its payees, from which payments can be made."""

ALL_LAYOUTS = LAYOUTS | {TRANSFERS.key: TRANSFERS}


def pages_of_rows(layout: Layout, seed: int, pages: int, lines: int) -> tuple[tuple[Row, ...], ...]:
    """The rows of each page, `lines` of them, totals carried from page to page; blank ones end the last."""
    dice = Dice(f"paper ledger {layout.key} {seed}")
    made, number, day = [], 1 if pages > 1 or dice.chance(0.6) else dice.between(2, 900), _FIRST_DAY
    day += timedelta(days=dice.between(0, 200))
    carried = dict.fromkeys(layout.summed, 0)
    balance = dice.between(100, 900) * 1000
    for page in range(1, pages + 1):
        rows = [_totals(layout, "carried_in", dice, carried)] if layout.summed and page > 1 else []
        room = lines - len(rows) - (2 if layout.summed else 0)
        room -= dice.between(0, 3) if page == pages else 0
        entries = []
        for _ in range(room):
            cells = layout.entry(dice, number, day)
            balance += _amount(cells, "income") - _amount(cells, "outgo")
            if "balance" in cells:
                cells["balance"] = Cell(yen(balance), balance)
            entries.append(cells)
            number += 1
            day += timedelta(days=dice.pick((0, 0, 0, 1, 3)))
        rows += _written(layout, entries, dice)
        if layout.summed:
            sums = {key: sum(_amount(one, key) for one in entries) for key in layout.summed}
            carried = {key: carried[key] + sums[key] for key in layout.summed}
            rows.append(_totals(layout, "subtotal", dice, sums))
            rows.append(_totals(layout, "total" if page == pages else "carried_out", dice, carried))
        blank = Row("blank", tuple(Cell() for _ in layout.columns))
        made.append((*rows, *[blank] * (lines - len(rows))))
    return tuple(made)


def _amount(cells: dict[str, Cell], key: str) -> int:
    value = cells[key].value if key in cells else 0
    return value if isinstance(value, int) else 0


_LABELS = {
    "subtotal": ("小計", "頁計", "計"),
    "carried_in": ("前頁繰越", "前頁より繰越"),
    "carried_out": ("次頁繰越", "次頁へ繰越"),
    "total": ("合計",),
}


def _totals(layout: Layout, kind: str, dice: Dice, sums: dict[str, int]) -> Row:
    label = dice.pick(_LABELS[kind])
    written = {layout.labelled: Cell(label, label)}
    written |= {key: Cell(yen(value), value) for key, value in sums.items()}
    return Row(kind, tuple(written.get(column.key, Cell()) for column in layout.columns))


def _written(layout: Layout, entries: Sequence[dict[str, Cell]], dice: Dice) -> list[Row]:
    """The entries as rows, with a ditto mark where a value repeats (and now and then written out)."""
    mark = dice.pick(("〃", "〃", "同上"))
    rows: list[Row] = []
    for place, entry in enumerate(entries):
        cells = dict(entry)
        for key in layout.repeats if place else ():
            same = entries[place - 1][key].value == entry[key].value and entry[key].value is not None
            if same and dice.chance(0.7):
                cells[key] = Cell(mark, entry[key].value, ditto=True)
        rows.append(Row("entry", tuple(cells[column.key] for column in layout.columns)))
    return rows
