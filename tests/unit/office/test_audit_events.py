"""Events carry exactly what they declare, and nothing that could be personal."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.orm import Session

from office.accounts.actor import Actor
from office.audit import events, journal
from office.audit.events import Event
from tests.support.structure import ROOT, sources

EVENTS = events.declared()


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_a_call_with_more_or_fewer_keys_raises(event: Event) -> None:
    exact = dict.fromkeys(event.keys, "x")
    session = Session()
    journal.write(session, Actor.nobody(), event, "table:1", **exact)
    with pytest.raises(ValueError, match="carries"):
        journal.write(session, Actor.nobody(), event, "table:1", **exact, more="x")
    for key in event.keys:
        fewer = {name: "x" for name in event.keys if name != key}
        with pytest.raises(ValueError, match="carries"):
            journal.write(session, Actor.nobody(), event, "table:1", **fewer)
    session.close()


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_names_are_subject_and_act_and_titles_japanese(event: Event) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*", event.name)
    assert re.search(r"[ぁ-んァ-ヶ]", event.title)


def test_every_event_is_written_somewhere() -> None:
    names = [name for name, value in vars(events).items() if isinstance(value, Event)]
    code = "".join(path.read_text(encoding="utf-8") for path in sources(ROOT) if path.name != "events.py")
    assert [name for name in names if f"events.{name}" not in code] == []


@pytest.mark.parametrize("text", ["見本太郎", "ミホン", "two words", "a\nb", "é", "x" * 201])
def test_what_could_be_personal_is_refused(text: str) -> None:
    session = Session()
    event = events.CASE_OPENED
    for subject, language in ((text, "ja"), ("counter_case:1", text)):
        with pytest.raises(ValueError, match="only identifiers"):
            journal.write(session, Actor.nobody(), event, subject, life_event="move-in", language=language)
    with pytest.raises(ValueError, match="only identifiers"):
        journal.write(
            session, Actor.nobody(), events.CASE_SHOWN, "counter_case:1", documents=["a", text], nonce="0"
        )
    session.close()


def test_an_event_cannot_be_declared_twice() -> None:
    with pytest.raises(ValueError, match="twice"):
        events.declare("case.opened", "もう一度")
