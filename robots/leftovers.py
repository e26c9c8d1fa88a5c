"""What a cancelled run leaves behind: payments planned and never sent, which keep others from being paid."""

from __future__ import annotations

from sqlalchemy.orm import Session

from office.accounts.actor import Actor
from office.errors import NotFound, NotNow
from office.jobs.models import Run, RunState, RunStep
from office.records import payments
from robots.discovery import robot


def why_kept(session: Session, run: Run) -> str:
    """Why the planned payments of a run may not be taken back; empty when they may."""
    if run.state is not RunState.CANCELLED:
        return "支払いの予定は、実行を中止してから取り消せます。"
    if run.executor_id is not None:
        return "この実行はまだ止まりきっていません。少し待ってから、もう一度試してください。"
    if session.get(RunStep, (run.id, robot(run.robot).hands_over)) is not None:
        return (
            "この実行は振込データを作り始めているため、支払いの予定は取り消せません。"
            "二重払いを防ぐため、続きから再開して終わらせてください。"
        )
    return ""


def release(session: Session, actor: Actor, run_id: str, reason: str, *, not_at_bank: bool) -> int:
    """Take back the planned payments of a cancelled run; how many.

    A process that died while writing leaves a file and no step: a person must have looked (`not_at_bank`).
    Raises NotPermitted, NotFound, NotNow.
    """
    run = session.get(Run, run_id, with_for_update=True, populate_existing=True)
    if run is None:
        raise NotFound("この実行は見つかりません。一覧から選び直してください。")
    if kept := why_kept(session, run):
        raise NotNow(kept)
    if not not_at_bank:
        raise NotNow("この実行の振込データを銀行に渡していないことを、先に確かめてください。")
    return payments.release_planned(session, actor, run_id, reason)
