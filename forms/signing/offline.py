"""The mark of a signature that was taken on a tablet without the network and joined to its documents later.

The hand signed a summary of what the documents say, for the documents did not exist yet. `summary_sha256`
is the digest of that summary (`forms.offline_summary`); the server made the same summary from the answers
before it joined the signature. The mark stands beside the evidence class; it is no class of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forms.signing.instants import instant
from forms.signing.verdict import Finding, show_instant

_HEX = frozenset("0123456789abcdef")
_MOMENT_MS = 1000


@dataclass(frozen=True, slots=True)
class OfflineMark:
    """Which tablet, which summary, who joined it when; `case_id` is the tablet's own number of the case.

    `clock_ms` is by how much the server's clock was ahead of the tablet's when the case arrived.
    """

    case_id: str
    tablet_id: str
    tablet_name: str
    summary_sha256: str
    joined_at: datetime
    joined_by_id: str
    joined_by_name: str
    clock_ms: int

    def to_json(self) -> dict[str, object]:
        """For the evidence file."""
        return {
            "case": self.case_id,
            "tablet": {"id": self.tablet_id, "name": self.tablet_name},
            "summary_sha256": self.summary_sha256,
            "joined_at": instant(self.joined_at),
            "joined_by": {"id": self.joined_by_id, "name": self.joined_by_name},
            "clock_ms": self.clock_ms,
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> OfflineMark:
        """The reverse of `to_json`. Raises `KeyError`, `TypeError`, `ValueError` for anything else."""
        digest = str(raw["summary_sha256"])
        if len(digest) != 64 or not set(digest) <= _HEX:
            raise ValueError("summary_sha256")
        return cls(
            case_id=str(raw["case"]),
            tablet_id=str(raw["tablet"]["id"]),
            tablet_name=str(raw["tablet"]["name"]),
            summary_sha256=digest,
            joined_at=datetime.fromisoformat(raw["joined_at"]),
            joined_by_id=str(raw["joined_by"]["id"]),
            joined_by_name=str(raw["joined_by"]["name"]),
            clock_ms=int(raw["clock_ms"]),
        )


def as_taken(evidence: Mapping[str, Any], found: Finding) -> list[Finding]:
    """What is said about the signature, and that it was taken offline where the evidence says so."""
    if "offline" not in evidence:
        return [found]
    try:
        mark = OfflineMark.from_json(evidence["offline"])
        taken_at = datetime.fromisoformat(evidence["offline_at"])
    except (KeyError, TypeError, ValueError):
        return [
            found,
            Finding("offline", False, "通信できない端末での署名の記録が、読める形ではありません。"),
        ]
    if found.ok:
        found = Finding(
            found.code, True, found.message.replace("この書類そのもの", "この書類の内容を示した要約")
        )
    return [found, Finding("offline", True, _told(mark, taken_at))]


def _told(mark: OfflineMark, taken_at: datetime) -> str:
    seconds = abs(mark.clock_ms) / _MOMENT_MS
    apart = "1秒もありません" if seconds < 1 else f"約{seconds:,.0f}秒です"
    return (
        f"通信できない端末「{mark.tablet_name}」で、{show_instant(taken_at)}に署名されました（時刻は端末の時計）。"
        f"署名した人が見たのは、書類の内容を示した要約です。{show_instant(mark.joined_at)}に職員「{mark.joined_by_name}」"
        f"の端末として届き、同じ要約になることをサーバーで確かめて、書類に結び付けました（時計の差は{apart}）。"
    )
