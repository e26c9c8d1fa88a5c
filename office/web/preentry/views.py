"""Pre-entry at home: language, life event, one question a page, check, QR code. Nothing is stored here."""

from __future__ import annotations

from datetime import timedelta

import segno
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms.answers import InvalidAnswer
from forms.errors import KakazuError
from forms.interview import Question
from forms.language import language as language_of
from forms.pre_entry import PreEntry, PreEntryRefused, seal
from office import clock
from office.i18n import HTML_LANGUAGE, texts
from office.web.answers import shown
from office.web.counter.questions import question_form, raw_of
from office.web.policy import public
from office.web.preentry.desk import FAMILY, desk, languages
from office.web.preentry.state import Home

blueprint = Blueprint("preentry", __name__, template_folder="templates", url_prefix="/pre-entry")


@blueprint.errorhandler(KakazuError)
def refused(error: KakazuError) -> ResponseReturnValue:
    """Whatever a page sent that cannot be: begin again."""
    language = (request.view_args or {}).get("language", "ja")
    return _page("preentry/broken.html", _known(str(language)), detail=error.message), 400


@blueprint.get("/")
@public
def languages_page() -> ResponseReturnValue:
    """Choose the language."""
    listed = [(code, language_of(code).name, HTML_LANGUAGE[code]) for code in languages()]
    return _page("preentry/languages.html", "ja", languages=listed)


@blueprint.get("/<language>")
@public
def events_page(language: str) -> ResponseReturnValue:
    """What has happened? And what this page does with the answers."""
    events = desk().catalogue.events()
    return _page("preentry/events.html", _known(language), events=events, days=desk().days)


@blueprint.post("/<language>/ask")
@public
def ask(language: str) -> ResponseReturnValue:
    """Take one answer and put the next question; all answered: the page to check."""
    language, form = _known(language), request.form
    if "event" in form:
        return _next(Home.begin(desk().catalogue, form["event"]), language)
    home = Home.read(desk().catalogue, form.get("state", ""))
    fact, act = form.get("fact", ""), form.get("act", "")
    if act.startswith("edit:"):
        return _question(home, home.question(act.removeprefix("edit:")), language)
    if act == "back":
        return _back(home, fact, language)
    if act == "check":
        return _check(home, language)
    question = home.question(fact)
    if question is None:
        return _next(home, language)
    if act == "leave":
        return _next(home.leave(fact), language)
    if act == "add" or act.startswith("remove-"):
        return _question(home, question, language, typed=True)
    return _answered(home, question, language)


@blueprint.get("/<language>/ask")
@public
def ask_again(language: str) -> ResponseReturnValue:
    """The address alone, opened again: nothing was stored, so it begins anew."""
    return redirect(url_for("preentry.events_page", language=_known(language)))


@blueprint.post("/<language>/code")
@public
def code(language: str) -> ResponseReturnValue:
    """The QR codes, on the screen or on paper."""
    language = _known(language)
    home = Home.read(desk().catalogue, request.form.get("state", ""))
    now = clock.now().replace(microsecond=0)
    answers = {one.fact: home.interview.answers[one.fact].value for one in home.answered()}
    if not answers:
        return _check(home, language)
    until = now + timedelta(days=desk().days)
    entry = PreEntry(home.interview.event.slug, now, until, language, answers)
    try:
        parts = seal(entry, desk().key, desk().code)
    except PreEntryRefused as error:
        return _check(home, language, error.message)
    pictures = [segno.make(part, error="m", micro=False).png_data_uri(scale=6, border=4) for part in parts]
    return _page(
        "preentry/code.html",
        language,
        event=home.interview.event,
        pictures=pictures,
        until=clock.date_of(until),
        count=len(answers),
        left=len(home.left()),
    )


def _answered(home: Home, question: Question, language: str) -> ResponseReturnValue:
    field = question.field
    try:
        said = raw_of(field, None, request.form)
        home = home.say(question.fact, said)
    except InvalidAnswer as error:
        return _question(home, question, language, fault=error.message, typed=True)
    return _next(home, language) if not request.form.get("editing") else _check(home, language)


def _next(home: Home, language: str) -> ResponseReturnValue:
    upcoming = home.upcoming()
    return _check(home, language) if upcoming is None else _question(home, upcoming, language)


def _back(home: Home, fact: str, language: str) -> ResponseReturnValue:
    """The question before this one; before the first, the life events."""
    place = home.trail.index(fact) if fact in home.trail else len(home.trail)
    earlier = [one for one in home.trail[:place] if home.question(one)]
    if not earlier:
        return redirect(url_for("preentry.events_page", language=language))
    return _question(home, home.question(earlier[-1]), language)


def _question(
    home: Home, question: Question | None, language: str, *, fault: str = "", typed: bool = False
) -> ResponseReturnValue:
    if question is None:
        return _next(home, language)
    value = question.answer.value if question.answer else None
    form = question_form(question.field, value, request.form if typed else None, language)
    met = question.fact in home.trail
    page = _page(
        "preentry/question.html",
        language,
        home=home,
        question=question,
        bound=form[question.field.name],
        fault=fault,
        number=(home.trail.index(question.fact) if met else len(home.trail)) + 1,
        editing=request.form.get("editing") or request.form.get("act", "").startswith("edit:"),
    )
    return (page, 422) if fault else page


def _check(home: Home, language: str, fault: str = "") -> str:
    lines = [
        (one.fact, shown(one.field, home.interview.answers[one.fact].value, language))
        for one in home.answered()
    ]
    return _page("preentry/check.html", language, home=home, lines=lines, left=home.left(), fault=fault)


def _known(language: str) -> str:
    if language not in languages():
        abort(404)
    return language


def _page(template: str, language: str, **context: object) -> str:
    t = texts(FAMILY, language)
    return render_template(
        template,
        t=t,
        language=language,
        city=desk().municipality,
        **context,
    )
