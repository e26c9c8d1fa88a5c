"""`kakazu worker`: a process that executes runs (grown shape); stops cleanly on SIGTERM."""

from __future__ import annotations

import json

import click

from office.console import data_folder
from office.jobs.engine import JobEngine
from office.jobs.signals import StopSignal
from office.logs import set_up_logs
from office.platform import open_platform
from office.settings import load_settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出力します。")
def command(as_json: bool) -> None:
    """ロボットの実行だけを受け持つプロセスを動かします。"""
    settings = load_settings(data_folder())
    set_up_logs()
    stop = StopSignal()
    engine = JobEngine(open_platform(settings))
    engine.launch()
    ready = {"state": "ready", "threads": settings.job_threads}
    click.echo(json.dumps(ready) if as_json else "準備ができました。（終わるときは Ctrl+C）")
    stop.wait()
    engine.shutdown()
