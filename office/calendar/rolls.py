"""How a date that falls on a closed day moves (振替), and why, in Japanese.

The law drives the roll per deadline, not per city (robots.md §5): a period in which the public files
ends on the next open day (地方自治法4条の2), while a duty of the city itself keeps its date and must
therefore be done on the business day before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from office.calendar.business import WEEKDAYS, BusinessCalendar


class Roll(StrEnum):
    """What happens to a nominal date on a closed day."""

    NONE = "none"  # そのまま実行
    SKIP = "skip"  # 実行しない
    PRECEDING = "preceding"  # 前営業日
    FOLLOWING = "following"  # 翌営業日
    MODIFIED_FOLLOWING = "modified-following"  # 翌営業日、月をまたぐときは前営業日


class Whose(StrEnum):
    """Whose deadline it is; the law moves the two in different directions."""

    PUBLIC = "public"
    CITY = "city"


@dataclass(frozen=True, slots=True)
class Rolled:
    """Where a nominal date fell: `due_on` is None when the rule drops it; `reason` is empty when unmoved."""

    nominal_on: date
    due_on: date | None
    reason: str = ""


def roll(calendar: BusinessCalendar, nominal_on: date, rule: Roll) -> Rolled:
    """Apply `rule` to `nominal_on`; the reason is one Japanese sentence."""
    closed = calendar.closed(nominal_on)
    if closed is None:
        return Rolled(nominal_on, nominal_on)
    why = f"{show_day(nominal_on)}は{closed}のため、"
    if rule is Roll.NONE:
        return Rolled(nominal_on, nominal_on, f"{show_day(nominal_on)}は{closed}ですが、日を動かしません。")
    if rule is Roll.SKIP:
        return Rolled(nominal_on, None, f"{why}この回は行いません。")
    due_on = calendar.on_or_before(nominal_on)
    if rule is Roll.PRECEDING:
        return Rolled(nominal_on, due_on, f"{why}前の{calendar.title}の{show_day(due_on)}にしました。")
    following = calendar.on_or_after(nominal_on)
    if rule is Roll.FOLLOWING or following.month == nominal_on.month:
        return Rolled(nominal_on, following, f"{why}次の{calendar.title}の{show_day(following)}にしました。")
    reason = f"{why}月をまたがないように、前の{calendar.title}の{show_day(due_on)}にしました。"
    return Rolled(nominal_on, due_on, reason)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A legal deadline: `nominal_on` as the law writes it, `ends_on` where it legally ends, and
    `act_by_on`, the last business day on which the one bound by it can act.
    """

    nominal_on: date
    ends_on: date
    act_by_on: date
    reason: str


def deadline(calendar: BusinessCalendar, nominal_on: date, whose: Whose) -> Deadline:
    """The deadline written as `nominal_on`.

    PUBLIC: ends on the next open day (地方自治法4条の2). CITY: does not move even on a closed day
    (例: 特別徴収税額の通知 5月31日, 地方税法施行令6条の18), so the city must act on the business day before.
    """
    if whose is Whose.PUBLIC:
        moved = roll(calendar, nominal_on, Roll.FOLLOWING)
        ends_on = moved.due_on or nominal_on
        return Deadline(nominal_on, ends_on, ends_on, moved.reason)
    before = roll(calendar, nominal_on, Roll.PRECEDING)
    reason = before.reason and f"法律の期限は{show_day(nominal_on)}のまま動きません。{before.reason}"
    return Deadline(nominal_on, nominal_on, before.due_on or nominal_on, reason)


def show_day(day: date) -> str:
    """ "5月31日（日）"."""
    return f"{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"
