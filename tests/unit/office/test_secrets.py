"""The vault: sealed values open only in their place, keys are whole, private and made once."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.secrets import KeyRefused, SealBroken, Vault, key_file

VAULT = Vault(b"d" * 32, b"i" * 32, b"s" * 32)
WORDS = st.text("abcdefghijklmnopqrstuvwxyz0123456789_", min_size=1, max_size=20)


@given(WORDS, WORDS, WORDS, st.binary(max_size=500))
def test_what_is_sealed_opens_in_its_place(table: str, column: str, row: str, plain: bytes) -> None:
    sealed = VAULT.seal(table, column, row, plain)
    assert VAULT.open_sealed(table, column, row, sealed) == plain
    assert len(sealed) == len(plain) + 29


@given(st.data())
def test_a_moved_or_changed_value_is_rejected(data: st.DataObject) -> None:
    place = ("resident", "my_number", "01K0")
    sealed = VAULT.seal(*place, b"123456789018")
    for part in range(3):
        moved = [*place]
        moved[part] += "x"
        table, column, row = moved
        with pytest.raises(SealBroken):
            VAULT.open_sealed(table, column, row, sealed)
    at = data.draw(st.integers(0, len(sealed) - 1))
    bit = 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBroken):
        VAULT.open_sealed(*place, sealed[:at] + bytes([sealed[at] ^ bit]) + sealed[at + 1 :])
    with pytest.raises(SealBroken):
        VAULT.open_sealed(*place, sealed[:at])


def test_sealing_twice_shows_no_likeness() -> None:
    assert VAULT.seal("t", "c", "1", b"same") != VAULT.seal("t", "c", "1", b"same")


def test_the_blind_index_depends_on_purpose_and_its_own_key() -> None:
    index = VAULT.blind_index("my-number", "123456789018")
    assert index == VAULT.blind_index("my-number", "123456789018")
    assert index != VAULT.blind_index("other", "123456789018")
    assert index == Vault(b"x" * 32, b"i" * 32, b"x" * 32).blind_index("my-number", "123456789018")
    assert index != Vault(b"d" * 32, b"x" * 32, b"s" * 32).blind_index("my-number", "123456789018")


def test_keys_are_made_once_and_for_their_owner_only(tmp_path: Path) -> None:
    first = Vault.open(tmp_path / "keys")
    sealed = first.seal("t", "c", "1", b"kept")
    again = Vault.open(tmp_path / "keys")
    assert again.open_sealed("t", "c", "1", sealed) == b"kept"
    assert again.session_secret == first.session_secret
    files = sorted((tmp_path / "keys").iterdir())
    assert [file.name for file in files] == ["data.key", "index.key", "session.key"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert len({file.read_bytes() for file in files}) == 3
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_many_first_starts_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: key_file(tmp_path / "keys" / "one.key"), range(64)))
    assert len(keys) == 1
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["one.key"]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602])
def test_a_key_others_may_touch_is_refused(tmp_path: Path, mode: int) -> None:
    Vault.open(tmp_path)
    (tmp_path / "data.key").chmod(mode)
    with pytest.raises(KeyRefused):
        Vault.open(tmp_path)


@pytest.mark.parametrize("content", [b"", b"k" * 31, b"k" * 33])
def test_a_key_file_that_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    Vault.open(tmp_path)
    (tmp_path / "index.key").write_bytes(content)
    with pytest.raises(KeyRefused):
        Vault.open(tmp_path)
