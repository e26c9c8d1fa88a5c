"""Bookings: what can be booked, by whom it can be changed, and that no place is taken twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session, sessionmaker

from office import clock
from office.accounts.actor import Actor
from office.accounts.roles import Role
from office.calendar.amendments import Amendments
from office.calendar.business import city_calendar
from office.errors import NotNow, NotPermitted
from office.records import bookings, counters, slots
from office.records.bookings import ContactRefused, SlotTaken, TooManyBookings
from office.records.counters import Booked, CounterRefused, CounterSettings, Hours
from office.records.models.bookings import Booking, BookingState
from tests.support.bookings import CALENDAR, HOURS, SERVICES, at, book, counter, vault
from tests.support.ground import migrated, officer

# A Tuesday, 7:55 in Japan.
TUESDAY = date(2026, 6, 9)
MORNING = datetime(2026, 6, 8, 22, 55, tzinfo=UTC)


@pytest.fixture
def sessions(database_url: str) -> Iterator[sessionmaker[Session]]:
    with migrated(database_url) as made, time_machine.travel(MORNING, tick=True):
        yield made


@pytest.fixture
def admin(sessions: sessionmaker[Session]) -> Actor:
    return officer(sessions, "kanri", Role.ADMINISTRATOR)


def free(sessions: sessionmaker[Session], day: date, service: str = "move-in") -> dict[str, int]:
    """Free places by the time in Japan."""
    with sessions() as session:
        found = slots.times(session, CALENDAR, service, day)
    return {f"{one.starts_at.astimezone(clock.TOKYO):%H:%M}": one.free for one in found}


def test_times_follow_hours_break_notice_and_what_is_taken(
    sessions: sessionmaker[Session], admin: Actor
) -> None:
    counter(sessions, admin, hours=Hours(9 * 60, 13 * 60, (10 * 60 + 45, 11 * 60 + 30)))
    counter(sessions, admin, "2番窓口", ("move-in", "birth"), booked=Booked(60, 2, 30, 60))
    # With an hour's notice 9:00 can be booked until 8:00. 10:30 runs into the break, 12:30 ends in time.
    wanted = {"09:00": 3, "09:30": 1, "10:00": 3, "11:00": 2, "11:30": 1, "12:00": 1, "12:30": 1}
    assert free(sessions, TUESDAY) == wanted
    assert free(sessions, TUESDAY, "birth") == {"09:00": 2, "10:00": 2, "11:00": 2}
    book(sessions, at(TUESDAY, 9))
    assert free(sessions, TUESDAY) == {**wanted, "09:00": 2}
    with time_machine.travel(MORNING + timedelta(minutes=6)):
        assert "09:00" not in free(sessions, TUESDAY)


def test_closed_days_year_end_and_the_citys_own_days(sessions: sessionmaker[Session], admin: Actor) -> None:
    counter(sessions, admin, booked=Booked(30, 1, 45, 60))
    with time_machine.travel(datetime(2026, 12, 20, 23, 0, tzinfo=UTC)), sessions() as session:
        found = {one.day: one for one in slots.days(session, CALENDAR, "move-in")}
        assert len(found) == 46
        assert {day.isoformat() for day, one in found.items() if one.closed is None and one.free} >= {
            "2026-12-28",
            "2027-01-04",
        }
        for day in ("2026-12-26", "2026-12-29", "2026-12-31", "2027-01-01", "2027-01-03", "2027-01-11"):
            assert found[date.fromisoformat(day)].closed
            assert found[date.fromisoformat(day)].free == 0
        amended = city_calendar(
            Amendments({date(2026, 12, 28): "改修のため"}, {date(2026, 12, 26): "土曜開庁"})
        )
        again = {one.day: one.free for one in slots.days(session, amended, "move-in")}
        assert (again[date(2026, 12, 28)], again[date(2026, 12, 26)]) == (0, 6)
    with pytest.raises(SlotTaken):
        book(sessions, at(date(2026, 6, 13), 9))


def test_a_day_in_japan_is_japans_day(sessions: sessionmaker[Session], admin: Actor) -> None:
    """At 23:30 UTC it is the next morning in Japan; 0:30 there is stored on the day before in UTC."""
    counter(sessions, admin, hours=Hours(0, 24 * 60), booked=Booked(30, 1, 1, 0))
    with time_machine.travel(datetime(2026, 6, 8, 15, 20, tzinfo=UTC)):
        assert clock.today() == TUESDAY
        made, _ = book(sessions, at(TUESDAY, 0, 30))
        assert made.starts_at == datetime(2026, 6, 8, 15, 30, tzinfo=UTC)
        assert free(sessions, TUESDAY)["00:30"] == 0
        assert free(sessions, TUESDAY)["23:30"] == 1
        assert free(sessions, date(2026, 6, 10))["00:00"] == 1
        assert free(sessions, date(2026, 6, 11)) == {}


@pytest.mark.parametrize(
    "starts_at",
    [
        at(TUESDAY, 9, 10),
        at(TUESDAY, 8, 30),
        at(TUESDAY, 12),
        at(date(2026, 6, 8), 9),
        at(date(2026, 7, 10), 9),
        at(date(2026, 6, 14), 9),
    ],
    ids=["between slots", "before opening", "after closing", "past", "beyond the horizon", "Sunday"],
)
def test_what_is_not_offered_cannot_be_booked(
    sessions: sessionmaker[Session], admin: Actor, starts_at: datetime
) -> None:
    counter(sessions, admin)
    with pytest.raises(SlotTaken):
        book(sessions, starts_at)


def test_a_place_is_never_taken_twice(sessions: sessionmaker[Session], admin: Actor) -> None:
    """Twelve at once for three places at two counters: three get one, nine are told."""
    counter(sessions, admin, booked=Booked(30, 2, 30, 60))
    counter(sessions, admin, "2番窓口")
    start, made, refused, faults = threading.Barrier(12), [], [], []

    def try_to_book(number: int) -> None:
        start.wait()
        try:
            made.append(book(sessions, at(TUESDAY, 10), client=str(number))[0].id)
        except SlotTaken:
            refused.append(number)
        except BaseException as error:  # noqa: BLE001
            faults.append(error)

    threads = [threading.Thread(target=try_to_book, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert (len(made), len(refused)) == (3, 9)
    with sessions() as session:
        rows = session.execute(sa.select(Booking.counter_id, Booking.seat)).all()
    assert len(rows) == len(set(rows)) == 3


def test_two_moving_to_the_last_place_at_once(sessions: sessionmaker[Session], admin: Actor) -> None:
    counter(sessions, admin)
    mine = [book(sessions, at(TUESDAY, hour), client=str(hour))[0] for hour in (9, 10)]
    start, outcomes = threading.Barrier(2), []

    def go(booking: Booking) -> None:
        start.wait()
        try:
            with sessions.begin() as session:
                row = session.get_one(Booking, booking.id)
                bookings.move(session, Actor.nobody(), CALENDAR, row, at(TUESDAY, 11))
            outcomes.append("moved")
        except SlotTaken:
            outcomes.append("refused")

    threads = [threading.Thread(target=go, args=(one,)) for one in mine]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["moved", "refused"]
    assert sum(free(sessions, TUESDAY).values()) == 4


def test_the_database_itself_refuses_a_seat_taken_twice(
    sessions: sessionmaker[Session], admin: Actor
) -> None:
    counter(sessions, admin)
    made, _ = book(sessions, at(TUESDAY, 9))
    with sessions() as session:
        row = session.get_one(Booking, made.id)
        values = {column.key: getattr(row, column.key) for column in Booking.__table__.columns}
        session.add(Booking(**{**values, "id": "X", "number": "00000000"}))
        with pytest.raises(sa.exc.IntegrityError):
            session.flush()


def test_number_and_code_open_a_booking_and_nothing_else_does(
    sessions: sessionmaker[Session], admin: Actor
) -> None:
    counter(sessions, admin)
    made, code = book(sessions, at(TUESDAY, 9), call_name=" みほん  さん ", phone="090-1234-5678")
    other, _ = book(sessions, at(TUESDAY, 10))
    with sessions.begin() as session:
        for number, said in ((other.number, code), (made.number, "AAAAAA"), ("99999999", code), ("", "")):
            assert bookings.prove(session, vault(), number, said) is None
        typed = f"{made.number[:4]}-{made.number[4:]}"
        found = bookings.prove(session, vault(), typed, f" {code.lower()} ")
        assert found is not None
        assert (found.read_call_name(vault()), found.read_phone(vault())) == ("みほん さん", "090-1234-5678")
    with sessions() as session:
        stored = session.execute(sa.select(Booking.__table__).where(Booking.id == made.id)).one()
    kept = b"".join(
        value if isinstance(value, bytes) else str(value).encode() for value in stored if value is not None
    )
    for secret in (code, "みほん", "1234-5678"):
        assert secret.encode() not in kept


def test_after_ten_wrong_codes_the_right_one_is_refused_too(
    sessions: sessionmaker[Session], admin: Actor
) -> None:
    counter(sessions, admin)
    made, code = book(sessions, at(TUESDAY, 9))
    for _ in range(bookings.MOST_WRONG_CODES):
        with sessions.begin() as session:
            assert bookings.prove(session, vault(), made.number, "WRONG2") is None
    with sessions.begin() as session:
        assert bookings.prove(session, vault(), made.number, code) is None


def test_a_cancelled_place_is_free_again_and_its_contact_gone(
    sessions: sessionmaker[Session], admin: Actor
) -> None:
    counter(sessions, admin)
    made, _ = book(sessions, at(TUESDAY, 9), call_name="みほん")
    with sessions.begin() as session:
        bookings.cancel(session, Actor.nobody(), session.get_one(Booking, made.id))
    assert free(sessions, TUESDAY)["09:00"] == 1
    book(sessions, at(TUESDAY, 9))
    with sessions() as session:
        row = session.get_one(Booking, made.id)
        assert (row.state, row.seat, row.call_name_sealed) == (BookingState.CANCELLED, None, None)
        with pytest.raises(NotNow):
            bookings.cancel(session, Actor.nobody(), row)


def test_names_and_numbers_are_wiped_once_the_day_is_over(
    sessions: sessionmaker[Session], admin: Actor
) -> None:
    counter(sessions, admin)
    made, _ = book(sessions, at(TUESDAY, 9), call_name="みほん", phone="03-1234-5678")
    book(sessions, at(TUESDAY, 10))
    with sessions() as session:
        assert session.get_one(Booking, made.id).read_phone(vault()) == "03-1234-5678"
    with time_machine.travel(MORNING + timedelta(days=1)):
        book(sessions, at(TUESDAY + timedelta(days=1), 10))
    with sessions() as session:
        row = session.get_one(Booking, made.id)
        assert (row.call_name_sealed, row.phone_sealed) == (None, None)


def test_one_device_makes_so_many_bookings_a_day(sessions: sessionmaker[Session], admin: Actor) -> None:
    counter(sessions, admin, booked=Booked(5, 5, 30, 60))
    for number in range(bookings.MOST_PER_CLIENT):
        book(sessions, at(TUESDAY, 9, 5 * number))
    with pytest.raises(TooManyBookings):
        book(sessions, at(TUESDAY, 11))
    book(sessions, at(TUESDAY, 11), client="another")
    with time_machine.travel(MORNING + timedelta(days=1)):
        book(sessions, at(TUESDAY + timedelta(days=1), 11))


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("call_name", "み" * 21),
        ("call_name", "a\u202eb"),
        ("call_name", "a\x00b"),
        ("phone", "12345"),
        ("phone", "電話"),
    ],
)
def test_a_hostile_contact_is_refused(
    sessions: sessionmaker[Session], admin: Actor, field: str, text: str
) -> None:
    counter(sessions, admin)
    with pytest.raises(ContactRefused) as refused:
        book(sessions, at(TUESDAY, 9), **{field: text})
    assert refused.value.field == field
    assert free(sessions, TUESDAY)["09:00"] == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": " "}, "名前"),
        ({"services": ()}, "用件を1つ以上"),
        ({"services": ("unknown",)}, "用件がありません"),
        ({"hours": Hours(600, 540)}, "終わる時刻"),
        ({"hours": Hours(540, 1020, (480, 600))}, "休み時間"),
        ({"booked": Booked(0)}, "1枠の長さ"),
        ({"booked": Booked(capacity=0)}, "組数"),
        ({"booked": Booked(horizon_days=999)}, "日数"),
        ({"booked": Booked(notice_minutes=-1)}, "締め切り"),
    ],
)
def test_settings_that_do_not_fit_are_refused(
    sessions: sessionmaker[Session], admin: Actor, change: dict[str, object], says: str
) -> None:
    fields: dict[str, object] = {
        "name": "1番", "place": "", "services": ("move-in",), "hours": HOURS, "booked": Booked(), **change,
    }  # fmt: skip
    with pytest.raises(CounterRefused, match=says), sessions.begin() as session:
        counters.save(session, admin, SERVICES, CounterSettings(**fields))  # type: ignore[arg-type]


def test_only_the_administrator_sets_counters(sessions: sessionmaker[Session], admin: Actor) -> None:
    clerk = officer(sessions, "mado", Role.COUNTER)
    with pytest.raises(NotPermitted):
        counter(sessions, clerk)
    counter(sessions, admin)
    with pytest.raises(CounterRefused, match="もうあります"):
        counter(sessions, admin)
    with pytest.raises(NotPermitted), sessions() as session:
        bookings.of_day(session, admin, TUESDAY)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234-5678", "12345678"),
        ("１２３４５６７８", "12345678"),
        ("https://city.example/booking/mine?number=12345678", "12345678"),
        ("123456789", ""),
        ("1234", ""),
    ],
)
def test_a_number_is_found_in_what_was_typed_or_scanned(text: str, number: str) -> None:
    assert bookings.number_in(text) == number
