"""Doubts of paper: handed out, decided, taken back, entered by two people; what then becomes of the form."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.answers import InvalidAnswer
from forms.definition import JSON
from ocr.readings import FieldReading
from office import clock
from office.accounts.actor import Actor
from office.accounts.roles import Role
from office.audit.models import AuditEntry
from office.errors import NotNow, NotPermitted
from office.platform import Platform
from office.records.models.applications import Application, ApplicationState
from office.records.models.paper import PaperPage, PaperState
from office.records.models.paper_batches import DraftState, PaperBatch, PaperDraft
from office.records.models.paper_decisions import (
    DecisionKind,
    DoubtCause,
    DoubtState,
    PaperDecision,
    PaperDoubt,
)
from office.records.papers import overview
from office.records.verification import decisions, figures, queue, settling
from office.records.verification.remaining import Remaining, remaining, together
from tests.support.ground import officer, opened
from tests.support.readings import batch_of, doubtful, example, illegible, pages_read

COPY, ALLOWANCE = "resident-record-copy", "child-allowance"
PHONE, BIRTH, ACCOUNT = "applicant.phone", "applicant.birth_on", "account"
ALL = queue.Scope()
READ, TYPED, UNREADABLE = DecisionKind.AS_READ, DecisionKind.TYPED, DecisionKind.UNREADABLE


@dataclass(frozen=True, slots=True)
class Office:
    """A city with three officers at one desk."""

    platform: Platform
    one: Actor
    two: Actor
    three: Actor

    def batch(
        self,
        session: Session,
        slug: str,
        doubts: Mapping[str, FieldReading],
        *,
        serial: str = "000001",
        changed: Mapping[str, JSON] | None = None,
    ) -> str:
        record = example(slug, "family") | dict(changed or {})
        pages = pages_read(self.platform, slug, record, doubts, serial)
        batch, _ = batch_of(session, self.one, self.platform, pages)
        queue.list_waiting(session, self.platform)
        return batch.id

    def decide(
        self, session: Session, who: Actor, value: JSON, kind: DecisionKind = READ
    ) -> Application | None:
        (doubt, *_) = queue.take(session, who, ALL)
        decisions.decide(session, who, self.platform, doubt, kind, value)
        return settling.settle(session, who, self.platform, doubt.page)


def staffed(platform: Platform) -> Office:
    people = [officer(platform.sessions, login, Role.BACK_OFFICE) for login in ("ichi", "ni", "san")]
    return Office(platform, *people)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    platform = opened(tmp_path_factory.mktemp("verification") / "data")
    yield staffed(platform)
    platform.engine.dispose()


@pytest.fixture
def session(office: Office) -> Iterator[Session]:
    """What is done in it does not stay."""
    with office.platform.sessions() as session:
        yield session
        session.rollback()


def phone(others: tuple[tuple[str, float], ...] = ()) -> dict[str, FieldReading]:
    return {PHONE: doubtful("090-9999-9999", others=others)}


def the(session: Session, field: str) -> PaperDoubt:
    return session.scalars(select(PaperDoubt).where(PaperDoubt.field == field)).one()


def test_the_last_doubt_of_a_form_makes_its_draft(office: Office, session: Session) -> None:
    office.batch(session, COPY, phone() | {BIRTH: illegible("")})
    assert office.decide(session, office.one, "1985-05-01", TYPED) is None
    made = office.decide(session, office.one, "090-9999-9999")
    assert made is not None
    assert made.state is ApplicationState.DRAFT
    record = made.read_record(office.platform.vault)
    assert record["applicant.birth_on"] == "1985-05-01"
    assert record["applicant.name"] == example(COPY, "family")["applicant.name"]
    assert queue.take(session, office.one, ALL) == []
    kinds = {one.doubt_id: (one.kind, one.right) for one in session.scalars(select(PaperDecision))}
    assert set(kinds.values()) == {(TYPED, None), (READ, True)}


def test_what_the_officer_fills_in_is_not_asked_in_a_batch(office: Office, session: Session) -> None:
    office.batch(session, COPY, phone())
    asked = {one.field for one in session.scalars(select(PaperDoubt))}
    assert asked == {PHONE}
    draft_of = office.decide(session, office.one, "090-9999-9999")
    draft = session.scalars(select(PaperDraft)).one()
    assert draft_of is not None
    assert (draft.application_id, draft.state) == (draft_of.id, DraftState.TO_CONFIRM)


def test_values_are_sealed_and_loosely_typed_ones_normalised(office: Office, session: Session) -> None:
    office.batch(session, COPY, {BIRTH: illegible()})
    made = office.decide(session, office.one, "S60.5.1", TYPED)
    assert made is not None
    assert made.read_record(office.platform.vault)["applicant.birth_on"] == "1985-05-01"
    decision = session.scalars(select(PaperDecision)).one()
    assert b"1985" not in decision.value_sealed
    assert decision.read_value(office.platform.vault) == "1985-05-01"


def test_a_doubt_handed_to_one_is_not_handed_to_another(
    office: Office, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.batch(session, COPY, phone() | {BIRTH: doubtful("1985-05-01")})
    (first,) = queue.take(session, office.one, ALL, 1)
    (second,) = queue.take(session, office.two, ALL, 1)
    assert first.field != second.field
    assert queue.take(session, office.three, ALL) == []
    assert queue.left(session, office.three, ALL) == queue.Left(0, 2, 0)
    with pytest.raises(NotNow, match="いまほかの職員"):
        decisions.decide(session, office.two, office.platform, first, READ, "1985-05-01")
    later = clock.now() + queue.LEASE + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert {one.field for one in queue.take(session, office.three, ALL)} == {PHONE, BIRTH}


def test_leaving_the_page_gives_the_doubts_back(office: Office, session: Session) -> None:
    office.batch(session, COPY, phone())
    assert queue.take(session, office.one, ALL)
    assert queue.take(session, office.two, ALL) == []
    queue.leave(session, office.one)
    assert queue.take(session, office.two, ALL)


def test_who_comes_second_is_told_and_changes_nothing(office: Office, session: Session) -> None:
    office.batch(session, COPY, phone() | {BIRTH: doubtful("1985-05-01")})
    (birth, _) = queue.take(session, office.one, ALL)
    decisions.decide(session, office.one, office.platform, birth, READ, "1985-05-01")
    with pytest.raises(NotNow, match="先に決めました"):
        decisions.decide(session, office.two, office.platform, birth, TYPED, "1990-01-01")
    assert [one.officer_id for one in birth.decisions] == [office.one.officer]


def test_undo_keeps_what_was_taken_back_and_gives_the_draft_up(office: Office, session: Session) -> None:
    office.batch(session, COPY, phone())
    made = office.decide(session, office.one, "03-1234-5678", TYPED)
    assert made is not None
    doubt = decisions.undo(session, office.one, office.platform)
    assert (doubt.field, doubt.state) == (PHONE, DoubtState.OPEN)
    assert made.state is ApplicationState.WITHDRAWN
    again = office.decide(session, office.one, "090-9999-9999")
    assert again is not None
    assert again.id != made.id
    old, new = sorted(doubt.decisions, key=lambda one: one.id)
    assert (old.withdrawn_by_id, new.withdrawn_at) == (office.one.officer, None)
    assert old.read_value(office.platform.vault) == "03-1234-5678"


def test_undo_ends_where_the_draft_was_approved_or_nothing_was_done(office: Office, session: Session) -> None:
    with pytest.raises(NotNow, match="戻せる確認はありません"):
        decisions.undo(session, office.one, office.platform)
    office.batch(session, COPY, phone())
    office.decide(session, office.one, "090-9999-9999")
    with pytest.raises(NotNow, match="戻せる確認はありません"):
        decisions.undo(session, office.two, office.platform)
    session.scalars(select(PaperDraft)).one().state = DraftState.APPROVED
    session.flush()
    with pytest.raises(NotNow, match="確認済み"):
        decisions.undo(session, office.one, office.platform)
    session.scalars(select(PaperPage)).first().state = PaperState.CONFIRMED  # type: ignore[union-attr]


def test_what_nobody_can_read_waits_for_the_applicant(office: Office, session: Session) -> None:
    office.batch(session, COPY, phone())
    assert office.decide(session, office.one, None, UNREADABLE) is None
    (doubt,) = queue.unreadable(session, office.two)
    assert queue.take(session, office.two, ALL) == []
    decisions.ask_again(session, office.two, doubt)
    assert queue.take(session, office.two, ALL) == [doubt]
    assert office.decide(session, office.two, None, UNREADABLE) is None
    # The applicant was called: the value is entered on the doubt itself, by whoever asked.
    decisions.decide(session, office.two, office.platform, doubt, TYPED, "090-9999-9999")
    assert settling.settle(session, office.two, office.platform, doubt.page) is not None
    assert [one.kind for one in doubt.standing] == [TYPED]


def test_what_is_not_needed_may_be_empty_and_what_is_may_not(office: Office, session: Session) -> None:
    office.batch(session, COPY, {"agent.relation": doubtful("母"), PHONE: doubtful("090-9999-9999")})
    first, second = queue.take(session, office.one, ALL)
    needed, free = (first, second) if first.field == PHONE else (second, first)
    with pytest.raises(InvalidAnswer, match="「読めない」"):
        decisions.decide(session, office.one, office.platform, needed, TYPED, None)
    blank = decisions.decide(session, office.one, office.platform, free, TYPED, None)
    assert blank.right is False, "the machine had read something there"


def test_faults_of_the_whole_form_are_asked_next(office: Office, session: Session) -> None:
    third = example(COPY, "third-party") | {"copy.purpose": None}
    pages = pages_read(office.platform, COPY, third, phone())
    batch_of(session, office.one, office.platform, pages)
    queue.list_waiting(session, office.platform)
    assert office.decide(session, office.one, "090-9999-9999") is None
    (doubt,) = queue.take(session, office.one, ALL)
    assert (doubt.field, doubt.cause) == ("copy.purpose", DoubtCause.FAULT)
    assert "使いみち" in settling.faults_of(session, office.platform, doubt)
    assert office.decide(session, office.one, "相続の手続", TYPED) is not None


def test_a_form_without_a_doubt_that_is_wrong_as_a_whole_is_asked(office: Office, session: Session) -> None:
    third = example(COPY, "third-party") | {"copy.purpose": None}
    batch_of(session, office.one, office.platform, pages_read(office.platform, COPY, third, {}))
    queue.list_waiting(session, office.platform)
    assert queue.take(session, office.one, ALL) == []
    settling.settle_all(session, office.one, office.platform)
    (doubt,) = queue.take(session, office.one, ALL)
    assert (doubt.field, doubt.cause) == ("copy.purpose", DoubtCause.FAULT)
    assert remaining(session, office.platform, [doubt.page]) == {doubt.page_id: Remaining(asked=1)}
    assert office.decide(session, office.one, None, TYPED) is None
    assert doubt.state is DoubtState.OPEN, "with nothing there it is wrong still"
    assert office.decide(session, office.one, "相続の手続", TYPED) is not None


def test_what_remains_is_told_as_it_is_decided(office: Office, session: Session) -> None:
    batch = queue.Scope(office.batch(session, COPY, phone() | {BIRTH: doubtful("1985-05-01")}))
    pages = session.scalars(select(PaperPage)).all()
    assert together(remaining(session, office.platform, pages), [one.id for one in pages]) == Remaining(2)
    assert decisions.undoable(session, office.one) is None
    office.decide(session, office.one, None, UNREADABLE)
    decisions.put_off(session, office.one, queue.take(session, office.one, ALL, 1)[0])
    assert queue.left(session, office.one, batch) == queue.Left(1, 0, 0, later=1, decided=1)
    assert overview.progress(session, session.get_one(PaperBatch, batch.batch)).asked == 1
    found = remaining(session, office.platform, pages)
    assert together(found, [one.id for one in pages]) == Remaining(asked=1, unreadable=1)
    last = decisions.undoable(session, office.one)
    assert last is not None
    assert last.kind is UNREADABLE


def test_two_people_enter_what_the_form_asks_for(office: Office, session: Session) -> None:
    account = example(ALLOWANCE, "family")["account"]
    office.batch(session, ALLOWANCE, {})
    doubt = the(session, ACCOUNT)
    assert (doubt.people, doubt.cause, doubt.by_machine) == (2, DoubtCause.DOUBLE, False)
    assert office.decide(session, office.one, account) is None
    assert queue.take(session, office.one, ALL) == [], "the first person is not asked again"
    assert queue.left(session, office.one, ALL) == queue.Left(0, 0, 1)
    with pytest.raises(NotNow, match="別の職員"):
        decisions.decide(session, office.one, office.platform, doubt, TYPED, account)
    assert office.decide(session, office.two, account, TYPED) is not None
    assert doubt.state is DoubtState.DECIDED
    assert [(one.entry, one.officer_id) for one in doubt.standing] == [
        (1, office.one.officer),
        (2, office.two.officer),
    ]


def test_two_different_entries_ask_a_third_person(office: Office, session: Session) -> None:
    account = example(ALLOWANCE, "family")["account"]
    assert isinstance(account, dict)
    other = account | {"number": "7654321"}
    office.batch(session, ALLOWANCE, {})
    office.decide(session, office.one, account)
    assert office.decide(session, office.two, other, TYPED) is None
    doubt = the(session, ACCOUNT)
    assert doubt.state is DoubtState.DIFFERS
    for who in (office.one, office.two):
        assert queue.take(session, who, ALL) == []
    made = office.decide(session, office.three, other, DecisionKind.CANDIDATE)
    assert made is not None
    assert made.read_record(office.platform.vault)["account"] == other
    (told,) = figures.verified(session, office.one)
    assert (told.kind, told.right, told.doubted) == ("account", False, False)
    with pytest.raises(NotNow):
        decisions.undo(session, office.one, office.platform)


def test_the_machine_is_the_first_person_where_the_form_says_so(office: Office, session: Session) -> None:
    account = example(ALLOWANCE, "family")["account"]
    catalogue = office.platform.catalogue
    versions = tuple(
        replace(one, machine_counts=True) if one.slug == ALLOWANCE else one for one in catalogue.versions
    )
    platform = replace(office.platform, catalogue=replace(catalogue, versions=versions))
    trusting = replace(office, platform=platform)
    trusting.batch(session, ALLOWANCE, {})
    doubt = the(session, ACCOUNT)
    assert doubt.by_machine
    assert trusting.decide(session, office.one, account, TYPED) is not None
    assert doubt.state is DoubtState.DECIDED


def test_kind_by_kind_and_batch_by_batch(office: Office, session: Session) -> None:
    first = office.batch(session, COPY, phone() | {BIRTH: doubtful("1985-05-01")})
    second = office.batch(session, COPY, phone() | {BIRTH: doubtful("1985-05-01")}, serial="000002")
    fields = [one.field for one in queue.take(session, office.one, queue.Scope(by_kind=True), 9)]
    assert fields == [BIRTH, BIRTH, PHONE, PHONE]
    assert [one.field for one in queue.take(session, office.one, ALL, 9)] == [BIRTH, PHONE, BIRTH, PHONE]
    mine = queue.take(session, office.one, queue.Scope(batch=second), 9)
    assert len(mine) == 2
    assert queue.left(session, office.one, queue.Scope(batch=first)).mine == 2
    decisions.put_off(session, office.one, queue.take(session, office.one, ALL, 1)[0])
    assert [one.field for one in queue.take(session, office.one, ALL, 9)] == [PHONE, BIRTH, PHONE, BIRTH]


def test_the_figures_for_calibration(office: Office, session: Session) -> None:
    office.batch(session, COPY, phone() | {BIRTH: doubtful("1985-05-01")})
    office.decide(session, office.one, "1985-05-02", TYPED)
    office.decide(session, office.one, "090-9999-9999")
    found = {
        one.kind: (one.probability, one.right, one.doubted) for one in figures.verified(session, office.one)
    }
    assert found == {"date": (0.6, False, True), "telephone": (0.6, True, True)}
    assert list(figures.verified(session, office.one, since=clock.now() + timedelta(days=1))) == []


def test_only_whoever_may_confirm_paper_decides(office: Office, session: Session) -> None:
    office.batch(session, COPY, phone())
    auditor = Actor.nobody()
    for act in (
        lambda: queue.take(session, auditor, ALL),
        lambda: decisions.undo(session, auditor, office.platform),
        lambda: list(figures.verified(session, auditor)),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_two_at_once_are_never_handed_the_same(tmp_path: Path, database_url: str) -> None:
    platform = opened(tmp_path / "data", database_url)
    office = staffed(platform)
    people = (office.one, office.two, office.three)
    with platform.sessions.begin() as session:
        for serial in ("000001", "000002", "000003"):
            office.batch(session, COPY, phone() | {BIRTH: doubtful("1985-05-01")}, serial=serial)
    handed: dict[str, list[str]] = {who.key: [] for who in people}

    def work(who: Actor) -> None:
        while True:
            with platform.sessions.begin() as session:
                found = queue.take(session, who, ALL, 1)
                if not found:
                    return
                handed[who.key].append(found[0].id)
                value = "1985-05-01" if found[0].field == BIRTH else "090-9999-9999"
                decisions.decide(session, who, platform, found[0], READ, value)

    threads = [threading.Thread(target=work, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    every = [one for found in handed.values() for one in found]
    assert len(every) == len(set(every)) == 6
    with platform.sessions() as session:
        bodies = [str(entry.body) for entry in session.scalars(select(AuditEntry))]
    platform.engine.dispose()
    assert sum("paper.decided" in body for body in bodies) == 6
    assert not any("1985-05-01" in body or "9999-9999" in body for body in bodies)
