"""Operations on accounts: signing in and out, adding and changing officers. They never commit."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from office import clock
from office.accounts import passwords
from office.accounts.actor import Actor, require
from office.accounts.models import Officer
from office.accounts.roles import OFFICER_ROLES, Act, Role
from office.audit import events, journal
from office.errors import NotFound, NotPermitted, OfficeError

ATTEMPTS = 5
LOCKED_FOR = timedelta(minutes=15)
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
# Whoever manages or audits the accounts' doings must not be one of those who do business (trust.md §4).
_ALONE = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})


class SignInRefused(OfficeError):
    """Login or password is wrong, or the account is locked or closed: nobody is told which.

    The caller must commit all the same, so that the failed attempt counts.
    """

    code = "sign-in-refused"

    def __init__(self) -> None:
        super().__init__(
            "職員IDかパスワードが違います。"
            f"続けて{ATTEMPTS}回まちがえると{LOCKED_FOR.seconds // 60}分間サインインできません。"
        )


class AccountRefused(OfficeError):
    """An account cannot be as asked for."""

    code = "account-refused"


def sign_in(session: Session, login: str, password: str) -> Officer:
    """The officer of login and password; raises `SignInRefused` (then commit all the same)."""
    officer = session.scalar(select(Officer).where(Officer.login == login.strip().lower()).with_for_update())
    officer = _checked(session, officer, password)
    journal.write(session, Actor.of(officer), events.OFFICER_SIGNED_IN, f"officer:{officer.id}")
    return officer


def confirm_password(session: Session, actor: Actor, password: str) -> None:
    """Make sure that the acting officer is still there; raises `SignInRefused` (then commit all the same)."""
    officer = session.get(Officer, actor.officer, with_for_update=True)
    _checked(session, officer, password)
    journal.write(session, actor, events.OFFICER_CONFIRMED, f"officer:{actor.officer}")


def confirm_as(session: Session, login: str, password: str) -> Officer:
    """Another officer who confirms something without signing in; raises `SignInRefused` (then commit)."""
    officer = session.scalar(select(Officer).where(Officer.login == login.strip().lower()).with_for_update())
    officer = _checked(session, officer, password)
    journal.write(session, Actor.of(officer), events.OFFICER_CONFIRMED, f"officer:{officer.id}")
    return officer


def sign_out(session: Session, actor: Actor) -> None:
    """Record that the officer has left."""
    journal.write(session, actor, events.OFFICER_SIGNED_OUT, f"officer:{actor.officer}")


def add_officer(
    session: Session,
    actor: Actor,
    login: str,
    name: str,
    roles: Collection[Role],
    password: str,
    *,
    is_sample: bool = False,
) -> Officer:
    """Add an officer; raises `NotPermitted`, `AccountRefused`."""
    require(actor, Act.MANAGE_OFFICERS)
    if not _LOGIN.fullmatch(login):
        raise AccountRefused("職員IDは、英小文字・数字・記号（. _ -）の2〜64文字にしてください。")
    if session.scalar(select(Officer.id).where(Officer.login == login)) is not None:
        raise AccountRefused(f"職員ID「{login}」はもう使われています。別のIDにしてください。")
    if not name.strip():
        raise AccountRefused("職員の名前を入力してください。")
    officer = Officer(
        login=login,
        name=name.strip(),
        roles=_checked_roles(roles),
        password_hash=passwords.hash_password(_checked_password(password)),
        is_sample=is_sample,
        created_at=clock.now(),
    )
    session.add(officer)
    session.flush()
    journal.write(session, actor, events.OFFICER_ADDED, f"officer:{officer.id}", roles=list(officer.roles))
    return officer


def change_officer(
    session: Session, actor: Actor, officer_id: str, roles: Collection[Role], *, is_active: bool = True
) -> Officer:
    """Give an officer other roles, or close the account; never one's own. Raises `AccountRefused`."""
    require(actor, Act.MANAGE_OFFICERS)
    officer = _officer(session, officer_id)
    if actor.officer_id == officer.id:
        raise NotPermitted("自分の役割は変えられません。ほかの管理者に頼んでください。")
    officer.roles, officer.is_active = _checked_roles(roles), is_active
    journal.write(
        session,
        actor,
        events.OFFICER_CHANGED,
        f"officer:{officer.id}",
        roles=list(officer.roles),
        active=is_active,
    )
    return officer


def set_password(session: Session, actor: Actor, officer_id: str, password: str) -> None:
    """Set a new password (an administrator for anyone, an officer for themselves) and unlock the account."""
    if actor.officer_id != officer_id:
        require(actor, Act.MANAGE_OFFICERS)
    officer = _officer(session, officer_id)
    officer.password_hash = passwords.hash_password(_checked_password(password))
    officer.failures, officer.locked_until, officer.is_sample = 0, None, False
    journal.write(session, actor, events.OFFICER_PASSWORD_SET, f"officer:{officer.id}")


def list_officers(session: Session, actor: Actor) -> Sequence[Officer]:
    """Every officer, by login."""
    require(actor, Act.MANAGE_OFFICERS)
    return session.scalars(select(Officer).order_by(Officer.login)).all()


def any_officer(session: Session) -> bool:
    """Whether there is an officer at all (before the first one, somebody at the console must add one)."""
    return bool(session.scalar(select(func.count()).select_from(Officer)))


def _checked(session: Session, officer: Officer | None, password: str) -> Officer:
    """Password, lock and closing in one; the password is always worked through, whoever asks."""
    right = passwords.matches(officer.password_hash if officer else None, password)
    now = clock.now()
    if officer is not None and officer.is_active:
        locked = officer.locked_until is not None and officer.locked_until > now
        if right and not locked:
            officer.failures, officer.locked_until = 0, None
            if passwords.is_outdated(officer.password_hash):
                officer.password_hash = passwords.hash_password(password)
            return officer
        if not locked:
            officer.failures += 1
            if officer.failures >= ATTEMPTS:
                officer.failures, officer.locked_until = 0, now + LOCKED_FOR
        cause = "locked" if locked else "password"
    else:
        cause = "unknown" if officer is None else "closed"
    subject = f"officer:{officer.id}" if officer else "officer:unknown"
    journal.write(session, Actor.nobody(), events.OFFICER_SIGN_IN_REFUSED, subject, cause=cause)
    raise SignInRefused


def _officer(session: Session, officer_id: str) -> Officer:
    officer = session.get(Officer, officer_id, with_for_update=True)
    if officer is None:
        raise NotFound("この職員は見つかりません。一覧から選び直してください。")
    return officer


def _checked_roles(roles: Collection[Role]) -> list[str]:
    wanted = set(roles)
    if not wanted or not wanted <= set(OFFICER_ROLES):
        raise AccountRefused("職員の役割を1つ以上選んでください。")
    if len(wanted) > 1 and wanted & _ALONE:
        raise AccountRefused("監査担当と管理者は、ほかの役割と兼ねられません。")
    return sorted(role.value for role in wanted)


def _checked_password(password: str) -> str:
    if not passwords.SHORTEST <= len(password) <= passwords.LONGEST:
        raise AccountRefused(f"パスワードは{passwords.SHORTEST}〜{passwords.LONGEST}文字にしてください。")
    return password
