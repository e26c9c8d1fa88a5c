"""What the today page says of decision routes: my decisions, what lies with me again, what is late."""

from __future__ import annotations

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from office import clock
from office.accounts.actor import Actor
from office.accounts.roles import Act
from office.records import routes
from office.records.models.routes import Circulation, CirculationState

_WITH_MAKER = (CirculationState.RETURNED, CirculationState.PULLED_BACK)


def waiting_decisions(session: Session, actor: Actor) -> list[tuple[str, int, str, str]]:
    """Title, count, help and address of each tile the actor may see."""
    found = []
    today = clock.today()
    if actor.may(Act.DECIDE):
        mine = routes.inbox(session, actor)
        late = sum(one.due_on is not None and one.due_on < today for one in mine)
        said = (
            f"期限を過ぎたものが{late}件あります。" if late else "決裁ルートで、あなたを待っている書類です。"
        )
        found.append(("決裁待ち", len(mine), said, url_for("decisions.inbox")))
    if actor.may(Act.HANDLE_CONTRACTS):
        own = select(func.count()).select_from(Circulation).where(Circulation.maker_id == actor.officer_id)
        back = session.scalar(own.where(Circulation.state.in_(_WITH_MAKER))) or 0
        running = own.where(Circulation.state == CirculationState.RUNNING, Circulation.due_on < today)
        late = session.scalar(running) or 0
        said = "理由を見て、直してからもう一度回してください。"
        if late:
            said = f"{said}回している書類のうち{late}件は、期限を過ぎています。"
        found.append(("差し戻された書類", back, said, url_for("contracts.listing")))
    return found
