"""Template filters: Japanese dates, ruby, instants in local time; undefined names are errors."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask
from jinja2 import StrictUndefined
from markupsafe import Markup

from forms.rendering import wording
from forms.values.dates import show_era
from office.ruby import ruby_markup, without_readings
from office.web.public import public_frame

TOKYO = ZoneInfo("Asia/Tokyo")
_WEEKDAYS = "月火水木金土日"


def era_date(value: date | None) -> str:
    """`令和8年4月1日（水）`; an empty string for none."""
    return f"{show_era(value)}（{_WEEKDAYS[value.weekday()]}）" if value else ""


def local_time(value: datetime | None) -> str:
    """`4月1日 9:05` in Japan; an empty string for none."""
    if value is None:
        return ""
    local = value.astimezone(TOKYO)
    return f"{local.month}月{local.day}日 {local.hour}:{local.minute:02d}"


def local_full(value: datetime | None) -> str:
    """`令和8年4月1日 9時05分12秒` in Japan; an empty string for none."""
    if value is None:
        return ""
    local = value.astimezone(TOKYO)
    return f"{show_era(local.date())} {local.hour}時{local.minute:02d}分{local.second:02d}秒"


def yen(value: int) -> str:
    """`12,300円`."""
    return f"{value:,}円"


def ruby(text: str) -> Markup:
    """Text with `{漢字|かんじ}` as HTML ruby, everything else escaped."""
    return ruby_markup(text)


def plain(text: str) -> str:
    """Text with readings left out, for titles and attributes."""
    return without_readings(text)


def source_word(source: str) -> str:
    """Where the content of a box comes from, in a word; `officer` is what staff filled in."""
    return wording.SOURCES.get(source, wording.OFFICER)


def add_filters(app: Flask) -> None:
    """Make the filters and the public frame known and undefined names an error."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for one in (era_date, local_time, local_full, yen, ruby, plain, source_word):
        app.jinja_env.filters[one.__name__] = one
    app.jinja_env.globals[public_frame.__name__] = public_frame
