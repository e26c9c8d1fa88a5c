"""`kakazu up`: the whole suite in one process, with the sample city or an empty one."""

from __future__ import annotations

import json
import signal
import sys

import click
from waitress import create_server

from forms.rendering.press import Press
from office import extensions
from office.console import data_folder
from office.jobs.engine import JobEngine
from office.jobs.timetable import Timetable
from office.logs import set_up_logs
from office.platform import open_platform
from office.settings import load_settings
from office.web.application import create_app
from office.web.serving import OPTIONS


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), help="ポート番号（0は空いている番号）。")
@click.option("--empty", is_flag=True, help="お試しの「みほん市」を入れずに始めます。")
@click.option("--json", "as_json", is_flag=True, help="結果をJSONで出力します。")
def command(port: int | None, empty: bool, as_json: bool) -> None:
    """すべてを1つのプロセスで動かします。"""
    settings = load_settings(data_folder())
    if not empty and not settings.card_reader:
        # The sample city's people carry their cards with them.
        reader = next((one.sample_reader for one in extensions.extensions() if one.sample_reader), "")
        settings = settings.model_copy(update={"card_reader": reader})
    set_up_logs()
    platform = open_platform(settings, Press.beside_pages())
    if not empty:
        for extension in extensions.extensions():
            if extension.load_sample is not None:
                extension.load_sample(platform)
    engine = JobEngine(platform)
    engine.launch()
    timetable = Timetable(platform, engine)
    timetable.start()
    server = create_server(
        create_app(platform, engine),
        host=settings.host,
        port=settings.port if port is None else port,
        **OPTIONS,
    )
    address = f"http://{settings.host}:{server.effective_port}/"
    click.echo(
        json.dumps({"address": address})
        if as_json
        else f"準備ができました。ブラウザーで {address} を開いてください。（終わるときは Ctrl+C）"
    )
    # A process manager stops with SIGTERM; like Ctrl+C it must come by the closing checkpoint.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit())
    try:
        server.run()
    finally:
        engine.shutdown()
        timetable.stop()
        platform.press.close()
