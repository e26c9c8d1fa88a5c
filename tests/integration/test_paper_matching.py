"""The applicant of a paper form is looked up in the register as read, and the look stands in the journal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.rendering.geometry import Rect
from ocr.readings import FieldReading, PartReading, State
from office.accounts.actor import Actor
from office.accounts.roles import Role
from office.audit.models import AuditEntry
from office.errors import NotPermitted
from office.platform import Platform
from office.records.models.paper_batches import PaperDraft
from office.records.models.paper_decisions import DecisionKind
from office.records.models.residents import Household, Resident
from office.records.papers import matching
from office.records.verification import decisions, queue, settling
from tests.support.ground import officer, opened
from tests.support.readings import batch_of, doubtful, example, pages_read

COPY, PHONE = "resident-record-copy", "applicant.phone"
EVENT = '"paper-draft.matched"'
BORN = date(1985, 5, 31)


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    made = opened(tmp_path_factory.mktemp("matching") / "data")
    yield made
    made.engine.dispose()


@pytest.fixture(scope="module")
def clerk(platform: Platform) -> Actor:
    return officer(platform.sessions, "ichi", Role.BACK_OFFICE)


@pytest.fixture(scope="module")
def auditor(platform: Platform) -> Actor:
    return officer(platform.sessions, "ni", Role.AUDITOR)


@pytest.fixture
def session(platform: Platform, clerk: Actor, auditor: Actor) -> Iterator[Session]:
    """What is done in it does not stay."""
    with platform.sessions() as session:
        yield session
        session.rollback()


def resident(session: Session, number: str, given: str = "直樹", given_kana: str = "ナオキ") -> Resident:
    made = Resident(
        number=number,
        family="髙橋",
        given=given,
        family_kana="タカハシ",
        given_kana=given_kana,
        birth_on=BORN,
        sex="male",
        relation="世帯主",
        household=Household(number=number, postal_code="9999001", address={}, head_name="髙橋"),
    )
    session.add(made)
    session.flush()
    return made


def draft(session: Session, platform: Platform, clerk: Actor) -> PaperDraft:
    doubts = {PHONE: doubtful("090-9999-9999")}
    batch_of(session, clerk, platform, pages_read(platform, COPY, example(COPY, "family"), doubts))
    queue.list_waiting(session, platform)
    (doubt, *_) = queue.take(session, clerk, queue.Scope())
    decisions.decide(session, clerk, platform, doubt, DecisionKind.AS_READ, "090-9999-9999")
    settling.settle(session, clerk, platform, doubt.page)
    return session.scalars(select(PaperDraft)).one()


def field(name: str, kind: str, text: str, **parts: str) -> FieldReading:
    found = tuple(PartReading(part, one, 0.98) for part, one in parts.items())
    return FieldReading(name, text, None, 0.9, State.ASK, Rect(0, 0, 1, 1), kind=kind, parts=found)


def read(given: str = "直樹", given_kana: str = "ナオキ", day: str = "31") -> list[FieldReading]:
    """The applicant as read: the form of one kanji was not seen."""
    name = {"family": "高橋", "given": given, "family_kana": "タカハシ", "given_kana": given_kana}
    return [
        field("applicant.name", "name", "高橋", **name),
        field("applicant.birth_on", "date", f"昭和60年5月{day}日", year="60", month="5", day=day),
    ]


def test_strangers_and_namesakes_of_one_day_name_nobody(
    platform: Platform, session: Session, clerk: Actor
) -> None:
    resident(session, "1")
    made = draft(session, platform, clerk)
    register = matching.register_of(session)
    matching.match(session, clerk, made, register, read(day="30"))
    assert made.resident_id is None
    resident(session, "2")
    matching.match(session, clerk, made, matching.register_of(session), read())
    assert (made.resident_id, made.candidates) == (None, 2)


def test_a_form_without_a_day_of_birth_is_not_looked_up(
    platform: Platform, session: Session, clerk: Actor
) -> None:
    made = draft(session, platform, clerk)
    assert matching.match(session, clerk, made, matching.register_of(session), read()[:1]) is None


def test_who_may_not_keep_paper_may_not_look_up(
    platform: Platform, session: Session, clerk: Actor, auditor: Actor
) -> None:
    made = draft(session, platform, clerk)
    with pytest.raises(NotPermitted):
        matching.match(session, auditor, made, matching.register_of(session), read())


def test_an_applicant_is_found_and_the_look_is_kept(
    platform: Platform, session: Session, clerk: Actor
) -> None:
    person, made = resident(session, "9"), draft(session, platform, clerk)
    answer = matching.match(session, clerk, made, matching.register_of(session), read())
    assert answer is not None
    assert (made.resident_id, made.candidates) == (person.id, 1)
    found = person.id
    session.commit()
    (entry,) = (json.loads(one.body) for one in session.scalars(select(AuditEntry)) if EVENT in one.body)
    assert entry["details"]["resident"] == found
    assert "高橋" not in json.dumps(entry, ensure_ascii=False)
