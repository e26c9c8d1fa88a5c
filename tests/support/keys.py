"""City keys for tests: made once per test process, since RSA-3072 keys take seconds to make."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from forms.signing.keys import CityKeys

# Long ago, so that tests may move the clock; valid to the end of 2033.
MADE_AT = datetime(2024, 1, 1, tzinfo=UTC)


def key_folder(municipality: str = "みほん市") -> Path:
    """A finished key folder of a municipality; copy it to change anything in it."""
    return _made(municipality)


@functools.cache
def _made(municipality: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="kakazu-keys-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    CityKeys.create(folder, municipality, MADE_AT)
    return folder


def load_keys(municipality: str = "みほん市") -> CityKeys:
    """Freshly loaded keys with a timestamp authority of their own (the private keys are cached)."""
    return CityKeys.load(key_folder(municipality))


@pytest.fixture
def city_keys() -> CityKeys:
    """The keys of みほん市."""
    return load_keys()
