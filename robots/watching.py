"""Watching the scanner's folder: every few seconds a clock takes over what is complete and has it read."""

from __future__ import annotations

from sqlalchemy.orm import Session

from office.accounts.actor import Actor
from office.extensions import Pulse
from office.jobs.engine import JobEngine
from office.platform import Platform
from office.records.papers.folder import Watch, take_over
from robots.catalogue.read_paper import KEY

SECONDS = 5.0
_watches: dict[str, Watch] = {}


def watch(platform: Platform, engine: JobEngine) -> None:
    """One look at the folder of the settings; what it saw is remembered for the next."""
    actor = Actor.robot(KEY)
    seen = _watches.setdefault(platform.settings.paper_folder, Watch())

    def request_reading(session: Session) -> object:
        return engine.enqueue(session, actor, KEY)

    take_over(platform, actor, seen, request_reading)


FOLDER = Pulse("paper-folder", SECONDS, watch)
