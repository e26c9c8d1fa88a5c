"""A case as a tablet keeps and sends it: what was answered, what was shown, and how it was signed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from forms.definition import JSON
from forms.language import LANGUAGES
from forms.signing.strokes import Capture
from office import clock
from office.errors import OfficeError

FORMAT = "kakazu-offline-case/1"
_KEYS = {"format", "id", "definitions", "event", "on", "language", "answers", "shown", "signature"}
_SIGNATURE = {"strokes", "user_agent", "consent", "displayed_at", "signed_at"}
_SHOWN = {"sha256", "cards"}


class Unreadable(OfficeError):
    """What a tablet sent is not a case; it is kept as it is for a person to look at."""

    code = "offline-unreadable"


@dataclass(frozen=True, slots=True)
class OfflineSignature:
    """The hand's record with what it was put under; instants are the tablet's own."""

    capture: Capture = field(repr=False)
    consent: str
    summary_sha256: str
    displayed_at: datetime
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class OfflineCase:
    """One case of a tablet. `definitions` is the digest of the bundle it was held with."""

    client_id: str
    definitions: str
    event: str
    on: date
    language: str
    answers: Mapping[str, JSON] = field(repr=False)
    signature: OfflineSignature | None

    @property
    def interview(self) -> dict[str, Any]:
        """The interview for `Interview.from_json`."""
        return {"event": self.event, "on": self.on.isoformat(), "answers": dict(self.answers)}

    @classmethod
    def parse(cls, body: str) -> OfflineCase:
        """Read what a tablet sent. Raises `Unreadable`, and `InvalidCapture` for the strokes."""
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            raise Unreadable("端末から届いた内容を読めません。") from None
        if not isinstance(raw, dict) or set(raw) != _KEYS or raw["format"] != FORMAT:
            raise Unreadable("端末から届いた内容の形が違います。")
        if not isinstance(raw["answers"], dict) or raw["language"] not in LANGUAGES:
            raise Unreadable("端末から届いた答えの形が違います。")
        try:
            on = date.fromisoformat(str(raw["on"]))
        except ValueError:
            raise Unreadable("端末から届いた日付の形が違います。") from None
        signature = _signature(raw["signature"], raw["shown"]) if raw["signature"] is not None else None
        client_id, definitions, event = (str(raw[key])[:64] for key in ("id", "definitions", "event"))
        return cls(client_id, definitions, event, on, raw["language"], raw["answers"], signature)


def _signature(raw: object, shown: object) -> OfflineSignature:
    if (
        not isinstance(raw, dict)
        or set(raw) != _SIGNATURE
        or not all(isinstance(v, str) for v in raw.values())
    ):
        raise Unreadable("端末から届いた署名の形が違います。")
    if not isinstance(shown, dict) or set(shown) != _SHOWN:
        raise Unreadable("端末から届いた、表示した内容の形が違います。")
    return OfflineSignature(
        capture=Capture.parse(raw["strokes"], raw["user_agent"]),
        consent=raw["consent"],
        summary_sha256=str(shown["sha256"])[:64],
        displayed_at=_instant(raw["displayed_at"]),
        signed_at=_instant(raw["signed_at"]),
    )


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable("端末から届いた時刻の形が違います。") from None
    if found.tzinfo is None:
        raise Unreadable("端末から届いた時刻に時差がありません。")
    return found.astimezone(UTC)


def same_day(one: datetime, on: date) -> bool:
    """Whether an instant falls on a day in Japan."""
    return clock.date_of(one) == on
