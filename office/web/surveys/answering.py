"""Answering a survey: open to everybody, on a phone, without an account and without a trace."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from forms.language import language
from forms.values.dates import show_era
from office import clock
from office.i18n import Texts, texts
from office.records import surveys
from office.records.models.surveys import Survey, new_answer_id
from office.records.survey_questions import TEXT_LENGTH, AnswerRefused, Question
from office.web import world
from office.web.policy import public
from office.web.surveys import inputs

blueprint = Blueprint("answering", __name__, template_folder="templates", url_prefix="/q/<slug>")


@blueprint.get("/")
@public
def sheet(slug: str) -> ResponseReturnValue:
    """The questions in the language chosen, or why there is nothing to answer now."""
    survey = surveys.find_public(world.session(), slug)
    if not surveys.is_taking(survey, clock.today()):
        return _page("surveys/closed.html", survey, until=survey.closes_on, early=_early(survey))
    return _sheet(survey, {}, {}, new_answer_id(), request.args.get("code", "")[:40])


@blueprint.post("/")
@public
def send(slug: str) -> ResponseReturnValue:
    """Take the answers; what is wrong is said at its question and nothing typed is lost."""
    survey = surveys.find_public(world.session(), slug)
    given = inputs.answers(request.form, surveys.questions_of(survey))
    code, name = request.form.get("code", "")[:40], request.form.get("sheet", "")
    if not surveys.is_taking(survey, clock.today()):
        return _page("surveys/closed.html", survey, until=survey.closes_on, early=_early(survey)), 409
    vault = world.platform().vault
    try:
        surveys.answer(world.session(), vault, survey, given, name, code)
        world.session().commit()
    except AnswerRefused as error:
        world.give_up()
        return _sheet(survey, given, error.faults, name, code), 422
    except surveys.CodeRefused:
        world.give_up()
        return _sheet(survey, given, {"code": "code"}, name, code), 422
    except IntegrityError:
        world.give_up()  # the very same sheet came twice at once: it is kept once
    return redirect(url_for("answering.thanks", slug=slug, lang=_language(survey)))


@blueprint.get("/thanks")
@public
def thanks(slug: str) -> ResponseReturnValue:
    """Thank you."""
    return _page("surveys/thanks.html", surveys.find_public(world.session(), slug))


def _early(survey: Survey) -> bool:
    return clock.today() < survey.opens_on and survey.state == "open"


def _language(survey: Survey) -> str:
    wanted = request.values.get("lang", "ja")
    return wanted if wanted in surveys.offered_in(survey) else "ja"


def _page(template: str, survey: Survey, **context: object) -> str:
    code = _language(survey)
    return render_template(
        template,
        survey=survey,
        t=texts("survey", code),
        lang=code,
        title=survey.texts["title"].get(code, survey.texts["title"]["ja"]),
        from_on=_day(survey.opens_on, code),
        until_on=_day(survey.closes_on, code),
        **context,
    )


def _day(day: object, code: str) -> str:
    return language(code).day(day) or show_era(day)  # type: ignore[arg-type]


def _sheet(
    survey: Survey, given: Mapping[str, object], faults: Mapping[str, str], name: str, code: str
) -> str:
    chosen, questions = _language(survey), surveys.questions_of(survey)
    t = texts("survey", chosen)
    return _page(
        "surveys/sheet.html",
        survey,
        lead=survey.texts["lead"].get(chosen, ""),
        languages=[(one, language(one)) for one in surveys.offered_in(survey)],
        questions=questions,
        only_for={one.key: _only_for(t, one, questions, chosen) for one in questions if one.when},
        given=given,
        faults={key: _said(t, fault, key, questions) for key, fault in faults.items()},
        sheet=name,
        code=code,
        longest=TEXT_LENGTH,
    )


def _only_for(t: Texts, one: Question, questions: tuple[Question, ...], code: str) -> str:
    asked = next(other for other in questions if one.when and other.key == one.when.question)
    value = one.when.value if one.when else ""
    label = dict(asked.options).get(value, {}).get(code, "") if asked.kind != "scale" else value
    return t("only_for", question=asked.text(code), answer=label or value)


def _said(t: Texts, fault: str, key: str, questions: tuple[Question, ...]) -> str:
    one = next((other for other in questions if other.key == key), None)
    limits = one.field() if one else None
    least, most = (limits.least, limits.most) if limits else (0, 0)
    return t(f"fault_{fault}", length=TEXT_LENGTH, least=least, most=f"{most or 0:,}")
