"""`kakazu clock`: the process that requests scheduled runs (grown shape); several at once are harmless."""

from __future__ import annotations

import json

import click

from office.console import data_folder
from office.jobs.engine import JobEngine
from office.jobs.signals import StopSignal
from office.jobs.timetable import Timetable
from office.logs import set_up_logs
from office.platform import open_platform
from office.settings import load_settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出力します。")
def command(as_json: bool) -> None:
    """予定日に実行を申し込むプロセスを動かします。"""
    settings = load_settings(data_folder())
    set_up_logs()
    stop = StopSignal()
    platform = open_platform(settings)
    timetable = Timetable(platform, JobEngine(platform))
    timetable.start()
    ready = {"state": "ready", "schedules": sorted(timetable.schedules)}
    click.echo(json.dumps(ready) if as_json else "準備ができました。（終わるときは Ctrl+C）")
    stop.wait()
    timetable.stop()
