"""Errors of keys, seal and verification."""

from __future__ import annotations

from forms.errors import KakazuError


class SigningError(KakazuError):
    """Base of what can go wrong with keys, signatures and seals."""

    code = "signing"


class KeysMissing(SigningError):
    """The key folder or one of its files is not there."""

    code = "keys-missing"


class KeysUnreadable(SigningError):
    """A file of the key set cannot be read, or is not what its name says."""

    code = "keys-unreadable"


class KeysExposed(SigningError):
    """A private key may be read by other accounts of the machine."""

    code = "keys-exposed"


class KeysExpired(SigningError):
    """A certificate or revocation list of the city is not valid at the instant asked for."""

    code = "keys-expired"


class ClockWrong(SigningError):
    """The clock cannot be right: the timestamp authority refuses to attest this instant."""

    code = "clock-wrong"


class InvalidCapture(SigningError):
    """What the signature pad sent is not a signature record."""

    code = "invalid-capture"


class NotShown(SigningError):
    """The evidence does not speak of the document to be sealed."""

    code = "not-shown"


class CannotSeal(SigningError):
    """The document cannot take the seal: damaged, encrypted, or sealed already."""

    code = "cannot-seal"


class NotAPdf(SigningError):
    """The file to be verified is no PDF, or too large to be examined."""

    code = "not-a-pdf"


class BadTrust(SigningError):
    """The file given as trust holds no certificate."""

    code = "bad-trust"
