"""The determination matrix as people read it: Markdown to keep, PDF to review and sign."""

from __future__ import annotations

import functools
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from weasyprint import CSS, HTML

from forms.households import Household
from forms.matrix import Cell, EventMatrix, Matrix
from forms.values.dates import show_both

_SEXES = {"male": "男", "female": "女"}


def matrix_markdown(matrix: Matrix) -> str:
    """The whole matrix as a Markdown document."""
    return _environment().get_template("matrix.md").render(**_context(matrix))


def matrix_pdf(matrix: Matrix) -> bytes:
    """The whole matrix as a PDF, A4 landscape, with a line to sign."""
    style, _, _ = PackageLoader("forms.rendering").get_source(_environment(), "matrix.css")
    html = _environment().get_template("matrix.html").render(**_context(matrix))
    pdf: bytes = HTML(string=html).write_pdf(stylesheets=[CSS(string=style)])
    return pdf


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("forms.rendering"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
    )


def _context(matrix: Matrix) -> dict[str, Any]:
    households = [cell.household for cell in matrix.events[0].cells] if matrix.events else []
    return {
        "on": show_both(matrix.on),
        "households": [{"label": one.label, "people": _people(one)} for one in households],
        "events": [_event(one) for one in matrix.events],
    }


def _people(household: Household) -> str:
    return "、".join(f"{one['relation']}（{one['age']}歳・{_SEXES[one['sex']]}）" for one in household.people)


def _event(matrix: EventMatrix) -> dict[str, Any]:
    return {
        "title": matrix.event.title.text("ja"),
        "heads": [cell.household.label for cell in matrix.cells],
        "rows": [_row(matrix, one.procedure.slug) for one in matrix.procedures()],
        "applications": [_count(cell, cell.applications) for cell in matrix.cells],
        "questions": [_count(cell, cell.questions) for cell in matrix.cells],
        "not_met": [f"{one.household.label}：{one.not_met}" for one in matrix.cells if one.not_met],
    }


def _row(matrix: EventMatrix, slug: str) -> dict[str, Any]:
    found = [one for cell in matrix.cells if (one := cell.needed(slug))]
    first = found[0]
    reasons = {one.needed: one.reason.text("ja") for one in found}
    told = (f"{'○' if needed else '−'} {reasons[needed]}" for needed in (True, False) if needed in reasons)
    return {
        "title": f"{first.procedure.number}　{first.procedure.title.text('ja')}",
        "marks": [_mark(cell, slug) for cell in matrix.cells],
        "rule": first.rule_version,
        "from": show_both(first.in_force_from),
        "basis": "、".join(str(one) for one in first.basis),
        "reasons": list(told),
    }


def _mark(cell: Cell, slug: str) -> str:
    found = cell.needed(slug)
    if found is None:
        return "／"
    count = len(found.subjects)
    return ("○" if count < 2 else f"○{count}") if found.needed else "−"


def _count(cell: Cell, number: int) -> str:
    return "／" if cell.not_met else str(number)
