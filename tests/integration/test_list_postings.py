"""Settled lists go into a ledger and into payments: approved by another, once, each line with its source."""

from __future__ import annotations

import datetime
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from ocr.tables.results import ENTRY, TableReading
from office import clock
from office.accounts.actor import Actor
from office.calendar.business import bank_calendar
from office.errors import NotNow, NotPermitted
from office.jobs.engine import JobEngine
from office.jobs.models import Run, RunState
from office.records import list_postings, paper_tables
from office.records.list_lines import lines_of
from office.records.models.paper_postings import ListedPayment, ListPosting, PostingKind, PostingState
from office.records.models.paper_tables import PaperTable
from office.web.application import create_app
from robots.connectors.workbook.package import Package
from robots.connectors.workbook.reading import diff
from robots.matters import trials
from samples.benefit_ledger import FIRST_ROW, SHEET, benefit_ledger
from samples.files import BENEFITS
from samples.paper_ledgers import TRANSFERS
from tests.support.pages import signed_in, token_of
from tests.support.paper_tables import as_read, read_page
from tests.support.robots import RobotCity, killed_at, perform

LEDGER, PAY = "post_lists", "pay_lists"
PAPER = "a" * 64


@pytest.fixture
def city(tmp_path: Path) -> RobotCity:
    made = RobotCity(tmp_path / "data")
    (tmp_path / "data" / BENEFITS).write_bytes(benefit_ledger())
    return made


def ledger_of(city: RobotCity) -> Path:
    return city.platform.settings.data / BENEFITS


def settled(city: RobotCity, page: TableReading) -> str:
    with city.platform.sessions.begin() as session:
        vault = city.platform.vault
        table = paper_tables.store(session, city.counter, vault, as_read(page))
        paper_tables.take(session, city.counter, vault, table)
        return table.id


def payments_page(**options: Any) -> TableReading:
    return read_page(doubts=0, sha256=PAPER, **options)


def transfers_page(seed: int = 21, sha256: str = PAPER) -> TableReading:
    return read_page(doubts=0, seed=seed, lines=8, layout=TRANSFERS, sha256=sha256)


def asked(city: RobotCity, table_id: str, kind: PostingKind, by: Actor | None = None) -> tuple[str, Run]:
    """A posting asked for, and its dry run to the end."""
    target = "benefit" if kind is PostingKind.PAYMENTS else "benefit-ledger"
    due = clock.today() + datetime.timedelta(days=14) if kind is PostingKind.PAYMENTS else None
    actor = by or city.counter
    with city.platform.sessions.begin() as session:
        table = session.get_one(PaperTable, table_id)
        posting = list_postings.ask(session, actor, city.platform.vault, table, kind, target, due)
        posting_id = posting.id
    trial = city.run(PAY if due else LEDGER, dry_run=True, parameters={"posting": posting_id})
    with city.platform.sessions.begin() as session:
        session.get_one(ListPosting, posting_id).trial_id = trial.id
    return posting_id, trial


def approve(city: RobotCity, posting_id: str, by: Actor | None = None) -> None:
    with city.platform.sessions.begin() as session:
        posting = session.get_one(ListPosting, posting_id)
        trials.approve(session, by or city.approver, city.platform.vault, posting)


def rows(content: bytes) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content))[SHEET]
    found = ([cell.value for cell in row] for row in sheet.iter_rows(min_row=FIRST_ROW))
    return [row for row in found if row[0] is not None]


def test_lines_go_into_the_ledger_with_their_source_and_nothing_else_changes(city: RobotCity) -> None:
    before = ledger_of(city).read_bytes()
    table_id = settled(city, payments_page())
    posting_id, trial = asked(city, table_id, PostingKind.LEDGER)
    assert (trial.state, ledger_of(city).read_bytes()) == (RunState.DONE, before)
    with city.platform.sessions() as session:
        lines = lines_of(city.platform.vault, session.get_one(PaperTable, table_id))
    assert trial.counts["planned"] == len(lines)
    approve(city, posting_id)
    run = city.run(LEDGER, parameters={"posting": posting_id})
    assert (run.state, run.message, run.counts["changes"]) == (RunState.DONE, "", len(lines))
    found = rows(ledger_of(city).read_bytes())
    assert found[:3] == rows(before)
    for row, line in zip(found[3:], lines, strict=True):
        values = line.values
        assert row[0] == int(str(values["番号"]))
        assert row[2:6] == [values["氏名"], values["フリガナ"], values["区分"], values["支給額"]]
        assert row[6].date().isoformat() == values["支払日"]
        assert row[8] == f"台帳.pdf 1頁{line.number}行 {PAPER[:12]}"
    changed = diff(Package.open(backup_of(city)), Package.open(ledger_of(city)))
    first, last = FIRST_ROW + 3, FIRST_ROW + 2 + len(lines)
    assert {change.sheet for change in changed} == {SHEET}
    assert all(first <= int(change.cell.lstrip("ABCDEFGHI")) <= last for change in changed)
    after = ledger_of(city).read_bytes()
    again = city.run(LEDGER, parameters={"posting": posting_id})
    assert (again.state, again.counts["changes"], again.counts["skipped"]) == (RunState.DONE, 0, len(lines))
    assert ledger_of(city).read_bytes() == after


def backup_of(city: RobotCity) -> Path:
    (found,) = (city.platform.settings.data / "ledgers" / "控え").glob("給付金*.xlsx")
    return found


def test_a_line_somebody_typed_already_is_for_a_person(city: RobotCity) -> None:
    table_id = settled(city, payments_page())
    posting_id, _ = asked(city, table_id, PostingKind.LEDGER)
    approve(city, posting_id)
    city.run(LEDGER, parameters={"posting": posting_id})
    rescanned = settled(city, replace(payments_page(), sha256="b" * 64))
    _, trial = asked(city, rescanned, PostingKind.LEDGER)
    assert {item.state.value for item in city.items(trial)} == {"business"}
    assert "同じ行がもうあります（出所：台帳.pdf 1頁1行" in city.items(trial)[0].message
    with pytest.raises(NotNow, match="進められない行"):
        approve(city, list_of(city, rescanned))


def list_of(city: RobotCity, table_id: str) -> str:
    with city.platform.sessions() as session:
        return session.scalars(select(ListPosting.id).where(ListPosting.table_id == table_id)).one()


@pytest.mark.parametrize("at", [10, 18, 25])
def test_a_robot_killed_while_writing_writes_every_line_once(city: RobotCity, at: int) -> None:
    table_id = settled(city, payments_page())
    posting_id, _ = asked(city, table_id, PostingKind.LEDGER)
    approve(city, posting_id)
    run_id = city.request(LEDGER, parameters={"posting": posting_id})
    died, _ = killed_at(city.platform.settings.data, run_id, at)
    assert died
    assert city.resume(run_id).state is RunState.DONE
    numbers = [row[0] for row in rows(ledger_of(city).read_bytes())[3:]]
    assert numbers == sorted(set(numbers))
    with city.platform.sessions() as session:
        assert len(numbers) == session.get_one(ListPosting, posting_id).rows


def test_a_list_is_paid_once_after_another_person_approved_it(city: RobotCity) -> None:
    table_id = settled(city, transfers_page())
    posting_id, trial = asked(city, table_id, PostingKind.PAYMENTS)
    outbox = city.platform.settings.data / "outbox"
    assert trial.state is RunState.DONE
    assert not list(outbox.glob("*.txt"))
    early = city.run(PAY, parameters={"posting": posting_id})
    assert (early.state, "まだ承認されていません" in early.message) == (RunState.WAITING, True)
    approve(city, posting_id)
    run = city.run(PAY, parameters={"posting": posting_id})
    assert (run.state, run.message) == (RunState.DONE, "")
    (file,) = outbox.glob("総合振込_給付金の振込_*.txt")
    records = file.read_bytes().decode("cp932").split()
    with city.platform.sessions() as session:
        posting = session.get_one(ListPosting, posting_id)
        lines = lines_of(city.platform.vault, posting.table)
        made = session.scalars(select(ListedPayment).order_by(ListedPayment.line)).all()
        assert posting.state is PostingState.DONE
        assert [(one.page_sha256, one.line, one.amount, one.state.value) for one in made] == [
            (PAPER, line.number, line.values["振込額"], "sent") for line in lines
        ]
    total = sum(int(str(line.values["振込額"])) for line in lines)
    assert f"8{len(lines):06d}{total:012d}" in "".join(records)
    again = city.run(PAY, parameters={"posting": posting_id})
    assert (again.state, again.counts["changes"], again.counts["skipped"]) == (RunState.DONE, 0, len(lines))
    assert len(list(outbox.glob("*.txt"))) == 1


def test_the_same_list_scanned_again_is_not_paid_again(city: RobotCity) -> None:
    first, _ = asked(city, settled(city, transfers_page()), PostingKind.PAYMENTS)
    approve(city, first)
    city.run(PAY, parameters={"posting": first})
    again, trial = asked(city, settled(city, transfers_page(sha256="c" * 64)), PostingKind.PAYMENTS)
    items = city.items(trial)
    assert {item.state.value for item in items} == {"business"}
    assert (
        "「台帳.pdf」1ページ 1行目：同じ支払いを、別の一覧表（台帳.pdf）で予定しています" in items[0].message
    )
    with pytest.raises(NotNow, match="進められない行"):
        approve(city, again)
    with city.platform.sessions() as session:
        payments = session.scalars(select(ListedPayment)).all()
        assert {one.posting_id for one in payments} == {first}


def spoiled(page: TableReading, label: str, value: Any) -> TableReading:
    """The page with another value in its second entry."""
    place = [column.label for column in page.columns].index(label)
    numbers = [number for number, row in enumerate(page.rows) if row.kind == ENTRY]
    found = list(page.rows)
    row = found[numbers[1]]
    cells = [*row.cells]
    cells[place] = replace(cells[place], text=str(value), value=value)
    found[numbers[1]] = replace(row, cells=tuple(cells))
    return replace(page, rows=tuple(found))


@pytest.mark.parametrize(
    ("label", "value", "told"),
    [
        ("口座番号", "123456", "「口座番号」の「123456」は7桁の数字ではありません"),
        ("支店コード", "999", "-999 がマスターにありません"),
        ("種別", "定期", "「種別」の「定期」は、普通・当座・貯蓄ではありません"),
        ("振込額", -5_000, "「振込額」の-5,000円は振り込めません"),
        ("振込額", None, "「振込額」が金額ではありません"),
        ("フリガナ", None, "「フリガナ」が空です"),
    ],
)
def test_a_bad_line_is_named_and_nothing_of_its_list_is_paid(
    city: RobotCity, label: str, value: object, told: str
) -> None:
    posting_id, trial = asked(
        city, settled(city, spoiled(transfers_page(), label, value)), PostingKind.PAYMENTS
    )
    (bad,) = [item for item in city.items(trial) if item.state.value == "business"]
    assert bad.message.startswith("「台帳.pdf」1ページ 2行目：")
    assert told in bad.message
    with pytest.raises(NotNow, match="進められない行"):
        approve(city, posting_id)


def test_who_asked_cannot_approve_and_only_deciders_can(city: RobotCity) -> None:
    both = replace(city.approver, roles=city.approver.roles | city.counter.roles)
    table_id = settled(city, transfers_page())
    posting_id, _ = asked(city, table_id, PostingKind.PAYMENTS, both)
    with pytest.raises(NotNow, match="頼んだ本人は承認できません"):
        approve(city, posting_id, both)
    with pytest.raises(NotPermitted):
        approve(city, posting_id, city.back_office)
    with pytest.raises(NotNow, match="二重になる"):
        asked(city, table_id, PostingKind.PAYMENTS)
    with city.platform.sessions.begin() as session:
        table = session.get_one(PaperTable, table_id)
        with pytest.raises(NotNow, match="取り下げてから"):
            list_postings.reopen(session, city.counter, table)
        list_postings.withdraw(session, city.counter, session.get_one(ListPosting, posting_id), "日を誤った")
        list_postings.reopen(session, city.counter, table)


def test_what_was_to_be_paid_by_today_is_no_longer_approved(city: RobotCity) -> None:
    posting_id, _ = asked(city, settled(city, transfers_page()), PostingKind.PAYMENTS)
    with city.platform.sessions.begin() as session:
        session.get_one(ListPosting, posting_id).due_on = clock.today()
    with pytest.raises(NotNow, match="振り込む日を過ぎました"):
        approve(city, posting_id)


@pytest.fixture
def clerk(city: RobotCity) -> FlaskClient:
    return signed_in(create_app(city.platform, JobEngine(city.platform)), "mado")


def test_the_pages_lead_from_the_table_to_the_approval(city: RobotCity, clerk: FlaskClient) -> None:
    table_id = settled(city, transfers_page())
    new = f"/paper/postings/new/{table_id}"
    page = clerk.get(new).text
    assert "給付金の振込" in page
    assert "「支払日」" in page  # the ledger wants columns this list has not

    def post(client: FlaskClient, address: str, **fields: str) -> Any:
        return client.post(address, data={**fields, "csrf_token": token_of(client.get("/paper/postings/"))})

    assert "振り込む日を入れて" in post(clerk, new, target="payments benefit").text
    saturday = bank_calendar().shift(clock.today(), 10)
    saturday += datetime.timedelta(days=5 - saturday.weekday())
    assert "銀行の休業日" in post(clerk, new, target="payments benefit", due_on=saturday.isoformat()).text
    assert "明日より後" in post(clerk, new, target="payments benefit", due_on=clock.today().isoformat()).text
    due = bank_calendar().shift(clock.today(), 7).isoformat()
    answer = post(clerk, new, target="payments benefit", due_on=due)
    assert answer.status_code == 303
    posting = list_of(city, table_id)
    assert "終わると、ここに結果が出ます" in clerk.get(answer.location).text
    with city.platform.sessions() as session:
        trial = session.get_one(ListPosting, posting).trial_id or ""
    perform(city.platform, trial)
    approver = signed_in(create_app(city.platform, JobEngine(city.platform)), "kessai")
    shown = approver.get(answer.location).text
    assert "承認する</button>" in shown
    assert "承認する</button>" not in clerk.get(answer.location).text
    assert post(clerk, f"{answer.location}/approve").status_code == 403
    assert post(approver, f"{answer.location}/approve").status_code == 303
    assert "完了" not in approver.get(answer.location).text.split("内容")[0]
    with city.platform.sessions() as session:
        run_id = session.get_one(ListPosting, posting).run_id or ""
    perform(city.platform, run_id)
    assert "完了" in approver.get(answer.location).text
