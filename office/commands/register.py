"""`kakazu register import`: take in a city's register from CSV."""

from __future__ import annotations

from pathlib import Path

import click

from office.accounts.actor import Actor
from office.console import Report, data_folder, reports
from office.platform import open_platform
from office.records.register_import import MOST_FAULTS, Outcome, import_register
from office.settings import load_settings


@click.group()
def command() -> None:
    """住民の台帳（住民基本台帳の写し）を扱います。"""


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="確かめるだけで、台帳には書きません。")
@reports
def import_(file: Path, dry_run: bool) -> Report:
    """基本データリストの列名のCSVを取り込みます（UTF-8かShift_JIS）。1か所でも誤りがあれば何も書きません。"""
    platform = open_platform(load_settings(data_folder()))
    with platform.sessions() as session:
        outcome = import_register(session, Actor.console(), platform.vault, file)
        if not outcome.faults and not dry_run:
            session.commit()
    return Report(_data(outcome, dry_run), _lines(outcome, dry_run), wrong=bool(outcome.faults))


def _data(outcome: Outcome, dry_run: bool) -> dict[str, object]:
    counts = {
        name: getattr(outcome, name)
        for name in ("rows", "households", "added", "changed", "unchanged", "passed_over", "left")
    }
    faults = [{"row": one.row, "column": one.column, "message": one.message} for one in outcome.faults]
    written = not dry_run and not outcome.faults
    return {"written": written, **counts, "faults": faults, "more_faults": outcome.more_faults}


def _lines(outcome: Outcome, dry_run: bool) -> list[str]:
    if outcome.faults:
        more = f"ほか{outcome.more_faults}か所（はじめの{MOST_FAULTS}か所だけを出しています）"
        return [
            *map(str, outcome.faults),
            *([more] if outcome.more_faults else []),
            "誤りがあるため、何も取り込みませんでした。直して、もう一度取り込んでください。",
        ]
    done = "取り込めます（まだ書いていません）" if dry_run else "取り込みました"
    return [
        f"{outcome.rows}人・{outcome.households}世帯を{done}。",
        f"新しい方 {outcome.added}人、変わった方 {outcome.changed}人、同じ方 {outcome.unchanged}人。",
        f"古い履歴として読み飛ばした行 {outcome.passed_over}行。",
        f"台帳にあってファイルにない方 {outcome.left}人（そのまま残しました）。",
    ]
