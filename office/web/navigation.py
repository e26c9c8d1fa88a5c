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


def navigation() -> tuple[Item, ...]:
    """The entries for the signed-in officer, the current one marked."""
    roles = current_user.actor.roles
    blueprint = (request.blueprint or "").split(".")[0]
    return tuple(
        Item(title, url_for(endpoint), endpoint.split(".")[0] == blueprint)
        for title, endpoint, act in _ENTRIES
        if permits(roles, act)
    )
