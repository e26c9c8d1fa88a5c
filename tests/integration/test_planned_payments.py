"""Payments a cancelled run planned: they keep others from paying, and can be taken back when that is safe."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from office.accounts.actor import Actor
from office.audit.models import AuditEntry
from office.errors import NotFound, NotNow, NotPermitted
from office.jobs import runs
from office.jobs.engine import JobEngine
from office.jobs.job import Job, Step, StepContext, StepResult
from office.jobs.models import Run, RunState
from office.jobs.performing import perform_run
from office.jobs.recording import Execution
from office.records import payments
from office.records.models.payments import Payment
from office.web.application import create_app
from robots.catalogue.pay_child_allowance import ROBOT
from robots.extension import EXTENSION
from robots.leftovers import release
from tests.support.ground import PASSWORD
from tests.support.robots import RobotCity


@pytest.fixture
def city(tmp_path: Path) -> RobotCity:
    made = RobotCity(tmp_path / "data")
    made.allowance()
    return made


def cancelled_after(city: RobotCity, name: str, month: str = "2026-06") -> Run:
    """A run that an officer cancels while the step after `name` would begin."""
    run_id = city.request(ROBOT.key, parameters={"month": month})

    def cancel(context: StepContext) -> StepResult:
        with context.platform.sessions.begin() as session:
            runs.cancel(session, city.back_office, context.run_id)
        return StepResult()

    place = [step.name for step in ROBOT.steps].index(name) + 1
    steps = (*ROBOT.steps[:place], Step("cancel", "中止", cancel), *ROBOT.steps[place:])
    job: Job = dataclasses.replace(ROBOT, steps=steps)
    execution = Execution(city.platform, run_id, city.of(run_id).attempt, "test")
    perform_run(execution, {job.key: job}, lambda _name, work: work(), lambda: False)
    run = city.of(run_id)
    assert run.state is RunState.CANCELLED
    return run


def months(city: RobotCity) -> list[tuple[str, str, str | None]]:
    with city.platform.sessions() as session:
        found = session.scalars(select(Payment).order_by(Payment.benefit_month))
        return [(one.benefit_month, one.state.value, one.run_id) for one in found]


def take_back(
    city: RobotCity,
    run_id: str,
    actor: Actor | None = None,
    *,
    reason: str = "月を誤った",
    looked: bool = True,
) -> int:
    with city.platform.sessions.begin() as session:
        return release(session, actor or city.back_office, run_id, reason, not_at_bank=looked)


def test_what_a_cancelled_run_planned_is_released_and_paid_by_another(city: RobotCity) -> None:
    run = cancelled_after(city, "plan")
    assert months(city) == [("2026-05", "planned", run.id)]
    blocked = city.run(ROBOT.key, parameters={"month": "2026-08"})
    (item,) = city.items(blocked)
    assert "中止してから実行の画面で予定を取り消してください。" in item.message
    assert take_back(city, run.id) == 1
    assert months(city) == []
    paid = city.run(ROBOT.key, parameters={"month": "2026-08"})
    assert (paid.state, paid.counts["changes"]) == (RunState.DONE, 1)
    assert [(month, state) for month, state, _ in months(city)] == [
        ("2026-05", "sent"),
        ("2026-06", "sent"),
        ("2026-07", "sent"),
    ]
    with city.platform.sessions() as session:
        query = select(AuditEntry.body).where(AuditEntry.body.contains("payment.released"))
        (body,) = session.scalars(query).all()
    assert run.id in body
    assert '"amount":25000' in body
    assert "月を誤った" not in body


def test_what_must_stay_stays(city: RobotCity) -> None:
    run = cancelled_after(city, "plan")
    with pytest.raises(NotPermitted):
        take_back(city, run.id, city.approver)
    with pytest.raises(NotNow, match="銀行に渡していない"):
        take_back(city, run.id, looked=False)
    with pytest.raises(NotNow, match="理由"):
        take_back(city, run.id, reason=" ")
    with pytest.raises(NotFound):
        take_back(city, "none")
    with city.platform.sessions.begin() as session:
        session.get_one(Run, run.id).executor_id = "somebody"
    with pytest.raises(NotNow, match="止まりきっていません"):
        take_back(city, run.id)
    assert len(months(city)) == 1


def test_a_run_that_made_its_file_is_resumed_instead(city: RobotCity) -> None:
    run = cancelled_after(city, "file")
    with pytest.raises(NotNow, match="再開して終わらせて"):
        take_back(city, run.id)
    page = f"/runs/run/{run.id}"
    client = signed_in(city)
    text = client.get(page).text
    assert "再開して終わらせてください" in text
    assert "支払いの予定を取り消す</button>" not in text
    assert "続きから再開する" in text
    city.resume(run.id)
    assert months(city) == [("2026-05", "sent", run.id)]
    with pytest.raises(NotNow, match="中止してから"):
        take_back(city, run.id)


def test_payments_another_run_took_over_are_not_released(city: RobotCity) -> None:
    first = cancelled_after(city, "plan")
    second = cancelled_after(city, "plan")
    assert months(city) == [("2026-05", "planned", second.id)]
    with pytest.raises(NotNow, match="取り消せる支払いの予定はありません"):
        take_back(city, first.id)
    with city.platform.sessions.begin() as session:
        assert payments.release_planned(session, city.back_office, second.id, "理由") == 1


def test_a_released_run_pays_nothing_when_resumed(city: RobotCity) -> None:
    run = cancelled_after(city, "plan")
    take_back(city, run.id)
    resumed = city.resume(run.id)
    assert resumed.state is RunState.WAITING
    assert "予定した支払いと計算が合いません" in resumed.message
    assert not list((city.platform.settings.data / "outbox").glob("*"))


def test_an_officer_releases_on_the_page_of_the_run(city: RobotCity) -> None:
    run = cancelled_after(city, "plan")
    client, page = signed_in(city), f"/runs/run/{run.id}"
    text = re.sub(r"\s+", " ", client.get(page).text)
    assert "中止した実行の支払いの予定が1件（25,000円）残っています。" in text
    fields = {"reason": "月を誤った", "not_at_bank": "1"}
    assert client.post(f"{page}/release", data=fields).status_code == 400
    answer = client.post(f"{page}/release", data={**fields, "csrf_token": token(client, page)})
    assert answer.status_code == 302
    text = client.get(page).text
    assert "支払いの予定1件を取り消しました。" in text
    assert "予定したままの支払い" not in text
    assert months(city) == []


def signed_in(city: RobotCity) -> FlaskClient:
    jobs = {job.key: job for job in EXTENSION.jobs()}
    client = create_app(city.platform, JobEngine(city.platform, jobs)).test_client()
    fields = {"login": "jimu", "password": PASSWORD, "csrf_token": token(client, "/sign-in")}
    assert client.post("/sign-in", data=fields).status_code == 302
    return client


def token(client: FlaskClient, page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(page).text)
    assert found is not None
    return found[1]
