"""`kakazu preentry`: the page at home as a process of its own, which needs the city's public key only."""

from __future__ import annotations

from pathlib import Path

import click
from waitress import serve

from forms.catalogue import load_catalogue
from forms.pre_entry import key_text, read_key
from office.console import data_folder
from office.logs import set_up_logs
from office.records.preentries import private_key
from office.settings import load_settings
from office.web.preentry.desk import Desk
from office.web.preentry.site import create_site
from office.web.serving import OPTIONS


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8100, show_default=True, help="ポート番号。")
@click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="市の公開鍵のファイル（--public-key で書き出したもの）。",
)
@click.option("--public-key", is_flag=True, help="市の公開鍵を表示して終わります（庁内の機械で使います）。")
def command(port: int, key: Path | None, public_key: bool) -> None:
    """家で入力するページだけを動かします。データベースも秘密鍵も要りません。

    庁内の機械で kakazu preentry --public-key > city.pub とし、city.pub だけを公開用の機械に置いて
    kakazu preentry --key city.pub --port 8100 で始めます。
    """
    settings = load_settings(data_folder())
    if public_key:
        click.echo(key_text(private_key(settings.keys_folder).public_key()))
        return
    if key is None:
        raise click.UsageError("--key に市の公開鍵のファイルを指定してください。")
    set_up_logs()
    desk = Desk(
        load_catalogue(),
        read_key(key.read_text(encoding="ascii", errors="replace")),
        settings.municipality,
        settings.municipality_code,
        settings.pre_entry_days,
    )
    click.echo(f"準備ができました。http://{settings.host}:{port}/pre-entry/ （終わるときは Ctrl+C）")
    serve(create_site(desk, https=settings.https), host=settings.host, port=port, **OPTIONS)
