"""Who may see what: every view says it, and what says nothing is refused (default deny)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from office.accounts.roles import Act, permits
from office.errors import NotPermitted
from office.web.handover import handed_over_case

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
    if endpoint == "static" or endpoint.endswith(".static"):
        return PUBLIC
    return getattr(app.view_functions[endpoint], "policy", None)


def guard(app: Flask) -> None:
    """Enforce the policies before every request."""

    @app.before_request
    def enforce() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None
        policy = policy_of(app, request.endpoint)
        if policy == PUBLIC:
            return None
        case_id = handed_over_case(session)
        if policy == RESIDENT:
            if case_id is not None and case_id == (request.view_args or {}).get("case_id"):
                return None
            return redirect(url_for("signin.sign_in"))
        if case_id is not None:
            return redirect(url_for("resident.welcome", case_id=case_id))
        if not current_user.is_authenticated:
            return redirect(url_for("signin.sign_in", next=request.full_path.rstrip("?")))
        if not isinstance(policy, Act) or not permits(current_user.actor.roles, policy):
            raise NotPermitted("この画面を使う権限がありません。必要なときは管理者に相談してください。")
        return None
