"""A family of four moving in: the interview as an officer would hold it, and their signature."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from forms.catalogue import Catalogue
from forms.interview import Answer, Interview, Question, Source
from forms.signing.strokes import Capture, Device
from samples.arrivals import arrivals
from tests.support.sealing import signature_strokes

ANSWERS: Mapping[str, object] = {
    "moving.moved_on": "令和8年4月1日",
    "foreign.who": "none",
    "contact.phone": "090-0000-0001",
    "insurance.members": [],
    "pension.members": [],
    "child.january_same": "yes",
    "child.custody": "yes",
    "account.public": "no",
    "account": {
        "bank_code": "9999",
        "branch_code": "001",
        "kind": "ordinary",
        "number": "1234567",
        "holder_kana": "タカハシ ケンタ",
    },
    "care.members": [],
    "life.services": [],
    "seal.names": [],
    "copy.kind": "household",
    "consent.public_books": "yes",
    "identity.document": "my-number-card",
    "identity.method": "one",
}
ALONE: Mapping[str, object] = {"copy.kind": "none", "insurance.members": [], "pension.members": []}
BY_KIND: Mapping[str, object] = {
    "name": {"family": "髙橋", "given": "健太", "family_kana": "タカハシ", "given_kana": "ケンタ"},
    "text": "みほん県みほん市本町1番地",
    "yes_no": "yes",
}
CONSENT = "表示された書類の内容を確かめ、これらの申請をします。"


def known_family(on: date) -> dict[str, Answer]:
    """What the first sample family's notice tells on a day."""
    payload: dict[str, Any] = arrivals(on)[0].payload()
    told = {"members": "members", "moving.from": "from", "moving.from_head": "from_head", "moving.to": "to"}
    return {fact: Answer(payload[key], Source.REGISTER) for fact, key in told.items()}


def family_interview(
    catalogue: Catalogue, on: date, known: Mapping[str, Answer], *, alone: bool = False
) -> Interview:
    """Ask until nothing is left to ask; whoever may be chosen is the first.

    `alone`: only the first of the family moves and wants nothing else, which makes one application.
    """
    if alone:
        members = known["members"]
        assert isinstance(members.value, list)
        known = {**known, "members": Answer(members.value[:1], members.source)}
    interview = Interview.begin(catalogue, "move-in", on, dict(known))
    while (question := interview.next_question()) is not None:
        interview = interview.answer(question.fact, _answer(question, alone))
    return interview


def _answer(question: Question, alone: bool) -> object:
    """The prepared answer, else the first that may be chosen, else one of the kind."""
    options = [option.value for option in question.field.options]
    if alone and question.fact in ALONE:
        return ALONE[question.fact]
    if question.fact == "insurance.members":
        return options
    if question.fact in ANSWERS:
        return ANSWERS[question.fact]
    if question.field.kind == "choices":
        return options[:1]
    return options[0] if options else BY_KIND[question.field.kind]


def signature() -> Capture:
    """A finger's capture as the tablet sends it."""
    device = Device("Mozilla/5.0 (test tablet)", 2.0, 720.0, 240.0, 1280.0, 800.0)
    return Capture(signature_strokes(), device)
