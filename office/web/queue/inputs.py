"""What the administrator types about a counter."""

from __future__ import annotations

from datetime import time

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectMultipleField, StringField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput

from office.records.counters import Booked, CounterSettings, Hours
from office.records.models.bookings import Counter

_WHOLE = "数字で入力してください。"


class CounterForm(FlaskForm):  # type: ignore[misc]
    """One counter."""

    name = StringField(
        "窓口の名前",
        [InputRequired("窓口の名前を入力してください。"), Length(max=20, message="20文字までです。")],
    )
    place = StringField("場所", [Length(max=40, message="40文字までです。")])
    services = SelectMultipleField(
        "受け持つ用件",
        [InputRequired("受け持つ用件を1つ以上選んでください。")],
        option_widget=CheckboxInput(),
    )
    opens = TimeField("受付を始める", [InputRequired("時刻を入力してください。")], default=time(9))
    closes = TimeField("受付を終わる", [InputRequired("時刻を入力してください。")], default=time(17))
    break_from = TimeField("休みの始まり", [Optional()])
    break_to = TimeField("休みの終わり", [Optional()])
    slot_minutes = IntegerField("1枠の長さ（分）", [InputRequired(_WHOLE), NumberRange(5, 240)], default=30)
    capacity = IntegerField("1枠の組数", [InputRequired(_WHOLE), NumberRange(1, 50)], default=1)
    horizon_days = IntegerField("何日先まで", [InputRequired(_WHOLE), NumberRange(1, 180)], default=30)
    notice_minutes = IntegerField("何分前まで", [InputRequired(_WHOLE), NumberRange(0, 10080)], default=60)
    takes_bookings = BooleanField("予約を受け付ける", default=True)
    is_active = BooleanField("この窓口を使う", default=True)

    def settings(self) -> CounterSettings:
        """What was typed, for the records to check."""
        rest = None
        if self.break_from.data is not None or self.break_to.data is not None:
            rest = (_minutes(self.break_from.data), _minutes(self.break_to.data))
        return CounterSettings(
            (self.name.data or "").strip(),
            (self.place.data or "").strip(),
            tuple(self.services.data or ()),
            Hours(_minutes(self.opens.data), _minutes(self.closes.data), rest),
            Booked(
                self.slot_minutes.data or 0,
                self.capacity.data or 0,
                self.horizon_days.data or 0,
                self.notice_minutes.data or 0,
            ),
            bool(self.takes_bookings.data),
            bool(self.is_active.data),
        )


def filled(counter: Counter) -> dict[str, object]:
    """The form's values for a counter as it stands."""
    return {
        "name": counter.name,
        "place": counter.place,
        "services": counter.services,
        "opens": clock_time(counter.opens),
        "closes": clock_time(counter.closes),
        "break_from": clock_time(counter.break_from),
        "break_to": clock_time(counter.break_to),
        "slot_minutes": counter.slot_minutes,
        "capacity": counter.capacity,
        "horizon_days": counter.horizon_days,
        "notice_minutes": counter.notice_minutes,
        "takes_bookings": counter.takes_bookings,
        "is_active": counter.is_active,
    }


def clock_time(minutes: int | None) -> time | None:
    """A minute after midnight as a time of day; midnight at the end of the day is its last minute."""
    return None if minutes is None else time(min(minutes, 1439) // 60, min(minutes, 1439) % 60)


def _minutes(value: time | None) -> int:
    return -1 if value is None else value.hour * 60 + value.minute
