"""Pre-entries: answers given at home, encrypted to the city, on one or more QR codes.

A QR text is `KKZ1-TAG-N-M-DATA` in capital letters, digits and hyphens only, which every keyboard layout
of a QR reader types alike: part N of M; TAG (six letters of the SHA-256 of the whole) tells which belong
together. DATA joined and read as Base32 is

    city code (3 bytes) | key id (4) | HPKE (RFC 9180: X25519, HKDF-SHA256, AES-256-GCM)

whose plaintext is compressed JSON `{"e": event, "m": made, "x": expires, "l": language, "a": answers}`
(instants in whole seconds). The header is bound into the encryption. Only the city's private key opens it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from forms.definition import JSON
from forms.errors import KakazuError

VERSION = 1
MOST_PARTS = 20
PART = 640
"""Letters of DATA on one QR code: one that a tablet's camera still reads from a phone."""
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_INFO = b"kakazu pre-entry 1\0"
_HEADER = 7
_MOST_BYTES = 200_000
_CODE = re.compile(r"KKZ(\d)-([A-Z2-7]{6})-(\d{1,2})-(\d{1,2})-([A-Z2-7]+)")


class PreEntryRefused(KakazuError):
    """A pre-entry cannot be taken; the message says what to do."""

    code = "pre-entry-refused"


class PreEntryIncomplete(PreEntryRefused):
    """Some of the QR codes are still missing; `missing` are their numbers."""

    code = "pre-entry-incomplete"

    def __init__(self, found: Sequence[int], missing: Sequence[int]) -> None:
        numbers = "、".join(f"{one}枚目" for one in missing)
        super().__init__(
            f"{len(found) + len(missing)}枚のうち、{numbers}がまだです。続けて読み取ってください。"
        )
        self.missing = tuple(missing)


class PreEntryExpired(PreEntryRefused):
    """Its time has passed."""

    code = "pre-entry-expired"


@dataclass(frozen=True, slots=True)
class PreEntry:
    """What somebody answered at home. `answers` (fact → value) stay out of logs and tracebacks."""

    event: str
    made_at: datetime
    expires_at: datetime
    language: str
    answers: Mapping[str, JSON] = field(repr=False)


def public_bytes(key: X25519PublicKey) -> bytes:
    """The 32 bytes of a public key."""
    return key.public_bytes_raw()


def key_text(key: X25519PublicKey) -> str:
    """A public key as one line, for the machine that makes pre-entries."""
    return "kakazu-preentry-x25519 " + base64.b64encode(public_bytes(key)).decode()


def read_key(text: str) -> X25519PublicKey:
    """The reverse of `key_text`. Raises `PreEntryRefused`."""
    name, _, body = text.strip().partition(" ")
    try:
        if name == "kakazu-preentry-x25519":
            return X25519PublicKey.from_public_bytes(base64.b64decode(body, validate=True))
    except ValueError:
        pass
    raise PreEntryRefused(
        "事前入力の公開鍵ではありません。「kakazu preentry --public-key」で書き出したものを使ってください。"
    )


def seal(entry: PreEntry, key: X25519PublicKey, city: str) -> tuple[str, ...]:
    """The texts of the QR codes of a pre-entry, for the city of a six-digit code.

    Raises `PreEntryRefused` where it is too large.
    """
    plain = {
        "e": entry.event,
        "m": int(entry.made_at.timestamp()),
        "x": int(entry.expires_at.timestamp()),
        "l": entry.language,
        "a": dict(entry.answers),
    }
    packed = zlib.compress(json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode(), 9)
    header = _header(key, city)
    whole = header + _SUITE.encrypt(packed, key, _INFO + header)
    text = base64.b32encode(whole).decode().rstrip("=")
    parts = [text[start : start + PART] for start in range(0, len(text), PART)]
    if len(parts) > MOST_PARTS:
        raise PreEntryRefused("入力した内容が多すぎて、QRコードにできません。内容を減らしてください。")
    tag = _tag(whole)
    return tuple(f"KKZ{VERSION}-{tag}-{n}-{len(parts)}-{part}" for n, part in enumerate(parts, 1))


def open_sealed(text: str, key: X25519PrivateKey, city: str, now: datetime) -> PreEntry:
    """The pre-entry whose QR codes were scanned into `text`, in any order, some perhaps twice.

    Raises `PreEntryRefused` (foreign, altered, of another version), `PreEntryIncomplete`, `PreEntryExpired`.
    """
    whole = _joined(text)
    header, sealed = whole[:_HEADER], whole[_HEADER:]
    _refuse_foreign(header, key, city)
    try:
        packed = _SUITE.decrypt(sealed, key, _INFO + header)
    except InvalidTag:
        raise PreEntryRefused(
            "QRコードの内容が書き換えられているか、この市の鍵で作られていません。使わずに、聞き取ってください。"
        ) from None
    entry = _entry(_unpacked(packed))
    if entry.expires_at <= now:
        raise PreEntryExpired(
            "事前入力の期限が過ぎています。作り直していただくか、このまま聞き取ってください。"
        )
    return entry


def digest(text: str) -> str:
    """What tells one pre-entry from another (hex SHA-256 of the whole). Raises as `open_sealed` does."""
    return hashlib.sha256(_joined(text)).hexdigest()


def _joined(text: str) -> bytes:
    """The bytes of the parts, each there and belonging together."""
    plain = unicodedata.normalize("NFKC", text).upper()
    found = {match.groups() for match in _CODE.finditer(re.sub(r"[‐‑−–—ー]", "-", plain))}
    if not found:
        raise PreEntryRefused(
            "事前入力のQRコードではありません。「事前入力」と書かれたQRコードを読み取ってください。"
        )
    if {version for version, *_ in found} != {str(VERSION)}:
        raise PreEntryRefused("この事前入力は、いまのシステムと版が違います。作り直してください。")
    if len({(tag, total) for _, tag, _, total, _ in found}) > 1:
        raise PreEntryRefused("別の事前入力のQRコードが交ざっています。1人分だけ読み取ってください。")
    tag, total = next((tag, int(total)) for _, tag, _, total, _ in found)
    parts = {int(number): data for _, _, number, _, data in found}
    missing = [number for number in range(1, min(total, MOST_PARTS) + 1) if number not in parts]
    if missing:
        raise PreEntryIncomplete(sorted(parts), missing)
    whole = _decoded("".join(parts[number] for number in sorted(parts)))
    if len(whole) <= _HEADER or _tag(whole) != tag:
        raise PreEntryRefused("QRコードを正しく読み取れませんでした。もう一度、最初から読み取ってください。")
    return whole


def _decoded(text: str) -> bytes:
    try:
        return base64.b32decode(text + "=" * (-len(text) % 8))
    except ValueError:
        return b""


def _refuse_foreign(header: bytes, key: X25519PrivateKey, city: str) -> None:
    ours = _header(key.public_key(), city)
    if header[:3] != ours[:3]:
        raise PreEntryRefused(
            "ほかの市区町村あての事前入力です。この市のページで作り直すか、このまま聞き取ってください。"
        )
    if header != ours:
        raise PreEntryRefused("古い鍵で作られた事前入力です。作り直すか、このまま聞き取ってください。")


def _header(key: X25519PublicKey, city: str) -> bytes:
    return int(city).to_bytes(3, "big") + hashlib.sha256(public_bytes(key)).digest()[:4]


def _tag(whole: bytes) -> str:
    return base64.b32encode(hashlib.sha256(whole).digest())[:6].decode()


def _unpacked(packed: bytes) -> Any:
    try:
        opener = zlib.decompressobj()
        plain = opener.decompress(packed, _MOST_BYTES)
        return json.loads(plain) if opener.eof else None
    except (zlib.error, ValueError, RecursionError):
        return None


def _entry(data: Any) -> PreEntry:
    if not isinstance(data, dict) or set(data) != set("emxla") or not isinstance(data["a"], dict):
        raise PreEntryRefused("事前入力の内容の形が正しくありません。このまま聞き取ってください。")
    try:
        made, expires = (datetime.fromtimestamp(int(data[name]), UTC) for name in "mx")
    except (TypeError, ValueError, OverflowError, OSError):
        raise PreEntryRefused("事前入力の日時が正しくありません。このまま聞き取ってください。") from None
    return PreEntry(str(data["e"]), made, expires, str(data["l"]), data["a"])
