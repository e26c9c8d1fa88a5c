"""Starting a case: with a notice, with a household of the register, or from nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms.answers import Answer
from forms.definition import LifeEvent
from forms.errors import InvalidValue
from forms.interview import Interview
from forms.values.dates import parse_date
from office import clock
from office.accounts.roles import Act
from office.records import cases, notices, prefills, residents
from office.records.models.residents import Household
from office.web import world
from office.web.answers import shown
from office.web.counter.blueprint import blueprint
from office.web.counter.listing import open_cases, returned, waiting_handovers, waiting_notices
from office.web.policy import permission

_ORDER = ("move-in", "move-within", "move-out", "birth", "death", "care", "marriage", "work")


@blueprint.get("/", endpoint="cases")
@permission(Act.HOLD_INTERVIEW)
def cases_listing() -> ResponseReturnValue:
    """Life events to start from, notices that have arrived, what waits, and cases not yet finished."""
    name, platform = request.args.get("name"), world.platform()
    session, actor = world.session(), world.actor()
    return render_template(
        "counter/cases.html",
        events=_in_order(platform.catalogue.events()),
        name=name,
        notices=None if name is None else waiting_notices(session, actor, platform.vault, name),
        cases=open_cases(session, platform),
        handovers=waiting_handovers(session, actor, platform),
        returned=returned(session, actor, platform),
    )


@blueprint.get("/start/<event_slug>")
@permission(Act.HOLD_INTERVIEW)
def find_household(event_slug: str) -> ResponseReturnValue:
    """Search the register for whom the case will be about; every look stands in the journal."""
    event = world.platform().catalogue.event(event_slug)
    kana, born, place = (request.args.get(name, "").strip()[:100] for name in ("kana", "born", "place"))
    birth_on, fault = _birthday(born)
    asked = bool(kana or birth_on or place) and not fault
    return render_template(
        "counter/find.html",
        event=event,
        kana=kana,
        born=born,
        place=place,
        fault=fault,
        most=residents.MOST,
        found=residents.search(world.session(), world.actor(), kana, birth_on, place) if asked else None,
    )


@blueprint.get("/start/<event_slug>/<household_id>")
@permission(Act.HOLD_INTERVIEW)
def preview(event_slug: str, household_id: str) -> ResponseReturnValue:
    """What the register will fill, before the case begins; the people can be chosen."""
    platform = world.platform()
    event = platform.catalogue.event(event_slug)
    found = residents.household(world.session(), world.actor(), household_id)
    interview = Interview.begin(platform.catalogue, event_slug, clock.today())
    known = residents.prefill(world.session(), world.actor(), platform.vault, household_id, event)
    taken = prefills.take(interview, known)
    return render_template(
        "counter/preview.html",
        event=event,
        household=found,
        protected=residents.is_protected(found),
        lines=filled_lines(taken),
        refused=taken.refused,
    )


@blueprint.post("/start")
@permission(Act.HOLD_INTERVIEW)
def start() -> ResponseReturnValue:
    """Open a case, with what a notice or the register already tells."""
    platform = world.platform()
    event = platform.catalogue.event(request.form.get("event", ""))
    known, household = _known(event)
    interview = Interview.begin(platform.catalogue, event.slug, clock.today())
    taken = prefills.take(interview, known)
    case = cases.open_case(world.session(), world.actor(), platform.vault, taken.interview)
    case.protected = household is not None and residents.is_protected(household)
    if taken.refused:
        flash("台帳の一部は、そのままでは入りませんでした。聞き取りで確かめてください。", "warn")
    return redirect(url_for("counter.conversation", case_id=case.id))


def _known(event: LifeEvent) -> tuple[dict[str, Answer], Household | None]:
    """What the form names: a notice, a household with the people chosen, or nothing."""
    session, actor, vault = world.session(), world.actor(), world.platform().vault
    notice_id, household_id = request.form.get("notice", ""), request.form.get("household", "")
    if notice_id:
        return notices.known_answers(session, actor, vault, notice_id, event), None
    if household_id:
        chosen = request.form.getlist("resident") or None
        known = residents.prefill(session, actor, vault, household_id, event, chosen)
        return known, session.get_one(Household, household_id)
    return {}, None


def _in_order(events: Sequence[LifeEvent]) -> list[LifeEvent]:
    """The commonest first, a city's own last."""
    return sorted(events, key=lambda one: _ORDER.index(one.slug) if one.slug in _ORDER else len(_ORDER))


def _birthday(text: str) -> tuple[date | None, str]:
    """The date typed, and what is wrong with it."""
    if not text:
        return None, ""
    try:
        return parse_date(text), ""
    except InvalidValue as error:
        return None, error.message


def filled_lines(taken: prefills.Taken) -> list[object]:
    """What was taken, in the order of the conversation, as pages show it."""
    facts = world.platform().catalogue.facts(taken.interview.on)
    event = taken.interview.event
    return [
        shown(
            event.worded(facts[fact].field),
            taken.interview.answers[fact].value,
            "ja",
            taken.interview.answers[fact].source,
        )
        for fact in sorted(taken.facts, key=lambda name: event.position(facts[name]))
    ]
