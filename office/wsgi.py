"""The WSGI application of one web process of the grown shape: it enqueues jobs but executes none."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask

from forms.rendering.press import Press
from office.jobs.engine import JobEngine
from office.logs import set_up_logs
from office.platform import open_platform
from office.settings import load_settings
from office.web.application import create_app


def make_app(data: Path | None = None) -> Flask:
    """Open the platform of a data folder (by default that of `KAKAZU_DATA`) and build the application."""
    set_up_logs()
    folder = data or Path(os.environ.get("KAKAZU_DATA", "kakazu-data"))
    platform = open_platform(load_settings(folder), Press.beside_pages())
    return create_app(platform, JobEngine(platform))
