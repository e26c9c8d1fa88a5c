"""`kakazu calendar preview`: every nominal date of every schedule, where it fell, why it moved."""

from __future__ import annotations

from datetime import date, datetime

import click

from office.calendar.preview import Foreseen, calendars_of, preview
from office.calendar.rolls import show_day
from office.console import Report, data_folder, reports
from office.errors import OfficeError
from office.jobs.installed import installed_jobs, schedules_of

_DAY = click.DateTime(["%Y-%m-%d"])


class BackwardRange(OfficeError):
    """The last day of a range lies before its first."""

    code = "backward-range"


@click.group()
def command() -> None:
    """業務の予定日を調べます。"""


@command.command("preview")
@click.option("--from", "from_on", type=_DAY, required=True, help="はじめの日（例 2026-04-01）。")
@click.option("--to", "to_on", type=_DAY, required=True, help="おわりの日。")
@reports
def preview_dates(from_on: datetime, to_on: datetime) -> Report:
    """予定日がいつになり、なぜ動いたかを一覧にします。"""
    first, last = from_on.date(), to_on.date()
    if last < first:
        raise BackwardRange("おわりの日が、はじめの日より前です。日付を入れ直してください。")
    jobs = installed_jobs()
    found = preview(schedules_of(jobs), first, last, calendars_of(data_folder()))
    titles = {key: job.title for key, job in jobs.items()}
    lines = [_line(each, titles[each.schedule]) for each in found]
    return Report([_data(each, titles[each.schedule]) for each in found], lines or ["予定はありません。"])


def _data(each: Foreseen, title: str) -> dict[str, object]:
    occurrence = each.occurrence
    return {
        "schedule": each.schedule,
        "title": title,
        "nominal_on": occurrence.nominal_on.isoformat(),
        "due_on": _iso(occurrence.due_on),
        "starts_on": _iso(occurrence.starts_on),
        "moved": occurrence.moved,
        "reason": occurrence.reason,
    }


def _line(each: Foreseen, title: str) -> str:
    occurrence = each.occurrence
    fell = (
        "行いません"
        if occurrence.due_on is None
        else f"{occurrence.due_on.year}年{show_day(occurrence.due_on)}"
    )
    words = f"{occurrence.nominal_on.isoformat()} → {fell}  {title}"
    return f"{words}  {occurrence.reason}" if occurrence.reason else words


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
