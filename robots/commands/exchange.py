"""`kakazu exchange list` and `kakazu exchange check FILE`: files of other bodies and their layouts."""

from __future__ import annotations

from pathlib import Path

import click

from office.console import Report, reports
from robots.exchanges.zengin.layout import KINDS, load_layout
from robots.exchanges.zengin.reading import BankFile, ReadGroup, read_file


@click.group("exchange")
def command() -> None:
    """ほかの機関とやり取りするファイルを調べます。"""


@command.command("list")
@reports
def list_exchanges() -> Report:
    """扱えるファイルの種類を示します。"""
    layouts = [load_layout(key) for key in KINDS]
    data = [{"name": one.key, "title": one.title, "kind": one.kind, "bytes": one.length} for one in layouts]
    lines = [f"{one.key}  {one.title}（全銀、種別{one.kind}、{one.length}バイト）" for one in layouts]
    return Report(data, lines)


@command.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@reports
def check_exchange(file: Path) -> Report:
    """全銀ファイルの形・合計・文字を確かめます。受け取れないファイルは理由を示して断ります。"""
    found = read_file(file.read_bytes())
    groups = [_group(found, group) for group in found.groups]
    lines = [f"{file.name}：{found.layout.title}（CRLF{'あり' if found.separated else 'なし'}）"]
    lines += [f"{each['client']}　{each['count']:,}件　{each['total']:,}円" for each in groups]
    lines += [f"要確認：{finding}。" for finding in found.findings] or ["形・合計・文字に問題はありません。"]
    data = {
        "kind": found.layout.key,
        "separated": found.separated,
        "groups": groups,
        "findings": found.findings,
    }
    return Report(data, lines, wrong=bool(found.findings))


def _group(found: BankFile, group: ReadGroup) -> dict[str, str | int]:
    header = group.header.values
    return {
        "client": header["client_name"],
        "due": header["due"],
        "count": len(group.rows),
        "total": sum(int(row.values["amount"]) for row in group.rows),
        "layout": found.layout.key,
    }
