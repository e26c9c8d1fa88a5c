"""Cases put straight into a running suite's database, so that a test of the resident's face starts there."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from playwright.sync_api import Page
from sqlalchemy import select

from office import clock
from office.accounts.actor import Actor
from office.accounts.models import Officer
from office.platform import Platform, open_platform
from office.records import cases
from office.settings import load_settings
from tests.support.moving_in import family_interview, known_family

REASON = "試験のため、同じ方の聞き取りが続きます。"


def suite_platform(data: Path) -> Platform:
    """The platform of a running suite, opened beside it."""
    return open_platform(load_settings(data))


def case_of_family(
    platform: Platform, *, unanswered: Collection[str] = (), alone: bool = False, login: str = "mado"
) -> str:
    """A case of the first sample family whose interview is finished but for `unanswered`: its id."""
    on = clock.today()
    interview = family_interview(platform.catalogue, on, known_family(on), alone=alone)
    for fact in unanswered:
        interview = interview.forget(fact)
    with platform.sessions.begin() as session:
        officer = session.scalars(select(Officer).where(Officer.login == login)).one()
        return cases.open_case(session, Actor.of(officer), platform.vault, interview).id


def show_case(page: Page, case_id: str) -> str:
    """Hand a finished case to the resident; gives the address of their face."""
    page.goto(f"/counter/{case_id}")
    page.get_by_role("button", name="住民に見せる", exact=True).tap()
    page.wait_for_url(lambda address: "/resident/" in address or "/doubles" in address)
    if "/doubles" in page.url:
        page.get_by_label("理由").fill(REASON)
        page.locator("main form button").last.tap()
        page.wait_for_url(f"**/counter/{case_id}")
        page.get_by_role("button", name="住民に見せる", exact=True).tap()
        page.wait_for_url("**/resident/**")
    return page.url.rstrip("/")
