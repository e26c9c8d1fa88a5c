"""The verdict on a sealed file: findings with stable codes, each with one Japanese sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing examined. Codes: see `CODES`."""

    code: str
    ok: bool
    message: str


CODES = {
    "readable": "the file can be read as a PDF",
    "sealed": "there is exactly one seal",
    "nothing-added": "nothing was added after the seal",
    "untouched": "no byte under the seal was changed",
    "container": "the signature container holds nothing unsigned",
    "seal-valid": "the seal is mathematically right and certifies the document",
    "trusted": "the seal's certificate leads to a trusted root and was not revoked",
    "timestamp": "the time of sealing is attested",
    "shown": "the file begins with the document that was shown",
    "only-added": "the seal's update replaced and hid nothing",
    "record": "the embedded record is there and as shown",
    "evidence": "the signature evidence is there and as sealed",
    "signed-by-hand": "a hand drew the signature on the screen, over this very document",
    "signed-by-name": "the applicant typed their name over this very document, before a witness",
    "signed-by-assistant": "an officer wrote the name over this very document, before a second officer",
    "signed-on-paper": "the applicant signed a print of this very document, an officer looked at it",
    "offline": "the signature was taken on a tablet without the network and joined later",
    "signed": "the signature's class is none of these, or what was added does not belong to it",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings; `ok` only when every one of them is. `sealed_at` is what the timestamp says."""

    ok: bool
    findings: tuple[Finding, ...]
    sealed_by: str | None = None
    sealed_at: datetime | None = None
    evidence: dict[str, Any] | None = None
    record: dict[str, Any] | None = None

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The findings that refuse the file."""
        return tuple(finding for finding in self.findings if not finding.ok)

    def to_json(self) -> dict[str, Any]:
        """The verdict for `--json`; the instant in ISO 8601."""
        return {
            "ok": self.ok,
            "sealed_by": self.sealed_by,
            "sealed_at": None if self.sealed_at is None else self.sealed_at.isoformat(),
            "findings": [{"code": one.code, "ok": one.ok, "message": one.message} for one in self.findings],
            "evidence": self.evidence,
            "record": self.record,
        }


def show_instant(instant: datetime) -> str:
    """An instant in Japanese time, to the second."""
    return f"{instant.astimezone(JAPAN):%Y年%m月%d日 %H時%M分%S秒}（日本時間）"
