"""From a sheet of paper to the ledger and to the bank: forms that were read go the way of those from the
counter, by the same robots, and say of themselves that they came on paper.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from forms.definition import JSON
from office import clock
from office.jobs.models import RunState
from office.records import decisions as rulings
from office.records.models.applications import Application, Channel
from office.records.models.paper_batches import PaperDraft
from office.records.models.paper_decisions import DecisionKind
from office.records.models.payments import Payment
from office.records.papers import approving, batches
from office.records.verification import decisions, queue, settling
from robots.exchanges.zengin.reading import read_file
from samples.ledgers import FIRST_ROW, SHEET
from tests.support.papers import read_all, run, store_read
from tests.support.readings import example, pages_read
from tests.support.robots import ACCOUNT, FROM, TO, RobotCity, person

FAMILY = (
    ("山田", "太郎", "ヤマダ", "タロウ", "1985-05-01", "male", "世帯主"),
    ("山田", "さくら", "ヤマダ", "サクラ", "2019-04-01", "female", "子"),
)


@pytest.fixture
def city(tmp_path: Path) -> RobotCity:
    return RobotCity(tmp_path / "data")


def from_paper(city: RobotCity, slug: str, record: dict[str, JSON], *, grant: bool) -> Application:
    """An application read from paper without a doubt, approved, filed and decided on."""
    store_read(city.platform, city.counter, pages_read(city.platform, slug, record, {}, "000777"))
    read_all(city.platform)
    verify(city, record)
    with city.platform.sessions.begin() as session:
        draft = session.scalars(select(PaperDraft)).one()
        batch = batches.find(session, city.counter, draft.batch_id)
        officers = {
            field.name: record[field.name]
            for field in city.platform.catalogue.procedure(slug).fields
            if field.asked_of == "officer" and field.name in record
        }
        approving.approve(session, city.counter, city.platform, batch, [draft.id], officers)
        application_id = draft.application_id
    assert run(city.platform, "file_papers")["filed"] == 1
    with city.platform.sessions.begin() as session:
        application = session.get_one(Application, application_id)
        assert application.channel is Channel.PAPER
        assert set(application.read_sources(city.platform.vault).values()) == {"paper"}
        rulings.accept(session, city.back_office, application)
        if grant:
            rulings.grant(session, city.approver, application)
    return application


def verify(city: RobotCity, record: dict[str, JSON]) -> None:
    """Enter what the form asks two people for: a bank account is never taken over from one reading."""
    for clerk in (city.counter, city.back_office):
        with city.platform.sessions.begin() as session:
            queue.list_waiting(session, city.platform)
            while found := queue.take(session, clerk, queue.Scope(), 1):
                (doubt,) = found
                decisions.decide(
                    session, clerk, city.platform, doubt, DecisionKind.TYPED, record[doubt.field]
                )
                settling.settle(session, clerk, city.platform, doubt.page)


def test_a_family_that_moved_in_on_paper_stands_in_the_ledger(city: RobotCity) -> None:
    members: Any = [person(*one) for one in FAMILY]
    changed = {"members": members, "moving.moved_on": "2026-04-01", "moving.to": TO, "moving.from": FROM}
    changed["moving.to_head"] = members[0]["name"]
    application = from_paper(city, "moving-in", {**example("moving-in", "family"), **changed}, grant=False)
    filed = city.run("file_move_ins")
    assert (filed.state, filed.message, filed.counts.get("changes")) == (RunState.DONE, "", 2)
    sheet = openpyxl.load_workbook(city.ledger)[SHEET]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=FIRST_ROW)]
    mine = [row for row in rows if row[1] == application.receipt_number]
    assert [(row[4], row[5]) for row in mine] == [
        ("山田 太郎", "ヤマダ タロウ"),
        ("山田 さくら", "ヤマダ サクラ"),
    ]
    assert city.run("file_move_ins").counts["changes"] == 0


def test_an_allowance_claimed_on_paper_is_paid(city: RobotCity) -> None:
    record = example("child-allowance", "family")
    account: dict[str, JSON] = {**ACCOUNT, "holder_kana": kana_of(record)}
    application = from_paper(city, "child-allowance", {**record, "account": account}, grant=True)
    month = payment_month(clock.today())
    paid = city.run("pay_child_allowance", parameters={"month": f"{month:%Y-%m}"})
    assert (paid.state, paid.message, paid.counts["changes"]) == (RunState.DONE, "", 1)
    (item,) = city.items(paid)
    assert item.label.startswith(application.receipt_number or "?")
    with city.platform.sessions() as session:
        rows = session.scalars(select(Payment)).all()
    assert {row.application_id for row in rows} == {application.id}
    (written,) = (city.platform.settings.data / "outbox").glob("*")
    (row,) = read_file(written.read_bytes()).groups[0].rows
    assert int(row.values["amount"]) == sum(one.amount for one in rows) > 0


def kana_of(record: dict[str, JSON]) -> str:
    """The applicant's name in kana."""
    name: Any = record["applicant.name"]
    return f"{name['family_kana']} {name['given_kana']}"


def payment_month(filed_on: datetime.date) -> datetime.date:
    """The first even month in which something is due for what was claimed on a day."""
    later = filed_on.replace(day=1) + datetime.timedelta(days=70)
    return (
        later.replace(day=1) if later.month % 2 == 0 else (later + datetime.timedelta(days=31)).replace(day=1)
    )
