"""A running sample city in the middle of a day's work, so that every page has something to show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.interview import Interview
from forms.language import LANGUAGES
from office import clock
from office.accounts.actor import Actor
from office.accounts.models import Officer
from office.platform import Platform
from office.records import cases, contracts, corrections, counters, drafts, queue, routes, slots, surveys
from office.records.models.applications import Application
from office.records.models.paper import PaperPage, PaperState
from office.records.models.paper_decisions import DecisionKind
from office.records.models.residents import Household
from office.records.models.surveys import Survey, SurveyState
from office.records.survey_questions import Question
from office.records.verification import decisions
from office.records.verification import queue as verification
from tests.support import papers, readings
from tests.support.bookings import CALENDAR
from tests.support.counter import returned, signed_case
from tests.support.declared_forms import declared_form
from tests.support.faces import case_of_family
from tests.support.moving_in import family_interview, known_family
from tests.support.paper_tables import tables_at_work


def at_work(platform: Platform) -> dict[str, str]:
    """Make what the addresses of `tests.support.places` name (all but `run`)."""
    with platform.sessions() as session:
        staff = _staff(session)
    made = _conversations(platform, staff) | _papers(platform, staff)
    made |= tables_at_work(platform, staff["mado"])
    made |= open_to_all(platform)
    with platform.sessions.begin() as session:
        made |= _purchases(session, staff)
        made |= {"older_form": declared_form(session, staff["jimu"], platform).id}
        draft = drafts.begin(session, staff["kanri"], platform, "tax-certificate")
        made |= {
            "draft": f"{draft.slug}/v{draft.version}",
            "route": routes.list_routes(session, staff["kanri"])[0].id,
            "household": session.scalars(select(Household.id)).first() or "",
        }
    return made


def open_to_all(platform: Platform) -> dict[str, str]:
    """Make only what the addresses of pages for everybody name."""
    with platform.sessions.begin() as session:
        return _surveys(session, _staff(session)["jimu"]) | _hall(session, platform)


def _staff(session: Session) -> Mapping[str, Actor]:
    return {one.login: Actor.of(one) for one in session.scalars(select(Officer))}


def _conversations(platform: Platform, staff: Mapping[str, Actor]) -> dict[str, str]:
    mado, on = staff["mado"], clock.today()
    first, second, third = (signed_case(platform, mado)[0] for _ in range(3))
    for receipt in (second, third):
        returned(platform, staff["jimu"], receipt, "applicant.phone")
    interview = family_interview(platform.catalogue, on, known_family(on), alone=True)
    with platform.sessions.begin() as session:
        corrected = session.scalars(select(Application).where(Application.receipt_number == third)).one()
        correction = corrections.begin(session, mado, platform, corrected, ["applicant.phone"])
        shown = cases.open_case(session, mado, platform.vault, interview)
        cases.show_documents(session, mado, platform, shown, interview)
        fresh = Interview.begin(platform.catalogue, "move-in", on, known_family(on))
        begun = cases.open_case(session, mado, platform.vault, fresh)
        found = {"correcting": correction.case_id, "shown": shown.id, "begun": begun.id}
    return {"filed": first, "returned": second, "case": case_of_family(platform), **found}


def _papers(platform: Platform, staff: Mapping[str, Actor]) -> dict[str, str]:
    made = papers.batch_at_work(platform, staff["mado"])
    with platform.sessions() as session:
        waiting = select(PaperPage.id).where(
            PaperPage.state == PaperState.WAITING, PaperPage.file_name == papers.UNSURE
        )
        made["sheet"] = session.scalars(waiting).one()
    return made | _doubts(platform, staff["mado"])


def _doubts(platform: Platform, mado: Actor) -> dict[str, str]:
    """A form with places in doubt, one of which nobody could read."""
    asked = {
        "applicant.phone": readings.illegible("090"),
        "applicant.birth_on": readings.doubtful("1985-05-01"),
        "copy.kind": readings.illegible(),
    }
    record = readings.example("resident-record-copy", "family")
    with platform.sessions.begin() as session:
        pages = readings.pages_read(platform, "resident-record-copy", record, asked, "777001")
        batch, _ = readings.batch_of(session, mado, platform, pages)
        verification.list_waiting(session, platform)
        found = verification.take(session, mado, verification.Scope(batch=batch.id), 3)
        doubt = next(one for one in found if one.field == "applicant.phone")
        decisions.decide(session, mado, platform, doubt, DecisionKind.UNREADABLE, None)
        verification.leave(session, mado)
        return {"doubt": doubt.id}


def _purchases(session: Session, staff: Mapping[str, Actor]) -> dict[str, str]:
    found = contracts.list_purchases(session, staff["jimu"])
    going_round = next(one for one in found if one.circulation_id)
    preparing = next(one for one in found if not one.circulation_id)
    circulation = going_round.circulation_id or ""
    return {"going_round": going_round.id, "preparing": preparing.id, "circulation": circulation}


def _surveys(session: Session, maker: Actor) -> dict[str, str]:
    """A survey in every language, one with answers, one still being written."""
    said = dict.fromkeys(LANGUAGES, "Library") | {"ja": "図書館について", "ja-easy": "としょかん"}
    yes = dict.fromkeys(LANGUAGES, "Yes") | {"ja": "はい", "ja-easy": "はい"}
    options = (("o1", yes), ("o2", {code: f"{text} 2" for code, text in yes.items()}))
    questions = [
        Question("q1", "choice", said, options, required=True),
        Question("q2", "choices", said, options),
        Question("q3", "text", said),
    ]
    today = clock.today()
    outline = surveys.Outline(said, said, today, today + timedelta(days=9))
    made = []
    for _ in range(2):
        survey = surveys.make(session, maker, outline)
        surveys.set_questions(session, maker, survey, questions)
        made.append(survey)
    answered = session.scalars(select(Survey).where(Survey.state == SurveyState.OPEN)).first()
    assert answered is not None
    surveys.open_(session, maker, made[0])
    assert surveys.offered_in(made[0]) == tuple(LANGUAGES)
    return {"survey": made[0].slug, "survey_draft": made[1].slug, "answered": answered.slug}


def _hall(session: Session, platform: Platform) -> dict[str, str]:
    """A number taken, the address of the number machines, a time that can be booked."""
    ticket = queue.take_ticket(session, Actor.nobody(), "move-in")
    day = next(one.day for one in slots.days(session, CALENDAR, "move-in") if one.free)
    slot = next(one for one in slots.times(session, CALENDAR, "move-in", day) if one.free)
    return {
        "ticket": ticket.id,
        "ticket_token": ticket.token,
        "kiosk": platform.vault.blind_index("queue-kiosk", "1").hex()[:32],
        "counter": counters.listing(session)[0].id,
        "day": day.isoformat(),
        "time": f"{slot.starts_at.astimezone(clock.TOKYO):%H-%M}",
    }
