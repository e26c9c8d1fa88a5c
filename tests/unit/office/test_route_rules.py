"""Rules of a decision route: amounts, parallel approval, deputies by date."""

from __future__ import annotations

from datetime import date

import pytest

from office.records.route_rules import (
    ALL,
    ANY,
    RouteRefused,
    Standing,
    Step,
    checked,
    finished,
    places_of,
    steps_for,
)

CHIEF = Step("係長", ("a",), final_up_to=50_000)
HEADS = Step("課長", ("b", "c"))
MAYOR = Step("市長", ("d",), from_amount=1_000_000)
DAY = date(2026, 4, 10)


@pytest.mark.parametrize(
    ("amount", "titles"),
    [
        (1, ["係長"]),
        (50_000, ["係長"]),
        (50_001, ["係長", "課長"]),
        (999_999, ["係長", "課長"]),
        (1_000_000, ["係長", "課長", "市長"]),
        (None, ["係長", "課長", "市長"]),
    ],
)
def test_the_amount_chooses_the_steps(amount: int | None, titles: list[str]) -> None:
    assert [step.title for step in steps_for([CHIEF, HEADS, MAYOR], amount)] == titles


def test_an_amount_without_any_step_is_refused() -> None:
    with pytest.raises(RouteRefused, match="通る段階がありません"):
        steps_for([MAYOR], 5)


def test_parallel_approval_by_all_or_any() -> None:
    both, either = Step("", ("b", "c"), ALL), Step("", ("b", "c"), ANY)
    assert [finished(both, done) for done in ([], ["b"], ["b", "x"], ["b", "c"])] == [
        False,
        False,
        False,
        True,
    ]
    assert [finished(either, done) for done in ([], ["x"], ["c"])] == [False, False, True]


def test_a_deputy_stands_in_from_the_first_to_the_last_day() -> None:
    deputies = [Standing("b", "e", DAY, date(2026, 4, 12)), Standing("z", "e", DAY, DAY)]
    days = (date(2026, 4, 9), DAY, date(2026, 4, 12), date(2026, 4, 13))
    assert [places_of("e", HEADS, [], deputies, day) for day in days] == [(), ("b",), ("b",), ()]
    assert places_of("e", HEADS, ["b"], deputies, DAY) == ()
    own = [Standing("c", "b", DAY, DAY)]
    assert places_of("b", HEADS, [], own, DAY) == ("b", "c")


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ([], "段階を1つから"),
        ([Step(" ", ("a",))], "名前"),
        ([Step("係長", ())], "決裁する人"),
        ([Step("係長", ("a", "a"))], "決裁する人"),
        ([Step("係長", ("x",))], "決裁できない人"),
        ([Step("係長", ("a",), "most")], "承認のしかた"),
        ([Step("係長", ("a",), days=0)], "1以上"),
        ([MAYOR], "どの金額でも"),
    ],
)
def test_a_route_that_cannot_work_is_refused(steps: list[Step], says: str) -> None:
    with pytest.raises(RouteRefused, match=says):
        checked(steps, "abcd")


def test_steps_come_back_from_storage() -> None:
    assert [Step.from_json(step.to_json()) for step in (CHIEF, HEADS, MAYOR)] == [CHIEF, HEADS, MAYOR]
