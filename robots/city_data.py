"""Data of a robot: shipped beside it, or the city's own file of the same name in `<data>/robots/`."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from office.platform import Platform
from robots import catalogue
from robots.errors import RobotError

FOLDER = "robots"


class RobotDataFaulty(RobotError):
    """A robot's data file cannot be read."""

    code = "robot-data-faulty"


def place_of(platform: Platform, name: str) -> Path:
    """The file that counts: the city's own when it exists."""
    own = platform.settings.data / FOLDER / name
    return own if own.exists() else Path(catalogue.__path__[0]) / name


def load(platform: Platform, name: str) -> dict[str, Any]:
    """The data as TOML; raises `RobotDataFaulty` naming file and line."""
    path = place_of(platform, name)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RobotDataFaulty(f"{path} を読めません（{error}）。書き方を直してください。") from error
