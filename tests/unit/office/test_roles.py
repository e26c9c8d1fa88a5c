"""The table of permissions: deny by default, and what nobody may combine."""

from __future__ import annotations

import pytest

from office.accounts.actor import Actor, require
from office.accounts.roles import OFFICER_ROLES, PERMISSIONS, Act, Role, permits
from office.errors import NotPermitted

BUSINESS = {Act.HOLD_INTERVIEW, Act.SEARCH_RESIDENTS, Act.SEE_APPLICATIONS, Act.CONFIRM_PAPER}
CHANGING = {act for act in Act if not act.value.startswith("see-")}


def test_every_role_stands_in_the_table_and_every_act_belongs_to_somebody() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert set().union(*PERMISSIONS.values()) == set(Act)


def test_nobody_may_do_anything() -> None:
    assert not any(permits(Actor.nobody().roles, act) for act in Act)
    with pytest.raises(NotPermitted):
        require(Actor.nobody(), Act.SEE_TODAY)


def test_the_administrator_sees_no_business_and_the_auditor_changes_nothing() -> None:
    assert not PERMISSIONS[Role.ADMINISTRATOR] & BUSINESS
    assert not PERMISSIONS[Role.AUDITOR] & CHANGING


def test_deciding_is_apart_from_receiving() -> None:
    for role in OFFICER_ROLES:
        assert not {Act.DECIDE, Act.ACCEPT} <= PERMISSIONS[role]
        assert not {Act.DECIDE, Act.HOLD_INTERVIEW} <= PERMISSIONS[role]


def test_robots_and_the_console_do_no_officers_work() -> None:
    officers_work = {Act.HOLD_INTERVIEW, Act.ACCEPT, Act.RETURN, Act.DECIDE, Act.CONFIRM_PAPER}
    assert not (PERMISSIONS[Role.ROBOT] | PERMISSIONS[Role.CONSOLE]) & officers_work
    for actor in (Actor.robot("file_move_ins"), Actor.console()):
        with pytest.raises(NotPermitted):
            _ = actor.officer


@pytest.mark.parametrize("role", Role)
def test_roles_have_a_japanese_label(role: Role) -> None:
    assert role.label
    assert not role.label.isascii()
