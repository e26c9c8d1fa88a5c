"""Surveys, the maker's pages: list, outline, questions, opening and closing, poster and answer slips."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from forms.definition import LANGUAGES
from forms.language import language
from forms.values.dates import show_era
from office import clock
from office.accounts.actor import Actor
from office.accounts.roles import Act
from office.errors import NotFound, NotNow
from office.records import surveys
from office.records.models.surveys import Survey, SurveyState
from office.records.survey_questions import KINDS, Question, QuestionRefused, personal_words
from office.web import world
from office.web.policy import permission
from office.web.surveys import inputs

blueprint = Blueprint("surveys", __name__, template_folder="templates", url_prefix="/surveys")

STATES = {
    "draft": ("準備中", "plain"),
    "open": ("受付中", "good"),
    "closed": ("終了", "warn"),
    "archived": ("保管", "plain"),
}
_ACTS: dict[str, tuple[Callable[[Session, Actor, Survey], None], str]] = {
    "open": (surveys.open_, "受け付けを始めました。"),
    "close": (surveys.close, "受け付けを終わりました。"),
    "archive": (surveys.archive, "保管しました。"),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One answer after which a question can be put."""

    value: str
    label: str


@blueprint.get("/")
@permission(Act.MAKE_SURVEYS)
def listing() -> ResponseReturnValue:
    """Every survey with its answers so far."""
    found = surveys.list_surveys(world.session(), world.actor())
    return render_template("surveys/listing.html", found=found, states=STATES)


@blueprint.route("/new", methods=["GET", "POST"])
@permission(Act.MAKE_SURVEYS)
def new() -> ResponseReturnValue:
    """Begin a survey: title, greeting, dates."""
    if request.method == "GET":
        today = clock.today()
        return _outline_page(
            None,
            MultiDict({"opens_on": show_era(today), "closes_on": show_era(today + timedelta(days=28))}),
        )
    try:
        survey = surveys.make(world.session(), world.actor(), inputs.outline(request.form))
    except QuestionRefused as error:
        return _outline_page(None, request.form, error.message), 422
    return redirect(url_for("surveys.detail", slug=survey.slug))


@blueprint.get("/<slug>/")
@permission(Act.MAKE_SURVEYS)
def detail(slug: str) -> ResponseReturnValue:
    """One survey: its questions, where it stands, how to answer."""
    survey = _survey(slug)
    questions = surveys.questions_of(survey)
    return render_template(
        "surveys/detail.html",
        survey=survey,
        title=_title(survey),
        questions=questions,
        plain={one.key: one.plain for one in questions},
        labels={one.key: dict(one.groups()) for one in questions if one.counted},
        warnings={one.key: personal_words(one) for one in questions},
        kinds=KINDS,
        states=STATES,
        state=survey.state,
        draft=survey.state is SurveyState.DRAFT,
        languages=[language(code).japanese for code in surveys.offered_in(survey)],
        address=_address(survey),
        answers=surveys.count(world.session(), survey),
        overdue=survey.state is SurveyState.OPEN and survey.closes_on < clock.today(),
    )


@blueprint.route("/<slug>/outline", methods=["GET", "POST"])
@permission(Act.MAKE_SURVEYS)
def outline(slug: str) -> ResponseReturnValue:
    """Change title, greeting and dates."""
    survey = _survey(slug)
    if request.method == "GET":
        return _outline_page(survey, _typed_outline(survey))
    try:
        surveys.describe(world.session(), world.actor(), survey, inputs.outline(request.form))
    except QuestionRefused as error:
        world.give_up()
        return _outline_page(survey, request.form, error.message), 422
    flash("保存しました。", "good")
    return redirect(url_for("surveys.detail", slug=slug))


@blueprint.route("/<slug>/questions/<key>", methods=["GET", "POST"])
@permission(Act.MAKE_SURVEYS)
def question(slug: str, key: str) -> ResponseReturnValue:
    """Write one question; the key `new` adds one at the end."""
    survey = _survey(slug)
    questions = list(surveys.questions_of(survey))
    place = next((n for n, one in enumerate(questions) if one.key == key), len(questions))
    if key != "new" and place == len(questions):
        raise NotFound("この質問は見つかりません。アンケートの画面から選び直してください。")
    if request.method == "GET":
        typed = _typed_question(questions[place]) if key != "new" else MultiDict({"kind": "choice"})
        return _question_page(survey, questions, place, typed)
    try:
        own = _free_key(questions) if key == "new" else key
        questions[place : place + 1] = [inputs.question(request.form, own)]
        surveys.set_questions(world.session(), world.actor(), survey, questions)
    except QuestionRefused as error:
        world.give_up()
        kept = list(surveys.questions_of(survey))
        return _question_page(survey, kept, place, request.form, error.message), 422
    words = personal_words(questions[place])
    if words:
        flash(
            f"「{'」「'.join(words)}」は、個人が分かる質問かもしれません。本当に要るか、もう一度確かめてください。",
            "warn",
        )
    flash("質問を保存しました。", "good")
    return redirect(url_for("surveys.detail", slug=slug))


@blueprint.post("/<slug>/questions/<key>/arrange")
@permission(Act.MAKE_SURVEYS)
def arrange(slug: str, key: str) -> ResponseReturnValue:
    """Move a question up or down, or delete it."""
    survey = _survey(slug)
    questions = list(surveys.questions_of(survey))
    place = next((n for n, one in enumerate(questions) if one.key == key), None)
    if place is None:
        raise NotFound("この質問は見つかりません。画面を開き直してください。")
    moved = questions.pop(place)
    act = request.form.get("act")
    if act in ("up", "down"):
        questions.insert(max(place + (1 if act == "down" else -1), 0), moved)
    elif act != "delete":
        raise NotNow("操作を選んで、もう一度押してください。")
    try:
        surveys.set_questions(world.session(), world.actor(), survey, questions)
    except QuestionRefused:
        world.give_up()
        flash(
            "この質問の答えで出し分けている質問があります。先に、そちらの「この質問を出す人」を直してください。",
            "bad",
        )
    return redirect(url_for("surveys.detail", slug=slug))


@blueprint.post("/<slug>/state")
@permission(Act.MAKE_SURVEYS)
def switch(slug: str) -> ResponseReturnValue:
    """Open, close or put away."""
    survey = _survey(slug)
    if request.form.get("act") not in _ACTS:
        raise NotNow("操作を選んで、もう一度押してください。")
    act, said = _ACTS[request.form["act"]]
    act(world.session(), world.actor(), survey)
    flash(said, "good")
    return redirect(url_for("surveys.detail", slug=slug))


@blueprint.get("/<slug>/poster")
@permission(Act.MAKE_SURVEYS)
def poster(slug: str) -> ResponseReturnValue:
    """A sheet of A4 to put up: title, QR, short address."""
    survey = _survey(slug)
    address = _address(survey)
    others = [code for code in surveys.offered_in(survey) if code != "ja"]
    return render_template(
        "surveys/poster.html",
        survey=survey,
        title=_title(survey),
        texts=survey.texts,
        others=[(code, language(code)) for code in others],
        address=address,
        code=qr(address),
    )


@blueprint.post("/<slug>/codes")
@permission(Act.MAKE_SURVEYS)
def codes(slug: str) -> ResponseReturnValue:
    """New answer slips to print and cut; they can be seen this once only."""
    survey = _survey(slug)
    typed = request.form.get("count", "")
    how_many = int(typed) if typed.isdecimal() and len(typed) < 6 else 0
    made = surveys.make_codes(world.session(), world.actor(), world.platform().vault, survey, how_many)
    slips = [(code, qr(f"{_address(survey)}?code={code}")) for code in made]
    return render_template(
        "surveys/codes.html", survey=survey, title=_title(survey), slips=slips, address=_address(survey)
    )


def qr(address: str) -> Markup:
    """An address as a QR code (SVG)."""
    drawn = segno.make(address, error="m").svg_inline(scale=4, border=4, omitsize=True)
    return Markup(drawn)  # noqa: S704 - drawn here from an address of our own


def _survey(slug: str) -> Survey:
    return surveys.find(world.session(), world.actor(), slug)


def _title(survey: Survey) -> str:
    return Question("title", "text", survey.texts["title"]).plain


def _address(survey: Survey) -> str:
    return url_for("answering.sheet", slug=survey.slug, _external=True)


def _free_key(questions: list[Question]) -> str:
    used = {one.key for one in questions}
    return next(f"q{n}" for n in range(1, 1000) if f"q{n}" not in used)


def _languages() -> list[tuple[str, str]]:
    return [(code, language(code).japanese) for code in LANGUAGES]


def _outline_page(survey: Survey | None, typed: MultiDict[str, str], fault: str = "") -> str:
    return render_template(
        "surveys/outline.html", survey=survey, typed=typed, fault=fault, languages=_languages()
    )


def _question_page(
    survey: Survey, questions: list[Question], place: int, typed: MultiDict[str, str], fault: str = ""
) -> str:
    conditions = [
        Condition(f"{one.key}={value}", f"問{n}「{one.plain[:24]}」で「{label}」と答えた人")
        for n, one in enumerate(questions[:place], 1)
        if one.counted
        for value, label in one.groups()
    ]
    return render_template(
        "surveys/question.html",
        survey=survey,
        number=place + 1,
        typed=typed,
        fault=fault,
        kinds=KINDS,
        conditions=conditions,
        languages=_languages(),
    )


def _typed_outline(survey: Survey) -> MultiDict[str, str]:
    typed = {
        f"{name}-{code}": text for name in ("title", "lead") for code, text in survey.texts[name].items()
    }
    return MultiDict(
        {
            **typed,
            "opens_on": show_era(survey.opens_on),
            "closes_on": show_era(survey.closes_on),
            "coded": "yes" if survey.coded else "",
            "hide": "yes" if survey.least_cell else "",
        }
    )


def _typed_question(one: Question) -> MultiDict[str, str]:
    typed = {f"text-{code}": text for code, text in one.texts.items()}
    for code in LANGUAGES:
        typed[f"options-{code}"] = "\n".join(texts.get(code, "") for _, texts in one.options).strip()
    typed |= {"kind": one.kind, "required": "yes" if one.required else ""}
    typed |= {"when": f"{one.when.question}={one.when.value}" if one.when else ""}
    if one.kind == "scale":
        typed["scale"] = str(one.most)
    if one.kind == "number":
        typed |= {"least": str(one.least or 0), "most": "" if one.most is None else str(one.most)}
    return MultiDict(typed)
