"""An invented family moving to みほん市, and what its members answer: for tests of the interview."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

from forms.catalogue import load_catalogue
from forms.interview import Answer, Interview, Source

ON = date(2026, 4, 10)


def name(family: str, given: str, family_kana: str = "", given_kana: str = "") -> dict[str, str]:
    """氏名 as JSON."""
    return {"family": family, "given": given, "family_kana": family_kana, "given_kana": given_kana}


def person(given: str, kana: str, birth_on: str, sex: str, relation: str) -> dict[str, Any]:
    """One member of the family 見本."""
    return {
        "name": name("見本", given, "ミホン", kana),
        "birth_on": birth_on,
        "sex": sex,
        "relation": relation,
    }


TARO = person("太郎", "タロウ", "1985-05-01", "male", "世帯主")
HANAKO = person("花子", "ハナコ", "1988-02-03", "female", "妻")
ICHIRO = person("一郎", "イチロウ", "2016-07-07", "male", "子")
SAKURA = person("桜", "サクラ", "2020-12-25", "female", "子")
FAMILY = [TARO, HANAKO, ICHIRO, SAKURA]
EVERYBODY = ["見本 太郎", "見本 花子", "見本 一郎", "見本 桜"]

FROM = {
    "postal_code": "1000001",
    "prefecture": "東京都",
    "city": "千代田区",
    "town": "千代田",
    "block": "1-1",
}
TO = {"postal_code": "9999001", "prefecture": "見本県", "city": "みほん市", "town": "中央", "block": "2-3"}
ACCOUNT = {
    "bank_code": "9999",
    "branch_code": "001",
    "kind": "ordinary",
    "number": "1234567",
    "holder_kana": "ミホン タロウ",
}
# What only the family can tell, and what a notice of the former city tells (転出証明書情報).
SAID: dict[str, Any] = {
    "moving.moved_on": "令和8年4月1日",
    "moving.to": TO,
    "foreign.who": "none",
    "applicant.who": "見本 花子",
    "contact.phone": "090-9999-9999",
    "insurance.members": EVERYBODY,
    "pension.members": ["見本 太郎"],
    "care.members": [],
    "child.claimant": "見本 太郎",
    "child.custody": "はい",
    "child.january_same": True,
    "account.public": False,
    "account": ACCOUNT,
    "consent.public_books": True,
    "copy.kind": "household",
    "copy.show": ["relation"],
    "life.services": [],
    "school.primary_before": "千代田区立見本小学校",
    "seal.names": [],
}
KNOWN: dict[str, Any] = {
    "members": FAMILY,
    "moving.from": FROM,
    "moving.from_head": name("見本", "太郎"),
    "moving.honseki": "東京都千代田区千代田1番",
    "moving.hittosha": name("見本", "太郎"),
}
OFFICER: dict[str, Any] = {
    "identity.document": "driving-licence",
    "identity.method": "one",
    "school.designated": "みほん市立中央小学校",
}
ALL = {**SAID, **KNOWN, **OFFICER}
FAMILY_PROCEDURES = (
    "moving-in",
    "resident-record-copy",
    "health-insurance-change",
    "pension-insured",
    "child-allowance",
    "child-medical",
    "child-medical",
    "school-enrolment",
)


def everything() -> dict[str, Any]:
    """All answers, to change freely."""
    return copy.deepcopy(ALL)


def begin(known: bool = False, on: date = ON) -> Interview:
    """A move-in interview of the family, with or without the notice of the former city."""
    register = {fact: Answer(value, Source.REGISTER) for fact, value in KNOWN.items()} if known else {}
    return Interview.begin(load_catalogue(), "move-in", on, register)


def converse(interview: Interview, answers: dict[str, Any], most: int = 60) -> tuple[Interview, list[str]]:
    """Answer one question after the other; gives the facts in the order asked."""
    asked: list[str] = []
    while (question := interview.next_question()) is not None:
        if len(asked) > most:
            raise AssertionError(f"too many questions: {asked}")
        asked.append(question.fact)
        interview = interview.answer(question.fact, answers[question.fact])
    return interview, asked
