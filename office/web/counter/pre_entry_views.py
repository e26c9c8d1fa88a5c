"""Taking in a pre-entry: scanned by a keyboard-like reader, photographed with the tablet, or as a file."""

from __future__ import annotations

import tempfile
from pathlib import Path

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from forms.pre_entry import PreEntryIncomplete, PreEntryRefused
from ocr.codes import read_codes
from office.accounts.roles import Act
from office.records import preentries
from office.records.preentries import Opened
from office.web import world
from office.web.counter.blueprint import blueprint, case_of
from office.web.counter.starting import filled_lines
from office.web.policy import permission
from office.web.staff import officer_names

MOST_PICTURES = 20
LONGEST_SCAN = 60_000


@blueprint.get("/pre-entry")
@permission(Act.HOLD_INTERVIEW)
def pre_entry() -> ResponseReturnValue:
    """Scan the QR codes; `case` names a case begun that they are for."""
    return _page("", "", _case_id())


@blueprint.post("/pre-entry")
@permission(Act.HOLD_INTERVIEW)
def read_pre_entry() -> ResponseReturnValue:
    """What was scanned so far: more is wanted, or what it will fill, or why it cannot be used."""
    scanned = request.form.get("scanned", "")[:LONGEST_SCAN].strip()
    pictures = [one for one in request.files.getlist("picture") if one.filename][:MOST_PICTURES]
    found = [text for picture in pictures for text in _texts(picture)]
    scanned = "\n".join([scanned, *found]).strip()
    if pictures and not found:
        fault = "写真からQRコードが見つかりません。近づけて、ぶれないように写し直してください。"
        return _page(scanned, fault, _case_id()), 422
    try:
        opened = preentries.open_pre_entry(world.session(), world.actor(), world.platform(), scanned)
    except PreEntryIncomplete as error:
        return _page(scanned, "", _case_id(), error.message)
    except PreEntryRefused as error:
        return _page("", error.message, _case_id()), 422
    return _preview(opened, scanned)


@blueprint.post("/pre-entry/start")
@permission(Act.HOLD_INTERVIEW)
def start_pre_entry() -> ResponseReturnValue:
    """Begin a case with the pre-entry, or take it into the one begun."""
    session, actor, platform = world.session(), world.actor(), world.platform()
    scanned = request.form.get("scanned", "")[:LONGEST_SCAN]
    opened = preentries.open_pre_entry(session, actor, platform, scanned)
    if _case_id():
        case = case_of(_case_id())
        filled = preentries.join(session, actor, platform, opened, case)
        flash(f"事前入力から{len(filled)}項目を入れました。", "good")
    else:
        case = preentries.begin(session, actor, platform, opened)
        flash(f"事前入力から{len(opened.taken.facts)}項目を入れました。続きを聞き取ってください。", "good")
    return redirect(url_for("counter.conversation", case_id=case.id))


def _texts(picture: FileStorage) -> list[str]:
    """The QR codes of one uploaded picture, parsed in the limited child process."""
    with tempfile.TemporaryDirectory(prefix="kakazu-") as folder:
        path = Path(folder) / "picture"
        picture.save(path)
        return read_codes(path)


def _case_id() -> str:
    return (request.form.get("case") or request.args.get("case") or "")[:40]


def _preview(opened: Opened, scanned: str) -> str:
    names = officer_names(world.session())
    event = opened.taken.interview.event
    return render_template(
        "counter/pre_entry_preview.html",
        entry=opened.entry,
        title=event.title.text("ja"),
        lines=filled_lines(opened.taken),
        refused=opened.taken.refused,
        earlier=[(one.used_at, names[one.officer_id], one.case_id) for one in opened.earlier],
        scanned=scanned,
        case_id=_case_id(),
    )


def _page(scanned: str, fault: str, case_id: str, wanted: str = "") -> str:
    return render_template(
        "counter/pre_entry.html", scanned=scanned, fault=fault, wanted=wanted, case_id=case_id
    )
