"""`kakazu application`: list the stored applications, show one, give one out."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import click

from office.accounts.actor import Actor
from office.console import Report, data_folder, reports
from office.platform import Platform, open_platform
from office.records import applications, definitions
from office.records.export import export as export_files
from office.records.models.applications import Application, ApplicationState, DocumentKind
from office.settings import load_settings

_LISTED = [
    state.value
    for state in ApplicationState
    if state not in (ApplicationState.DRAFT, ApplicationState.WITHDRAWN)
]


@click.group()
def command() -> None:
    """申請を一覧・表示・書き出しします。"""


def _opened() -> Platform:
    return open_platform(load_settings(data_folder()))


def _summary(one: Application) -> dict[str, Any]:
    return {
        "receipt_number": one.receipt_number,
        "procedure": one.procedure,
        "version": one.version,
        "subject": one.subject,
        "applicant": one.applicant_name,
        "channel": one.channel.value,
        "state": one.state.value,
        "filed_on": one.filed_on.isoformat() if one.filed_on else None,
    }


@command.command("list")
@click.option("--text", default="", help="氏名・フリガナ・受付番号の一部。")
@click.option("--state", default="", type=click.Choice(["", *_LISTED]), help="状態。")
@click.option("--procedure", default="", help="手続（例: moving-in）。")
@click.option("--count", default=100, type=click.IntRange(1, 10_000), show_default=True, help="件数の上限。")
@reports
def listing(text: str, state: str, procedure: str, count: int) -> Report:
    """申請を新しい順に一覧します。"""
    search = applications.Search(text=text, state=state, procedure=procedure, count=count)
    with _opened().sessions() as session:
        found, total = applications.list_applications(session, Actor.console(), search)
    lines = [f"{one.receipt_number}\t{one.state}\t{one.procedure}\t{one.applicant_name}" for one in found]
    return Report(
        {"total": total, "applications": [_summary(one) for one in found]},
        [*lines, f"{total}件中{len(found)}件"],
    )


@command.command()
@click.argument("receipt")
@reports
def show(receipt: str) -> Report:
    """申請1件の状態・書類・決裁を表示します（申請の中身は export で書き出します）。"""
    platform = _opened()
    with platform.sessions.begin() as session:
        one = applications.find(session, Actor.console(), receipt)
        data = _summary(one) | {
            "documents": [
                {"kind": document.kind.value, "sha256": document.sha256, "length": document.length}
                for document in sorted(one.documents, key=lambda document: document.kind)
            ],
            "decisions": [
                {
                    "act": decision.act.value,
                    "reason": decision.reason,
                    "officer_id": decision.officer_id,
                    "decided_at": decision.decided_at.isoformat(),
                }
                for decision in one.decisions
            ],
        }
    return Report(data, [f"{key}: {value}" for key, value in data.items()])


@command.command()
@click.argument("receipt")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="書き出すフォルダー。"
)
@reports
def export(receipt: str, out: Path) -> Report:
    """申請1件をPDF・JSON・XMLで書き出します。"""
    platform = _opened()
    actor = Actor.console()
    with platform.sessions.begin() as session:
        one = applications.find(session, actor, receipt)
        files = export_files(session, actor, platform.vault, one)
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (out / name).write_bytes(content)
    paths = [str(out / name) for name in files]
    return Report({"receipt_number": receipt, "files": paths}, paths)


@command.command()
@click.argument("receipt")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="作り直したPDFを書くファイル。")
@reports
def rerender(receipt: str, out: Path | None) -> Report:
    """申請1件の書類を、当時の定義と記録から作り直し、見せた書類と1バイトまで比べます。"""
    platform = _opened()
    actor = Actor.console()
    with platform.sessions.begin() as session:
        one = applications.find(session, actor, receipt)
        shown = {document.sha256 for document in one.documents if document.kind is DocumentKind.SHOWN}
        again = definitions.rerender(session, actor, platform.vault, one)
    if out is not None:
        out.write_bytes(again)
    same = hashlib.sha256(again).hexdigest() in shown
    said = "見せた書類と1バイトも違いません。" if same else "見せた書類と違います。"
    return Report({"receipt_number": receipt, "same": same}, [f"{receipt}：{said}"], wrong=not same)
