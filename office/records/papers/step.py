"""What the step of a durable run gives to whoever does its work (`office.jobs.job.StepContext`)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy.orm import Session

from office.accounts.actor import Actor
from office.platform import Platform


class Step(Protocol):
    """What a durable step gives: a session that only reads, and the one its effects are committed with."""

    @property
    def platform(self) -> Platform:
        """The world."""

    @property
    def actor(self) -> Actor:
        """Who reads."""

    def reading(self) -> AbstractContextManager[Session]:
        """A session that holds up nobody."""

    def session(self) -> AbstractContextManager[Session]:
        """The session of the step's effects."""
