"""`kakazu number check KIND VALUE`: is the check digit of a number right?"""

from __future__ import annotations

import click

from forms.values.numbers import KINDS, check, is_secret, mask
from office.console import Report, reports


@click.group()
def command() -> None:
    """番号の検査数字を確かめます。"""


@command.command("check", help=f"番号の検査数字を確かめます。KINDは {' '.join(KINDS)} のどれかです。")
@click.argument("kind")
@click.argument("value")
@reports
def check_number(kind: str, value: str) -> Report:
    """Exit 0 valid, 1 wrong check digit or wrong length, 2 unknown kind or not digits.

    Secret numbers come back masked, so that neither terminals nor logs keep them.
    """
    found = check(kind, value)
    secret = is_secret(kind)
    data = {
        "kind": found.kind,
        "digits": mask(found.digits) if secret else found.digits,
        "valid": found.valid,
        "expected": None if secret else found.expected,
        "advisory": found.advisory,
        "message": found.message,
    }
    return Report(data, [f"{data['digits']}: {found.message}"], wrong=not found.valid)
