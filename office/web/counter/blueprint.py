"""The counter's blueprint and what all its pages share."""

from __future__ import annotations

from flask import Blueprint

from forms.interview import Interview
from office.records import cases, conversations
from office.records.models.cases import Case
from office.web import world

blueprint = Blueprint("counter", __name__, template_folder="templates", url_prefix="/counter")


def case_of(case_id: str) -> Case:
    """The case of an address; raises `NotFound`."""
    return cases.find(world.session(), world.actor(), case_id)


def interview_of(case: Case) -> Interview:
    """The case's interview; one still open goes on by today's rules."""
    return conversations.interview_of(world.platform(), case)
