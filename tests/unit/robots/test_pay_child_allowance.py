"""The robot that pays child allowances: months and yen, payees refused by name, one file, never twice."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from office.calendar.preview import calendars
from office.jobs.models import Run, RunState
from office.records.models.payments import Payment, PaymentState
from robots.catalogue.pay_child_allowance import ROBOT, SCHEDULE
from robots.exchanges.zengin.reading import BankFile, read_file
from tests.support.robots import ACCOUNT, FAMILY, RobotCity, person

KEY = "pay_child_allowance"


@pytest.fixture
def city(tmp_path: Path) -> RobotCity:
    return RobotCity(tmp_path / "data")


def pay(city: RobotCity, month: str = "2026-06", **options: Any) -> Run:
    return city.run(KEY, parameters={"month": month}, **options)


def files(city: RobotCity) -> list[Path]:
    return sorted((city.platform.settings.data / "outbox").glob("*"))


def only_file(city: RobotCity) -> BankFile:
    (path,) = files(city)
    return read_file(path.read_bytes())


def paid(city: RobotCity) -> list[tuple[str, int, str]]:
    with city.platform.sessions() as session:
        rows = session.scalars(select(Payment).order_by(Payment.application_id, Payment.benefit_month))
        return [(row.benefit_month, row.amount, row.state.value) for row in rows]


def test_a_granted_allowance_is_paid_with_its_months(city: RobotCity) -> None:
    """Moved in on 1 April, claimed on the 6th: from May. One child under three, one older."""
    city.allowance()
    run = pay(city)
    assert (run.state, run.message, run.counts) == (
        RunState.DONE, "", {"applications": 1, "yen": 25000, "changes": 1, "done": 1}
    )  # fmt: skip
    assert paid(city) == [("2026-05", 25000, "sent")]
    (group,) = only_file(city).groups
    (row,) = group.rows
    assert group.header.values["due"] == "0610"
    assert {key: row.values[key] for key in ("bank_code", "bank_name", "branch_code", "branch_name")} == {
        "bank_code": "9999", "bank_name": "ﾐﾎﾝ", "branch_code": "002", "branch_name": "ｴｷﾏｴ"
    }  # fmt: skip
    assert (row.values["payee_name"], int(row.values["amount"])) == ("ﾔﾏﾀﾞ ﾀﾛｳ", 25000)
    assert (row.values["account_kind"], row.values["account_number"]) == ("1", "1234567")


def test_the_item_says_what_was_paid_and_where_it_stands(city: RobotCity) -> None:
    city.allowance()
    (item,) = city.items(pay(city))
    assert (item.label, item.state.value) == ("R8-000205 山田 太郎", "done")
    assert item.place == "総合振込_児童手当_20260610_01.txt 1件目"
    assert item.anchor == "R8-000205 ヤマダ タロウ 1985-05-01"
    assert item.read_evidence(city.platform.vault) == (None, "2026年5月分: 25,000円\n合計: 25,000円")


def test_the_file_byte_for_byte(city: RobotCity) -> None:
    city.allowance()
    city.allowance(
        "R8-000209", account={**ACCOUNT, "branch_code": "010", "bank_code": "9998", "kind": "savings"}
    )
    pay(city)
    (path,) = files(city)
    golden = Path(__file__).parent / "child_allowance_20260610.txt"
    assert path.read_bytes() == golden.read_bytes()


def test_nothing_is_paid_twice(city: RobotCity) -> None:
    city.allowance()
    pay(city)
    before = [(path, path.read_bytes()) for path in files(city)]
    again = pay(city)
    assert (again.state, again.counts["changes"], again.counts["skipped"]) == (RunState.DONE, 0, 1)
    assert [(path, path.read_bytes()) for path in files(city)] == before
    assert paid(city) == [("2026-05", 25000, "sent")]


def test_later_months_follow_and_missed_ones_are_made_up(city: RobotCity) -> None:
    city.allowance()
    pay(city)
    pay(city, "2026-10")
    assert [month for month, _, _ in paid(city)] == ["2026-05", "2026-06", "2026-07", "2026-08", "2026-09"]
    assert len(files(city)) == 2


def test_a_later_grant_goes_into_a_second_file_of_the_same_day(city: RobotCity) -> None:
    city.allowance()
    pay(city)
    city.allowance("R8-000300")
    run = pay(city)
    assert sorted(state for _, state in city.states(run)) == ["done", "skipped"]
    assert [path.name for path in files(city)] == [
        "総合振込_児童手当_20260610_01.txt", "総合振込_児童手当_20260610_02.txt"
    ]  # fmt: skip


def test_a_dry_run_shows_and_writes_nothing(city: RobotCity) -> None:
    city.allowance()
    run = pay(city, dry_run=True)
    assert (run.state, run.counts) == (
        RunState.DONE, {"applications": 1, "yen": 25000, "planned": 1, "changes": 0}
    )  # fmt: skip
    (item,) = city.items(run)
    assert "合計: 25,000円" in (item.read_evidence(city.platform.vault)[1] or "")
    assert files(city) == []
    assert paid(city) == []


@pytest.mark.parametrize(
    ("account", "says"),
    [
        ({"holder_kana": "ジョン・スミス"}, "「・」は、受取人名・依頼人名に使えません"),
        ({"holder_kana": "ヲガワ"}, "「ｦ」は、受取人名・依頼人名に使えません"),
        ({"holder_kana": "ヤマダ ハナコ"}, "口座名義「ヤマダ ハナコ」が請求者「ヤマダ タロウ」と違います"),
        ({"branch_code": "777"}, "金融機関 9999-777 がマスターにありません"),
        (None, "振込先の口座がありません"),
    ],
)
def test_a_payee_the_bank_would_not_take_is_refused_by_name_and_the_others_are_paid(
    city: RobotCity, account: dict[str, str] | None, says: str
) -> None:
    city.allowance()
    city.allowance("R8-000209", account=None if account is None else {**ACCOUNT, **account})
    run = pay(city)
    items = {item.label: item for item in city.items(run)}
    refused = items["R8-000209 山田 太郎"]
    assert refused.state.value == "business"
    assert refused.message.startswith("山田 太郎さんの振込：")
    assert says in refused.message
    assert items["R8-000205 山田 太郎"].state.value == "done"
    assert len(only_file(city).groups[0].rows) == 1
    assert paid(city) == [("2026-05", 25000, "sent")]


def test_when_nobody_can_be_paid_there_is_no_file(city: RobotCity) -> None:
    city.allowance(account={**ACCOUNT, "holder_kana": "ジョン・スミス"})
    run = pay(city)
    assert (run.counts["changes"], run.counts["business"]) == (0, 1)
    assert files(city) == []
    assert paid(city) == []


def test_a_corrected_account_is_paid_by_the_next_run(city: RobotCity) -> None:
    application = city.allowance(account={**ACCOUNT, "holder_kana": "ジョン・スミス"})
    pay(city)
    city.change(application, account=ACCOUNT)
    assert pay(city).counts["changes"] == 1


def test_a_file_of_the_same_name_and_other_content_is_never_replaced(city: RobotCity) -> None:
    city.allowance()
    outbox = city.platform.settings.data / "outbox"
    outbox.mkdir()
    other = outbox / "総合振込_児童手当_20260610_01.txt"
    other.write_bytes(b"x")
    run = pay(city)
    assert run.state is RunState.WAITING
    assert "中身の違うファイルがあります" in run.message
    assert other.read_bytes() == b"x"
    other.unlink()
    assert city.resume(run.id).state is RunState.DONE


def test_payments_left_by_a_stopped_run_are_not_paid_elsewhere(city: RobotCity) -> None:
    city.allowance()
    (city.platform.settings.data / "outbox").mkdir()
    (city.platform.settings.data / "outbox" / "総合振込_児童手当_20260610_01.txt").write_bytes(b"x")
    pay(city)
    later = pay(city, "2026-08")
    (item,) = city.items(later)
    assert item.state.value == "business"
    assert "2026年5月分の支払いが、2026-06-10の予定のまま残っています" in item.message


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"child.custody": False}, "監護していない"),
        ({"children": []}, "お子さんが書かれていません"),
        ({"children": [{**person(*FAMILY[2]), "birth_on": None}]}, "生年月日がありません"),
    ],
)
def test_a_benefit_that_cannot_be_worked_out_goes_to_a_person(
    city: RobotCity, changes: dict[str, Any], says: str
) -> None:
    city.allowance(**changes)
    (item,) = city.items(pay(city))
    assert item.state.value == "business"
    assert says in item.message


def test_amounts_are_the_citys_to_edit_and_marked_until_confirmed(city: RobotCity) -> None:
    shipped = ROBOT.notices(city.platform)
    assert len(shipped) == 2
    assert all(notice.startswith("要確認：") for notice in shipped)
    name = "child_allowance_amounts.toml"
    text = (Path(__file__).parents[3] / "robots/catalogue" / name).read_text(encoding="utf-8")
    own = city.platform.settings.data / "robots" / name
    own.parent.mkdir()
    own.write_text(
        text.replace("confirmed = false", "confirmed = true").replace("15000", "20000"), encoding="utf-8"
    )
    city.allowance()
    assert len(ROBOT.notices(city.platform)) == 1
    assert pay(city).counts["yen"] == 30000


def test_the_schedule_is_the_tenth_of_even_months_or_the_bank_day_before() -> None:
    found = SCHEDULE.occurrences(calendars(), datetime.date(2026, 1, 1), datetime.date(2027, 3, 31))
    assert [(str(one.nominal_on), str(one.due_on)) for one in found] == [
        ("2026-02-10", "2026-02-10"),
        ("2026-04-10", "2026-04-10"),
        ("2026-06-10", "2026-06-10"),
        ("2026-08-10", "2026-08-10"),
        ("2026-10-10", "2026-10-09"),
        ("2026-12-10", "2026-12-10"),
        ("2027-02-10", "2027-02-10"),
    ]


def test_a_scheduled_run_pays_on_the_day_of_its_nominal_date(city: RobotCity) -> None:
    city.allowance()
    city.run(KEY, nominal_on=datetime.date(2026, 10, 10))
    assert only_file(city).groups[0].header.values["due"] == "1009"


def test_an_odd_month_is_no_month_of_payment(city: RobotCity) -> None:
    run = pay(city, "2026-07")
    assert run.state is RunState.WAITING
    assert "偶数月を指定してください" in run.message


def test_the_state_of_a_payment_is_sent_only_with_the_file(city: RobotCity) -> None:
    city.allowance()
    pay(city)
    with city.platform.sessions() as session:
        (payment,) = session.scalars(select(Payment))
        assert payment.state is PaymentState.SENT
        assert payment.due_on == datetime.date(2026, 6, 10)
        assert payment.read_account(city.platform.vault) == ACCOUNT
