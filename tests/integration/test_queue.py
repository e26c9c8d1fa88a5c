"""The queue: the order of calling, every step of a number, days that end, two counters calling at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session, sessionmaker

from forms.catalogue import load_catalogue
from forms.interview import Interview
from office.accounts.actor import Actor
from office.accounts.roles import Role
from office.errors import NotFound, NotNow, NotPermitted
from office.records import bookings, cases, counters, queue, waiting
from office.records.counters import Booked, Hours
from office.records.models.bookings import Booking, Ticket, TicketState
from office.records.queue import NobodyWaiting
from tests.support.bookings import at, book, counter, vault
from tests.support.ground import migrated, officer

TUESDAY = date(2026, 6, 9)
MORNING = datetime(2026, 6, 8, 22, 55, tzinfo=UTC)


@pytest.fixture
def sessions(database_url: str) -> Iterator[sessionmaker[Session]]:
    with migrated(database_url) as made, time_machine.travel(MORNING, tick=True):
        yield made


@pytest.fixture
def clerk(sessions: sessionmaker[Session]) -> Actor:
    return officer(sessions, "mado", Role.COUNTER)


@pytest.fixture
def first(sessions: sessionmaker[Session]) -> str:
    hours = Hours(9 * 60, 17 * 60)
    admin = officer(sessions, "kanri", Role.ADMINISTRATOR)
    counter(sessions, admin, "1番窓口", ("move-in", "resident-record-copy"), hours, Booked(30, 2))
    return counter(sessions, admin, "2番窓口", ("move-in", "birth"), hours, Booked(20, 2))


def take(sessions: sessionmaker[Session], service: str = "move-in") -> str:
    """A number taken at the machine: its label."""
    with sessions.begin() as session:
        return queue.take_ticket(session, Actor.nobody(), service).label


def call(sessions: sessionmaker[Session], clerk: Actor, counter_id: str) -> str:
    """Whom the counter calls next: the label."""
    with sessions.begin() as session:
        return queue.call_next(session, clerk, counter_id).label


def named(session: Session, label: str) -> Ticket:
    return next(one for one in queue.of_today(session, *TicketState) if one.label == label)


def test_numbers_run_by_service_and_begin_anew_each_day(sessions: sessionmaker[Session], first: str) -> None:
    assert [take(sessions), take(sessions, "birth"), take(sessions)] == ["A001", "C001", "A002"]
    with time_machine.travel(MORNING + timedelta(days=1)):
        assert take(sessions) == "A001"
        with sessions() as session:
            assert len(queue.of_today(session, *TicketState)) == 1


def test_many_taking_at_once_get_numbers_of_their_own(sessions: sessionmaker[Session], first: str) -> None:
    start, labels, faults = threading.Barrier(8), [], []

    def go() -> None:
        start.wait()
        try:
            labels.append(take(sessions))
        except BaseException as error:  # noqa: BLE001
            faults.append(error)

    threads = [threading.Thread(target=go) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sorted(labels) == [f"A{number:03d}" for number in range(1, 9)]


def test_two_counters_calling_at_once_call_different_people(
    sessions: sessionmaker[Session], clerk: Actor, first: str
) -> None:
    with sessions() as session:
        both = [one.id for one in counters.listing(session)]
    for _ in range(6):
        take(sessions)
    start, called, faults = threading.Barrier(6), [], []

    def go(counter_id: str) -> None:
        start.wait()
        try:
            called.append(call(sessions, clerk, counter_id))
        except BaseException as error:  # noqa: BLE001
            faults.append(error)

    threads = [threading.Thread(target=go, args=(both[number % 2],)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sorted(called) == [f"A{number:03d}" for number in range(1, 7)]
    with sessions() as session:
        assert len(queue.of_today(session, TicketState.CALLED)) == 2
        assert len(queue.of_today(session, TicketState.FINISHED)) == 4


def test_a_booking_comes_first_when_its_time_has_come(
    sessions: sessionmaker[Session], clerk: Actor, first: str
) -> None:
    made, _ = book(sessions, at(TUESDAY, 9))
    late, _ = book(sessions, at(TUESDAY, 9), client="late")
    take(sessions)
    with sessions.begin() as session:
        mine = queue.check_in(session, Actor.nobody(), f"https://x/booking/mine?number={made.number}").label
        assert queue.check_in(session, Actor.nobody(), made.number).label == mine
    assert mine == "A002"
    with sessions() as session:  # 7:55: too early to go first
        assert [
            one.label for one in waiting.in_order(queue.of_today(session, TicketState.WAITING), MORNING)
        ] == [
            "A001",
            "A002",
        ]
        assert waiting.before(session, named(session, "A002")) == 1
    with time_machine.travel(at(TUESDAY, 8, 56)):
        assert call(sessions, clerk, first) == "A002"
    with time_machine.travel(at(TUESDAY, 9, 16)), sessions.begin() as session:
        queue.check_in(session, Actor.nobody(), late.number)
    with time_machine.travel(at(TUESDAY, 9, 17)):
        assert call(sessions, clerk, first) == "A001"
        assert call(sessions, clerk, first) == "A003"


def test_checking_in_tells_why_it_cannot(sessions: sessionmaker[Session], first: str) -> None:
    made, _ = book(sessions, at(date(2026, 6, 10), 9))
    gone, _ = book(sessions, at(TUESDAY, 10))
    with sessions.begin() as session:
        bookings.cancel(session, Actor.nobody(), session.get_one(Booking, gone.id))
    with sessions() as session:
        with pytest.raises(NotNow, match="今日のものではありません"):
            queue.check_in(session, Actor.nobody(), made.number)
        with pytest.raises(NotNow, match="取り消されています"):
            queue.check_in(session, Actor.nobody(), gone.number)
        with pytest.raises(NotFound, match="この番号の予約はありません"):
            queue.check_in(session, Actor.nobody(), "0000-0000")
        with pytest.raises(NotFound, match="受け持つ窓口がありません"):
            queue.take_ticket(session, Actor.nobody(), "death")


def test_called_again_put_aside_back_handed_on_and_finished(
    sessions: sessionmaker[Session], clerk: Actor, first: str
) -> None:
    take(sessions, "birth"), take(sessions), take(sessions)
    assert call(sessions, clerk, first) == "C001"
    with sessions.begin() as session:
        other = next(one for one in counters.listing(session) if one.id != first)
        ticket = named(session, "C001")
        queue.recall(session, clerk, ticket)
        assert ticket.calls == 2
        queue.skip(session, clerk, ticket)
        with pytest.raises(NotNow, match="あとに回した番号"):
            queue.finish(session, clerk, ticket)
        queue.put_back(session, clerk, ticket)
        assert [one.label for one in waiting.fitting(session, session.get_one(type(other), first))] == [
            "C001",
            "A001",
            "A002",
        ]
    assert call(sessions, clerk, first) == "C001"
    with sessions.begin() as session:
        with pytest.raises(NotNow, match="別の窓口"):
            queue.hand_on(session, clerk, named(session, "C001"), first)
        queue.hand_on(session, clerk, named(session, "C001"), other.id)
        assert waiting.before(session, named(session, "C001")) == 0
    # Handed on, it goes before everybody at the other counter, which does not serve births otherwise.
    assert call(sessions, clerk, first) == "A001"
    assert call(sessions, clerk, other.id) == "C001"
    assert call(sessions, clerk, other.id) == "A002"
    with sessions() as session:
        assert named(session, "C001").state is TicketState.FINISHED
        assert queue.current(session, other.id) is not None
    with pytest.raises(NobodyWaiting):
        call(sessions, clerk, first)
    with sessions() as session:
        serving = queue.current(session, first)
        assert serving is not None, "nobody waiting: whoever is being served stays"
        assert serving.label == "A001"


def test_yesterdays_number_can_do_nothing(sessions: sessionmaker[Session], clerk: Actor, first: str) -> None:
    take(sessions)
    call(sessions, clerk, first)
    with sessions() as session:
        ticket = named(session, "A001")
    with time_machine.travel(MORNING + timedelta(days=1)), sessions() as session:
        with pytest.raises(NotFound):
            queue.find(session, clerk, ticket.id)
        with pytest.raises(NotNow, match="前の日の番号札"):
            queue.finish(session, clerk, session.get_one(Ticket, ticket.id))
        assert queue.current(session, first) is None
        with pytest.raises(NobodyWaiting):
            queue.call_next(session, clerk, first)
        assert queue.by_token(session, ticket.token).id == ticket.id


def test_waiting_time_is_people_before_times_pace_by_counters(
    sessions: sessionmaker[Session], clerk: Actor, first: str
) -> None:
    with sessions() as session:  # nothing measured: 1番窓口's slot of 30 minutes
        assert waiting.minutes_for(session, "move-in", 1) == 30
        assert waiting.minutes_for(session, "death", 1) is None
    for number in range(6):
        with time_machine.travel(MORNING + timedelta(minutes=10 * number)):
            take(sessions)
            call(sessions, clerk, first)
    with time_machine.travel(MORNING + timedelta(minutes=61)), sessions() as session:
        # Five finished, ten minutes each, one counter at work.
        assert waiting.minutes_for(session, "move-in", 3) == 30
        assert {one.service: one.waiting for one in waiting.lines(session)} == {
            "birth": 0,
            "move-in": 0,
            "resident-record-copy": 0,
        }
    with time_machine.travel(MORNING + timedelta(days=1)), sessions() as session:
        assert waiting.minutes_for(session, "move-in", 3) == 30, "by the days before"


def test_a_case_begun_while_serving_joins_its_number(
    sessions: sessionmaker[Session], clerk: Actor, first: str
) -> None:
    take(sessions, "birth"), take(sessions)
    catalogue = load_catalogue()

    def begin(event: str) -> str:
        with sessions.begin() as session:
            interview = Interview.begin(catalogue, event, TUESDAY)
            return cases.open_case(session, clerk, vault(), interview).id

    begin("move-in")
    call(sessions, clerk, first)
    begin("move-in")
    with sessions() as session:
        assert named(session, "C001").case_id is None, "a number for a birth does not take a move"
    mine = begin("birth")
    begin("birth")
    with sessions() as session:
        assert named(session, "C001").case_id == mine
        assert named(session, "A001").case_id is None


def test_only_the_counter_runs_the_queue(sessions: sessionmaker[Session], clerk: Actor, first: str) -> None:
    take(sessions)
    call(sessions, clerk, first)
    with sessions() as session:
        ticket, nobody = named(session, "A001"), Actor.nobody()
        for act in (queue.recall, queue.skip, queue.put_back, queue.finish):
            with pytest.raises(NotPermitted):
                act(session, nobody, ticket)
        with pytest.raises(NotPermitted):
            queue.call_next(session, nobody, first)
        with pytest.raises(NotPermitted):
            queue.hand_on(session, nobody, ticket, first)
