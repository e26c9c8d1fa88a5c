"""A form that became a draft while it was verified is looked up in the register too, as it was decided."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from forms.definition import JSON
from office.accounts.actor import Actor
from office.accounts.roles import Role
from office.audit.models import AuditEntry
from office.jobs.engine import JobEngine
from office.jobs.models import Run
from office.platform import Platform
from office.records.models.paper_batches import DraftState, PaperDraft
from office.records.models.paper_decisions import DecisionKind, PaperDoubt
from office.records.models.residents import Household, Resident
from office.records.papers import lookups
from office.records.papers.matching import applicant_of
from office.records.verification import decisions, queue, settling
from office.web.paper.uploads import READER, look_up_soon
from tests.support.ground import officer, opened
from tests.support.papers import certain_sheets, read_all, store_read
from tests.support.readings import batch_of, doubtful, example, pages_read

COPY, NAME, BORN = "resident-record-copy", "applicant.name", "applicant.birth_on"
EVENT = '"paper-draft.matched"'


@pytest.fixture
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    made = opened(tmp_path_factory.mktemp("lookups") / "data")
    yield made
    made.engine.dispose()


@pytest.fixture
def clerk(platform: Platform) -> Actor:
    return officer(platform.sessions, "ichi", Role.BACK_OFFICE)


def living_here(platform: Platform) -> str:
    """The applicant of the form's example in the register; their id."""
    name = example(COPY, "family")[NAME]
    assert isinstance(name, dict)
    with platform.sessions.begin() as session:
        home = Household(number="1", postal_code="9999001", address={}, head_name="見本")
        born = date(1988, 2, 3)
        one = Resident(number="1", birth_on=born, sex="female", relation="世帯主", household=home, **name)
        session.add(one)
        session.flush()
        return one.id


def verified(platform: Platform, clerk: Actor) -> str:
    """A form whose name and day of birth were read wrong and typed right: the id of its draft."""
    wrong: dict[str, JSON] = {"family": "貝木", "given": "花了", "family_kana": "", "given_kana": ""}
    doubts = {NAME: replace(doubtful(wrong), kind="name"), BORN: replace(doubtful("1938-02-08"), kind="date")}
    right = example(COPY, "family")
    with platform.sessions.begin() as session:
        batch_of(session, clerk, platform, pages_read(platform, COPY, right, doubts))
        queue.list_waiting(session, platform)
        for doubt in session.scalars(select(PaperDoubt)).all():
            decisions.decide(session, clerk, platform, doubt, DecisionKind.TYPED, right[doubt.field])
            settling.settle(session, clerk, platform, doubt.page)
        return session.scalars(select(PaperDraft)).one().id


def test_what_a_clerk_typed_is_looked_up_by_the_robot_and_kept_in_the_journal(
    platform: Platform, clerk: Actor
) -> None:
    resident, draft_id = living_here(platform), verified(platform, clerk)
    with platform.sessions() as session:
        assert lookups.waiting(session)
    counts = read_all(platform)
    assert (counts["looked_up"], counts["found"]) == (1, 1)
    with platform.sessions() as session:
        draft = session.get_one(PaperDraft, draft_id)
        assert (draft.resident_id, draft.candidates) == (resident, 1)
        (entry,) = (json.loads(one.body) for one in session.scalars(select(AuditEntry)) if EVENT in one.body)
        assert entry["details"] == {
            "application": draft.application_id,
            "candidates": 1,
            "resident": resident,
        }
        assert not lookups.waiting(session)
    assert "looked_up" not in read_all(platform), "once is enough"


def test_drafts_of_a_batch_are_looked_up_and_those_given_up_are_not(platform: Platform, clerk: Actor) -> None:
    store_read(platform, clerk, certain_sheets(platform, COPY, 4))
    assert read_all(platform)["looked_up"] == 1
    with platform.sessions.begin() as session:
        draft = session.scalars(select(PaperDraft)).one()
        assert draft.looked_up_at is not None
        draft.looked_up_at, draft.state = None, DraftState.WITHDRAWN
    with platform.sessions() as session:
        assert not lookups.waiting(session)


def test_one_run_is_asked_for_however_many_forms_become_drafts(platform: Platform, clerk: Actor) -> None:
    engine = JobEngine(platform)
    with platform.sessions.begin() as session:
        look_up_soon(session, clerk, engine)
        assert session.scalars(select(Run)).all() == [], "nothing waits"
    verified(platform, clerk)
    for _ in range(2):
        with platform.sessions.begin() as session:
            look_up_soon(session, clerk, engine)
    with platform.sessions() as session:
        assert [run.robot for run in session.scalars(select(Run))] == [READER]


def test_a_name_that_nobody_could_read_is_not_looked_up() -> None:
    born = replace(doubtful("1988-02-03"), name=BORN, kind="date")
    name = replace(doubtful("見本"), name=NAME, kind="name")
    assert applicant_of([name, born], {NAME: None, BORN: "1988-02-03"}) is None
    assert applicant_of([name, born], {NAME: {"family": "見本", "given": "花子"}, BORN: None}) is None
    found = applicant_of([name, born], {NAME: {"family": "見本", "given": "花子"}, BORN: "1988-02-03"})
    assert found is not None
    assert found.birth_on[0][0] == date(1988, 2, 3)
