"""The page at home as a site of its own (`kakazu preentry`): no database, no keys but the public one."""

from __future__ import annotations

import secrets

from flask import Flask, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException

from office.i18n import texts
from office.web.filters import add_filters
from office.web.headers import secure_headers
from office.web.policy import public
from office.web.preentry.desk import FAMILY, Desk, attach_desk
from office.web.preentry.views import blueprint

LARGEST = 512 * 1024


def create_site(desk: Desk, *, https: bool) -> Flask:
    """The application. Its cookie only guards against forged forms and ends with the process."""
    app = Flask("office.web")
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),
        SESSION_COOKIE_NAME="kakazu-pre-entry",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=https,
        MAX_CONTENT_LENGTH=LARGEST,
        MAX_FORM_MEMORY_SIZE=LARGEST,
        WTF_CSRF_TIME_LIMIT=None,
    )
    CSRFProtect(app)
    add_filters(app)
    secure_headers(app)
    attach_desk(app, desk)
    app.register_blueprint(blueprint)
    app.add_url_rule("/", "home", _home)
    app.context_processor(lambda: {"municipality": desk.municipality})
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(HTTPException, _fault)
    return app


@public
def _home() -> ResponseReturnValue:
    return redirect(url_for("preentry.languages_page"))


def _stale(_error: CSRFError) -> tuple[str, int]:
    return _broken(400, "画面の有効期限が切れました。前の画面にもどって、もう一度押してください。")


def _fault(error: HTTPException) -> tuple[str, int]:
    return _broken(error.code or 500, "ページが見つからないか、開けません。最初からやり直してください。")


def _broken(status: int, detail: str) -> tuple[str, int]:
    page = render_template(
        "preentry/broken.html",
        t=texts(FAMILY, "ja"),
        language="ja",
        city="",
        detail=detail,
    )
    return page, status
