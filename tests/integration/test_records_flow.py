"""One family's way through the records on both databases: notice, interview, showing, signature, decision."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from forms.interview import Interview
from forms.signing.verification import verify as verify_pdf
from office import clock
from office.accounts.actor import Actor
from office.accounts.roles import Role
from office.audit import commitments
from office.audit.checkpoints import Signer
from office.audit.models import AuditEntry
from office.audit.verification import verify as verify_journal
from office.errors import NotFound, NotNow, NotPermitted
from office.platform import Platform
from office.records import applications, cases, decisions, documents, notices, payments, residents, signing
from office.records.filing import Incomplete
from office.records.models.applications import Application, ApplicationState
from office.records.models.cases import Case, CaseState
from office.records.models.payments import Payment
from office.records.models.residents import Household, MoveOutNotice, Resident
from office.records.receipts import next_receipt_number
from samples.arrivals import arrivals
from tests.support.ground import officer, opened
from tests.support.moving_in import CONSENT, family_interview, signature

NOW = "2026-04-10T01:00:00Z"


@pytest.fixture
def platform(tmp_path: Path, database_url: str) -> Iterator[Platform]:
    with time_machine.travel(NOW), warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint leaves its colour profile open
        platform = opened(tmp_path / "data", database_url)
        yield platform
        platform.engine.dispose()


@pytest.fixture
def counter(platform: Platform) -> Actor:
    return officer(platform.sessions, "mado", Role.COUNTER)


@pytest.fixture
def back_office(platform: Platform) -> Actor:
    return officer(platform.sessions, "jimu", Role.BACK_OFFICE)


@pytest.fixture
def approver(platform: Platform) -> Actor:
    return officer(platform.sessions, "kessai", Role.APPROVER)


def _notice(platform: Platform) -> str:
    arrival = arrivals(clock.today())[0]
    with platform.sessions.begin() as session:
        row = MoveOutNotice(
            family_kana=arrival.reporter.name.family_kana,
            given_kana=arrival.reporter.name.given_kana,
            birth_on=arrival.reporter.birth_on,
            planned_on=arrival.planned_on,
            arrived_at=clock.now(),
        )
        row.write_payload(platform.vault, arrival.payload())
        session.add(row)
    return row.id


def _interview(platform: Platform, actor: Actor, *, alone: bool = False) -> Interview:
    notice = _notice(platform)
    with platform.sessions.begin() as session:
        event = platform.catalogue.event(notices.EVENT)
        known = notices.known_answers(session, actor, platform.vault, notice, event)
    return family_interview(platform.catalogue, clock.today(), known, alone=alone)


def _shown(platform: Platform, actor: Actor, *, alone: bool = False) -> str:
    interview = _interview(platform, actor, alone=alone)
    with platform.sessions.begin() as session:
        case = cases.open_case(session, actor, platform.vault, interview)
        cases.show_documents(session, actor, platform, case, interview)
    return case.id


def _signed(platform: Platform, actor: Actor, *, alone: bool = False) -> list[str]:
    case_id = _shown(platform, actor, alone=alone)
    with platform.sessions.begin() as session:
        case = cases.find(session, actor, case_id)
        signing.sign(session, actor, platform, case, signature(), CONSENT, case.nonce or "")
        return [one.receipt_number for one in case.applications]


def test_one_family_from_notice_to_grant(
    platform: Platform, counter: Actor, back_office: Actor, approver: Actor
) -> None:
    members = arrivals(clock.today())[0].members
    numbers = _signed(platform, counter)
    assert numbers == [f"R8-{n:06}" for n in range(1, len(numbers) + 1)]
    assert len(numbers) >= 5
    with platform.sessions.begin() as session:
        found, total = applications.list_applications(session, back_office, applications.Search())
        assert total == len(numbers)
        assert {one.state for one in found} == {ApplicationState.FILED}
        assert {one.applicant_kana for one in found} == {"タカハシ ケンタ"}
        assert {one.filed_on for one in found} == {date(2026, 4, 10)}
        for one in found:
            pdf = documents.sealed_pdf(session, back_office, platform.vault, one)
            shown = documents.shown_pdf(session, counter, platform.vault, one)
            assert pdf.startswith(shown)
            verdict = verify_pdf(pdf, platform.keys.trust_pem)
            assert verdict.ok, verdict.findings
            assert verdict.evidence is not None
            assert not any(member.my_number in str(verdict.record) for member in members)
    for number in numbers:
        with platform.sessions.begin() as session:
            decisions.accept(session, back_office, applications.find(session, back_office, number))
        with platform.sessions.begin() as session:
            decisions.grant(session, approver, applications.find(session, approver, number), "要件を満たす。")
    with platform.sessions() as session:
        outcome = verify_journal(session, Signer.open(platform.settings))
        assert outcome.ok
        events = [entry.body for entry in session.scalars(sa.select(AuditEntry).order_by(AuditEntry.seq))]
        assert sum('"application.granted"' in body for body in events) == len(numbers)
        granted = session.scalars(sa.select(Application)).all()
        assert {one.state for one in granted} == {ApplicationState.GRANTED}
        reason = next(body for body in events if '"application.granted"' in body).split('"reason":"')[1]
        assert commitments.opens(session, reason.split('"')[0], "要件を満たす。")


def test_the_journal_and_the_database_hold_nothing_personal_in_clear(
    platform: Platform, counter: Actor, tmp_path: Path
) -> None:
    numbers = _signed(platform, counter)
    mover = arrivals(clock.today())[0].reporter
    with platform.sessions.begin() as session:
        one = applications.find(session, counter, numbers[0])
        record = one.read_record(platform.vault)
        assert mover.my_number in str(record)
        bodies = "".join(session.scalars(sa.select(AuditEntry.body)))
        case = session.get_one(Case, one.case_id)
        assert str(case.read_interview(platform.vault)).count(mover.my_number)
    assert mover.name.family not in bodies
    assert bodies.isascii()
    raw = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("kakazu.db*"))
    raw += b"".join(path.read_bytes() for path in tmp_path.glob("kakazu.db*"))
    if platform.engine.dialect.name == "postgresql":
        raw = _dump(platform)
    assert numbers[0].encode() in raw
    for number in (member.my_number for member in arrivals(clock.today())[0].members):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            assert number.encode(encoding) not in raw
    for secret in (b'"strokes"', b"pointer_type", b"%PDF-", b"090-0000-0001", b"1234567"):
        assert secret not in raw


def _dump(platform: Platform) -> bytes:
    """Every value of every table, as the server gives it."""
    with platform.engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        rows = [connection.execute(sa.text(f'SELECT * FROM "{table}"')).all() for table in tables]
    values = [value for table in rows for row in table for value in row]
    return b"\0".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in values)


def test_a_correction_keeps_the_numbers_and_ends_the_old_showing(platform: Platform, counter: Actor) -> None:
    case_id = _shown(platform, counter)
    with platform.sessions.begin() as session:
        case = cases.find(session, counter, case_id)
        old_nonce, before = case.nonce or "", [one.receipt_number for one in case.applications]
        cases.object_to(session, counter, case, case.applications[0])
    with platform.sessions.begin() as session:
        case = cases.find(session, counter, case_id)
        assert case.applications[0].objected_at is not None
        interview = Interview.from_json(platform.catalogue, case.read_interview(platform.vault))
        with pytest.raises(NotNow):
            cases.save_interview(session, counter, platform.vault, case, interview)
        cases.reopen(session, counter, case)
        corrected = interview.answer("copy.kind", "none").answer("contact.phone", "090-0000-0002")
        cases.save_interview(session, counter, platform.vault, case, corrected)
        cases.show_documents(session, counter, platform, case, corrected)
    with platform.sessions.begin() as session:
        case = cases.find(session, counter, case_id)
        assert [one.receipt_number for one in case.applications] == before
        states = {one.procedure: one.state for one in case.applications}
        assert states.pop("resident-record-copy") is ApplicationState.WITHDRAWN
        assert set(states.values()) == {ApplicationState.DRAFT}
        with pytest.raises(NotNow):
            signing.sign(session, counter, platform, case, signature(), CONSENT, old_nonce)
        signing.sign(session, counter, platform, case, signature(), CONSENT, case.nonce or "")
        assert case.state is CaseState.SIGNED
        assert case.applications[0].objected_at is None
        with pytest.raises(NotNow):
            signing.sign(session, counter, platform, case, signature(), CONSENT, "")
    with platform.sessions() as session, pytest.raises(NotNow):
        cases.close(session, counter, cases.find(session, counter, case_id))


def test_yesterdays_showing_cannot_be_signed(platform: Platform, counter: Actor) -> None:
    case_id = _shown(platform, counter, alone=True)
    with time_machine.travel("2026-04-10T15:00:01Z"), platform.sessions.begin() as session:
        case = cases.find(session, counter, case_id)
        with pytest.raises(NotNow, match="日"):
            signing.sign(session, counter, platform, case, signature(), CONSENT, case.nonce or "")


def test_an_unfinished_interview_is_not_shown(platform: Platform, counter: Actor) -> None:
    interview = _interview(platform, counter).forget("contact.phone")
    with platform.sessions() as session:
        case = cases.open_case(session, counter, platform.vault, interview)
        with pytest.raises(Incomplete, match="電話番号"):
            cases.show_documents(session, counter, platform, case, interview)


def test_giving_up_keeps_the_numbers(platform: Platform, counter: Actor) -> None:
    case_id = _shown(platform, counter, alone=True)
    with platform.sessions.begin() as session:
        cases.close(session, counter, cases.find(session, counter, case_id))
    with platform.sessions.begin() as session:
        case = cases.find(session, counter, case_id)
        assert {one.state for one in case.applications} == {ApplicationState.WITHDRAWN}
        assert applications.list_applications(session, counter, applications.Search())[1] == 0


def test_who_may_decide_and_when(
    platform: Platform, counter: Actor, back_office: Actor, approver: Actor
) -> None:
    both = officer(platform.sessions, "both", Role.COUNTER, Role.BACK_OFFICE, Role.APPROVER)
    (number,), (returned,) = (_signed(platform, both, alone=True) for _ in range(2))
    with platform.sessions.begin() as session:
        one = applications.find(session, approver, number)
        with pytest.raises(NotNow):
            decisions.grant(session, approver, one)
        with pytest.raises(NotPermitted):
            decisions.accept(session, counter, one)
        decisions.accept(session, back_office, one)
        with pytest.raises(NotNow):
            decisions.accept(session, back_office, one)
        with pytest.raises(NotPermitted, match="自分"):
            decisions.grant(session, both, one)
        with pytest.raises(NotPermitted):
            decisions.grant(session, back_office, one)
        with pytest.raises(decisions.ReasonMissing):
            decisions.refuse(session, approver, one, "　")
        decisions.refuse(session, approver, one, "要件を満たしません。")
        with pytest.raises(NotNow):
            decisions.return_(session, approver, one, "もう一度")
        other = applications.find(session, back_office, returned)
        decisions.return_(session, back_office, other, "添付が足りません。")
        assert [decision.reason for decision in other.decisions] == ["添付が足りません。"]
    with platform.sessions() as session, pytest.raises(NotFound):
        applications.find(session, approver, "R8-999999")


def test_who_accepted_cannot_grant(platform: Platform, counter: Actor) -> None:
    both = officer(platform.sessions, "both", Role.BACK_OFFICE, Role.APPROVER)
    number = _signed(platform, counter, alone=True)[0]
    with platform.sessions.begin() as session:
        one = applications.find(session, both, number)
        decisions.accept(session, both, one)
        with pytest.raises(NotPermitted, match="自分"):
            decisions.grant(session, both, one)


def test_of_two_decisions_at_once_one_stands(
    platform: Platform, counter: Actor, back_office: Actor, approver: Actor
) -> None:
    number = _signed(platform, counter, alone=True)[0]
    with platform.sessions.begin() as session:
        decisions.accept(session, back_office, applications.find(session, back_office, number))

    def decide(grant: bool) -> str:
        with platform.sessions() as session:
            one = applications.find(session, approver, number)
            try:
                if grant:
                    decisions.grant(session, approver, one)
                else:
                    decisions.refuse(session, approver, one, "理由")
            except NotNow:
                return "not now"
            session.commit()
            return "done"

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(decide, [True, False, True, False]))
    assert sorted(outcomes) == ["done", "not now", "not now", "not now"]
    with platform.sessions() as session:
        one = session.scalars(sa.select(Application).where(Application.receipt_number == number)).one()
        assert len(one.decisions) == 2


def test_receipt_numbers_have_no_gap_and_no_double(platform: Platform) -> None:
    def take(number: int) -> str | None:
        with platform.sessions() as session:
            taken = next_receipt_number(session, date(2026, 4, 1))
            if number % 3 == 0:
                session.rollback()
                return None
            session.commit()
            return taken

    with ThreadPoolExecutor(8) as pool:
        taken = [number for number in pool.map(take, range(60)) if number]
    assert sorted(taken) == [f"R8-{n:06}" for n in range(1, 41)]
    with platform.sessions.begin() as session:
        assert next_receipt_number(session, date(2026, 3, 31)) == "R7-000001"
        assert next_receipt_number(session, date(2027, 3, 31)) == "R8-000041"
        assert next_receipt_number(session, date(2027, 4, 1)) == "R9-000001"


def test_payments_once_per_benefit_month(
    platform: Platform, counter: Actor, back_office: Actor, approver: Actor
) -> None:
    robot = Actor.robot("pay_child_allowance")
    _signed(platform, counter)
    account = {"bank_code": "9999", "branch_code": "001", "number": "1234567"}
    with platform.sessions.begin() as session:
        search = applications.Search(procedure="child-allowance")
        one = applications.list_applications(session, back_office, search)[0][0]
        with pytest.raises(NotNow):
            _plan(session, robot, platform, one, account)
        decisions.accept(session, back_office, one)
        decisions.grant(session, approver, one)
        first = _plan(session, robot, platform, one, account)
        assert _plan(session, robot, platform, one, account) is first
        assert first.read_account(platform.vault) == account
    with platform.sessions.begin() as session:
        due = payments.due_payments(session, robot, date(2026, 12, 10))
        assert [one.amount for one in due] == [40_000]
        payments.mark_sent(session, robot, due[0], "schedule:2026-12-10")
        payments.mark_sent(session, robot, due[0], "schedule:2026-12-10")
        with pytest.raises(NotNow, match="二重払い"):
            payments.mark_sent(session, robot, due[0], "another")
        assert payments.due_payments(session, robot, date(2026, 12, 10)) == []
        with pytest.raises(NotPermitted):
            payments.due_payments(session, approver, date(2026, 12, 10))


def test_planned_payments_are_released_with_their_run(
    platform: Platform, counter: Actor, back_office: Actor, approver: Actor
) -> None:
    robot = Actor.robot("pay_child_allowance")
    _signed(platform, counter)
    with platform.sessions.begin() as session:
        search = applications.Search(procedure="child-allowance")
        one = applications.list_applications(session, back_office, search)[0][0]
        decisions.accept(session, back_office, one)
        decisions.grant(session, approver, one)
        for run_id in ("first", "second"):
            planned = _plan(session, robot, platform, one, {}, run_id)
        assert planned.run_id == "second"
    with platform.sessions.begin() as session:
        for actor, refused in ((robot, NotPermitted), (approver, NotPermitted), (back_office, NotNow)):
            with pytest.raises(refused):
                payments.release_planned(session, actor, "first", "中止のため")
        assert payments.release_planned(session, back_office, "second", "中止のため") == 1
    with platform.sessions.begin() as session:
        assert payments.due_payments(session, robot, date(2026, 12, 10)) == []
        again = _plan(session, robot, platform, session.merge(one), {}, "third")
        payments.mark_sent(session, robot, again, "third")
        with pytest.raises(NotNow, match="取り消せる"):
            payments.release_planned(session, back_office, "third", "中止のため")


def _plan(
    session: Session,
    robot: Actor,
    platform: Platform,
    application: Application,
    account: dict[str, str],
    run_id: str | None = None,
) -> Payment:
    return payments.plan_payment(
        session,
        robot,
        platform.vault,
        application,
        benefit_month="2026-12",
        due_on=date(2026, 12, 10),
        amount=40_000,
        account=account,
        run_id=run_id,
    )


def test_the_register_is_searched_and_prefills(platform: Platform, counter: Actor, approver: Actor) -> None:
    with platform.sessions.begin() as session:
        household = Household(
            number="1", postal_code="9990001", address={"city": "みほん市"}, head_name="見本 一"
        )
        for n, (given, kana, relation) in enumerate([("一", "ハジメ", "世帯主"), ("花", "ハナ", "妻")]):
            resident = Resident(
                number=f"10{n}",
                family="見本",
                given=given,
                family_kana="ミホン",
                given_kana=kana,
                birth_on=date(1980, 1, 1 + n),
                sex="unknown",
                relation=relation,
            )
            resident.write_my_number(platform.vault, f"12345678901{n}")
            household.residents.append(resident)
        session.add(household)
    with platform.sessions.begin() as session:
        assert [one.given for one in residents.search(session, counter, "みほん ハナ")] == ["花"]
        assert [one.given for one in residents.search(session, counter, birth_on=date(1980, 1, 1))] == ["一"]
        assert residents.search(session, counter, "  ") == []
        assert len(residents.search(session, counter, "ミ")) == 2
        assert residents.search(session, counter, "%") == []
        found = residents.find_by_my_number(session, counter, platform.vault, "123456789011")
        assert found is not None
        assert found.given == "花"
        known = residents.prefill(
            session, counter, platform.vault, household.id, platform.catalogue.event("move-in")
        )
        assert [one["my_number"] for one in known["members"].value] == ["123456789010", "123456789011"]  # type: ignore[index, union-attr, call-overload]
        assert known["moving.from_head"].value == {
            "family": "見本",
            "given": "一",
            "family_kana": "ミホン",
            "given_kana": "ハジメ",
        }
        with pytest.raises(NotPermitted):
            residents.search(session, approver, "ミホン")
    with platform.sessions() as session:
        searched = [
            body for body in session.scalars(sa.select(AuditEntry.body)) if "residents.searched" in body
        ]
        assert len(searched) == 6


def test_notices_are_found_by_kana_and_birth(platform: Platform, counter: Actor) -> None:
    notice = _notice(platform)
    with platform.sessions.begin() as session:
        found = notices.find_move_out_notice(session, counter, "タカハシ　ケンタ", date(1984, 5, 12))
        assert [one.id for one in found] == [notice]
        assert notices.find_move_out_notice(session, counter, "タカハシ", date(1988, 5, 13)) == []
        with pytest.raises(NotFound):
            notices.known_answers(
                session, counter, platform.vault, "none", platform.catalogue.event(notices.EVENT)
            )
