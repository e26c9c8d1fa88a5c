"""Pre-entries: what is sealed opens with the city's key only, whole, in time, in any order of its parts."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.definition import JSON
from forms.pre_entry import (
    PART,
    PreEntry,
    PreEntryExpired,
    PreEntryIncomplete,
    PreEntryRefused,
    digest,
    key_text,
    open_sealed,
    read_key,
    seal,
)

NOW = datetime(2026, 4, 10, 1, 0, tzinfo=UTC)
KEY = X25519PrivateKey.generate()
CITY = "999997"
PEOPLE: list[JSON] = [
    {
        "name": {"family": "髙橋", "given": f"健{n}"},
        "birth_on": f"198{n}-05-12",
        "note": chr(0x4E00 + 97 * n) * 9,
    }
    for n in range(9)
]
ENTRY = PreEntry(
    "move-in",
    NOW,
    NOW + timedelta(days=14),
    "ja-easy",
    {"members": PEOPLE, "contact.phone": "090-1234-5678", **{f"x.{n}": f"{n * 7919}" for n in range(120)}},
)


def parts() -> tuple[str, ...]:
    return seal(ENTRY, KEY.public_key(), CITY)


def opened(text: str, *, key: X25519PrivateKey = KEY, city: str = CITY, now: datetime = NOW) -> PreEntry:
    return open_sealed(text, key, city, now)


def test_what_was_sealed_opens_from_parts_in_any_order() -> None:
    made = parts()
    assert len(made) >= 2
    assert all(len(one) <= PART + 30 and one.isascii() for one in made)
    assert opened("\n".join(made)) == ENTRY
    assert opened(" ".join(reversed((*made, made[0]))).lower()) == ENTRY
    assert opened("".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in "\n".join(made)))


def test_two_seals_of_the_same_answers_differ_and_hide_them() -> None:
    first, second = parts(), parts()
    assert digest("\n".join(first)) != digest("\n".join(second))
    assert "髙橋" not in "".join(first)


def test_missing_parts_are_named() -> None:
    made = parts()
    with pytest.raises(PreEntryIncomplete, match=r"枚のうち、1枚目.*まだです") as told:
        opened(made[1])
    assert told.value.missing[0] == 1


@given(place=st.integers(min_value=0, max_value=10_000), letter=st.sampled_from("ABCDEFGHXYZ234567"))
@settings(max_examples=60, deadline=None)
def test_one_letter_changed_is_refused(place: int, letter: str) -> None:
    made = list(parts())
    head, data = made[0].rsplit("-", 1)
    at = place % len(data)
    if data[at] == letter:
        return
    made[0] = f"{head}-{data[:at]}{letter}{data[at + 1 :]}"
    with pytest.raises(PreEntryRefused):
        opened("\n".join(made))


def test_an_altered_whole_with_a_right_tag_is_refused() -> None:
    *_, data = seal(replace(ENTRY, answers={"contact.phone": "1"}), KEY.public_key(), CITY)[0].split("-")
    whole = bytearray(base64.b32decode(data + "=" * (-len(data) % 8)))
    whole[-1] ^= 1
    tag = base64.b32encode(hashlib.sha256(whole).digest())[:6].decode()
    forged = base64.b32encode(whole).decode().rstrip("=")
    with pytest.raises(PreEntryRefused, match="書き換えられている"):
        opened(f"KKZ1-{tag}-1-1-{forged}")


def test_another_city_or_key_is_told() -> None:
    made = seal(replace(ENTRY, answers={"contact.phone": "1"}), KEY.public_key(), CITY)
    with pytest.raises(PreEntryRefused, match="古い鍵"):
        opened(made[0], key=X25519PrivateKey.generate())
    with pytest.raises(PreEntryRefused, match="ほかの市区町村"):
        opened(made[0], city="999970")


def test_time_passes() -> None:
    text = "\n".join(parts())
    assert opened(text, now=ENTRY.expires_at - timedelta(seconds=1)) == ENTRY
    with pytest.raises(PreEntryExpired, match="期限が過ぎています"):
        opened(text, now=ENTRY.expires_at)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "事前入力のQRコードではありません"),
        ("https://example.test/", "事前入力のQRコードではありません"),
        ("KKZ9-AAAAAA-1-1-AAAA", "版が違います"),
        ("KKZ1-AAAAAA-1-1-AAAA", "正しく読み取れませんでした"),
        ("KKZ1-AAAAAA-1-0-AAAA", "正しく読み取れませんでした"),
        ("KKZ1-AAAAAA-1-1-AAAA KKZ1-BBBBBB-1-1-AAAA", "交ざっています"),
    ],
)
def test_what_is_no_pre_entry_is_refused(text: str, says: str) -> None:
    with pytest.raises(PreEntryRefused, match=says):
        opened(text)


def test_a_public_key_travels_as_one_line() -> None:
    line = key_text(KEY.public_key())
    assert read_key(f"{line}\n").public_bytes_raw() == KEY.public_key().public_bytes_raw()
    with pytest.raises(PreEntryRefused):
        read_key("ssh-rsa AAAA")


def test_too_much_is_refused() -> None:
    lots = {f"x{n}": f"{n * 104729 % 999983:06d}" for n in range(9_000)}
    with pytest.raises(PreEntryRefused, match="多すぎて"):
        seal(replace(ENTRY, answers=lots), KEY.public_key(), CITY)
