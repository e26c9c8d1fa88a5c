"""Errors of the platform."""

from __future__ import annotations

from forms.errors import KakazuError


class OfficeError(KakazuError):
    """An act of the platform could not be carried out."""

    code = "office"


class NotFound(OfficeError):
    """There is no such record, or the actor may not know of it."""

    code = "not-found"


class NotPermitted(OfficeError):
    """The actor's roles do not allow the act."""

    code = "not-permitted"


class NotNow(OfficeError):
    """The record is in a state in which the act is not possible."""

    code = "not-now"
