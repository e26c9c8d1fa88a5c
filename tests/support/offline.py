"""Cases as a tablet sends them, made without a tablet."""

from __future__ import annotations

import hashlib
import json
import threading
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from forms.bundle import bundle
from forms.offline_summary import digest_of, summary_of
from forms.signing.evidence import canonical
from office import clock
from office.accounts.roles import Role
from office.i18n import texts
from office.jobs.engine import JobEngine
from office.platform import Platform
from office.records import tablets
from office.records.models.applications import Application
from office.records.models.tablets import Arrival
from office.ruby import without_readings
from office.web.application import create_app
from tests.support.ground import officer, opened, ready_database
from tests.support.moving_in import family_interview, known_family
from tests.support.pages import strokes_field


def signed_body(platform: Platform, at: datetime | None = None, language: str = "ja") -> str:
    """The text of a case of one person, interviewed and signed at an instant of the tablet's clock."""
    at = at or clock.now()
    on = clock.date_of(at)
    interview = family_interview(platform.catalogue, on, known_family(on), alone=True)
    consent = without_readings(texts("tablet", language)("offline_consent"))
    summary = summary_of(interview, language, consent)
    body: dict[str, Any] = {
        "format": "kakazu-offline-case/1",
        "id": str(uuid.uuid4()),
        "definitions": hashlib.sha256(canonical(bundle(platform.catalogue, on))).hexdigest(),
        **interview.to_json(),
        "language": language,
        "shown": {"sha256": digest_of(summary), "cards": len(interview.applications())},
        "signature": {
            "strokes": strokes_field(),
            "user_agent": "Mozilla/5.0 (test tablet)",
            "consent": consent,
            "displayed_at": at.isoformat(),
            "signed_at": at.isoformat(),
        },
    }
    return json.dumps(body, ensure_ascii=False)


def offline_body(platform: Platform) -> str:
    """The same case sent without a signature."""
    return json.dumps(
        {**json.loads(signed_body(platform)), "shown": None, "signature": None}, ensure_ascii=False
    )


def parcel_of(body: str, client_id: str = "", clock_ms: int | None = None) -> dict[str, Any]:
    """The request that carries a case."""
    return {
        "id": client_id or json.loads(body)["id"],
        "sha256": hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest(),
        "body": body,
        "clock_ms": round(clock.now().timestamp() * 1000) if clock_ms is None else clock_ms,
        "unsent": 0,
    }


@dataclass(frozen=True, slots=True)
class Told:
    """What the server told the tablet."""

    status_code: int
    json: dict[str, Any]


def send(app: Flask, token: str, parcel: dict[str, Any]) -> Told:
    """Send as a tablet does: with its token, without a session."""
    headers = {"Authorization": f"Bearer {token}"}
    answer = app.test_client().post("/tablet/cases", json=parcel, headers=headers)
    return Told(answer.status_code, answer.json or {})


def race(folder: Path, postgres: str) -> tuple[list[int], int, int]:
    """One case sent at once to four applications of a city on PostgreSQL, as to processes of the suite.

    Gives the answers, and how many arrivals and applications there are.
    """
    platform = opened(folder / "city", ready_database(postgres))
    apps = [create_app(platform, JobEngine(platform)) for _ in range(4)]
    keeper = officer(platform.sessions, "keeper", Role.COUNTER)
    with platform.sessions.begin() as session:
        token = tablets.enrol(session, keeper, "端末").token
    parcel, found = parcel_of(signed_body(platform)), []
    threads = [
        threading.Thread(target=lambda one=one: found.append(send(one, token, parcel).status_code))
        for one in apps
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with platform.sessions() as session:
        made = [
            session.scalar(sa.select(sa.func.count()).select_from(one)) or 0 for one in (Arrival, Application)
        ]
    platform.engine.dispose()
    return found, made[0], made[1]
