"""Handing the tablet to the resident: the session is bound to one case until an officer takes it back.

While handed over, the session can open nothing but the resident's face of that case (trust.md §4);
taking it back needs the officer's password again. A face nobody touches is locked: then nothing of the
case opens any more on this tablet, whatever its browser still remembers.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import datetime
from typing import Any

_KEY, _LOCKED, _TOUCHED = "handed_over_case", "face_locked", "face_touched"


def hand_over(session: MutableMapping[str, Any], case_id: str) -> None:
    """Bind the session to the case."""
    session[_KEY] = case_id
    session.pop(_LOCKED, None)
    session.pop(_TOUCHED, None)


def take_back(session: MutableMapping[str, Any]) -> None:
    """Give the session back to the officer (the caller has checked the password)."""
    for key in (_KEY, _LOCKED, _TOUCHED):
        session.pop(key, None)


def handed_over_case(session: MutableMapping[str, Any]) -> str | None:
    """The case the session is bound to, None when an officer holds the tablet."""
    return session.get(_KEY)


def touch(session: MutableMapping[str, Any], now: datetime) -> None:
    """Somebody is using the face."""
    session[_TOUCHED] = now.timestamp()


def lock(session: MutableMapping[str, Any]) -> None:
    """Close the face until an officer takes the tablet back."""
    session[_LOCKED] = True


def is_locked(session: MutableMapping[str, Any]) -> bool:
    """Whether the face is closed."""
    return bool(session.get(_LOCKED))


def is_left_alone(session: MutableMapping[str, Any], now: datetime, seconds: int) -> bool:
    """Whether nobody has used the face for longer than this."""
    touched = session.get(_TOUCHED)
    return touched is not None and now.timestamp() - float(touched) > seconds
