"""Who acts: an officer, a robot, or somebody at the server's console. Frozen; passed to every operation."""

from __future__ import annotations

import getpass
import re
from dataclasses import dataclass

from office.accounts.models import Officer
from office.accounts.roles import Act, Role, permits
from office.errors import NotPermitted


@dataclass(frozen=True, slots=True)
class Actor:
    """`key` names the actor in the journal (`officer:ID`, `robot:KEY`, `console:LOGIN`, `nobody`)."""

    key: str
    name: str
    roles: frozenset[Role]
    officer_id: str | None = None

    @classmethod
    def of(cls, officer: Officer) -> Actor:
        """An officer with the roles they hold now."""
        roles = frozenset(Role(role) for role in officer.roles)
        return cls(f"officer:{officer.id}", officer.name, roles, officer.id)

    @classmethod
    def robot(cls, key: str) -> Actor:
        """A robot: a named account with narrower rights than any officer."""
        return cls(f"robot:{key}", f"ロボット {key}", frozenset({Role.ROBOT}))

    @classmethod
    def console(cls) -> Actor:
        """Whoever runs a command on the server, under the name of their system account."""
        login = re.sub(r"[^A-Za-z0-9_.-]", "_", getpass.getuser())
        return cls(f"console:{login}", f"サーバー操作者 {login}", frozenset({Role.CONSOLE}))

    @classmethod
    def nobody(cls) -> Actor:
        """Somebody not signed in: may do nothing, yet is named when trying."""
        return cls("nobody", "未サインイン", frozenset())

    def may(self, act: Act) -> bool:
        """Whether the actor's roles permit the act."""
        return permits(self.roles, act)

    @property
    def officer(self) -> str:
        """The officer's id; raises `NotPermitted` for a robot or the console."""
        if self.officer_id is None:
            raise NotPermitted("この操作は、サインインした職員だけができます。")
        return self.officer_id


def require(actor: Actor, act: Act) -> None:
    """Raise `NotPermitted` unless the actor may do the act."""
    if not actor.may(act):
        raise NotPermitted("この操作をする権限がありません。必要なときは管理者に相談してください。")
