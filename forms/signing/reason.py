"""The seal's reason: one Japanese sentence for the reader and the hashes for the verification."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SIGNED = "申請者が画面で署名した書面であることを確認して公印を付与しました。"
_PAPER = "紙で受け付けた申請書の内容を確認して公印を付与しました。"
_PATTERN = re.compile(
    rf"(?:{_SIGNED} evidence-sha256=(?P<evidence>[0-9a-f]{{64}})|{_PAPER})"
    r" shown-sha256=(?P<shown>[0-9a-f]{64}) shown-length=(?P<length>[1-9][0-9]{0,11})"
)


@dataclass(frozen=True, slots=True)
class Reason:
    """The shown document's hash and length, and the hash of the evidence file where there is one."""

    shown_sha256: str
    shown_length: int
    evidence_sha256: str | None

    @property
    def text(self) -> str:
        """As written into the signature."""
        what = _PAPER if self.evidence_sha256 is None else f"{_SIGNED} evidence-sha256={self.evidence_sha256}"
        return f"{what} shown-sha256={self.shown_sha256} shown-length={self.shown_length}"

    @classmethod
    def parse(cls, text: str) -> Reason | None:
        """Read `text` back; None when another hand wrote it."""
        found = _PATTERN.fullmatch(text)
        if found is None:
            return None
        return cls(found["shown"], int(found["length"]), found["evidence"])
