"""Evidence of a signature: who signed what, shown when, in which way, before which officer.

It promises evidence quality, not legal equivalence: finger writing alone is not an 電子署名 under the Act
(trust.md §2). Strokes are behavioural biometrics. They stay encrypted in the database; the file carries
a salted commitment to them, so that the owner of the database can prove them and nobody can guess them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import secrets
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from forms.rendering.geometry import SIGNATURE_PLACE
from forms.signing import ink
from forms.signing.errors import InvalidCapture
from forms.signing.instants import instant
from forms.signing.marks import DRAWN, Mark, class_for, class_of, mark_from_json, words_of
from forms.signing.offline import OfflineMark
from forms.signing.strokes import Capture, Device, Stroke, strokes_from_json, strokes_to_json
from forms.signing.words import words_sha256

FORMAT = "kakazu-signature-evidence/2"
FILE_NAME = "signature-evidence.json"


def canonical(data: object) -> bytes:
    """JSON with one spelling: keys sorted, no spaces, UTF-8 (after RFC 8785)."""
    return json.dumps(
        data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """A document as it was shown: receipt number, SHA-256 (hex) and length in bytes."""

    receipt_number: str
    sha256: str
    length: int

    @classmethod
    def of(cls, receipt_number: str, pdf: bytes) -> ShownDocument:
        """Describe the very bytes that are shown."""
        return cls(receipt_number, hashlib.sha256(pdf).hexdigest(), len(pdf))

    def is_prefix_of(self, pdf: bytes) -> bool:
        """Whether a file begins with the bytes that were shown."""
        return len(pdf) >= self.length and hashlib.sha256(pdf[: self.length]).hexdigest() == self.sha256

    def to_json(self) -> dict[str, object]:
        """All three."""
        return {"receipt_number": self.receipt_number, "sha256": self.sha256, "length": self.length}


@dataclass(frozen=True, slots=True)
class SignatureEvidence:
    """One signature over one or several shown documents; `mark` says in which way it was given.

    `nonce` is the server's, made anew for each display; `identity_check` names how the officer made sure
    who signs; `override_reason` is the officer's, when `ink.warnings` asked and the signature stands.
    `offline_at` is what the tablet's own clock said when it signed without the network, None otherwise;
    `offline` is then how it was joined later.
    `words` is the hash of the words put on the documents, kept because fonts may change later.
    """

    shown: tuple[ShownDocument, ...]
    mark: Mark
    consent_text: str
    consent_language: str
    displayed_at: datetime
    signed_at: datetime
    nonce: str
    officer_id: str
    officer_name: str
    identity_check: str
    override_reason: str = ""
    offline_at: datetime | None = None
    salt: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    words: str = ""
    offline: OfflineMark | None = None

    def __post_init__(self) -> None:
        """Hash the words once."""
        if not self.words:
            object.__setattr__(self, "words", words_sha256(words_of(self.mark), SIGNATURE_PLACE))

    @property
    def evidence_class(self) -> str:
        """One of `marks.TITLES`."""
        return class_for(self.mark)

    @property
    def capture(self) -> Capture | None:
        """What the pad recorded; None when nothing was drawn."""
        return self.mark if isinstance(self.mark, Capture) else None

    def to_json(self) -> dict[str, object]:
        """What goes into the sealed file: everything but the strokes themselves."""
        return {
            "format": FORMAT,
            "evidence_class": self.evidence_class,
            "shown": [document.to_json() for document in self.shown],
            **self._mark(),
            "words": {"lines": list(words_of(self.mark)), "sha256": self.words},
            "override_reason": self.override_reason,
            "consent": {"text": self.consent_text, "language": self.consent_language},
            "displayed_at": instant(self.displayed_at),
            "signed_at": instant(self.signed_at),
            "offline_at": None if self.offline_at is None else instant(self.offline_at),
            "nonce": self.nonce,
            "officer": {"id": self.officer_id, "name": self.officer_name},
            "identity_check": self.identity_check,
            **({} if self.offline is None else {"offline": self.offline.to_json()}),
        }

    def _mark(self) -> dict[str, object]:
        capture = self.mark
        if not isinstance(capture, Capture):
            return {"mark": capture.to_json()}
        return {
            "strokes": {"commitment": commit(self.salt, capture.strokes), **describe(capture.strokes)},
            "ink": {"sha256": hashlib.sha256(ink.pdf_path(capture.strokes)).hexdigest()},
            "warnings": list(ink.warnings(capture.strokes)),
            "device": capture.device.to_json(),
            "clears": capture.clears,
            "undos": capture.undos,
        }

    def to_bytes(self) -> bytes:
        """The file `signature-evidence.json`; its SHA-256 stands in the seal's reason."""
        return canonical(self.to_json())

    def to_stored_json(self) -> dict[str, object]:
        """Everything, strokes and salt included: only for encrypted storage."""
        strokes = strokes_to_json(self.capture.strokes) if self.capture else []
        return {"evidence": self.to_json(), "salt": self.salt.hex(), "strokes": strokes}

    @classmethod
    def from_stored_json(cls, stored: Mapping[str, Any]) -> SignatureEvidence:
        """Read `to_stored_json`'s object back. Raises InvalidCapture when strokes and commitment differ."""
        public, salt = stored["evidence"], bytes.fromhex(stored["salt"])
        offline_at = public.get("offline_at")
        return cls(
            shown=tuple(ShownDocument(**document) for document in public["shown"]),
            mark=_stored_mark(public, salt, stored["strokes"]),
            consent_text=public["consent"]["text"],
            consent_language=public["consent"]["language"],
            displayed_at=datetime.fromisoformat(public["displayed_at"]),
            signed_at=datetime.fromisoformat(public["signed_at"]),
            nonce=public["nonce"],
            officer_id=public["officer"]["id"],
            officer_name=public["officer"]["name"],
            identity_check=public["identity_check"],
            override_reason=public["override_reason"],
            offline_at=datetime.fromisoformat(offline_at) if offline_at else None,
            salt=salt,
            words=public["words"]["sha256"],
            offline=OfflineMark.from_json(public["offline"]) if "offline" in public else None,
        )


def _stored_mark(public: Mapping[str, Any], salt: bytes, raw: object) -> Mark:
    if class_of(public) != DRAWN:
        return mark_from_json(class_of(public), public["mark"])
    strokes = strokes_from_json(raw)
    if not opens(public, salt, strokes):
        raise InvalidCapture("保存された筆跡が署名の記録と一致しません。監査担当者に連絡してください。")
    return Capture(strokes, Device.from_json(public["device"]), public["clears"], public["undos"])


def commit(salt: bytes, strokes: Sequence[Stroke]) -> str:
    """`sha256:` and the hex SHA-256 of the salt followed by the strokes' canonical JSON."""
    return "sha256:" + hashlib.sha256(salt + canonical(strokes_to_json(strokes))).hexdigest()


def opens(public: Mapping[str, Any], salt: bytes, strokes: Sequence[Stroke]) -> bool:
    """Whether stored strokes are those a sealed file's evidence commits to."""
    return hmac.compare_digest(str(public["strokes"]["commitment"]), commit(salt, strokes))


def describe(strokes: Sequence[Stroke]) -> dict[str, object]:
    """Statistics that say how the ink came about without giving it away."""
    points = [point for stroke in strokes for point in stroke.points]
    gaps = [b.t - a.t for stroke in strokes for a, b in pairwise(stroke.points) if b.t > a.t]
    lengths = [math.hypot(b.x - a.x, b.y - a.y) for s in strokes for a, b in pairwise(s.points)]
    return {
        "count": len(strokes),
        "points": len(points),
        "duration_ms": round(max((p.t for p in points), default=0.0)),
        "length_px": round(sum(lengths)),
        "sample_interval_ms": round(statistics.median(gaps), 1) if gaps else None,
        "pointer_types": sorted({stroke.pointer_type for stroke in strokes}),
        "pressure": _channel([point.pressure for point in points]),
        "tilt": _channel([point.tilt_x for point in points]),
    }


def _channel(values: Sequence[float | None]) -> str:
    """`absent`, `constant` (a device that reports one value for all) or `measured`."""
    present = {value for value in values if value is not None}
    if not present:
        return "absent"
    return "constant" if len(present) == 1 else "measured"
