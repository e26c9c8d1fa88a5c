"""`kakazu verify FILE.pdf [--trust ROOT.pem]`: examine a sealed file without the database."""

from __future__ import annotations

from pathlib import Path

import click

from forms.signing import keys
from forms.signing.errors import BadTrust, NotAPdf
from forms.signing.verdict import Verdict, show_instant
from forms.signing.verification import LARGEST, verify
from office.console import Report, data_folder, reports

KEY_FOLDER = "keys"


def _read_pdf(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(LARGEST + 1)
    except OSError as error:
        raise NotAPdf(_why(file, error)) from None


def _why(file: Path, error: OSError) -> str:
    causes: dict[type[OSError], str] = {
        FileNotFoundError: "ファイルがありません",
        IsADirectoryError: "フォルダーです",
        PermissionError: "読む権限がありません",
    }
    cause = causes.get(type(error), "読み取りに失敗しました")
    return f"「{file}」を読めません（{cause}）。ファイル名を確かめてください。"


def _trust(file: Path | None) -> bytes | None:
    if file is None:
        return keys.trust_of(data_folder() / KEY_FOLDER)
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadTrust(_why(file, error)) from None


def _lines(file: Path, verdict: Verdict) -> list[str]:
    lines = [f"{'○' if one.ok else '×'} {one.message}" for one in verdict.findings]
    if not verdict.ok:
        return [f"{file}: この書類は受け入れられません。", *lines]
    when = f"、{show_instant(verdict.sealed_at)}" if verdict.sealed_at else ""
    return [f"{file}: 完全で、信頼できる書類です（{verdict.sealed_by}{when}）。", *lines]


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--trust",
    type=click.Path(path_type=Path),
    help="信頼するルート証明書（PEM）。省略するとデータフォルダーの keys/root.pem を使います。",
)
@reports
def command(file: Path, trust: Path | None) -> Report:
    """公印の付いたPDFが完全か、誰がいつ公印を付けたか、本人がこの書類に署名したかを確認します。"""
    verdict = verify(_read_pdf(file), _trust(trust))
    return Report({"file": str(file), **verdict.to_json()}, _lines(file, verdict), wrong=not verdict.ok)
