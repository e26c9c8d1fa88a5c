"""The menu: only what the officer's roles permit."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for
from flask_login import current_user

from office.accounts.roles import Act, permits


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the menu."""

    title: str
    url: str
    current: bool


_ENTRIES: tuple[tuple[str, str, Act], ...] = (
    ("今日", "today.today", Act.SEE_TODAY),
    ("順番", "queue.board", Act.RUN_QUEUE),
    ("窓口", "counter.cases", Act.HOLD_INTERVIEW),
    ("端末", "tablet.listing", Act.HOLD_INTERVIEW),
    ("申請", "applications.listing", Act.SEE_APPLICATIONS),
    ("紙の読み取り", "paper.waiting", Act.CONFIRM_PAPER),
    ("台帳・一覧表", "paper_tables.listing", Act.CONFIRM_PAPER),
    ("一覧表の記入・支払い", "postings.listing", Act.SEE_APPLICATIONS),
    ("旧様式", "older_forms.listing", Act.DECLARE_FORMS),
    ("決裁待ち", "decisions.inbox", Act.DECIDE),
    ("契約", "contracts.listing", Act.SEE_CONTRACTS),
    ("アンケート", "surveys.listing", Act.MAKE_SURVEYS),
    ("ロボット", "console.runs", Act.SEE_RUNS),
    ("手続", "procedures.listing", Act.SEE_PROCEDURES),
    ("窓口の実績", "measures.overview", Act.SEE_MEASURES),
    ("読み取りの確かさ", "calibration.overview", Act.SEE_READING),
    ("証跡", "audit.journal", Act.SEE_AUDIT),
    ("決裁ルート", "routes.listing", Act.MANAGE_ROUTES),
    ("窓口の設定", "counters.listing", Act.SET_COUNTERS),
    ("職員", "officers.listing", Act.MANAGE_OFFICERS),
)


_UNDER = {
    "older_forms.listing": "paper.waiting",
    "calibration.overview": "paper.waiting",
    "paper_tables.listing": "paper.waiting",
    "postings.listing": "paper.waiting",
}
"""Pages reached from another page of the menu, by whoever may open that one."""


def navigation() -> tuple[Item, ...]:
    """The entries for the signed-in officer, the current one marked."""
    here = _blueprint(request.blueprint or "")
    mine = _permitted()
    endpoints = {endpoint for _, endpoint in mine}
    under = {_blueprint(one): _blueprint(over) for one, over in _UNDER.items() if over in endpoints}
    return tuple(
        Item(title, url_for(endpoint), _blueprint(endpoint) == under.get(here, here))
        for title, endpoint in mine
        if _blueprint(endpoint) not in under
    )


def below(endpoint: str) -> tuple[Item, ...]:
    """The entries the officer reaches from a page of the menu."""
    return tuple(
        Item(title, url_for(one), False) for title, one in _permitted() if _UNDER.get(one) == endpoint
    )


def above(endpoint: str) -> Item | None:
    """The page an entry is reached from, where the officer may open it."""
    over = _UNDER[endpoint]
    return next((Item(title, url_for(one), False) for title, one in _permitted() if one == over), None)


def _permitted() -> list[tuple[str, str]]:
    roles = current_user.actor.roles
    return [(title, endpoint) for title, endpoint, act in _ENTRIES if permits(roles, act)]


def _blueprint(endpoint: str) -> str:
    return endpoint.split(".")[0]
