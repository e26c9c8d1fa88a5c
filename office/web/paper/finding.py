"""Finding a page among all batches: `/paper/find/`."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from office.accounts.roles import Act
from office.records.papers import finding
from office.records.papers.finding import ON_PAGE, Found
from office.web import world
from office.web.policy import permission

blueprint = Blueprint("finding", __name__, url_prefix="/find")

STATES = {
    Found.WAITING: ("確認待ち", "warn"),
    Found.DRAFTED: ("下書き", "key"),
    Found.FILED: ("受け付けた", "good"),
    Found.UNKNOWN: ("様式不明", "bad"),
    Found.DISCARDED: ("使わない", "plain"),
}


@blueprint.get("/")
@permission(Act.CONFIRM_PAPER)
def search() -> ResponseReturnValue:
    """Pages by form, state, file, serial, receipt number and applicant, newest first."""
    state = request.args.get("state", "")
    wanted = finding.Search(
        text=request.args.get("text", "").strip()[:100],
        procedure=request.args.get("procedure", ""),
        state=state if state in list(Found) else "",
        first=max(0, request.args.get("first", 0, int)),
    )
    hits, total = finding.search(world.session(), world.actor(), wanted)
    titles = {one.slug: one.title.text("ja") for one in world.platform().catalogue.procedures()}
    return render_template(
        "paper/find.html",
        search=wanted,
        hits=hits,
        total=total,
        on_page=ON_PAGE,
        states=STATES,
        titles=titles,
        procedures=sorted(titles.items(), key=lambda item: item[1]),
    )
