"""The seal's reason: one Japanese sentence for the reader and the hashes for the verification."""

from __future__ import annotations

import re
from dataclasses import dataclass

from forms.signing.marks import ASSISTED, DRAWN, PAPER, TYPED

_SIGNED = {
    DRAWN: "申請者が画面で署名した書面であることを確認して公印を付与しました。",
    TYPED: "申請者が画面に氏名を入力し、職員が立ち会ったことを確認して公印を付与しました。",
    ASSISTED: "職員が申請者に代わって氏名を書き、別の職員が立ち会ったことを確認して公印を付与しました。",
    PAPER: "この書面を印刷した紙に申請者が署名したことを確認して公印を付与しました。",
}
_INTAKE = "紙で受け付けた申請書の内容を確認して公印を付与しました。"
_SENTENCES = "|".join(_SIGNED.values())
_PATTERN = re.compile(
    rf"(?:(?P<sentence>{_SENTENCES}) evidence-sha256=(?P<evidence>[0-9a-f]{{64}})|{_INTAKE})"
    r" shown-sha256=(?P<shown>[0-9a-f]{64}) shown-length=(?P<length>[1-9][0-9]{0,11})"
)


@dataclass(frozen=True, slots=True)
class Reason:
    """The shown document's hash and length, the evidence file's hash and class where there is one."""

    shown_sha256: str
    shown_length: int
    evidence_sha256: str | None = None
    evidence_class: str = DRAWN

    @property
    def text(self) -> str:
        """As written into the signature."""
        what = _INTAKE
        if self.evidence_sha256 is not None:
            what = f"{_SIGNED[self.evidence_class]} evidence-sha256={self.evidence_sha256}"
        return f"{what} shown-sha256={self.shown_sha256} shown-length={self.shown_length}"

    @classmethod
    def parse(cls, text: str) -> Reason | None:
        """Read `text` back; None when another hand wrote it."""
        found = _PATTERN.fullmatch(text)
        if found is None:
            return None
        classes = {sentence: name for name, sentence in _SIGNED.items()}
        named = classes.get(found["sentence"], DRAWN)
        return cls(found["shown"], int(found["length"]), found["evidence"], named)
