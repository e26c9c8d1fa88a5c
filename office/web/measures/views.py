"""「窓口の実績」: table, chart, CSV; figures without names."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from forms.values.dates import show_era
from office import clock
from office.accounts.roles import Act
from office.records import counters, measure_figures
from office.records.measure_figures import Grouping
from office.web import world
from office.web.filters import era_date
from office.web.measures.chart import chart
from office.web.policy import permission

blueprint = Blueprint("measures", __name__, template_folder="templates", url_prefix="/measures")
DAYS = 28
_GROUPINGS = {Grouping.DAY: "日ごと", Grouping.WEEK: "週ごと", Grouping.EVENT: "用件ごと"}


@blueprint.get("/")
@permission(Act.SEE_MEASURES)
def overview() -> ResponseReturnValue:
    """The figures of a span of days."""
    from_on, to_on, grouping = _asked()
    rows, total = measure_figures.figures(world.session(), world.actor(), from_on, to_on, grouping)
    titles = _titles(grouping, [row.key for row in rows])
    return render_template(
        "measures/measures.html",
        from_on=from_on,
        to_on=to_on,
        grouping=grouping,
        groupings=_GROUPINGS,
        rows=rows,
        total=total,
        titles=titles,
        cases=chart(rows, titles),
        waits=chart(rows, titles, waits=True),
        chiba=(measure_figures.CHIBA_BEFORE, measure_figures.CHIBA_AFTER),
    )


@blueprint.get("/figures.csv")
@permission(Act.SEE_MEASURES)
def export() -> ResponseReturnValue:
    """The same as CSV."""
    from_on, to_on, grouping = _asked()
    rows, _ = measure_figures.figures(world.session(), world.actor(), from_on, to_on, grouping)
    titles = _titles(grouping, [row.key for row in rows])
    content = measure_figures.export(world.session(), world.actor(), from_on, to_on, grouping, titles)
    name = f"madoguchi-{from_on:%Y%m%d}-{to_on:%Y%m%d}-{grouping.value}.csv"
    return Response(
        content, mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _asked() -> tuple[date, date, Grouping]:
    """The span and grouping asked for; what cannot be read falls back to the last four weeks by day."""
    to_on = _date(request.args.get("to", "")) or clock.today()
    from_on = _date(request.args.get("from", "")) or to_on - timedelta(days=DAYS - 1)
    asked = request.args.get("by", "")
    grouping = Grouping(asked) if asked in set(Grouping) else Grouping.DAY
    return min(from_on, to_on), max(from_on, to_on), grouping


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _titles(grouping: Grouping, keys: list[str]) -> dict[str, str]:
    if grouping is Grouping.EVENT:
        known = counters.services(world.platform().catalogue)
        return {slug: one.title.text("ja") for slug, one in known.items()}
    found = {}
    for key in keys:
        day = date.fromisoformat(key)
        found[key] = f"{show_era(day)}からの週" if grouping is Grouping.WEEK else era_date(day)
    return found
