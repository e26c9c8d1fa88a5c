"""What a view may reach: the platform, the job engine, the actor, and the request's one database session.

The session is opened at first use and committed once, after the view has answered without error. A GET
reads beside whoever writes; one that leaves a trace and was overtaken by a writer is answered again, holding
the lock from the beginning (SQLite has one).
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import TypeVar

from flask import Flask, Response, current_app, g, has_request_context, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from office.accounts.actor import Actor
from office.database import overtaken, reading
from office.jobs.engine import JobEngine
from office.platform import Platform

_KEY = "kakazu"
Answer = TypeVar("Answer", bound=ResponseReturnValue | None)


class Suite(Flask):
    """The application whose GET requests only read, until they write."""

    def preprocess_request(self) -> ResponseReturnValue | None:
        """What comes before the view."""
        return self._read(super().preprocess_request)

    def dispatch_request(self) -> ResponseReturnValue:
        """The view."""
        return self._read(super().dispatch_request)

    def _read(self, act: Callable[[], Answer]) -> Answer:
        if not _reads() or request.endpoint == "static":
            return act()
        before = deepcopy(dict(cookie))
        try:
            answer = act()
            _commit(200 if answer is None else self.make_response(answer).status_code)
        except OperationalError as error:
            if not overtaken(error):
                raise
            held: Session = g.pop("session")
            held.close()
            g.writes = True
            cookie.clear()  # what the first try noted there was not kept elsewhere
            cookie.update(before)
            return act()
        return answer


def attach(app: Flask, platform: Platform, engine: JobEngine) -> None:
    """Give the application its platform and job engine, and end each request's session."""
    app.extensions[_KEY] = (platform, engine)

    @app.after_request
    def commit(response: Response) -> Response:
        _commit(response.status_code)
        return response

    @app.teardown_request
    def close(_error: BaseException | None) -> None:
        held: Session | None = g.pop("session", None)
        if held is not None:
            held.close()


def _commit(status: int) -> None:
    """Keep what the request has done, unless it was refused."""
    held: Session | None = g.get("session")
    if held is None:
        return
    if status < 400:
        held.commit()
    else:
        held.rollback()


def _reads() -> bool:
    return has_request_context() and request.method in ("GET", "HEAD", "OPTIONS") and "writes" not in g


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
        g.session = _reading() if _reads() else platform().sessions()
    held: Session = g.session
    return held


def _reading() -> Session:
    return Session(reading(platform().engine), expire_on_commit=False)


def draw() -> None:
    """Commit now and go on reading: drawing a page must not keep others from writing (SQLite has one lock).

    What was read stays at hand; whatever is written after this may be refused.
    """
    held = session()
    held.commit()
    rows = list(held)
    held.expunge_all()
    held.close()
    g.session = _reading()
    g.session.add_all(rows)


def begin_again() -> None:
    """Commit now and let go of every row; whoever goes on reads what stands then."""
    held = session()
    held.commit()
    held.close()
    g.session = platform().sessions()


def give_up() -> None:
    """Roll back what the request has done so far."""
    if "session" in g:
        g.session.rollback()


def actor() -> Actor:
    """The signed-in officer as actor of operations."""
    found: Actor = current_user.actor
    return found
