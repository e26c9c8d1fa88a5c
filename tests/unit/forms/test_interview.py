"""The interview: the applications of one conversation, asked once, with source and reason."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from typing import Any

import pytest

from forms.catalogue import UnknownProcedure, load_catalogue
from forms.interview import Answer, FilledForm, Interview, InvalidAnswer, Source
from tests.support.family import (
    ALL,
    EVERYBODY,
    FAMILY,
    FAMILY_PROCEDURES,
    HANAKO,
    KNOWN,
    ON,
    TARO,
    begin,
    converse,
    everything,
    name,
    person,
)


def slugs(interview: Interview) -> tuple[str, ...]:
    return tuple(form.procedure.slug for form in interview.applications())


def form(interview: Interview, slug: str) -> FilledForm:
    return next(form for form in interview.applications() if form.procedure.slug == slug)


def test_a_family_with_its_notice_gets_eight_applications_from_few_questions() -> None:
    interview, asked = converse(begin(known=True), everything())
    assert slugs(interview) == FAMILY_PROCEDURES
    assert interview.prompts() == len(interview.asked()) == 19
    assert not set(KNOWN) & set(asked)
    assert [one.problems for one in interview.applications()] == [()] * 8


def test_a_family_of_which_nothing_is_known_tells_each_fact_once() -> None:
    interview, asked = converse(begin(), everything())
    assert slugs(interview) == FAMILY_PROCEDURES
    assert all(one.complete for one in interview.applications())
    assert interview.prompts() == 25  # 21 facts and a prompt for each further member
    assert not {"moving.from_head", "moving.hittosha"} & set(asked)
    assert len(asked) == len(set(asked))


def test_the_conversation_begins_with_the_move_and_ends_with_the_officer() -> None:
    _, asked = converse(begin(), everything())
    assert asked[:4] == ["moving.moved_on", "moving.from", "moving.to", "members"]
    assert asked[-3:] == ["consent.public_books", "identity.document", "identity.method"]


def test_questions_to_the_officer_do_not_count() -> None:
    interview, _ = converse(begin(known=True), everything())
    assert "identity.document" in interview.answers
    assert not any(fact.startswith("identity.") for fact in interview.asked())


def test_every_box_has_its_source() -> None:
    interview, _ = converse(begin(known=True), everything())
    boxes = {box.field.name: box for box in form(interview, "child-allowance").boxes}
    assert boxes["applicant.phone"].source is Source.SAID
    assert boxes["applicant.address"].source is Source.DERIVED
    assert boxes["child.living"].source is Source.DEFAULT
    members = {box.field.name: box for box in form(interview, "moving-in").boxes}
    assert members["members"].source is Source.REGISTER
    assert all((box.value is None) == (box.source is None) for box in boxes.values())


def test_the_claimant_of_the_allowance_is_not_the_person_at_the_counter() -> None:
    interview, _ = converse(begin(), everything())
    assert form(interview, "moving-in").applicant_name == "見本 花子"
    allowance = form(interview, "child-allowance")
    assert allowance.applicant_name == "見本 太郎"
    spouse = allowance.value("child.spouse")
    assert spouse == {"name": HANAKO["name"], "birth_on": HANAKO["birth_on"]}


def test_one_application_for_each_child() -> None:
    interview, _ = converse(begin(), everything())
    forms = [one for one in interview.applications() if one.procedure.slug == "child-medical"]
    assert [one.subject for one in forms] == ["見本 一郎", "見本 桜"]
    assert [one.value("child.birth_on") for one in forms] == ["2016-07-07", "2020-12-25"]
    assert all(one.applicant_name == "見本 太郎" for one in forms)
    needed = next(one for one in interview.determinations() if one.procedure.slug == "child-medical")
    assert needed.subjects == ("見本 一郎", "見本 桜")


def test_a_family_insured_elsewhere_is_not_asked_to_join_and_tells_the_childs_insurance() -> None:
    answers = everything() | {
        "insurance.members": [],
        "pension.members": [],
        "insurance.kind": "employees",
        "insurance.insurer_number": "06139463",
        "insurance.symbol": "12・345",
        "child.pension_kind": "employees",
    }
    interview, asked = converse(begin(known=True), answers)
    assert "health-insurance-change" not in slugs(interview)
    refused = next(
        one for one in interview.determinations() if one.procedure.slug == "health-insurance-change"
    )
    assert (refused.needed, refused.reason.text("ja")) == (
        False,
        "全員がほかの健康保険に入っているので、要りません。",
    )
    assert form(interview, "child-medical").value("insurance.insurer_number") == "06139463"
    assert form(interview, "moving-in").value("flags.health_insurance") is False
    assert "insurance.symbol" in asked
    assert interview.prompts() <= 25


def test_a_single_person_is_not_asked_about_children() -> None:
    answers = everything() | {
        "members": [TARO],
        "applicant.who": "見本 太郎",
        "insurance.members": ["見本 太郎"],
        "copy.kind": "none",
    }
    interview, asked = converse(begin(), answers)
    assert slugs(interview) == ("moving-in", "health-insurance-change", "pension-insured")
    assert not any(fact.startswith(("child.", "account", "copy.show", "consent")) for fact in asked)


def test_determinations_name_rule_version_day_and_doubtful_basis() -> None:
    interview, _ = converse(begin(), everything())
    found = {one.procedure.slug: one for one in interview.determinations()}
    assert found["moving-in"].rule_version == "moving-in/v1"
    assert found["moving-in"].in_force_from == date(2026, 4, 1)
    assert str(found["moving-in"].basis[0]) == "住民基本台帳法22条"
    assert "要確認" in str(found["child-allowance"].basis[0])
    for one in found.values():
        assert all(one.reason.has(language) for language in ("ja", "ja-easy", "en"))


def test_before_anything_is_known_only_the_move_is_certain() -> None:
    found = {one.procedure.slug: one.needed for one in begin().determinations()}
    assert found.pop("moving-in") is True
    assert True not in found.values()
    assert None in found.values()
    undecided = next(one for one in begin().determinations() if one.needed is None)
    assert "まだ分かりません" in undecided.reason.text("ja")


def test_deadlines_count_from_the_day_after() -> None:
    interview, _ = converse(begin(), everything())
    assert form(interview, "moving-in").last_day() == date(2026, 4, 15)
    assert form(interview, "child-allowance").last_day() == date(2026, 4, 16)
    assert form(interview, "resident-record-copy").last_day() is None


def test_what_to_bring_is_named_once_with_what_replaces_it() -> None:
    interview, _ = converse(begin(), everything())
    things = {one.attachment.label.text("ja"): one for one in interview.to_bring()}
    assert set(things["窓口に来る方の本人確認書類"].procedures) >= {"moving-in", "resident-record-copy"}
    assert things["転出証明書"].attachment.replaced_by == "転出証明書情報の事前通知"
    assert "外国籍の方の在留カードまたは特別永住者証明書" not in things
    foreign = interview.answer("foreign.who", "some")
    assert "外国籍の方の在留カードまたは特別永住者証明書" in [
        one.attachment.label.text("ja") for one in foreign.to_bring()
    ]


def test_an_agent_is_asked_for_and_the_head_becomes_the_applicant() -> None:
    answers = everything() | {
        "applicant.who": "agent",
        "agent.name": name("代理", "次郎"),
        "agent.address": KNOWN["moving.from"],
        "agent.relation": "弟",
        "agent.mandate_seen": "letter",
    }
    interview, asked = converse(begin(), answers)
    moving = form(interview, "moving-in")
    assert moving.applicant_name == "見本 太郎"
    assert moving.value("agent.relation") == "弟"
    assert "agent.mandate_seen" in asked
    assert "agent.mandate_seen" not in interview.asked()
    assert form(interview, "resident-record-copy").value("copy.relation") == "agent"


def test_a_hidden_answer_is_kept_but_reaches_no_record() -> None:
    interview, _ = converse(begin(), everything())
    public = interview.answer("account.public", True)
    assert "account" in public.answers
    assert "account" not in form(public, "child-allowance").record()
    assert form(public.answer("account.public", False), "child-allowance").value("account") is not None


def test_a_member_who_is_gone_is_no_longer_an_answer() -> None:
    interview, _ = converse(begin(), everything())
    alone = interview.answer("members", [HANAKO | {"relation": "世帯主"}])
    open_now = [one.fact for one in alone.questions() if one.answer is None and one.field.required]
    assert open_now == ["moving.hittosha", "insurance.members", "pension.members"]
    assert slugs(alone) == ("moving-in", "resident-record-copy")
    assert form(alone, "moving-in").value("moving.to_head") == HANAKO["name"]


def test_joining_a_household_the_head_is_asked_for() -> None:
    child = person("三郎", "サブロウ", "2000-01-01", "male", "子")
    asked = [one.fact for one in begin().answer("members", [child]).questions()]
    assert "moving.to_head" in asked
    assert "moving.to_head" not in [one.fact for one in begin().answer("members", FAMILY).questions()]


def test_a_foreign_family_shows_its_cards_and_has_no_honseki() -> None:
    card = {
        "name": TARO["name"],
        "nationality": "ネパール",
        "category": "mid-long-term",
        "status": "技術・人文知識・国際業務",
        "expires_on": "2028-04-01",
        "card_number": "AB12345678CD",
    }
    answers = everything() | {"foreign.who": "all", "foreign.people": [card]}
    interview, asked = converse(begin(), answers)
    assert "moving.honseki" not in asked
    assert form(interview, "moving-in").value("foreign.people") == [card]


def test_optional_questions_are_offered_but_never_next() -> None:
    interview, _ = converse(begin(), everything())
    offered = {one.fact: one for one in interview.questions()}
    assert offered["child.elsewhere"].answer is None
    assert offered["copy.count"].answer == Answer(1, Source.DEFAULT)
    assert form(interview.answer("copy.count", "３"), "resident-record-copy").value("copy.count") == 3


def test_an_optional_answer_can_be_emptied_again() -> None:
    interview, _ = converse(begin(), everything())
    told = interview.answer("copy.purpose", "車の登録")
    assert form(told, "resident-record-copy").value("copy.purpose") == "車の登録"
    assert "copy.purpose" not in told.answer("copy.purpose", "").answers


def test_a_question_knows_its_heading_and_its_options() -> None:
    question = next(one for one in begin(known=True).questions() if one.fact == "applicant.who")
    assert question.section.text("ja") == "届け出る方"
    assert [one.value for one in question.field.options] == [*EVERYBODY, "agent"]
    copies = next(one for one in begin().questions() if one.fact == "copy.kind")
    assert copies.section.text("en") == "Request for a copy of the resident record"


def test_an_interview_is_a_value() -> None:
    interview = begin()
    after = interview.answer("moving.moved_on", "2026-04-01")
    assert interview.answers == {}
    assert after.forget("moving.moved_on").answers == {}
    with pytest.raises(TypeError):
        after.answers["moving.moved_on"] = Answer("x", Source.SAID)  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        after.on = ON  # type: ignore[misc]


def test_answers_stay_out_of_logs() -> None:
    interview, _ = converse(begin(), everything())
    text = repr(interview) + repr(interview.applications()) + repr(interview.questions())
    # Names of the family are options to choose from; nothing else that was told is in there.
    for told in ("090-9999-9999", "1234567", "千代田", "1985-05-01", "ミホン"):
        assert told not in text


def test_a_conversation_goes_on_from_its_json() -> None:
    interview, _ = converse(begin(known=True), everything())
    half = interview.forget("account").answer("copy.show", [])
    data = json.loads(json.dumps(half.to_json(), ensure_ascii=False))
    again = Interview.from_json(load_catalogue(), data)
    assert again.to_json() == data
    assert [one.record() for one in again.applications()] == [one.record() for one in half.applications()]


def test_an_answer_that_no_longer_fits_survives_the_json() -> None:
    interview, _ = converse(begin(), everything())
    alone = interview.answer("members", [TARO])
    again = Interview.from_json(load_catalogue(), alone.to_json())
    assert again.answers == alone.answers
    assert slugs(again) == slugs(alone)


def test_gone_on_with_the_next_day_it_is_filed_that_day() -> None:
    interview, _ = converse(begin(), everything())
    assert form(interview.as_of(date(2026, 4, 11)), "moving-in").value("filed_on") == "2026-04-11"


def test_records_round_trip_through_the_kinds() -> None:
    interview, _ = converse(begin(), everything())
    for one in interview.applications():
        again = FilledForm.of(one.procedure, one.record(), one.sources())
        assert again.record() == one.record()
        assert again.sources() == one.sources()
        assert (again.subject, again.applicant_name) == (one.subject, one.applicant_name)
        assert again.complete


def test_procedures_not_yet_in_force_are_not_offered() -> None:
    assert begin(on=date(2026, 3, 31)).determinations() == ()


def test_an_unknown_event_is_refused_by_name() -> None:
    with pytest.raises(UnknownProcedure, match="move-inn"):
        Interview.begin(load_catalogue(), "move-inn", ON)


@pytest.mark.parametrize(
    ("fact", "raw"),
    [
        ("moving.moved_on", "2026-04-11"),
        ("moving.moved_on", 20260401),
        ("moving.moved_on", "あした"),
        ("moving.moved_on", ""),
        ("moving.honseki", "東京都\x00"),
        ("moving.honseki", "東京都\u202e千代田区"),
        ("moving.honseki", "東" * 81),
        ("moving.honseki", "東" * 1_000_000),
        ("moving.honseki", "\ud800"),
        ("moving.from", "東京都"),
        ("moving.from", {"prefecture": "東京都", "zip": "1"}),
        ("moving.from", {"prefecture": 1}),
        ("members", "太郎"),
        ("members", []),
        ("members", [TARO] * 31),
        ("members", [TARO | {"admin": True}]),
        ("members", [TARO | {"birth_on": "2027-01-01"}]),
        ("members", [TARO | {"relation": "親分"}]),
        ("members", [{**TARO, "name": name("見本", "太郎")}]),
        ("members", [{**TARO, "my_number": "123456789012"}]),
        ("members", [[[[[[]]]]]]),
        ("foreign.who", "maybe"),
        ("copy.show", ["relation", "salary"]),
        ("copy.show", "relation"),
        ("copy.show", ["relation"] * 51),
        ("copy.count", 0),
        ("copy.count", 21),
        ("copy.count", True),
        ("copy.count", "9" * 30),
        ("child.custody", "たぶん"),
        ("consent.public_books", False),
        ("contact.phone", "123"),
        ("account", {"bank_code": "9999"}),
        ("no.such.fact", "x"),
        ("children", FAMILY),
        ("filing.filed_on", "2020-01-01"),
        ("", ""),
    ],
)
def test_hostile_answers_are_refused_by_the_facts_name(fact: str, raw: Any) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        begin().answer(fact, raw)
    assert refused.value.fact == fact
    assert refused.value.message.endswith(("。", "？"))


def test_a_very_deep_answer_is_refused() -> None:
    deep: Any = {}
    for _ in range(5000):
        deep = {"name": deep}
    with pytest.raises(InvalidAnswer):
        begin().answer("members", [deep])
    with pytest.raises(InvalidAnswer):
        begin().answer("moving.from", deep)


def test_nobody_but_a_member_can_be_chosen_once_members_are_known() -> None:
    assert "applicant.who" in begin().answer("applicant.who", "他人 太郎").answers
    with pytest.raises(InvalidAnswer):
        begin(known=True).answer("applicant.who", "他人 太郎")


def test_sources_found_by_the_interview_cannot_be_claimed() -> None:
    with pytest.raises(InvalidAnswer):
        begin().answer("foreign.who", "none", Source.DERIVED)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"event": "move-in", "on": "2026-04-10"},
        {"event": "move-in", "on": "10.4.2026", "answers": {}},
        {"event": "move-in", "on": "2026-04-10", "answers": []},
        {"event": "move-in", "on": "2026-04-10", "answers": {"foreign.who": "none"}},
        {
            "event": "move-in",
            "on": "2026-04-10",
            "answers": {"foreign.who": {"value": "none", "source": "god"}},
        },
        {"event": "move-in", "on": "2026-04-10", "answers": {"nope": {"value": "none", "source": "said"}}},
        {"event": "move-in", "on": "2026-04-10", "answers": {f"x{n}": {} for n in range(501)}},
    ],
)
def test_a_broken_record_of_a_conversation_is_refused(data: Any) -> None:
    with pytest.raises(InvalidAnswer):
        Interview.from_json(load_catalogue(), data)


def test_a_form_from_paper_keeps_only_fields_it_has() -> None:
    procedure = load_catalogue().procedure("resident-record-copy")
    record = {"applicant.name": TARO["name"], "copy.kind": "世帯全員の写し", "copy.count": "２"}
    filled = FilledForm.of(procedure, record, Source.SAID)
    assert filled.value("copy.kind") == "household"
    assert filled.value("copy.count") == 2
    assert not filled.complete
    assert "identity.document" in [problem.field for problem in filled.problems]
    assert not any(box.field.name.startswith("agent.") for box in filled.boxes)
    with pytest.raises(InvalidAnswer, match="様式にありません"):
        FilledForm.of(procedure, {"copy.colour": "red"}, Source.SAID)
    with pytest.raises(InvalidAnswer) as refused:
        FilledForm.of(procedure, {"copy.count": "たくさん"}, Source.SAID)
    assert refused.value.fact == "copy.count"


def test_the_answers_used_here_are_all_asked() -> None:
    _, asked = converse(begin(), everything())
    follow_from_the_family = {"moving.from_head", "moving.hittosha"}
    assert set(asked) == set(ALL) - follow_from_the_family
