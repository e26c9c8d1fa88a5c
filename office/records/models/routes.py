"""Tables of decision routes (決裁ルート): the routes, deputies, and what goes round on them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from office.database import Base, new_id, one_of
from office.records.models.applications import Application


class CirculationState(StrEnum):
    """Where a circulation stands; `returned` and `pulled_back` lie with the maker."""

    RUNNING = "running"
    RETURNED = "returned"
    PULLED_BACK = "pulled-back"
    APPROVED = "approved"
    REFUSED = "refused"


class RouteAct(StrEnum):
    """What was done on a route."""

    START = "start"
    APPROVE = "approve"
    RETURN = "return"
    REFUSE = "refuse"
    PULL_BACK = "pull-back"


class DecisionRoute(Base):
    """A route as the administrator sets it: `steps` holds `{"steps": [route_rules.Step.to_json, …]}`.

    `procedures` are the slugs it decides; a procedure belongs to one active route at most.
    """

    __tablename__ = "decision_route"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    title: Mapped[str] = mapped_column(String(60))
    procedures: Mapped[list[str]]
    steps: Mapped[dict[str, Any]]
    is_active: Mapped[bool] = mapped_column(default=True)
    made_at: Mapped[datetime]


class Deputy(Base):
    """代決: `deputy_id` may decide in place of `principal_id` from one day to another, both included."""

    __tablename__ = "deputy"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    principal_id: Mapped[str] = mapped_column(ForeignKey("officer.id"), index=True)
    deputy_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    from_on: Mapped[date]
    until_on: Mapped[date]
    made_at: Mapped[datetime]


class Circulation(Base):
    """Applications going round together. `steps` are those of the route on the day it began, for `amount`.

    `step` counts from 0; `round` is new after each return, so that earlier approvals no longer count;
    `from_step` is where that round began.
    """

    __tablename__ = "circulation"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    route_id: Mapped[str] = mapped_column(ForeignKey("decision_route.id"))
    title: Mapped[str] = mapped_column(String(200))
    amount: Mapped[int | None] = mapped_column(BigInteger)
    steps: Mapped[dict[str, Any]]
    step: Mapped[int]
    round: Mapped[int]
    state: Mapped[CirculationState] = mapped_column(one_of(CirculationState), index=True)
    maker_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    started_at: Mapped[datetime]
    step_since: Mapped[datetime]
    due_on: Mapped[date | None]
    acts: Mapped[list[CirculationAct]] = relationship(order_by="CirculationAct.done_at, CirculationAct.id")
    papers: Mapped[list[CirculationPaper]] = relationship(order_by="CirculationPaper.id")


class CirculationPaper(Base):
    """One application of a circulation."""

    __tablename__ = "circulation_paper"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    circulation_id: Mapped[str] = mapped_column(ForeignKey("circulation.id"), index=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id"), unique=True)
    application: Mapped[Application] = relationship()


class CirculationAct(Base):
    """One act on a circulation; `on_behalf_of` is the approver whose place a deputy took (代)."""

    __tablename__ = "circulation_act"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    circulation_id: Mapped[str] = mapped_column(ForeignKey("circulation.id"), index=True)
    step: Mapped[int]
    round: Mapped[int]
    act: Mapped[RouteAct] = mapped_column(one_of(RouteAct))
    officer_id: Mapped[str] = mapped_column(ForeignKey("officer.id"))
    on_behalf_of: Mapped[str | None] = mapped_column(ForeignKey("officer.id"))
    reason: Mapped[str] = mapped_column(Text)
    done_at: Mapped[datetime]
