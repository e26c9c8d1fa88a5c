"""Who may see what: every view says it, and what says nothing is refused (default deny)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from office.accounts.roles import Act, permits
from office.errors import NotPermitted
from office.web.handover import handed_over_case, take_back

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])

PUBLIC, RESIDENT = "public", "resident"


def permission(act: Act) -> Callable[[View], View]:
    """The view needs a signed-in officer whose roles permit `act`."""

    def mark(view: View) -> View:
        view.policy = act  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """The view is open to everyone (sign-in, health, static files)."""
    view.policy = PUBLIC  # type: ignore[attr-defined]
    return view


def resident(view: View) -> View:
    """The view belongs to the resident's face: only while the tablet is handed over, only for its case."""
    view.policy = RESIDENT  # type: ignore[attr-defined]
    return view


def policy_of(app: Flask, endpoint: str) -> object | None:
    """The policy of an endpoint; None when its view says nothing. Static files are public."""
    if _is_static(endpoint):
        return PUBLIC
    return getattr(app.view_functions[endpoint], "policy", None)


def guard(app: Flask) -> None:
    """Enforce the policies before every request."""

    @app.before_request
    def enforce() -> ResponseReturnValue | None:
        if _is_static(request.endpoint):
            return None
        case_id = handed_over_case(session)
        if case_id is not None and not current_user.is_authenticated:
            take_back(session)  # the account was closed meanwhile: the tablet is nobody's
            case_id = None
        if case_id is not None:
            return _keep_to(app, case_id)
        return _admit(app)


def _is_static(endpoint: str | None) -> bool:
    return endpoint is not None and (endpoint == "static" or endpoint.endswith(".static"))


def _keep_to(app: Flask, case_id: str) -> ResponseReturnValue | None:
    """In a resident's hands only the face of their own case opens; even an unknown address leads there."""
    theirs = (request.view_args or {}).get("case_id") == case_id
    if theirs and request.endpoint is not None and policy_of(app, request.endpoint) == RESIDENT:
        return None
    return redirect(url_for("resident.welcome", case_id=case_id))


def _admit(app: Flask) -> ResponseReturnValue | None:
    """The door for officers: everyone else to the sign-in page, the wrong role refused."""
    policy = policy_of(app, request.endpoint) if request.endpoint is not None else PUBLIC
    if policy == PUBLIC:
        return None
    if not current_user.is_authenticated:
        return redirect(url_for("signin.sign_in", next=request.full_path.rstrip("?")))
    if policy == RESIDENT:
        return redirect(url_for("counter.conversation", case_id=(request.view_args or {})["case_id"]))
    if not isinstance(policy, Act) or not permits(current_user.actor.roles, policy):
        raise NotPermitted("この画面を使う権限がありません。必要なときは管理者に相談してください。")
    return None
