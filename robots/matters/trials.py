"""Why a posting may not be approved now: its day has passed, or its dry run left something to a person."""

from __future__ import annotations

from sqlalchemy.orm import Session

from office import clock
from office.accounts.actor import Actor
from office.errors import NotNow
from office.jobs.models import ItemState, Run, RunState
from office.records import list_postings
from office.records.models.paper_postings import ListPosting
from office.secrets import Vault
from robots.run import items_of


def why_not(session: Session, actor: Actor, posting: ListPosting) -> str:
    """Why this officer cannot approve it now (Japanese); empty when they can."""
    return list_postings.why_not(actor, posting) or objection(session, posting)


def objection(session: Session, posting: ListPosting) -> str:
    """What its day and its dry run say against it."""
    if posting.due_on is not None and posting.due_on <= clock.today():
        return "振り込む日を過ぎました。取り下げて、日を選び直して頼んでください。"
    trial = session.get(Run, posting.trial_id) if posting.trial_id else None
    if trial is None or trial.state in (RunState.QUEUED, RunState.RUNNING):
        return "試し実行が終わっていません。終わると承認できます。"
    if trial.state is not RunState.DONE:
        return "試し実行が終わりませんでした。取り下げて、直してから頼み直します。"
    if items_of(session, trial.id, ItemState.BUSINESS):
        return "試し実行で、そのままでは進められない行が見つかりました。取り下げて、直してから頼み直します。"
    return ""


def approve(session: Session, actor: Actor, vault: Vault, posting: ListPosting) -> None:
    """Approve a posting whose dry run left nothing to a person. Raises `NotNow`, `NotPermitted`."""
    list_postings.approve(session, actor, vault, posting)
    if fault := objection(session, posting):
        raise NotNow(fault)
