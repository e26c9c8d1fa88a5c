"""The rules of a decision route (決裁ルート) without a database: steps by amount, who may act, when done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from office.errors import OfficeError

ALL, ANY = "all", "any"
MODES = {ALL: "全員の承認が要る", ANY: "だれか1人の承認でよい"}
MOST_STEPS = 10


class RouteRefused(OfficeError):
    """A route cannot be kept or used as it is."""

    code = "route-refused"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `approvers` (officer ids) decide in parallel. It belongs to amounts of `from_amount` and
    more; amounts up to `final_up_to` are decided by it for good (専決). `days` is its time limit.
    """

    title: str
    approvers: tuple[str, ...]
    mode: str = ALL
    from_amount: int | None = None
    final_up_to: int | None = None
    days: int | None = None

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "title": self.title,
            "approvers": list(self.approvers),
            "mode": self.mode,
            "from_amount": self.from_amount,
            "final_up_to": self.final_up_to,
            "days": self.days,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Step:
        """The reverse of `to_json`."""
        return cls(**{**data, "approvers": tuple(data["approvers"])})


@dataclass(frozen=True, slots=True)
class Standing:
    """A deputy's right to decide in somebody's place, from one day to another (both included)."""

    principal: str
    deputy: str
    from_on: date
    until_on: date


def checked(steps: Sequence[Step], known: Collection[str]) -> tuple[Step, ...]:
    """The steps, when they can work. `known` are the officers who may decide. Raises `RouteRefused`."""
    if not 1 <= len(steps) <= MOST_STEPS:
        raise RouteRefused(f"段階を1つから{MOST_STEPS}個まで決めてください。")
    for number, step in enumerate(steps, 1):
        if not step.title.strip():
            raise RouteRefused(f"{number}番目の段階の名前を入力してください。")
        if not step.approvers or len(set(step.approvers)) < len(step.approvers):
            raise RouteRefused(f"{number}番目の段階で決裁する人を選んでください。")
        if not set(step.approvers) <= set(known):
            raise RouteRefused(f"{number}番目の段階に、決裁できない人がいます。選び直してください。")
        if step.mode not in MODES:
            raise RouteRefused(f"{number}番目の段階の承認のしかたを選んでください。")
        limits = (step.from_amount, step.final_up_to, step.days)
        if any(limit is not None and limit < 1 for limit in limits):
            raise RouteRefused(f"{number}番目の段階の金額と日数は、1以上の数にしてください。")
    if steps[0].from_amount is not None and all(step.from_amount is not None for step in steps):
        raise RouteRefused("どの金額でも通る段階を、少なくとも1つ決めてください。")
    return tuple(steps)


def steps_for(steps: Sequence[Step], amount: int | None) -> tuple[Step, ...]:
    """The steps an amount passes, up to the one that decides it for good. Without an amount: all of them."""
    passed: list[Step] = []
    for step in steps:
        if amount is not None and step.from_amount is not None and amount < step.from_amount:
            continue
        passed.append(step)
        if amount is not None and step.final_up_to is not None and amount <= step.final_up_to:
            break
    if not passed:
        raise RouteRefused("この金額で通る段階がありません。管理者に、決裁ルートを直すよう頼んでください。")
    return tuple(passed)


def finished(step: Step, approved: Collection[str]) -> bool:
    """Whether the places approved so far complete the step."""
    places = set(step.approvers) & set(approved)
    return places == set(step.approvers) if step.mode == ALL else bool(places)


def places_of(
    officer: str, step: Step, approved: Collection[str], deputies: Iterable[Standing], on: date
) -> tuple[str, ...]:
    """The approvers whose place the officer may take on a day: their own, then those they stand in for."""
    open_ = [place for place in step.approvers if place not in approved]
    own = (officer,) if officer in open_ else ()
    stood_in = [
        place
        for place in open_
        if place != officer
        and any(
            one.principal == place and one.deputy == officer and one.from_on <= on <= one.until_on
            for one in deputies
        )
    ]
    return (*own, *stood_in)
