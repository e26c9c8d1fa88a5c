"""What the booking pages show: days and times in the resident's language, and what to bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import segno
from flask import session, url_for

from forms.catalogue import Catalogue
from forms.definition import LANGUAGES
from forms.interview import Interview
from forms.language import language
from office import clock
from office.i18n import Texts, texts
from office.records.models.bookings import Booking
from office.records.slots import BookableDay

FEW = 0.34
_LANGUAGE = "booking_language"


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar. `state` is one of `free few full closed`."""

    day: date
    state: str


@dataclass(frozen=True, slots=True)
class Bring:
    """Something to bring; `only_for` names the procedure for which alone it is wanted, empty when always."""

    text: str
    only_for: str


def chosen_language(wanted: str = "") -> str:
    """The language of this device, `wanted` kept when it is one."""
    if wanted in LANGUAGES:
        session[_LANGUAGE] = wanted
    found = session.get(_LANGUAGE, LANGUAGES[0])
    return found if found in LANGUAGES else LANGUAGES[0]


def words() -> Texts:
    """The fixed texts in this device's language."""
    return texts("booking", chosen_language())


def day_text(day: date, t: Texts) -> str:
    """`11月24日（火）` in the language of `t`, readings included."""
    written = language(t.language).day(day)
    if not written:
        easy = t.language == "ja-easy"
        written = f"{day.month}{{月|がつ}}{day.day}{{日|にち}}" if easy else f"{day.month}月{day.day}日"
    return t("day", date=written, weekday=t(f"weekday_{day.weekday()}"))


def time_text(instant: datetime) -> str:
    """`9:30` in Japan."""
    local = instant.astimezone(clock.TOKYO)
    return f"{local.hour}:{local.minute:02d}"


def weeks(found: Sequence[BookableDay]) -> list[list[Day | None]]:
    """The days as weeks from Monday to Sunday, None where the calendar has nothing to say."""
    if not found:
        return []
    cells: list[Day | None] = [None] * found[0].day.weekday()
    cells += [Day(one.day, _state(one)) for one in found]
    cells += [None] * (-len(cells) % 7)
    rows = [cells[start : start + 7] for start in range(0, len(cells), 7)]
    return [row for row in rows if any(cell is not None and cell.state != "closed" for cell in row)]


def _state(day: BookableDay) -> str:
    if day.closed is not None or day.places == 0:
        return "closed"
    if day.free == 0:
        return "full"
    return "few" if day.free <= day.places * FEW else "free"


def to_bring(catalogue: Catalogue, service: str, on: date, code: str) -> list[Bring]:
    """What the catalogue asks for: what every case needs first, then what depends on the case."""
    wanted: dict[str, Bring] = {}
    if service in catalogue.life_events:
        interview = Interview.begin(catalogue, service, on)
        found = [(one.procedure, one.needed) for one in interview.determinations() if one.needed is not False]
    else:
        found = [(catalogue.procedure(service, on), True)]
    for procedure, needed in sorted(found, key=lambda pair: pair[1] is None):
        for attachment in procedure.attachments:
            always = needed is True and attachment.when is None
            only_for = "" if always else procedure.title.text(code)
            wanted.setdefault(attachment.label.text("ja"), Bring(attachment.label.text(code), only_for))
    return sorted(wanted.values(), key=lambda one: bool(one.only_for))


def qr(booking: Booking) -> str:
    """The QR of a booking as a picture in a `data:` address; it holds the number, never the code."""
    address = url_for("booking.mine", number=booking.number, _external=True)
    return str(segno.make(address, error="m").svg_data_uri(scale=6, border=3))
