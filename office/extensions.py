"""Extensions (entry point `office.extensions`): how robots, sample data and a city's own parts join."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from flask import Blueprint

    from office.cards import CardReader
    from office.jobs.engine import JobEngine
    from office.jobs.job import Job
    from office.platform import Platform


@dataclass(frozen=True, slots=True)
class Pulse:
    """Something the clock does every few seconds, beside the schedules: look for what has come meanwhile.

    `act` may run in several processes at once and must bear it; it requests runs, it does no long work.
    """

    key: str
    seconds: float
    act: Callable[[Platform, JobEngine], None]


@dataclass(frozen=True, slots=True)
class Extension:
    """What one extension brings: commands, pages, jobs, pulses, card readers, perhaps a sample city to load.

    `sample_reader` names the reader that goes with the sample city.
    """

    key: str
    commands: tuple[click.Command, ...] = ()
    blueprints: tuple[Blueprint, ...] = ()
    jobs: Callable[[], tuple[Job, ...]] = tuple
    pulses: tuple[Pulse, ...] = ()
    load_sample: Callable[[Platform], None] | None = None
    card_readers: Mapping[str, CardReader] = field(default_factory=dict)
    sample_reader: str = ""


@functools.cache
def extensions() -> tuple[Extension, ...]:
    """Every installed extension, in the order of its entry point's name."""
    found = sorted(entry_points(group="office.extensions"), key=lambda point: point.name)
    return tuple(point.load() for point in found)


def card_readers() -> Mapping[str, CardReader]:
    """Every card reader that an extension brings, by name."""
    return {name: reader for one in extensions() for name, reader in one.card_readers.items()}
