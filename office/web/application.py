"""Builds the Flask application: blueprints, policies, headers, errors, one database session per request."""

from __future__ import annotations

from importlib.metadata import version

from flask import Flask, render_template
from flask_login import LoginManager
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException

from forms.errors import KakazuError
from office.errors import NotFound, NotPermitted
from office.extensions import extensions
from office.jobs.engine import JobEngine
from office.platform import Platform
from office.web import world
from office.web.applications.views import blueprint as applications
from office.web.audit.views import blueprint as audit
from office.web.booking.views import blueprint as booking
from office.web.contracts.views import blueprint as contracts
from office.web.counter.views import blueprint as counter
from office.web.desk.views import blueprint as desk
from office.web.desk.views import looks
from office.web.filters import add_filters
from office.web.guide.views import blueprint as guide
from office.web.headers import secure_headers
from office.web.measures.views import blueprint as measures
from office.web.navigation import above, below, navigation
from office.web.officers.views import blueprint as officers
from office.web.paper.calibration import blueprint as calibration
from office.web.paper.forms import blueprint as older_forms
from office.web.paper.tables import blueprint as paper_tables
from office.web.paper.views import blueprint as paper
from office.web.policy import guard
from office.web.preentry.desk import attach_desk, desk_of
from office.web.preentry.views import blueprint as preentry
from office.web.procedures.views import blueprint as procedures
from office.web.queue.hall import blueprint as hall
from office.web.queue.settings import blueprint as counters
from office.web.queue.views import blueprint as queue
from office.web.resident.handing import blueprint as handing
from office.web.resident.handing import panel
from office.web.resident.views import blueprint as resident
from office.web.routes.managing import blueprint as routes
from office.web.routes.views import blueprint as decisions
from office.web.signin.identity import load_officer
from office.web.signin.views import blueprint as signin
from office.web.signing.manner import may_attach_scan, signed_how
from office.web.signing.views import blueprint as signing
from office.web.surveys.answering import blueprint as answering
from office.web.surveys.results import blueprint as survey_results
from office.web.surveys.views import blueprint as surveys
from office.web.tablet.views import blueprint as tablet
from office.web.tablet.views import receive as receive_from_tablet
from office.web.today.views import blueprint as today

BLUEPRINTS = (
    signin,
    today,
    counter,
    preentry,
    guide,
    procedures,
    resident,
    handing,
    signing,
    desk,
    applications,
    paper,
    paper_tables,
    older_forms,
    calibration,
    tablet,
    audit,
    officers,
    booking,
    queue,
    hall,
    counters,
    measures,
    surveys,
    survey_results,
    answering,
    contracts,
    decisions,
    routes,
)
UPLOAD_LIMIT = 32 * 1024 * 1024


def create_app(platform: Platform, engine: JobEngine) -> Flask:
    """The web application over an opened platform; `engine` takes the jobs that officers start."""
    app = world.Suite(__name__)
    settings = platform.settings
    app.config.update(
        SECRET_KEY=platform.vault.session_secret,
        SESSION_COOKIE_NAME="kakazu",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=settings.https,
        PERMANENT_SESSION_LIFETIME=settings.session_minutes * 60,
        # A late picture must not bring the session of its request back; pages renew it (`desk.views`).
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=UPLOAD_LIMIT,
        MAX_FORM_MEMORY_SIZE=UPLOAD_LIMIT,
        WTF_CSRF_TIME_LIMIT=None,
    )
    add_filters(app)
    world.attach(app, platform, engine)
    CSRFProtect(app).exempt(receive_from_tablet)
    login = LoginManager(app)
    login.user_loader(load_officer)
    guard(app)
    secure_headers(app)
    _answer_errors(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for extension in extensions():
        for blueprint in extension.blueprints:
            app.register_blueprint(blueprint)
    attach_desk(app, desk_of(platform))
    app.context_processor(
        lambda: {
            "municipality": settings.municipality,
            "version": version("kakazu"),
            "navigation": navigation,
            "above": above,
            "below": below,
            "look": looks,
            "resident_panel": panel,
            "signed_how": signed_how,
            "may_attach_scan": may_attach_scan,
        }
    )
    return app


def _answer_errors(app: Flask) -> None:
    """One page for every error, in Japanese, saying what to do next."""

    def page(code: int, heading: str, message: str) -> tuple[str, int]:
        return render_template("error.html", heading=heading, message=message), code

    @app.errorhandler(KakazuError)
    def refused(error: KakazuError) -> tuple[str, int]:
        world.give_up()
        if isinstance(error, NotFound):
            return page(404, "見つかりません", error.message)
        if isinstance(error, NotPermitted):
            return page(403, "この操作はできません", error.message)
        return page(409, "手続きを進められません", error.message)

    @app.errorhandler(CSRFError)
    def stale(_error: CSRFError) -> tuple[str, int]:
        return page(400, "画面の有効期限が切れました", "前の画面に戻り、もう一度操作してください。")

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> tuple[str, int]:
        texts = {
            404: ("ページが見つかりません", "アドレスが正しいか確かめてください。"),
            405: ("この操作はできません", "前の画面に戻り、もう一度操作してください。"),
            413: ("ファイルが大きすぎます", "32MB以下のファイルを選んでください。"),
        }
        heading, message = texts.get(
            error.code or 500, ("うまくいきませんでした", "前の画面に戻り、もう一度操作してください。")
        )
        return page(error.code or 500, heading, message)

    @app.errorhandler(Exception)
    def broken(error: Exception) -> tuple[str, int]:
        world.give_up()
        app.logger.error("unexpected error", extra={"kind": type(error).__name__}, exc_info=error)
        return page(
            500,
            "うまくいきませんでした",
            "記録は元のままです。もう一度試し、続くときは管理者に連絡してください。",
        )
