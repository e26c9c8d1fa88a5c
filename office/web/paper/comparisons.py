"""What the engines of now would read otherwise in an old batch, field by field; nothing is changed by it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from forms.definition import JSON
from office.accounts.roles import Act
from office.platform import Platform
from office.records.models.paper_batches import BatchPage, ComparedPage
from office.records.papers import batches, comparing, reporting
from office.records.verification import settling
from office.records.verification.offers import show
from office.records.verification.rows import Row
from office.web import world
from office.web.policy import permission

blueprint = Blueprint("comparisons", __name__, url_prefix="/batches/comparisons")

VALUE, SURENESS, WHOLE = "value", "sureness", "whole"
WAYS = {"": "すべて", VALUE: "値が変わる", SURENESS: "確かさだけ変わる", WHOLE: "ページ全体が変わる"}
_ON_PAGE = 30


@dataclass(frozen=True, slots=True)
class Change:
    """A field that reads otherwise: as it was stored and as it would be, and what a person decided of it."""

    way: str
    label: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    decided: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A page with what changes on it."""

    row: BatchPage
    changes: tuple[Change, ...]


@blueprint.get("/<comparison_id>")
@permission(Act.CONFIRM_PAPER)
def show_comparison(comparison_id: str) -> ResponseReturnValue:
    """How far it is; once it has ended what would change, of one `way` or all, thirty pages at a time."""
    session, actor = world.session(), world.actor()
    found = comparing.find(session, actor, comparison_id)
    batch = batches.find(session, actor, found.batch_id)
    pages = comparing.compared(session, actor, found) if found.ended_at else ()
    changed = _changed([one for one in pages if one.changed])
    way = request.args.get("way", "")
    shown = [one for one in (_of_way(one, way if way in WAYS else "") for one in changed) if one.changes]
    first = max(0, request.args.get("first", 0, int))
    return render_template(
        "paper/comparison.html",
        batch=batch,
        comparison=found,
        pages=comparing.count_compared(session, actor, found),
        total=len(batches.pages_of(session, batch)),
        before=sorted({one.batch_page.engines for one in pages if one.batch_page.engines}),
        changed=len(changed),
        shown=shown[first : first + _ON_PAGE],
        matching=len(shown),
        first=first,
        on_page=_ON_PAGE,
        ways=WAYS,
        way=way,
        counts=Counter(change.way for one in changed for change in one.changes),
    )


def _of_way(one: Changed, way: str) -> Changed:
    return Changed(one.row, tuple(change for change in one.changes if way in ("", change.way)))


def _changed(pages: Sequence[ComparedPage]) -> list[Changed]:
    session, platform = world.session(), world.platform()
    rows_of = reporting.rows_by_path(platform)
    decided = settling.decided_on(session, platform, [one.batch_page.page_id for one in pages])
    return [
        Changed(one.batch_page, tuple(_changes(platform, one, rows_of(one.batch_page.page), decided)))
        for one in pages
    ]


def _changes(
    platform: Platform,
    one: ComparedPage,
    rows: Mapping[str, Row],
    decided: Mapping[tuple[str, str], JSON],
) -> list[Change]:
    found = []
    for told in one.read_differences(platform.vault):
        path, row = told["name"], rows.get(told["name"])
        value = decided.get((one.batch_page.page_id, path))
        found.append(
            Change(
                _way(told),
                (row.label if row else path) or "ページ全体",
                told["before"],
                told["after"],
                show(row.field, value) if row is not None and value is not None else "",
            )
        )
    return found


def _way(told: Mapping[str, Any]) -> str:
    if not told["name"]:
        return WHOLE
    texts = [re.sub(r"\s", "", (told[when] or {}).get("text") or "") for when in ("before", "after")]
    alike = texts[0] == texts[1] and None not in (told["before"], told["after"])
    return SURENESS if alike else VALUE
