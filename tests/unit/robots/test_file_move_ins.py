"""The robot that files move-ins: what it writes, what it leaves alone, when it stops for a person."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from office.jobs.models import RunState
from robots.connectors.workbook.edits import CellEdit
from robots.connectors.workbook.package import Package
from robots.connectors.workbook.reading import diff
from robots.connectors.workbook.writing import write
from samples.ledgers import FIRST_ROW, SHEET
from tests.support.robots import FAMILY, RobotCity, ledger_bytes, person

KEY = "file_move_ins"


@pytest.fixture
def city(tmp_path: Path) -> RobotCity:
    return RobotCity(tmp_path / "data")


def filled(path: Path) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(path)[SHEET]
    rows = ([cell.value for cell in row] for row in sheet.iter_rows(min_row=FIRST_ROW))
    return [row for row in rows if row[1] is not None]


def set_cell(city: RobotCity, cell: str, value: str) -> None:
    write(city.ledger, lambda _: [CellEdit(SHEET, cell, value)], city.ledger.parent / "控え")


def test_a_family_is_filed_one_row_each_in_their_order(city: RobotCity) -> None:
    before = filled(city.ledger)
    city.move_in()
    run = city.run(KEY)
    assert (run.state, run.message, run.counts.get("changes")) == (RunState.DONE, "", 4)
    rows = filled(city.ledger)
    assert rows[: len(before)] == before
    assert [row[4] for row in rows[len(before) :]] == ["山田 太郎", "山田 花子", "山田 さくら", "山田 𠮷彦"]
    last = rows[-1]
    assert last[0] == rows[-2][0] + 1
    assert last[1] == "R8-000201"
    assert [d.date() for d in last[2:4]] == [datetime.date(2026, 4, 1), datetime.date(2026, 4, 6)]
    assert last[5:10] == ["ヤマダ ヨシヒコ", "令和6年2月29日", "男", "子", "みほん県みほん市北町3-4-5"]
    assert last[11:] == ["山田 太郎", "ロボット"]


def test_each_item_says_who_where_and_what(city: RobotCity) -> None:
    application = city.move_in()
    run = city.run(KEY)
    (item, *_) = [one for one in city.items(run) if "太郎" in one.label]
    assert (item.subject, item.label, item.state.value) == (application, "R8-000201 山田 太郎", "done")
    assert item.anchor == "R8-000201 ヤマダ タロウ 1985-05-01"
    row = int(item.place.removeprefix(f"{SHEET}!"))
    assert openpyxl.load_workbook(city.ledger)[SHEET].cell(row, 5).value == "山田 太郎"
    before, after = item.read_evidence(city.platform.vault)
    assert before is None
    assert after is not None
    assert "生年月日: 昭和60年5月1日" in after


def test_a_second_run_writes_nothing(city: RobotCity) -> None:
    city.move_in()
    city.run(KEY)
    once = city.ledger.read_bytes()
    again = city.run(KEY)
    assert (again.state, again.counts["changes"]) == (RunState.DONE, 0)
    assert {state for _, state in city.states(again)} == {"skipped"}
    assert city.ledger.read_bytes() == once


def test_a_dry_run_shows_and_writes_nothing(city: RobotCity) -> None:
    city.move_in()
    before = sorted((path, path.stat().st_mtime_ns) for path in city.ledger.parent.rglob("*"))
    run = city.run(KEY, dry_run=True)
    assert (run.state, run.counts["changes"]) == (RunState.DONE, 0)
    assert sorted((path, path.stat().st_mtime_ns) for path in city.ledger.parent.rglob("*")) == before
    assert [state for _, state in city.states(run)] == ["planned"] * 4
    item = city.items(run)[0]
    assert item.place.startswith(f"{SHEET}!")
    assert "受付番号: R8-000201" in (item.read_evidence(city.platform.vault)[1] or "")
    city.run(KEY)
    assert city.items(city.run(KEY, dry_run=True))[0].state.value == "skipped"


def test_a_later_day_does_not_list_what_was_filed(city: RobotCity) -> None:
    city.move_in()
    city.run(KEY)
    tomorrow = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=2)
    assert city.states(city.run(KEY, nominal_on=tomorrow)) == []


def test_only_the_cells_of_the_family_differ(city: RobotCity) -> None:
    city.move_in()
    city.run(KEY)
    found = diff(Package.parse(city.ledger, ledger_bytes()), Package.open(city.ledger))
    rows = {int("".join(filter(str.isdigit, change.cell))) for change in found}
    # Row 2 holds the count of people: its old result is gone, and whoever opens the ledger counts anew.
    assert {change.cell for change in found if change.after is None} == {"F2"}
    assert len(rows - {2}) == 4
    assert all(change.before is None and change.sheet == SHEET for change in found if change.cell != "F2")


@pytest.mark.parametrize(
    ("member", "says"),
    [
        (("山田", "太郎", "", "", "1985-05-01", "male", "世帯主"), "フリガナがありません"),
        (("山田", "太郎", "ヤマダ", "タロウ", "", "male", "世帯主"), "生年月日がありません"),
    ],
)
def test_a_person_without_an_anchor_goes_to_a_person_and_the_others_are_filed(
    city: RobotCity, member: tuple[str, ...], says: str
) -> None:
    record = [person(*member), *(person(*one) for one in FAMILY[1:])]
    city.move_in(members=record)
    run = city.run(KEY)
    assert sorted(state for _, state in city.states(run)) == ["business", "done", "done", "done"]
    (stopped,) = [item for item in city.items(run) if item.state.value == "business"]
    assert says in stopped.message
    assert city.run(KEY).counts["changes"] == 0


def test_a_person_written_twice_goes_to_a_person(city: RobotCity) -> None:
    city.move_in(family=[FAMILY[0], FAMILY[0], FAMILY[1]])
    run = city.run(KEY)
    assert sorted(state for _, state in city.states(run)) == ["business", "business", "done"]


def test_twins_are_two_people(city: RobotCity) -> None:
    born = ("2024-02-29", "male", "子")
    twins = [("山田", "一", "ヤマダ", "ハジメ", *born), ("山田", "二", "ヤマダ", "フタ", *born)]
    city.move_in(family=[FAMILY[0], *twins])
    assert city.run(KEY).counts["changes"] == 3
    assert city.run(KEY).counts["changes"] == 0


def test_an_entry_that_is_nearly_the_same_stops_that_person(city: RobotCity) -> None:
    """Another birth date at the same number and reading: the row may be somebody else's."""
    city.move_in(family=FAMILY[:1])
    city.run(KEY)
    row = city.items(city.run(KEY))[0].place.rpartition("!")[2]
    set_cell(city, f"G{row}", "昭和60年5月2日")
    before = city.ledger.read_bytes()
    run = city.run(KEY)
    (item,) = city.items(run)
    assert item.state.value == "business"
    assert f"台帳の{row}行目に、よく似た人がいます" in item.message
    assert city.ledger.read_bytes() == before


def test_a_different_value_already_filed_is_named(city: RobotCity) -> None:
    city.move_in(family=FAMILY[:1])
    city.run(KEY)
    row = city.items(city.run(KEY))[0].place.rpartition("!")[2]
    set_cell(city, f"J{row}", "みほん県みほん市南町1")
    (item,) = city.items(city.run(KEY))
    assert (item.state.value, item.message) == (
        "business", "すでに台帳にあり、新住所 が違います。どちらが正しいか確かめてください。"
    )  # fmt: skip


def test_an_open_ledger_stops_the_run_until_it_is_closed(city: RobotCity) -> None:
    city.move_in()
    lock = city.ledger.with_name(f".~lock.{city.ledger.name}#")
    lock.write_text("山田,jimu01,pc-7,21.11.2026 10:00,x;", encoding="utf-8")
    before = city.ledger.read_bytes()
    run = city.run(KEY)
    assert run.state is RunState.WAITING
    assert "山田さんが開いています" in run.message
    assert city.ledger.read_bytes() == before
    lock.unlink()
    run = city.resume(run.id)
    assert (run.state, run.counts["changes"]) == (RunState.DONE, 4)


def test_a_missing_heading_or_ledger_stops_the_run(city: RobotCity) -> None:
    city.move_in()
    set_cell(city, "F5", "よみ")
    run = city.run(KEY)
    assert run.state is RunState.WAITING
    assert "見出し「フリガナ」がありません" in run.message
    city.ledger.unlink()
    assert "置いてから再開してください" in city.resume(run.id).message


def test_a_moved_column_is_followed(city: RobotCity) -> None:
    """Columns are found by heading: F and G exchanged, everything lands where it belongs."""
    letters = {"F5": "生年月日", "G5": "フリガナ"}
    for cell, heading in letters.items():
        set_cell(city, cell, heading)
    city.move_in(family=FAMILY[:1])
    city.run(KEY)
    assert filled(city.ledger)[-1][5:7] == ["昭和60年5月1日", "ヤマダ タロウ"]


def test_a_changed_application_is_not_written_under_the_old_anchor(city: RobotCity) -> None:
    application = city.move_in(family=FAMILY[:1])
    lock = city.ledger.with_name(f"~${city.ledger.name}")
    lock.touch()
    run = city.run(KEY)
    changed = person("山田", "太郎", "ヤマダ", "タロウ", "1985-05-11", "male", "世帯主")
    city.change(application, members=[changed])
    lock.unlink()
    before = city.ledger.read_bytes()
    run = city.resume(run.id)
    assert city.ledger.read_bytes() == before
    assert run.state is not RunState.DONE or city.states(run) == [("山田 太郎", "business")]


def test_foreign_residents_have_their_birth_date_in_the_western_calendar(city: RobotCity) -> None:
    smith = ("SMITH", "JOHN", "スミス", "ジョン", "1990-05-01", "male", "世帯主")
    application = city.move_in(family=[smith])
    city.change(application, **{"foreign.people": [{"name": person(*smith)["name"]}]})
    city.run(KEY)
    assert filled(city.ledger)[-1][4:7] == ["SMITH JOHN", "スミス ジョン", "1990年5月1日"]
