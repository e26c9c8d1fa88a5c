"""`kakazu web`: the web pages alone (grown shape); workers and clocks are processes of their own."""

from __future__ import annotations

from pathlib import Path

import click
from gunicorn.app.base import BaseApplication

from office.console import data_folder
from office.settings import load_settings
from office.wsgi import make_app


class _Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with threads; each worker opens its own platform after the fork."""

    def __init__(self, data: Path, options: dict[str, object]) -> None:
        self.data, self.options = data, options
        super().__init__()

    def load_config(self) -> None:
        """Hand our options to gunicorn."""
        for key, value in self.options.items():
            self.cfg.set(key, value)

    def load(self) -> object:
        """The application of one worker process."""
        return make_app(self.data)


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="待ち受ける場所。")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="プロセスの数。")
@click.option("--json", "as_json", is_flag=True, help="ログをJSONで出力します（いつもJSONです）。")
def command(bind: str, workers: int, as_json: bool) -> None:
    """画面だけを動かします（前にリバースプロキシーを置いてください）。"""
    load_settings(data_folder())  # a bad setting is told here, once, not by every worker
    _Server(data_folder(), {"bind": bind, "workers": workers, "threads": 8, "worker_class": "gthread"}).run()
