"""A purchase of three papers on its decision route, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine

from office import clock
from office.accounts.actor import Actor
from office.audit.models import AuditEntry
from office.errors import NotNow, NotPermitted
from office.platform import Platform
from office.records import circulations, contract_checks, contracts, decisions, routes
from office.records.circulations import Seen
from office.records.models.applications import Application, ApplicationState
from office.records.models.contracts import Purchase
from office.records.models.routes import Circulation, CirculationState
from office.records.route_rules import RouteRefused, Standing
from tests.support.ground import opened
from tests.support.purchases import CHAIR, TEA, Hall, paper

KINDS = ("quotation", "delivery-note", "invoice")


@pytest.fixture
def platform(tmp_path: Path, database_url: str) -> Iterator[Platform]:
    with time_machine.travel("2026-04-10T01:00:00Z", tick=True):
        platform = opened(tmp_path / "data", database_url)
        yield platform
        platform.engine.dispose()


@pytest.fixture
def hall(platform: Platform) -> Hall:
    return Hall(platform)


def gathered(platform: Platform, hall: Hall, number: str = "A-1", kinds: tuple[str, ...] = KINDS) -> str:
    """A purchase with papers that agree: its id."""
    with platform.sessions.begin() as session:
        purchase = contracts.make(session, hall.maker, "会議室の備品")
        for procedure in kinds:
            contracts.enter(session, hall.maker, platform, purchase, procedure, paper(procedure, number))
        return purchase.id


def sent(platform: Platform, hall: Hall, purchase_id: str) -> str:
    """Send it round: the circulation's id."""
    with platform.sessions.begin() as session:
        purchase = contracts.find(session, hall.maker, purchase_id)
        contracts.send_round(session, hall.maker, platform.vault, purchase)
        assert purchase.circulation_id is not None
        return purchase.circulation_id


def approve(platform: Platform, actor: Actor, circulation_id: str, place: str = "") -> Circulation:
    with platform.sessions.begin() as session:
        found = routes.find(session, actor, circulation_id)
        circulations.approve(session, actor, found, Seen(found.step, found.round), place)
        return found


def states(platform: Platform) -> set[ApplicationState]:
    with platform.sessions() as session:
        return set(session.scalars(sa.select(Application.state)))


def test_three_papers_pass_with_return_deputy_and_parallel_approval(platform: Platform, hall: Hall) -> None:
    circulation_id = sent(platform, hall, gathered(platform, hall))
    with platform.sessions() as session:
        assert [one.id for one in routes.inbox(session, hall.kakari)] == [circulation_id]
        assert routes.inbox(session, hall.kacho) == []
    assert approve(platform, hall.kakari, circulation_id).step == 1
    with platform.sessions.begin() as session:
        found = routes.find(session, hall.kacho, circulation_id)
        with pytest.raises(decisions.ReasonMissing):
            circulations.return_(session, hall.kacho, found, Seen(1, 1), " ")
    with platform.sessions.begin() as session:
        found = routes.find(session, hall.kacho, circulation_id)
        circulations.return_(session, hall.kacho, found, Seen(1, 1), "係長から直してください。", to=0)
        assert (found.step, found.round) == (0, 2)
    approve(platform, hall.kakari, circulation_id)
    assert approve(platform, hall.kacho, circulation_id).step == 1
    today = clock.today()
    with platform.sessions.begin() as session:
        standing = Standing(hall.kaikei.officer, hall.deputy.officer, today, today)
        routes.name_deputy(session, hall.admin, standing)
    done = approve(platform, hall.deputy, circulation_id)
    assert done.step == 2
    assert [one.on_behalf_of for one in done.acts if one.officer_id == hall.deputy.officer] == [
        hall.kaikei.officer
    ]
    assert approve(platform, hall.bucho, circulation_id).state is CirculationState.APPROVED
    assert states(platform) == {ApplicationState.GRANTED}
    with platform.sessions() as session:
        bodies = [one.body for one in session.scalars(sa.select(AuditEntry))]
    assert sum('"circulation.approved"' in body for body in bodies) == 5
    assert not any("見本商会" in body for body in bodies)


def test_a_deputy_counts_only_on_the_days(platform: Platform, hall: Hall) -> None:
    circulation_id = sent(platform, hall, gathered(platform, hall))
    approve(platform, hall.kakari, circulation_id)
    tomorrow = clock.today() + timedelta(days=1)
    with platform.sessions.begin() as session:
        row = routes.name_deputy(
            session, hall.admin, Standing(hall.kacho.officer, hall.deputy.officer, tomorrow, tomorrow)
        )
        with pytest.raises(RouteRefused, match="別々に"):
            routes.name_deputy(
                session, hall.admin, Standing(hall.kacho.officer, hall.kacho.officer, tomorrow, tomorrow)
            )
    with pytest.raises(NotPermitted):
        approve(platform, hall.deputy, circulation_id)
    with time_machine.travel("2026-04-11T01:00:00Z"), platform.sessions.begin() as session:
        assert [one.id for one in routes.inbox(session, hall.deputy)] == [circulation_id]
        routes.end_deputy(session, hall.admin, row.id)
        assert routes.inbox(session, hall.deputy) == []


def test_small_amounts_end_with_the_first_step(platform: Platform, hall: Hall) -> None:
    small = paper("invoice", **contract_checks.sums([{**CHAIR, "quantity": "1"}, TEA]))
    with platform.sessions.begin() as session:
        purchase = contracts.make(session, hall.maker, "少し")
        contracts.enter(session, hall.maker, platform, purchase, "invoice", small)
        purchase_id = purchase.id
    done = approve(platform, hall.deputy, sent(platform, hall, purchase_id))
    assert (done.state, done.amount) == (CirculationState.APPROVED, 18_882)


def test_the_maker_never_decides_and_pulls_back_alone(platform: Platform, hall: Hall) -> None:
    circulation_id = sent(platform, hall, gathered(platform, hall))
    with platform.sessions.begin() as session:
        found = routes.find(session, hall.maker, circulation_id)
        with pytest.raises(NotPermitted):
            circulations.approve(session, hall.maker, found, Seen(0, 1))
        with pytest.raises(NotPermitted):
            circulations.pull_back(session, hall.kakari, found, "まちがえました。")
        circulations.pull_back(session, hall.maker, found, "まちがえました。")
    with pytest.raises(NotNow):
        approve(platform, hall.kakari, circulation_id)
    with platform.sessions.begin() as session:
        purchase = session.scalars(sa.select(Purchase)).one()
        invoice = next(one for one in purchase.papers if one.procedure == "invoice")
        contracts.remove(session, hall.maker, purchase, invoice, "業者が出し直します。")
        contracts.enter(session, hall.maker, platform, purchase, "invoice", paper("invoice", "A-2"))
        contracts.send_round(session, hall.maker, platform.vault, purchase)
        assert purchase.circulation is not None
        assert (purchase.circulation.id, purchase.circulation.round) == (circulation_id, 2)
        assert len(purchase.circulation.papers) == 3
        with pytest.raises(NotNow, match="引き戻して"):
            contracts.remove(session, hall.maker, purchase, purchase.papers[0], "だめ")


def test_of_two_who_decide_at_once_only_one_moves_it_on(platform: Platform, hall: Hall) -> None:
    circulation_id = sent(platform, hall, gathered(platform, hall))

    def decide(actor: Actor) -> str:
        with platform.sessions() as session:
            found = routes.find(session, actor, circulation_id)
            try:
                circulations.approve(session, actor, found, Seen(0, 1))
                session.commit()
            except NotNow:
                return "late"
            return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, (hall.kakari, hall.deputy))) == ["done", "late"]

    def both(actor: Actor) -> str:
        with platform.sessions() as session:
            found = routes.find(session, actor, circulation_id)
            circulations.approve(session, actor, found, Seen(1, 1))
            session.commit()
            return "done"

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(both, (hall.kacho, hall.kaikei))) == ["done", "done"]
    with platform.sessions() as session:
        assert routes.find(session, hall.bucho, circulation_id).step == 2


def test_a_refusal_ends_it(platform: Platform, hall: Hall) -> None:
    circulation_id = sent(platform, hall, gathered(platform, hall))
    with platform.sessions.begin() as session:
        found = routes.find(session, hall.kakari, circulation_id)
        circulations.refuse(session, hall.kakari, found, Seen(0, 1), "予算がありません。")
    assert states(platform) == {ApplicationState.REFUSED}
    with pytest.raises(NotNow):
        approve(platform, hall.deputy, circulation_id)


def test_routed_procedures_are_not_decided_in_passing(platform: Platform, hall: Hall) -> None:
    gathered(platform, hall)
    with platform.sessions.begin() as session:
        invoice = session.scalars(sa.select(Application).where(Application.procedure == "invoice")).one()
        decisions.accept(session, hall.maker, invoice)
        with pytest.raises(NotNow, match="決裁ルート"):
            decisions.grant(session, hall.kakari, invoice)


def test_the_same_invoice_is_refused_even_at_once(platform: Platform, hall: Hall) -> None:
    gathered(platform, hall, kinds=("invoice",))
    with platform.sessions.begin() as session:
        other = contracts.make(session, hall.maker, "もう1つ")
        with pytest.raises(contracts.PaperTwice, match="もう受け取って"):
            contracts.enter(session, hall.maker, platform, other, "invoice", paper("invoice"))
        ids = [other.id, contracts.make(session, hall.maker, "さらに").id]

    def enter(purchase_id: str) -> str:
        with platform.sessions() as session:
            purchase = contracts.find(session, hall.maker, purchase_id)
            try:
                contracts.enter(session, hall.maker, platform, purchase, "invoice", paper("invoice", "B-9"))
                session.commit()
            except contracts.PaperTwice:
                return "twice"
            return "once"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(enter, ids)) == ["once", "twice"]


def test_differences_need_a_reason_for_exactly_these_values(platform: Platform, hall: Hall) -> None:
    purchase_id = gathered(platform, hall, kinds=("quotation",))
    fewer = contract_checks.sums([{**CHAIR, "quantity": "9"}, TEA])
    with platform.sessions.begin() as session:
        purchase = contracts.find(session, hall.maker, purchase_id)
        wrong = paper("invoice", "A-1", **{"contract.total": 1})
        with pytest.raises(contracts.SumsWrong, match="合計金額は"):
            contracts.enter(session, hall.maker, platform, purchase, "invoice", wrong)
    with platform.sessions.begin() as session:
        purchase = contracts.find(session, hall.maker, purchase_id)
        contracts.enter(session, hall.maker, platform, purchase, "invoice", paper("invoice", **fewer))
        with pytest.raises(NotNow, match="違いがあります"):
            contracts.send_round(session, hall.maker, platform.vault, purchase)
        for one in contracts.differences(platform.vault, purchase):
            contracts.explain(session, hall.maker, platform.vault, purchase, one.key, "1脚は次の月です。")
        assert contracts.unexplained(platform.vault, purchase) == []
        contracts.send_round(session, hall.maker, platform.vault, purchase)


def test_a_procedure_has_one_route(platform: Platform, hall: Hall) -> None:
    with platform.sessions.begin() as session:
        with pytest.raises(RouteRefused, match="物品の購入"):
            routes.save_route(session, hall.admin, None, "別", ["invoice"], hall.steps())
        with pytest.raises(NotPermitted):
            routes.save_route(session, hall.maker, None, "別", [], hall.steps())
        assert routes.route_for(session, "quotation") is None
