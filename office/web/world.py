"""What a view may reach: the platform, the job engine, the actor, and the request's one database session.

The session is opened at first use and committed once, after the view has answered without error.
"""

from __future__ import annotations

from flask import Flask, Response, current_app, g
from flask_login import current_user
from sqlalchemy.orm import Session

from office.accounts.actor import Actor
from office.database import reading
from office.jobs.engine import JobEngine
from office.platform import Platform

_KEY = "kakazu"


def attach(app: Flask, platform: Platform, engine: JobEngine) -> None:
    """Give the application its platform and job engine, and end each request's session."""
    app.extensions[_KEY] = (platform, engine)

    @app.after_request
    def commit(response: Response) -> Response:
        held: Session | None = g.get("session")
        if held is not None:
            if response.status_code < 400:
                held.commit()
            else:
                held.rollback()
        return response

    @app.teardown_request
    def close(_error: BaseException | None) -> None:
        held: Session | None = g.pop("session", None)
        if held is not None:
            held.close()


def platform() -> Platform:
    """The platform this application stands on."""
    found: Platform = current_app.extensions[_KEY][0]
    return found


def engine() -> JobEngine:
    """The engine that takes jobs."""
    found: JobEngine = current_app.extensions[_KEY][1]
    return found


def session() -> Session:
    """The request's database session."""
    if "session" not in g:
        g.session = platform().sessions()
    held: Session = g.session
    return held


def draw() -> None:
    """Commit now and go on reading: drawing a page must not keep others from writing (SQLite has one lock).

    What was read stays at hand; whatever is written after this may be refused.
    """
    held = session()
    held.commit()
    rows = list(held)
    held.expunge_all()
    held.close()
    g.session = Session(reading(platform().engine), expire_on_commit=False)
    g.session.add_all(rows)


def give_up() -> None:
    """Roll back what the request has done so far."""
    if "session" in g:
        g.session.rollback()


def actor() -> Actor:
    """The signed-in officer as actor of operations."""
    found: Actor = current_user.actor
    return found
