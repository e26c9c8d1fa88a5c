"""The sample city's accounts, named on the sign-in page so that a first visitor knows where to begin.

They are shown only while the sample city is loaded and their passwords are still the sample's.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from office.accounts.models import Officer

_DOES = {
    "mado": "窓口で聞き取り、申請をまとめます。",
    "jimu": "申請を受理し、ロボットを動かします。",
    "kessai": "申請を決裁します。",
    "kansa": "証跡を確かめます（閲覧のみ）。",
    "kanri": "職員を登録します（業務データは見られません）。",
}


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One account of the sample city."""

    login: str
    name: str
    password: str
    does: str


def demo_accounts(session: Session) -> tuple[DemoAccount, ...]:
    """The accounts to show; empty in a real city."""
    officers = session.scalars(select(Officer).where(Officer.login.in_(_DOES), Officer.is_sample))
    by_login = {officer.login: officer for officer in officers}
    return tuple(
        DemoAccount(login, by_login[login].name, f"mihon-{login}", does)
        for login, does in _DOES.items()
        if login in by_login
    )
