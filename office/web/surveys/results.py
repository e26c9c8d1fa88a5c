"""Surveys, the results: counts and charts, cross tables, free texts, and taking them out."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from office.accounts.roles import Act
from office.records import survey_export, surveys
from office.records.survey_questions import Question
from office.records.survey_results import cross, results, searched
from office.web import world
from office.web.policy import permission
from office.web.surveys.charts import bar_chart
from office.web.surveys.views import STATES

blueprint = Blueprint(
    "survey_results", __name__, template_folder="templates", url_prefix="/surveys/<slug>/results"
)

_FORMATS = {
    "csv": (survey_export.as_csv, "text/csv; charset=utf-8"),
    "xlsx": (
        survey_export.as_workbook,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}
SHOWN_TEXTS = 200


@blueprint.get("/")
@permission(Act.MAKE_SURVEYS)
def overview(slug: str) -> ResponseReturnValue:
    """Every question counted and charted, one cross table, the free texts."""
    session, actor = world.session(), world.actor()
    survey = surveys.find(session, actor, slug)
    questions = surveys.questions_of(survey)
    sheets = surveys.answers_of(session, actor, world.platform().vault, survey)
    found = results(questions, sheets, survey.least_cell)
    counted = [one for one in questions if one.counted]
    first, second = (_chosen(counted, request.args.get(name)) for name in ("first", "second"))
    piece = request.args.get("text", "").strip()[:100]
    return render_template(
        "surveys/results.html",
        survey=survey,
        title=Question("title", "text", survey.texts["title"]).plain,
        states=STATES,
        total=len(sheets),
        results=[(one, bar_chart(one, one.question.plain)) for one in found],
        counted=counted,
        first=first.key if first else "",
        second=second.key if second else "",
        table=cross(first, second, sheets, survey.least_cell)
        if first and second and first != second
        else None,
        piece=piece,
        texts={one.question.key: searched(one.texts, piece) for one in found if one.question.kind == "text"},
        most=SHOWN_TEXTS,
    )


@blueprint.get("/answers.<ending>")
@permission(Act.MAKE_SURVEYS)
def taken(slug: str, ending: str) -> ResponseReturnValue:
    """The answers as CSV or Excel; taking them is kept in the journal."""
    session, actor = world.session(), world.actor()
    survey = surveys.find(session, actor, slug)
    make, kind = _FORMATS["xlsx" if ending == "xlsx" else "csv"]
    content = make(session, actor, world.platform().vault, survey)
    name = f"survey-{survey.slug}.{'xlsx' if ending == 'xlsx' else 'csv'}"
    return Response(content, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _chosen(counted: list[Question], key: str | None) -> Question | None:
    return next((one for one in counted if one.key == key), None)
