"""`kakazu officer`: the first officers are added at the server's console."""

from __future__ import annotations

import sys

import click

from office.accounts.actor import Actor
from office.accounts.models import Officer
from office.accounts.operations import add_officer, list_officers
from office.accounts.roles import OFFICER_ROLES, Role
from office.console import Report, data_folder, reports
from office.platform import open_platform
from office.settings import load_settings


@click.group()
def command() -> None:
    """職員のアカウントを登録・一覧します。"""


@command.command()
@click.argument("login")
@click.option("--name", required=True, help="職員の名前。")
@click.option(
    "--role",
    "roles",
    required=True,
    multiple=True,
    type=click.Choice([role.value for role in OFFICER_ROLES]),
    help="役割（複数可）。",
)
@click.option("--password-stdin", is_flag=True, help="パスワードを標準入力の1行目から読みます。")
@reports
def add(login: str, name: str, roles: tuple[str, ...], password_stdin: bool) -> Report:
    """職員を登録します。パスワードは画面で2回たずねます。"""
    platform = open_platform(load_settings(data_folder()))
    password = _password(password_stdin)
    with platform.sessions.begin() as session:
        added = add_officer(session, Actor.console(), login, name, [Role(role) for role in roles], password)
        data = {"id": added.id, "login": added.login, "name": added.name, "roles": added.roles}
    return Report(data, [f"{added.name}（{added.login}）を登録しました。"])


@command.command("list")
@reports
def listing() -> Report:
    """職員を一覧します。"""
    platform = open_platform(load_settings(data_folder()))
    with platform.sessions() as session:
        found = list_officers(session, Actor.console())
    data = [
        {
            "id": one.id,
            "login": one.login,
            "name": one.name,
            "roles": one.roles,
            "active": one.is_active,
        }
        for one in found
    ]
    lines = [_line(one) for one in found]
    return Report(data, lines or ["職員はまだいません。「kakazu officer add」で登録してください。"])


def _line(one: Officer) -> str:
    roles = "・".join(Role(role).label for role in one.roles)
    return "\t".join([one.login, one.name, roles, *([] if one.is_active else ["停止中"])])


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    password: str = click.prompt(
        "パスワード", hide_input=True, confirmation_prompt="もう一度パスワード", err=True
    )
    return password
