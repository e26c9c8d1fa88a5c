"""Extensions (entry point `office.extensions`): how robots, sample data and a city's own parts join."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flask import Blueprint

    from office.jobs.job import Job
    from office.platform import Platform


@dataclass(frozen=True, slots=True)
class Extension:
    """What one extension brings: commands, blueprints, jobs, and perhaps a sample city to load."""

    key: str
    commands: tuple[click.Command, ...] = ()
    blueprints: tuple[Blueprint, ...] = ()
    jobs: Callable[[], tuple[Job, ...]] = tuple
    load_sample: Callable[[Platform], None] | None = None


@functools.cache
def extensions() -> tuple[Extension, ...]:
    """Every installed extension, in the order of its entry point's name."""
    found = sorted(entry_points(group="office.extensions"), key=lambda point: point.name)
    return tuple(point.load() for point in found)
