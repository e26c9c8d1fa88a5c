"""What a tablet keeps for when the network is gone: the shell's files, their version, and the definitions."""

from __future__ import annotations

import functools
import hashlib
from datetime import date
from pathlib import Path
from typing import Any

from forms.bundle import bundle
from forms.catalogue import Catalogue
from forms.language import LANGUAGES
from forms.signing.evidence import canonical
from office.i18n import texts

STATIC = Path(__file__).parent.parent / "static"
_FILES = (
    "css/kakazu.css",
    "css/tablet.css",
    "js/signature.js",
    "mark.svg",
    "vendor/design-tokens.css",
    "vendor/signature_pad.min.js",
)
FAMILIES = ("resident", "tablet")
"""Families of fixed texts that the resident's face on a tablet says."""


@functools.cache
def shell_files() -> tuple[str, ...]:
    """The static files of the shell, as paths below the static folder."""
    return (*_FILES, *sorted(f"js/offline/{path.name}" for path in (STATIC / "js/offline").glob("*.js")))


def version(shell: str) -> str:
    """A name that changes with any byte of the shell's page and files."""
    digest = hashlib.sha256(shell.encode())
    for name in shell_files():
        digest.update(b"\0" + (STATIC / name).read_bytes())
    return digest.hexdigest()[:16]


def _texts(code: str) -> dict[str, str]:
    return {key: text for one in FAMILIES for key, text in texts(one, code).table.items()}


def package(catalogue: Catalogue, on: date, municipality: str) -> dict[str, Any]:
    """The definitions of a day with their digest, and the fixed texts. Raises `NotForTablets`."""
    definitions = bundle(catalogue, on)
    return {
        "bundle": definitions,
        "digest": hashlib.sha256(canonical(definitions)).hexdigest(),
        "municipality": municipality,
        "texts": {code: _texts(code) for code in LANGUAGES},
    }
