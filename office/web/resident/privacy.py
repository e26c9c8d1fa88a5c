"""How the face looks, and how it hides itself when nobody touches it."""

from __future__ import annotations

from flask import Response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from office.audit import events, journal
from office.records import cases, faces
from office.web import world
from office.web.handover import lock
from office.web.policy import resident
from office.web.resident.pages import blueprint, case_of, face, page, page_of_face


@blueprint.post("/look")
@resident
def look(case_id: str) -> ResponseReturnValue:
    """Larger letters, stronger contrast; kept for the whole case."""
    case = case_of(case_id)
    now = face(case)
    size = request.form.get("text_size", now.text_size)
    contrast = request.form.get("contrast", "yes" if now.high_contrast else "no") == "yes"
    faces.choose_look(world.session(), world.actor(), case, size, contrast=contrast)
    return redirect(page_of_face(case_id, request.form.get("back", "")))


@blueprint.get("/alive")
@resident
def alive(case_id: str) -> ResponseReturnValue:
    """The page says that somebody is touching it."""
    case_of(case_id)
    return Response(status=204)


@blueprint.post("/close")
@resident
def close_face(case_id: str) -> ResponseReturnValue:
    """Nobody has touched the covered page: close the face."""
    lock(session)
    record_lock(case_id)
    return redirect(url_for("resident.locked", case_id=case_id))


@blueprint.get("/locked")
@resident
def locked(case_id: str) -> ResponseReturnValue:
    """A page that says nothing; only the officer's password leads on."""
    return page("resident/locked.html", case_of(case_id))


def record_lock(case_id: str) -> None:
    """The closing of a face stands in the journal."""
    case = case_of(case_id)
    journal.write(world.session(), world.actor(), events.FACE_LOCKED, cases.subject_of(case))
