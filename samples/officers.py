"""The accounts a first visitor can try the suite with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoOfficer:
    """One invented officer; `roles` are words of `office.accounts.roles.Role`."""

    login: str
    name: str
    roles: tuple[str, ...]

    @property
    def password(self) -> str:
        """The password, shown on the sign-in page while the sample city is loaded."""
        return f"mihon-{self.login}"


OFFICERS = (
    DemoOfficer("mado", "窓口 花子", ("counter",)),
    DemoOfficer("jimu", "事務 次郎", ("back_office",)),
    DemoOfficer("kessai", "決裁 三郎", ("approver",)),
    DemoOfficer("kacho", "課長 六郎", ("approver",)),
    DemoOfficer("kaikei", "会計 七海", ("approver",)),
    DemoOfficer("kansa", "監査 四葉", ("auditor",)),
    DemoOfficer("kanri", "管理 五月", ("administrator",)),
)
