"""補正: choose the boxes of a returned application, correct them, show and sign the new one."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form

from forms.answers import InvalidAnswer
from forms.definition import JSON, Field
from forms.filled import FilledForm
from office.accounts.roles import Act
from office.errors import NotFound, NotNow
from office.records import applications, corrections
from office.records.models.applications import Application
from office.records.models.cases import Case, CaseState
from office.records.models.counter import Correction
from office.web import world
from office.web.answers import Shown, shown
from office.web.counter.blueprint import blueprint, case_of
from office.web.counter.questions import question_form, raw_of
from office.web.policy import permission


@dataclass(frozen=True, slots=True)
class OpenBox:
    """A box that may be changed: what stood there, what stands there now, its form, what was wrong."""

    name: str
    kind: str
    label: str
    officer: bool
    before: Shown | None
    now: Shown | None
    form: Form
    fault: str
    missing: bool


@blueprint.get("/corrections/<receipt>")
@permission(Act.HOLD_INTERVIEW)
def correct(receipt: str) -> ResponseReturnValue:
    """Which boxes of a returned application are to change; those named at the return are marked."""
    return _choose(applications.find(world.session(), world.actor(), receipt), "")


@blueprint.post("/corrections/<receipt>")
@permission(Act.HOLD_INTERVIEW)
def begin_correction(receipt: str) -> ResponseReturnValue:
    """Begin, with a case of its own."""
    one = applications.find(world.session(), world.actor(), receipt)
    boxes = request.form.getlist("box")
    try:
        row = corrections.begin(world.session(), world.actor(), world.platform(), one, boxes)
    except NotNow as error:
        return _choose(one, error.message), 422
    return redirect(url_for("counter.correction", case_id=row.case_id))


@blueprint.get("/<case_id>/correction")
@permission(Act.HOLD_INTERVIEW)
def correction(case_id: str) -> ResponseReturnValue:
    """The boxes open to change, the others as they stay."""
    return _correcting(case_of(case_id), None)


@blueprint.post("/<case_id>/correction/<box>")
@permission(Act.HOLD_INTERVIEW)
def correct_box(case_id: str, box: str) -> ResponseReturnValue:
    """Save one corrected box."""
    case, row = case_of(case_id), _row(case_id)
    act = request.form.get("act", "")
    fault = InvalidAnswer(box, "") if act == "add" or act.startswith("remove-") else _saved(row, box)
    if request.headers.get("HX-Request"):
        return _correcting(case, fault, "counter/correction_board.html")
    if fault is not None:
        return _correcting(case, fault), 422
    return redirect(url_for("counter.correction", case_id=case_id, _anchor=f"ask-{box}"))


def _saved(row: Correction, box: str) -> InvalidAnswer | None:
    platform, session = world.platform(), world.session()
    field = next((one for one in corrections.open_fields(platform, session, row) if one.name == box), None)
    if field is None:
        return InvalidAnswer(box[:60], "この欄は補正の対象ではありません。")
    known: JSON = row.read_draft(platform.vault)[0].get(box)
    try:
        corrections.save(session, world.actor(), platform, row, box, raw_of(field, known, request.form))
    except InvalidAnswer as error:
        return error
    return None


def _row(case_id: str) -> Correction:
    row = corrections.of_case(world.session(), case_id)
    if row is None:
        raise NotFound("この聞き取りは補正ではありません。窓口の一覧から選び直してください。")
    return row


def _choose(one: Application, fault: str) -> str:
    platform, session = world.platform(), world.session()
    procedure = platform.catalogue.procedure(one.procedure, version=one.version)
    record, named = one.read_record(platform.vault), corrections.boxes_named(session, one)
    sources = one.read_sources(platform.vault)
    form = FilledForm.of(procedure, record, sources)
    chosen = request.form.getlist("box") if request.method == "POST" else named
    boxes = [
        (box.field.name, shown(box.field, box.value, "ja"), box.field.name in named)
        for box in form.boxes
        if box.field.asked_of == "resident" and box.field.fact != corrections.FILED_ON
    ]
    last = next((d for d in reversed(one.decisions) if d.act == "return"), None)
    return render_template(
        "counter/correct.html",
        one=one,
        title=procedure.title.text("ja"),
        boxes=boxes,
        chosen=chosen,
        reason=last.reason if last else "",
        fault=fault,
    )


def _correcting(case: Case, fault: InvalidAnswer | None, template: str = "counter/correction.html") -> str:
    row, platform, session = _row(case.id), world.platform(), world.session()
    original = session.get_one(Application, row.original_id)
    form = corrections.corrected_form(platform, session, row)
    before, now = original.read_record(platform.vault), form.record()
    fields = corrections.open_fields(platform, session, row)
    procedure = form.procedure
    return render_template(
        template,
        case=case,
        original=original,
        successor=session.get(Application, row.successor_id) if row.successor_id else None,
        title=procedure.title.text("ja"),
        boxes=[_open_box(field, before.get(field.name), now.get(field.name), fault) for field in fields],
        kept=[
            shown(box.field, box.value, "ja", box.source)
            for box in form.boxes
            if box.value is not None and box.field.name not in {field.name for field in fields}
        ],
        problems=[problem.message for problem in form.problems],
        editable=case.state is CaseState.OPEN,
        fault=fault.message if fault is not None and fault.fact not in {f.name for f in fields} else "",
        others=_others(original),
    )


def _open_box(field: Field, before: JSON, now: JSON, fault: InvalidAnswer | None) -> OpenBox:
    faulty = fault is not None and fault.fact == field.name
    return OpenBox(
        field.name,
        field.kind,
        field.label.text("ja"),
        field.asked_of == "officer",
        shown(field, before, "ja") if before not in (None, "", []) else None,
        shown(field, now, "ja") if now not in (None, "", []) else None,
        question_form(field, now, request.form if faulty else None),
        fault.message if fault is not None and faulty else "",
        now is None and field.required,
    )


def _others(original: Application) -> int:
    """How many other applications of the same visit stand as they are."""
    if original.case_id is None:
        return 0
    case = world.session().get_one(Case, original.case_id)
    gone = ("draft", "withdrawn")
    return sum(one.id != original.id and one.state not in gone for one in case.applications)
