"""The forms of a batch that somebody has to look at: found by a word, so many on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from office.platform import Platform
from office.records.papers.overview import Group
from office.records.papers.reporting import title_of

ON_PAGE = 40
"""Rows of one page of the table; a search is offered only where there are more."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Forms still to be looked at: `total` of the batch, `found` by the word, `groups` from `first` on."""

    total: int
    found: int
    groups: tuple[Group, ...]
    word: str
    first: int

    @property
    def before(self) -> int | None:
        """Where the page before this one begins; None on the first."""
        return max(0, self.first - ON_PAGE) if self.first else None

    @property
    def after(self) -> int | None:
        """Where the next page begins; None on the last."""
        return self.first + ON_PAGE if self.first + ON_PAGE < self.found else None

    @property
    def searchable(self) -> bool:
        """Whether there are so many that one would search."""
        return self.total > ON_PAGE


def doubtful_of(platform: Platform, groups: Sequence[Group], word: str, first: int) -> Doubtful:
    """Forms that wait and are no draft, whose name, serial or file holds the word."""
    waiting = [one for one in groups if one.waiting and one.draft is None]
    found = [one for one in waiting if _holds(platform, one, word)]
    first = first if 0 <= first < len(found) else 0
    return Doubtful(len(waiting), len(found), tuple(found[first : first + ON_PAGE]), word, first)


def _holds(platform: Platform, group: Group, word: str) -> bool:
    places = (f"{row.file.name} {row.number}" for row in (*group.sheets, *group.rescans))
    told = (title_of(platform, group.procedure, group.version), group.serial, *places)
    return not word or any(word in one for one in told)
