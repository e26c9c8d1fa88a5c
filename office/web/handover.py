"""Handing the tablet to the resident: the session is bound to one case until an officer takes it back.

While handed over, the session can open nothing but the resident's face of that case (trust.md §4);
taking it back needs the officer's password again.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

_KEY = "handed_over_case"


def hand_over(session: MutableMapping[str, Any], case_id: str) -> None:
    """Bind the session to the case."""
    session[_KEY] = case_id


def take_back(session: MutableMapping[str, Any]) -> None:
    """Give the session back to the officer (the caller has checked the password)."""
    session.pop(_KEY, None)


def handed_over_case(session: MutableMapping[str, Any]) -> str | None:
    """The case the session is bound to, None when an officer holds the tablet."""
    return session.get(_KEY)
