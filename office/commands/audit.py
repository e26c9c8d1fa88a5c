"""`kakazu audit`: check the journal, sign it, prove an entry."""

from __future__ import annotations

from pathlib import Path

import click

from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import checkpoints, proofs
from office.audit.checkpoints import Signer
from office.audit.verification import verify
from office.console import Report, data_folder, reports
from office.platform import Platform, open_platform
from office.settings import load_settings

SHOWN = 20


@click.group()
def command() -> None:
    """証跡（監査の記録）を確かめます。"""


def _opened() -> tuple[Platform, Signer]:
    settings = load_settings(data_folder())
    return open_platform(settings), Signer.open(settings)


@command.command("verify")
@reports
def verify_journal() -> Report:
    """すべての記録を読み直し、書かれたままかを確かめます。"""
    platform, signer = _opened()
    require(Actor.console(), Act.SEE_AUDIT)
    with platform.sessions() as session:
        outcome = verify(session, signer)
    data = {
        "ok": outcome.ok,
        "size": outcome.size,
        "root": outcome.root,
        "checkpoints": outcome.checkpoints,
        "key": signer.verifier,
        "findings": [
            {"kind": one.kind, "first": one.first, "last": one.last, "message": one.message}
            for one in outcome.findings
        ],
    }
    verdict = "書かれたままです。" if outcome.ok else f"{len(outcome.findings)}件の異常があります。"
    lines = [f"記録{outcome.size}件、検証点{outcome.checkpoints}個：{verdict}"]
    lines += [one.message for one in outcome.findings[:SHOWN]]
    if len(outcome.findings) > SHOWN:
        lines.append(f"ほか{len(outcome.findings) - SHOWN}件（--json ですべて出ます）")
    return Report(data, lines, wrong=not outcome.ok)


@command.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="検証点を書き出すファイル。")
@reports
def checkpoint(out: Path | None) -> Report:
    """いまの証跡に署名し、検証点を作ります。外に渡しておくと、後の書き換えが分かります。"""
    platform, signer = _opened()
    actor = Actor.console()
    require(actor, Act.MAKE_CHECKPOINT)
    with platform.sessions.begin() as session:
        row = checkpoints.make(session, actor, signer)
    if out is not None:
        out.write_text(row.note, encoding="utf-8")
    data = {"size": row.size, "root": row.root.hex(), "note": row.note, "key": signer.verifier}
    return Report(data, [row.note.rstrip(), "", f"公開鍵: {signer.verifier}"])


@command.command()
@click.argument("seq", type=click.IntRange(0))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="証明を書き出すファイル。")
@reports
def proof(seq: int, out: Path | None) -> Report:
    """記録SEQが証跡にあることの証明を出します。公開鍵だけで確かめられます。"""
    platform, signer = _opened()
    require(Actor.console(), Act.SEE_AUDIT)
    with platform.sessions() as session:
        found = proofs.prove(session, seq)
    if out is not None:
        out.write_text(found.text, encoding="utf-8")
    data = {"seq": seq, "body": found.body, "proof": found.text, "key": signer.verifier}
    return Report(data, [found.text.rstrip(), "", f"公開鍵: {signer.verifier}"])
