"""Passwords: argon2id, and the same work for a login that does not exist."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

SHORTEST, LONGEST = 10, 128
_HASHER = PasswordHasher()
# The hash of a forgotten random password, with the hasher's own parameters: verifying against it takes
# as long as against an officer's, so that the answer's time does not tell which logins exist.
NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$KTuR/kZoR8I2AgwP1K9Ogg$JOpm8c6YYvWgpsQgqbFoAfUpwZoUBSODIzDdB0SEx9I"


def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    return _HASHER.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the one of the stored hash; None (no such officer) is False, as slowly."""
    try:
        _HASHER.verify(stored or NOBODYS, password[:LONGEST])
    except VerificationError:
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)
