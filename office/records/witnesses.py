"""Officers who confirm with their password what they saw when somebody signed without drawing."""

from __future__ import annotations

from sqlalchemy.orm import Session

from forms.signing.marks import Witness
from office import clock
from office.accounts import operations as accounts
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.errors import OfficeError
from office.records.cases import subject_of
from office.records.models.cases import Case


class WitnessRefused(OfficeError):
    """The second officer is the first one, or is not one who may witness."""

    code = "witness-refused"


def confirmed(session: Session, actor: Actor, case: Case, password: str, part: str) -> Witness:
    """The acting officer in a part (`witness`, `writer`, `checker`).

    Raises `SignInRefused` (then commit all the same, so that the attempt counts).
    """
    require(actor, Act.WITNESS_SIGNATURE)
    accounts.confirm_password(session, actor, password)
    return _witness(session, actor, case, part)


def second(session: Session, actor: Actor, case: Case, login: str, password: str) -> Witness:
    """A second officer, with their own login and password. Raises `WitnessRefused`, `SignInRefused`."""
    officer = Actor.of(accounts.confirm_as(session, login, password))
    if officer.officer == actor.officer:
        raise WitnessRefused("立ち会いは、担当とは別の職員にお願いしてください。")
    require(officer, Act.WITNESS_SIGNATURE)
    return _witness(session, officer, case, "witness")


def _witness(session: Session, actor: Actor, case: Case, part: str) -> Witness:
    journal.write(session, actor, events.CASE_WITNESSED, subject_of(case), part=part)
    return Witness(actor.officer, actor.name, clock.now())
