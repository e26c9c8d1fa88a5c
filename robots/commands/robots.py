"""`kakazu robots list|show|run NAME`: the robots, and one of them run now."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import click

from office.accounts.actor import Actor
from office.calendar.preview import calendars_of
from office.console import Report, data_folder, reports
from office.jobs.engine import JobEngine
from office.jobs.models import Run, RunState
from office.platform import Platform, open_platform
from office.settings import load_settings
from robots.console.words import ITEM_STATES, STATES
from robots.discovery import catalogue, robot
from robots.robot import Robot, next_due
from robots.run import items_of

_OPEN = (RunState.QUEUED, RunState.RUNNING)
_POLL_SECONDS = 0.1


@click.group("robots")
def command() -> None:
    """ロボットの一覧と実行です。"""


@command.command("list")
@reports
def list_robots() -> Report:
    """ロボットと次の予定日を示します。"""
    calendars = calendars_of(data_folder())
    rows = [{"name": one.key, "title": one.title, "next": next_due(one, calendars)} for one in catalogue()]
    lines = [f"{row['name']}  {row['title']}（次の予定 {row['next'] or 'なし'}）" for row in rows]
    return Report(rows, lines)


@command.command("show")
@click.argument("name")
@reports
def show_robot(name: str) -> Report:
    """1つのロボットの仕事、工程、指定できることを示します。"""
    found = robot(name)
    platform = open_platform(load_settings(data_folder()))
    data = {
        "name": found.key,
        "title": found.title,
        "duty": found.duty,
        "schedule": found.schedule.rule.words if found.schedule else None,
        "steps": [step.title for step in found.steps],
        "parameters": {one.name: one.title for one in found.parameters},
        "notices": found.notices(platform),
    }
    lines = [
        f"{found.title}（{found.key}）",
        found.duty,
        "工程: " + " → ".join(step.title for step in found.steps),
    ]
    lines += [f"指定: {one.name}　{one.title}" for one in found.parameters]
    return Report(data, [*lines, *found.notices(platform)])


@command.command("run")
@click.argument("name")
@click.option("--dry-run", is_flag=True, help="何が変わるかを示すだけで、書きません。")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="ロボットへの指定。")
@click.option("--wait", type=float, default=600.0, show_default=True, help="終わりを待つ秒数。")
@reports
def run_robot(name: str, dry_run: bool, settings: Sequence[str], wait: float) -> Report:
    """ロボットを今すぐ実行し、終わるまで待ちます。"""
    found = robot(name)
    parameters = dict(each.split("=", 1) for each in settings if "=" in each)
    platform = open_platform(load_settings(data_folder()))
    engine = JobEngine(platform)
    engine.launch()
    try:
        with platform.sessions.begin() as session:
            run_id = engine.enqueue(session, Actor.console(), name, dry_run=dry_run, parameters=parameters)
        _wait(platform, run_id, wait)
    finally:
        engine.shutdown()
    return report(platform, found, run_id)


def report(platform: Platform, found: Robot, run_id: str) -> Report:
    """What became of a run; wrong unless it is done and no item waits for a person."""
    with platform.sessions() as session:
        run = session.get_one(Run, run_id)
        items = items_of(session, run_id)
        rows = [_item(platform, item) for item in items]
    state, changes = run.state.value, run.counts.get("changes", 0)
    lines = [f"{found.title}：{STATES[state][0]}{'（試し実行）' if run.dry_run else ''}　変更 {changes}件"]
    lines += [run.message] if run.message else []
    for row in rows:
        what = f"{ITEM_STATES[row['state']][0]}　{row['label']}　{row['place']}　{row['message']}"
        lines += [what.rstrip(), *(f"    {line}" for line in row["after"].splitlines() if run.dry_run)]
    notices = found.notices(platform)
    data = {
        "run": run_id,
        "state": state,
        "dry_run": run.dry_run,
        "message": run.message,
        "changes": changes,
        "counts": run.counts,
        "items": rows,
        "notices": notices,
    }
    wrong = run.state is not RunState.DONE or any(row["state"] in ("business", "failed") for row in rows)
    return Report(data, [*lines, *notices], wrong=wrong)


def _item(platform: Platform, item: Any) -> dict[str, str]:
    before, after = item.read_evidence(platform.vault)
    return {
        "label": item.label,
        "state": item.state.value,
        "message": item.message,
        "anchor": item.anchor,
        "place": item.place,
        "before": before or "",
        "after": after or "",
    }


def _wait(platform: Platform, run_id: str, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with platform.sessions() as session:
            if session.get_one(Run, run_id).state not in _OPEN:
                return
        time.sleep(_POLL_SECONDS)
