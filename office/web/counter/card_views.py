"""「カードを読む」: what the front of a card says, filled in and compared with the register."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from office.accounts.roles import Act
from office.cards import CardReader, CardUnreadable, chosen
from office.errors import NotNow
from office.extensions import card_readers
from office.records import card_readings, conversations, prefills, residents
from office.records.models.cases import CaseState
from office.web import world
from office.web.counter.blueprint import blueprint, case_of, interview_of
from office.web.policy import permission


@blueprint.get("/<case_id>/card")
@permission(Act.HOLD_INTERVIEW)
def card(case_id: str) -> ResponseReturnValue:
    """Lay the card on the reader."""
    return _page(case_id, None, "")


@blueprint.post("/<case_id>/card")
@permission(Act.HOLD_INTERVIEW)
def read_card(case_id: str) -> ResponseReturnValue:
    """Read the card; what it says is shown here and kept nowhere but in the answers."""
    case, reader = case_of(case_id), _reader()
    if case.state is not CaseState.OPEN:
        raise NotNow("聞き取り中ではないので、カードを読めません。聞き取りの画面にもどってください。")
    try:
        front = reader.read(request.form.get("card", "")[:100])
    except CardUnreadable as error:
        return _page(case_id, None, error.message), 422
    reading = card_readings.take(world.session(), world.actor(), world.platform(), case, front)
    return _page(case_id, reading, "")


@blueprint.post("/<case_id>/household")
@permission(Act.HOLD_INTERVIEW)
def fill_household(case_id: str) -> ResponseReturnValue:
    """Take the household of the resident found into the case; what is answered stays."""
    case, session, actor, platform = case_of(case_id), world.session(), world.actor(), world.platform()
    before = conversations.locked(session, platform, case)
    found = residents.household(session, actor, request.form.get("household", ""))
    known = residents.prefill(session, actor, platform.vault, found.id, before.event)
    after = prefills.take(before, known, over=False).interview
    filled = conversations.save_many(session, actor, platform.vault, case, before, after)
    case.protected = case.protected or residents.is_protected(found)
    flash(f"台帳から{len(filled)}項目を入れました。", "good")
    return redirect(url_for("counter.conversation", case_id=case_id))


def _reader() -> CardReader:
    reader = chosen(card_readers(), world.platform().settings.card_reader)
    if reader is None:
        raise CardUnreadable("カードリーダーがつながっていません。設定 card_reader を確かめてください。")
    return reader


def _page(case_id: str, reading: card_readings.Reading | None, fault: str) -> str:
    case = case_of(case_id)
    facts = world.platform().catalogue.facts(interview_of(case).on)
    labels = [facts[name].field.label.text("ja") for name in reading.facts] if reading else []
    interview = interview_of(case)
    members = interview.event.register.get(prefills.MEMBERS, "")
    return render_template(
        "counter/card.html",
        case=case,
        reader=_reader(),
        reading=reading,
        labels=labels,
        fault=fault,
        members=members if members and members not in interview.answers else "",
        is_asked=any(one.fact == members for one in interview.questions()),
    )
