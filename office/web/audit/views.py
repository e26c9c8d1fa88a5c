"""The journal: newest entries first, and a full check at the press of a button."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from office.accounts.roles import Act
from office.audit import journal as journals
from office.audit import tree
from office.audit.checkpoints import Signer
from office.audit.verification import Verification, verify
from office.web import world
from office.web.audit.rows import rows
from office.web.policy import permission
from office.web.staff import officer_names

blueprint = Blueprint("audit", __name__, template_folder="templates", url_prefix="/audit")

PAGE = 50


@blueprint.get("/")
@permission(Act.SEE_AUDIT)
def journal() -> ResponseReturnValue:
    """A page of entries."""
    return _page(verdict=None)


@blueprint.post("/check")
@permission(Act.SEE_AUDIT)
def check() -> ResponseReturnValue:
    """Replay the whole journal and say whether it is whole."""
    settings = world.platform().settings
    signer = Signer.of(settings.keys_folder, settings.municipality_code)
    return _page(verdict=verify(world.session(), signer))


def _page(verdict: Verification | None) -> str:
    session, text = world.session(), request.values.get("text", "").strip()[:100]
    size = journals.size(session)
    before = request.args.get("before", size, type=int)
    entries = rows(session, before, PAGE, text, officer_names(session))
    return render_template(
        "audit/journal.html",
        entries=entries,
        size=size,
        root=tree.root(size, journals.stored_nodes(session)).hex(),
        verdict=verdict,
        text=text,
        older=entries[-1].seq if len(entries) == PAGE else None,
        newer=min(before + PAGE, size) if before < size else None,
    )
