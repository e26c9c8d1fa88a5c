"""「読み取りの確かさ」: what the city promises of accepted readings, and what people found."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ocr.calibration import NEVER, PROMISES
from office import clock
from office.accounts.roles import Act
from office.records import calibration
from office.web import world
from office.web.paper.calibration_chart import curve
from office.web.policy import permission

blueprint = Blueprint("calibration", __name__, template_folder="templates", url_prefix="/reading")

SPANS = {30: "30日", 90: "90日", 365: "1年"}
_USUAL_SPAN = 90
_KINDS = {
    "name": "氏名",
    "address": "住所",
    "date": "日付",
    "telephone": "電話番号",
    "my_number": "個人番号",
    "digits": "番号",
    "number": "数量・金額",
    "text": "文章",
    "choice": "選択（1つ）",
    "choices": "選択（いくつでも）",
    "yes_no": "はい・いいえ",
    "consent": "同意",
    "account": "口座",
    "signature": "署名",
    "blank": "空欄",
}


@blueprint.get("/")
@permission(Act.SEE_READING)
def overview() -> ResponseReturnValue:
    """Promise, kinds, curves, and what the city's own fields speak for."""
    days, since = _span()
    session, actor = world.session(), world.actor()
    found = calibration.figures(session, actor, since)
    promise = calibration.current(session)
    proposals = calibration.retuned(session, actor, promise.per_10k, since)
    return render_template(
        "paper/calibration.html",
        days=days,
        spans=SPANS,
        figures=found,
        curves={one.kind: curve(one.steps) for one in found},
        promise=promise,
        promises=PROMISES,
        draws=calibration.DRAWS,
        proposals=proposals,
        changed=[one for one in proposals if one.proposed != one.now],
        kinds=_KINDS,
        never=NEVER,
        may_set=actor.may(Act.SET_READING),
    )


@blueprint.post("/promise")
@permission(Act.SET_READING)
def save() -> ResponseReturnValue:
    """Promise another number; thresholds found for the number before are given up."""
    per_10k, drawn = (request.form.get(name, "") for name in ("per_10k", "drawn"))
    if not (per_10k.isdecimal() and drawn.isdecimal()):
        raise calibration.PromiseRefused("約束の件数と点検の件数を選んでください。")
    session, actor, now = world.session(), world.actor(), calibration.current(world.session())
    kept = now.thresholds if now.per_10k == int(per_10k) else None
    calibration.save_promise(session, actor, int(per_10k), kept, int(drawn))
    flash("約束を保存しました。これから読み取る紙から使います。", "good")
    return redirect(url_for("calibration.overview"))


@blueprint.post("/thresholds")
@permission(Act.SET_READING)
def retune() -> ResponseReturnValue:
    """Set the thresholds that were shown."""
    _, since = _span()
    calibration.apply_retuned(world.session(), world.actor(), since)
    flash("しきい値を保存しました。これから読み取る紙から使います。", "good")
    return redirect(url_for("calibration.overview"))


def _span() -> tuple[int, date]:
    """How many days are looked at, and from when."""
    told = request.values.get("days", "")
    days = int(told) if told.isdecimal() and int(told) in SPANS else _USUAL_SPAN
    return days, clock.today() - timedelta(days=days - 1)
