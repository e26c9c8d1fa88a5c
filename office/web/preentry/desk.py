"""What the page at home needs, and nothing more: the questions, the city, and its public key.

No database, no private key, no register: it may run on a machine of its own in the city's DMZ.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from flask import Flask, current_app

from forms.catalogue import Catalogue
from forms.definition import LANGUAGES
from office.i18n import MissingText, texts
from office.platform import Platform
from office.records.preentries import private_key

FAMILY = "preentry"
_KEY = "kakazu-preentry"


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything the page stands on. `days` is how long a pre-entry can be used."""

    catalogue: Catalogue
    key: X25519PublicKey
    municipality: str
    code: str
    days: int


def desk_of(platform: Platform) -> Desk:
    """The desk of a whole suite, which holds the private key as well."""
    settings = platform.settings
    return Desk(
        platform.catalogue,
        private_key(settings.keys_folder).public_key(),
        settings.municipality,
        settings.municipality_code,
        settings.pre_entry_days,
    )


def attach_desk(app: Flask, desk: Desk) -> None:
    """Give an application its desk."""
    app.extensions[_KEY] = desk


def desk() -> Desk:
    """The desk of the running application."""
    found: Desk = current_app.extensions[_KEY]
    return found


def languages() -> tuple[str, ...]:
    """The languages the page is written in; one without its texts is not offered."""
    return tuple(code for code in LANGUAGES if _written(code))


def _written(code: str) -> bool:
    try:
        texts(FAMILY, code)
    except MissingText:
        return False
    return True
