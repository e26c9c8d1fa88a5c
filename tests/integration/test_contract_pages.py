"""Contract papers on their pages: what was read from paper is attached once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from office.jobs.engine import JobEngine
from office.platform import Platform
from office.records import contracts
from office.records.models.applications import Application
from office.records.models.contracts import ContractPaper
from office.web.application import create_app
from tests.support.ground import opened
from tests.support.pages import post, signed_in, texts_of
from tests.support.purchases import Hall, paper


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    platform = opened(tmp_path / "data")
    yield platform
    platform.engine.dispose()


@pytest.fixture
def hall(platform: Platform) -> Hall:
    return Hall(platform)


@pytest.fixture
def app(platform: Platform) -> Flask:
    return create_app(platform, JobEngine(platform))


@pytest.fixture
def client(app: Flask, hall: Hall) -> FlaskClient:
    return signed_in(app, "jimu")


def purchase(platform: Platform, hall: Hall, *kinds: str) -> str:
    with platform.sessions.begin() as session:
        made = contracts.make(session, hall.maker, "会議室の備品")
        for kind in kinds:
            contracts.enter(session, hall.maker, platform, made, kind, paper(kind))
        return made.id


def loose_invoice(platform: Platform, hall: Hall) -> tuple[str, str]:
    """A filed invoice that belongs to no purchase, as one read from paper does: id and receipt number."""
    made = purchase(platform, hall, "invoice")
    with platform.sessions.begin() as session:
        session.execute(sa.delete(ContractPaper).where(ContractPaper.purchase_id == made))
        one = session.scalars(sa.select(Application).where(Application.procedure == "invoice")).one()
        return one.id, one.receipt_number


def test_a_paper_read_from_paper_is_attached_once(
    platform: Platform, hall: Hall, client: FlaskClient
) -> None:
    application, receipt = loose_invoice(platform, hall)
    page = f"/contracts/{purchase(platform, hall, 'quotation')}"
    assert receipt in texts_of(client.get(page))
    assert post(client, page, f"{page}/attach", application="0" * 26).status_code == 404
    assert post(client, page, f"{page}/attach", application=application).location == page
    assert "請求書を加えました" in texts_of(client.get(page))
    again = post(client, page, f"{page}/attach", application=application)
    assert again.status_code in (409, 422)
    with platform.sessions() as session:
        gathered = session.scalars(sa.select(ContractPaper.application_id)).all()
    assert gathered.count(application) == 1
