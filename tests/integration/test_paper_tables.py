"""Paper ledgers through the pages: taken in, checked, mended, settled, taken out."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from ocr.page import to_png
from office.accounts.actor import Actor
from office.accounts.roles import Role
from office.audit.models import AuditEntry
from office.errors import NotNow
from office.jobs.engine import JobEngine
from office.platform import Platform
from office.records import paper_tables
from office.records.models.paper_tables import PaperTable, TableState
from office.web.application import create_app
from samples.ledger_pages import ledger_pages
from tests.support.ground import officer, opened
from tests.support.pages import signed_in, token_of
from tests.support.paper_tables import read_page, stored
from tests.support.papers import run

AMOUNT = 5


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    return opened(tmp_path_factory.mktemp("tables") / "data")


@pytest.fixture(scope="module")
def actor(platform: Platform) -> Actor:
    officer(platform.sessions, "kansa", Role.AUDITOR)
    return officer(platform.sessions, "mado", Role.COUNTER)


@pytest.fixture(scope="module")
def app(platform: Platform, actor: Actor) -> Flask:
    return create_app(platform, JobEngine(platform))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return signed_in(app, "mado")


def send(client: FlaskClient, address: str, **fields: object) -> TestResponse:
    return client.post(address, data={**fields, "csrf_token": token_of(client.get("/paper/tables/"))})


def rows_of(platform: Platform, table: PaperTable) -> list[dict[str, object]]:
    with platform.sessions() as session:
        return list(session.get_one(PaperTable, table.id).read_rows(platform.vault))


def test_a_scanned_ledger_becomes_rows(client: FlaskClient, platform: Platform) -> None:
    page = ledger_pages(31, layout="payments", rules="full", way="fax", lines=9)[0]
    file = (io.BytesIO(to_png(page.scan.image)), "支払.png")
    answer = send(client, "/paper/tables/", file=[file])
    assert answer.status_code == 303
    waiting = client.get(answer.location)
    assert "読み取り中" in waiting.text
    assert "支払.png" in client.get("/paper/tables/").text
    assert run(platform, "read_lists")["tables"] == 1
    assert client.get(answer.location, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    found = client.get(answer.location)
    assert found.status_code == 303
    shown = client.get(found.location)
    assert page.rows[0].cells[3].text in shown.text
    assert shown.text.count("✓ 合計一致") == 2
    picture = client.get(f"{found.location}/pages/0.png")
    assert picture.data.startswith(b"\x89PNG")
    again = (io.BytesIO(to_png(page.scan.image)), "支払.png")
    answer = send(client, "/paper/tables/", file=[again])
    assert run(platform, "read_lists") == {"files": 1, "known": 1, "pages": 1, "tables": 0}
    assert "前に読み取ったページ 1" in client.get(answer.location).text


def test_a_file_that_is_no_table_is_answered(client: FlaskClient, platform: Platform) -> None:
    answer = send(client, "/paper/tables/", file=[(io.BytesIO(b"PK\x03\x04 word"), "台帳.png")])
    run(platform, "read_lists")
    shown = client.get(answer.location).text
    assert "「台帳.png」の1ページ" in shown
    assert "WordやExcelなどのファイル" in shown
    empty = send(client, "/paper/tables/", file=[(io.BytesIO(b""), "空.png")])
    assert "「空.png」は空のファイルです" in empty.text
    assert send(client, "/paper/tables/").status_code == 422


def test_doubts_are_settled_and_the_table_taken_out(
    client: FlaskClient, platform: Platform, actor: Actor
) -> None:
    table = stored(platform, actor)
    address = f"/paper/tables/{table.id}"
    page = client.get(address).text
    assert "確かめる欄が2あります" in page
    assert page.index("autofocus") > page.index('name="r0c5"')
    refused = send(client, address, take="1")
    assert refused.status_code == 409
    assert "確かめていない欄が2あります" in refused.text
    kept = send(client, address, ok=["r0c5", "r1c5"], r0c5=shown(platform, table, 0), r1c5="△1,234")
    assert kept.status_code == 303
    assert rows_of(platform, table)[1]["cells"][AMOUNT]["value"] == -1234  # type: ignore[index]
    assert "合計が合いません" in client.get(address).text
    assert client.get(f"{address}/rows.csv").status_code == 409
    assert send(client, address, take="1").status_code == 303
    entries = list(csv.reader(io.StringIO(client.get(f"{address}/rows.csv").data.decode("utf-8-sig"))))
    assert entries[0][AMOUNT] == "支給額"
    assert entries[2][AMOUNT] == "-1234"
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}/rows.xlsx").data)).active
    assert sheet is not None
    assert sheet.cell(3, AMOUNT + 1).value == -1234
    assert client.get(f"{address}/rows.pdf").status_code == 404
    assert send(client, address, save="1").status_code == 409


def shown(platform: Platform, table: PaperTable, row: int) -> str:
    cell = rows_of(platform, table)[row]["cells"][AMOUNT]  # type: ignore[index]
    return paper_tables.shown(cell, "amount")


def test_what_is_no_amount_is_refused_and_the_rest_kept(
    client: FlaskClient, platform: Platform, actor: Actor
) -> None:
    table = stored(platform, actor, read_page(seed=8))
    answer = send(client, f"/paper/tables/{table.id}", r0c5="千円", r1c5="500", r999c0="1", r0c99="1")
    assert answer.status_code == 422
    assert "金額として読めません" in answer.text
    assert "千円" in answer.text


def test_lines_are_added_and_taken_out(client: FlaskClient, platform: Platform, actor: Actor) -> None:
    table = stored(platform, actor, read_page(seed=9))
    before = rows_of(platform, table)
    assert send(client, f"/paper/tables/{table.id}", add="0").status_code == 303
    added = rows_of(platform, table)
    assert [row["kind"] for row in added[:2]] == ["entry", "entry"]
    assert len(added) == len(before) + 1
    assert send(client, f"/paper/tables/{table.id}", drop="1").status_code == 303
    assert rows_of(platform, table) == before
    assert send(client, f"/paper/tables/{table.id}", drop="99999").status_code == 409


def test_a_table_is_put_aside_with_a_reason(client: FlaskClient, platform: Platform, actor: Actor) -> None:
    table = stored(platform, actor, read_page(seed=10))
    address = f"/paper/tables/{table.id}"
    assert send(client, f"{address}/discard").status_code == 422
    assert send(client, f"{address}/discard", reason="スキャンし直す").status_code == 303
    assert client.get(address).status_code == 404


def test_only_who_confirms_paper_may_see_tables(app: Flask, platform: Platform, actor: Actor) -> None:
    table = stored(platform, actor, read_page(seed=11))
    other = signed_in(app, "kansa")
    for address in ("/paper/tables/", f"/paper/tables/{table.id}", f"/paper/tables/{table.id}/rows.csv"):
        assert other.get(address).status_code == 403


def test_the_journal_holds_counts_and_hashes_and_no_names(platform: Platform, actor: Actor) -> None:
    table = stored(platform, actor, read_page(seed=12, doubts=0))
    with platform.sessions.begin() as session:
        found = paper_tables.find(session, actor, table.id)
        paper_tables.take(session, actor, platform.vault, found)
        with pytest.raises(NotNow, match="もう確定"):
            paper_tables.take(session, actor, platform.vault, found)
        assert found.state is TableState.TAKEN
    with platform.sessions() as session:
        bodies = [
            json.loads(body) for body in session.scalars(select(AuditEntry.body).order_by(AuditEntry.seq))
        ]
    told = [body for body in bodies if body["subject"] == f"paper_table:{table.id}"]
    assert [body["event"] for body in told] == ["paper-table.stored", "paper-table.taken"]
    assert [set(body["details"]) for body in told] == [{"pages", "rows", "asked"}, {"rows", "sha256"}]
