"""What every page of the resident's face needs: its case, the texts, how it looks, and its frame."""

from __future__ import annotations

import re

from flask import Blueprint, render_template, request, session, url_for

from forms.interview import Interview
from forms.language import LANGUAGES, language
from office.errors import NotFound
from office.i18n import HTML_LANGUAGE, texts
from office.records import cases, conversations, faces
from office.records.faces import TEXT_SIZES
from office.records.models.applications import Application, ApplicationState
from office.records.models.cases import Case
from office.records.models.faces import Face
from office.web import world
from office.web.handover import is_locked

blueprint = Blueprint("resident", __name__, template_folder="templates", url_prefix="/resident/<case_id>")

FAMILY = "resident"


def case_of(case_id: str) -> Case:
    """The case of the address. Raises `NotFound`."""
    return cases.find(world.session(), world.actor(), case_id)


def face(case: Case) -> Face:
    """The case's face."""
    return faces.face_of(world.session(), case)


def interview_of(case: Case) -> Interview:
    """The conversation so far."""
    return conversations.interview_of(world.platform(), case)


def current(case: Case) -> list[Application]:
    """The case's applications, withdrawn ones left out."""
    return [one for one in case.applications if one.state != ApplicationState.WITHDRAWN]


def application_of(case: Case, application_id: str) -> Application:
    """One of the case's applications. Raises `NotFound`."""
    for one in current(case):
        if one.id == application_id:
            return one
    raise NotFound("この書類は見つかりません。職員をお呼びください。")


def page(template: str, case: Case, **context: object) -> str:
    """A page of the face in the case's language."""
    settings, looks = world.platform().settings, face(case)
    return render_template(
        template,
        case=case,
        t=texts(FAMILY, case.language),
        html_language=HTML_LANGUAGE[case.language],
        look=looks,
        text_sizes=TEXT_SIZES,
        locked=is_locked(session),
        here=request.full_path.rstrip("?"),
        cover_seconds=settings.resident_cover_seconds,
        wipe_seconds=settings.resident_wipe_seconds,
        **context,
    )


def languages() -> list[tuple[str, str, str]]:
    """Every language to choose from: code, its own name, tag for `lang`."""
    return [(code, language(code).name, HTML_LANGUAGE[code]) for code in LANGUAGES]


def page_of_face(case_id: str, wanted: str) -> str:
    """The page to go back to: only one of this face, else its first."""
    first = url_for("resident.welcome", case_id=case_id)
    return wanted if re.fullmatch(rf"{re.escape(first)}(?:\w[\w.-]*/?)*", wanted, re.ASCII) else first
