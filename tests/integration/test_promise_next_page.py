"""The city's promise decides what is accepted from the next page on, and what was read stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from ocr.calibration import PROMISES
from office.accounts.roles import Role
from office.audit.models import AuditEntry
from office.records import calibration
from office.records.models.paper_batches import BatchPage
from office.records.papers import batches, comparing
from tests.support.ground import officer, opened
from tests.support.papers import read_all, scan, take_in

PEN = "02-pen.jpg"


@pytest.mark.timeout(600)  # two engines read a page twice, on whatever machine
def test_a_stricter_promise_asks_more_of_the_next_page(tmp_path: Path) -> None:
    platform = opened(tmp_path / "data")
    clerk = officer(platform.sessions, "jimu", Role.BACK_OFFICE)
    chief = officer(platform.sessions, "kanri", Role.ADMINISTRATOR)
    with platform.sessions.begin() as session:
        calibration.save_promise(session, chief, max(PROMISES))
    batch_id = take_in(platform, clerk, {PEN: scan(PEN)})
    read_all(platform)
    with platform.sessions.begin() as session:
        stored = session.scalars(select(BatchPage)).one()
        before = (stored.accepted, stored.asked, stored.page.reading_sealed)
        calibration.save_promise(session, chief, min(PROMISES))
        comparison = comparing.ask(session, clerk, batches.find(session, clerk, batch_id)).id
    read_all(platform)
    with platform.sessions() as session:
        (page,) = comparing.compared(session, clerk, comparing.find(session, clerk, comparison))
        changes = page.read_differences(platform.vault)
        now = session.scalars(select(BatchPage)).one()
        assert (now.accepted, now.asked, now.page.reading_sealed) == before
        told = [body for body in session.scalars(select(AuditEntry.body)) if "reading-promise.set" in body]
    assert before[0] > 0
    assert changes, "a page read under the stricter promise is asked about more"
    assert {(one["before"]["state"], one["after"]["state"]) for one in changes} == {("accepted", "ask")}
    assert all(one["before"]["text"] == one["after"]["text"] for one in changes)
    for per_10k, body in zip((max(PROMISES), min(PROMISES)), told, strict=True):
        assert f'"per_10k":{per_10k}' in body
