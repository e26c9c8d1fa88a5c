"""`kakazu register import`: a city's CSV comes in as a whole or not at all, and again without doubling."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from office.accounts.actor import Actor
from office.accounts.roles import Role
from office.cli import kakazu
from office.errors import NotPermitted
from office.platform import Platform
from office.records.models.residents import Household, Resident
from office.records.register_import import RegisterUnreadable, encoding_of, import_register
from samples.city import build
from samples.residents_csv import write_residents
from tests.support.ground import officer, opened

Change = Callable[[list[dict[str, str]]], None]


@pytest.fixture
def platform(tmp_path: Path, database_url: str) -> Iterator[Platform]:
    platform = opened(tmp_path / "data", database_url)
    yield platform
    platform.engine.dispose()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "residents.csv"
    write_residents(build(residents=60), path)
    return path


def rewrite(path: Path, change: Change, *, encoding: str = "utf-8", more: tuple[str, ...] = ()) -> None:
    with path.open(encoding="utf-8", newline="") as source:
        reader = csv.DictReader(source)
        rows, columns = list(reader), [*(reader.fieldnames or ()), *more]
    change(rows)
    with path.open("w", encoding=encoding, newline="", errors="replace") as target:
        writer = csv.DictWriter(target, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def taken_in(platform: Platform, file: Path) -> dict[str, object]:
    with platform.sessions() as session:
        outcome = import_register(session, Actor.console(), platform.vault, file)
        if not outcome.faults:
            session.commit()
        found = {name: getattr(outcome, name) for name in ("rows", "added", "changed", "unchanged", "left")}
        return found | {"faults": [str(one) for one in outcome.faults]}


def count(platform: Platform) -> int:
    with platform.sessions() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Resident)) or 0


def test_a_register_comes_in_and_comes_again(platform: Platform, file: Path) -> None:
    first = taken_in(platform, file)
    assert first == {"rows": 60, "added": 60, "changed": 0, "unchanged": 0, "left": 0, "faults": []}
    again = taken_in(platform, file)
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 60)

    def move(rows: list[dict[str, str]]) -> None:
        rows[0]["氏名"], rows[0]["氏名_フリガナ"] = "新姓 太郎", "シンセイ タロウ"
        del rows[-1]

    rewrite(file, move)
    third = taken_in(platform, file)
    assert (third["changed"], third["unchanged"], third["left"]) == (1, 58, 1)
    with platform.sessions() as session:
        one = session.scalars(sa.select(Resident).where(Resident.family == "新姓")).one()
        assert one.given_kana == "タロウ"
        sample = next(iter(build(residents=60).residents()))
        assert one.read_my_number(platform.vault) == sample.my_number
        home = session.get_one(Household, one.household_id)
        assert home.address["town"]
    assert count(platform) == 60


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_other_encodings_are_recognised(platform: Platform, file: Path, encoding: str) -> None:
    def plain(rows: list[dict[str, str]]) -> None:
        for row in rows:  # Shift_JIS has no 𠮷
            row["氏名"] = "".join(one if ord(one) < 0x10000 else "吉" for one in row["氏名"])

    rewrite(file, plain, encoding=encoding)
    assert encoding_of(file) == ("utf-8-sig" if encoding == "utf-8-sig" else "cp932")
    assert taken_in(platform, file)["faults"] == []
    assert count(platform) == 60


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("生年月日", "1980-02-30", "5行目 生年月日：日付ではありません"),
        ("生年月日", "", "5行目 生年月日：空です"),
        ("宛名番号", "", "5行目 宛名番号：空です"),
        ("氏名_フリガナ", "漢字", "5行目 氏名：フリガナに「漢」は使えません"),
        ("氏名", "見本\ue000 太郎", "5行目 氏名：読めない文字か外字（U+E000）"),
        ("住所_町字", "本〓町", "5行目 住所_町字：読めない文字か外字（U+3013）"),
        ("個人番号", "123456789012", "5行目 個人番号：個人番号の検査数字が合いません"),
        ("住所_郵便番号", "12", "5行目 住所_町字：郵便番号は7桁"),
        ("続柄表記", "あ" * 21, "5行目 続柄表記：20文字より長い"),
    ],
)
def test_a_bad_cell_is_named_and_nothing_is_written(
    platform: Platform, file: Path, column: str, value: str, told: str
) -> None:
    def spoil(rows: list[dict[str, str]]) -> None:
        rows[3][column] = value

    rewrite(file, spoil)
    faults = taken_in(platform, file)["faults"]
    assert isinstance(faults, list)
    assert any(one.startswith(told) for one in faults), faults
    assert count(platform) == 0


def test_rows_that_contradict_each_other_are_named(platform: Platform, file: Path) -> None:
    def contradict(rows: list[dict[str, str]]) -> None:
        rows[1]["宛名番号"] = rows[0]["宛名番号"]
        rows[3]["世帯番号"], rows[3]["住所_番地号表記"] = rows[2]["世帯番号"], "1-2-3"

    rewrite(file, contradict)
    faults = taken_in(platform, file)["faults"]
    assert isinstance(faults, list)
    assert any(one.startswith("3行目 宛名番号：2行目と同じ番号です") for one in faults)
    assert any(one.startswith("5行目 世帯番号：") and "住所が違います" in one for one in faults)
    assert count(platform) == 0


def test_only_the_latest_of_a_history_counts_and_protection_is_kept(platform: Platform, file: Path) -> None:
    def histories(rows: list[dict[str, str]]) -> None:
        rows.insert(0, {**rows[0], "最新フラグ": "0", "氏名": "旧姓 太郎"})
        rows[1]["支援措置"] = "1"

    rewrite(file, histories, more=("支援措置",))
    assert taken_in(platform, file)["added"] == 60
    with platform.sessions() as session:
        assert session.scalars(sa.select(Resident).where(Resident.protected)).one()
        assert session.scalar(sa.select(Resident).where(Resident.family == "旧姓")) is None


@pytest.mark.parametrize("content", [b"\x00\xff\xfe\x80\xfd", "氏名,住所\n見本,本町\n".encode(), b'"\n'])
def test_what_is_no_register_is_refused(platform: Platform, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.csv"
    path.write_bytes(content)
    with pytest.raises(RegisterUnreadable):
        taken_in(platform, path)


def test_only_the_console_imports(platform: Platform, file: Path) -> None:
    counter = officer(platform.sessions, "mado", Role.COUNTER, Role.BACK_OFFICE)
    with platform.sessions() as session, pytest.raises(NotPermitted):
        import_register(session, counter, platform.vault, file)


def test_the_command_tells_rows_and_writes_nothing_when_dry(tmp_path: Path, file: Path) -> None:
    data = tmp_path / "data"
    call = ["--data", str(data), "register", "import", str(file), "--json"]
    dry = CliRunner().invoke(kakazu, [*call, "--dry-run"], standalone_mode=False)
    found = json.loads(dry.output)
    assert (found["written"], found["rows"], found["added"]) == (False, 60, 60)
    done = json.loads(CliRunner().invoke(kakazu, call, standalone_mode=False).output)
    assert (done["written"], done["added"]) == (True, 60)

    def spoil(rows: list[dict[str, str]]) -> None:
        rows[0]["生年月日"] = "きのう"

    rewrite(file, spoil)
    bad = CliRunner().invoke(kakazu, call[:-1])
    assert bad.exit_code == 1
    assert "2行目 生年月日" in bad.output
    assert "何も取り込みませんでした" in bad.output
