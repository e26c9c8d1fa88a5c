"""Contract papers on their pages: attached once, sent round alone, faults in CSV and sums."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from office.jobs.engine import JobEngine
from office.platform import Platform
from office.records import contracts
from office.records.models.applications import Application
from office.records.models.contracts import ContractPaper
from office.records.models.routes import Circulation
from office.web.application import create_app
from tests.support.ground import opened
from tests.support.pages import post, signed_in, texts_of, token_of
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


def test_one_application_is_sent_on_its_route(platform: Platform, hall: Hall, client: FlaskClient) -> None:
    _, receipt = loose_invoice(platform, hall)
    page = f"/applications/{receipt}"
    assert "決裁ルートに回す" in texts_of(client.get(page))
    sent = post(client, page, f"/decisions/start/{receipt}")
    assert sent.location.startswith("/decisions/")
    assert "決裁ルートに回しました" in texts_of(client.get(sent.location))
    assert post(client, page, f"/decisions/start/{receipt}").status_code == 409
    with platform.sessions() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Circulation)) == 1


def typed(
    client: FlaskClient, page: str, act: str, fields: Mapping[str, str], csv: bytes = b""
) -> TestResponse:
    """Press a button of the entry page."""
    data = {"csrf_token": token_of(client.get(page)), "act": act, **fields, "csv": (io.BytesIO(csv), "a.csv")}
    return client.post(page, data=data, content_type="multipart/form-data")


@pytest.mark.parametrize(
    ("csv", "says"),
    [
        (b"", "CSVの1行目"),
        ("名前,個数\n紙,1\n".encode(), "CSVの1行目"),
        (b"\x81\xff\xfe\x00\xff", "文字を読めません"),
        ("品名,数量,単価\n".encode() + b"x" * 200_001, "ファイルが大きすぎます"),
    ],
)
def test_a_csv_that_cannot_be_read_says_what_to_do(
    platform: Platform, hall: Hall, client: FlaskClient, csv: bytes, says: str
) -> None:
    page = f"/contracts/{purchase(platform, hall)}/papers/quotation"
    answer = typed(client, page, "csv", {"contract.vendor": "みほん電機"}, csv)
    assert answer.status_code == 422
    assert says in texts_of(answer)
    assert "みほん電機" in answer.text, "what was typed stays"


def test_sums_that_do_not_agree_are_refused_and_nothing_typed_is_lost(
    platform: Platform, hall: Hall, client: FlaskClient
) -> None:
    page = f"/contracts/{purchase(platform, hall)}/papers/quotation"
    items = {
        f"contract.items-0-{part}": text
        for part, text in (("name", "いす"), ("quantity", "2"), ("unit_price", "abc"), ("rate", "10"))
    }
    wrong = typed(client, page, "sum", items)
    assert wrong.status_code == 422
    assert 'value="abc"' in wrong.text
    items["contract.items-0-unit_price"] = "9800"
    summed = typed(client, page, "sum", items)
    assert summed.status_code == 200
    assert 'value="21560"' in summed.text, "two chairs at 9,800 yen and a tenth"
    assert typed(client, page, "save", items | {"contract.total": "1"}).status_code == 422
    with platform.sessions() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Application)) == 0
