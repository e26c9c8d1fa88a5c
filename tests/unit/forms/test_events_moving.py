"""Moving within the city, moving out, marriage and divorce, and seals at 転入: what each household gets."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from forms.answers import Answer, Source
from forms.catalogue import PACKAGED, load_catalogue
from forms.filled import FilledForm
from forms.interview import Interview
from forms.kinds import kind
from forms.rendering.sheet import sheet_of
from tests.support.family import TARO, begin, converse, everything, name, person

EXAMPLES = PACKAGED / "life_events/examples"
AGENT: dict[str, Any] = {
    "applicant.who": "agent",
    "agent.name": name("代理", "次郎", "ダイリ", "ジロウ"),
    "agent.address": {"prefecture": "見本県", "city": "みほん市", "town": "本町", "block": "5-6"},
    "agent.relation": "弟",
    "agent.mandate_seen": "letter",
}


def answers_of(household: str) -> tuple[Interview, dict[str, Any]]:
    """An interview that knows what the register tells of an example household, and what is still told."""
    data = json.loads((EXAMPLES / f"{household}.json").read_text(encoding="utf-8"))
    known, told = {}, {}
    for fact, answer in data["answers"].items():
        if isinstance(answer, dict) and set(answer) == {"value", "source"}:
            known[fact] = Answer(answer["value"], Source(answer["source"]))
        else:
            told[fact] = answer
    event = household.rpartition("-")[0]
    return Interview.begin(load_catalogue(), event, date.fromisoformat(data["on"]), known), told


def converse_with(household: str, changes: dict[str, Any] | None = None) -> tuple[Interview, list[str]]:
    """The whole conversation of an example household, some of its answers changed."""
    interview, told = answers_of(household)
    return converse(interview, {**told, **(changes or {})})


def filed(interview: Interview) -> list[str]:
    """Every application: its procedure, and the person it is for where there is one for each of several."""
    return [
        f"{one.procedure.slug} {one.subject}" if one.procedure.for_each else one.procedure.slug
        for one in interview.applications()
    ]


def form(interview: Interview, slug: str) -> FilledForm:
    return next(one for one in interview.applications() if one.procedure.slug == slug)


def reason(interview: Interview, slug: str) -> tuple[bool | None, str]:
    found = next(one for one in interview.determinations() if one.procedure.slug == slug)
    return found.needed, found.reason.text("ja")


def brought(interview: Interview) -> list[str]:
    return [one.attachment.label.text("ja") for one in interview.to_bring()]


HOUSEHOLDS = {
    "move-within-family": (
        [
            "moving-within", "resident-record-copy", "health-insurance-change", "child-medical 見本 一郎",
            "child-medical 見本 桜", "school-enrolment 見本 一郎",
        ],
        12,
    ),
    "move-within-alone": (["moving-within"], 8),
    "move-out-family": (
        [
            "moving-out", "seal-cancellation 見本 太郎", "seal-cancellation 見本 花子",
            "health-insurance-change", "child-allowance-change",
        ],
        10,
    ),
    "move-out-abroad": (["moving-out", "seal-cancellation 見本 太郎"], 9),
    "marriage-couple": (
        [
            "household-change", "resident-record-copy", "seal-registration 見本 花子",
            "family-register-certificate", "health-insurance-change",
        ],
        16,
    ),
    "marriage-divorce": (
        ["household-change", "health-insurance-change", "child-allowance", "single-parent-allowance"],
        22,
    ),
}  # fmt: skip


@pytest.mark.parametrize("household", HOUSEHOLDS)
def test_each_household_files_what_it_needs_from_few_questions(household: str) -> None:
    interview, asked = converse_with(household)
    applications, questions = HOUSEHOLDS[household]
    assert filed(interview) == applications
    assert interview.prompts() == questions
    assert len(asked) == len(set(asked))
    assert [one.problems for one in interview.applications()] == [()] * len(applications)
    assert {one.needed for one in interview.determinations()} <= {True, False}


def test_every_example_household_of_these_events_is_looked_at() -> None:
    files = {path.stem for path in EXAMPLES.glob("*.json")}
    assert {one for one in files if one.startswith(("move-within", "move-out", "marriage"))} == set(
        HOUSEHOLDS
    )


# 転居


def test_a_person_alone_hears_why_the_rest_is_not_needed() -> None:
    interview, _ = converse_with("move-within-alone")
    assert reason(interview, "moving-within") == (True, "市の中で引っ越したので、転居届が必要です。")
    assert reason(interview, "health-insurance-change") == (
        False,
        "国民健康保険に入っている方がいないので、要りません。",
    )
    assert reason(interview, "child-medical") == (False, "18歳までのお子さんがいないので、要りません。")


def test_the_address_of_a_childs_certificate_changes_without_account_or_insurance() -> None:
    interview, asked = converse_with("move-within-family")
    medical = form(interview, "child-medical")
    assert medical.value("medical.reason") == "moving-within"
    assert medical.value("applicant.name") == TARO["name"]
    assert not {"account.public", "insurance.kind", "consent.public_books"} & set(asked)
    assert "お子さんの子ども医療費受給者証（医療証）" in brought(interview)


def test_child_allowance_is_claimed_anew_only_where_another_parent_receives_it() -> None:
    interview, _ = converse_with("move-within-family")
    assert reason(interview, "child-allowance") == (
        False,
        "児童手当を受ける方は変わらないので、要りません。住所は住民票で変わります。",
    )
    moved = {
        "child.claimant_changes": True, "pension.members": [], "child.pension_kind": "employees",
        "child.custody": True, "child.january_same": True, "account.public": True,
        "consent.public_books": True,
    }  # fmt: skip
    changed, asked = converse_with("move-within-family", moved)
    allowance = form(changed, "child-allowance")
    assert allowance.value("child.reason") == "claimant-changed"
    assert allowance.value("child.occurred_on") == "2026-04-01"
    assert allowance.complete
    assert "account.public" in asked


def test_joining_a_household_in_the_city_the_head_is_asked_for() -> None:
    interview, told = answers_of("move-within-alone")
    child = person("三郎", "サブロウ", "2000-01-01", "male", "子")
    interview = interview.answer("members", [child], Source.REGISTER)
    answers = {**told, "applicant.who": "見本 三郎", "moving.to_head": name("大家", "主")}
    interview, asked = converse(interview, answers)
    assert "moving.to_head" in asked
    assert form(interview, "moving-within").value("moving.to_head") == name("大家", "主")


def test_foreign_nationals_show_their_cards_and_nobody_is_asked_for_the_family_register() -> None:
    card = {
        "name": TARO["name"], "nationality": "ネパール", "category": "mid-long-term", "status": "家族滞在",
    }  # fmt: skip
    changes = {"foreign.who": "all", "foreign.people": [card]}
    interview, asked = converse_with("move-within-alone", changes)
    assert form(interview, "moving-within").value("foreign.people") == [card]
    assert "外国籍の方の在留カードまたは特別永住者証明書" in brought(interview)
    assert not {"moving.honseki", "moving.hittosha", "moving.resident_code"} & set(asked)


def test_the_notice_of_a_move_within_the_city_is_due_in_fourteen_days() -> None:
    interview, _ = converse_with("move-within-family")
    moving = form(interview, "moving-within")
    assert moving.last_day() == date(2026, 4, 15)
    deadline = moving.procedure.deadline
    assert deadline is not None
    assert deadline.roll == "next-open-day"
    assert [str(basis) for basis in moving.procedure.basis] == ["住民基本台帳法23条"]


# 転出


def test_moving_out_is_notified_before_the_day_and_one_date_serves_all() -> None:
    interview, asked = converse_with("move-out-family")
    moving = form(interview, "moving-out")
    assert moving.value("moving.leaving_on") == "2026-04-20"
    assert moving.last_day() == date(2026, 4, 20)
    insurance = form(interview, "health-insurance-change")
    assert insurance.value("insurance.changed_on") == "2026-04-20"
    assert (insurance.value("insurance.change"), insurance.value("insurance.reason")) == (
        "lose",
        "moving-out",
    )
    assert not {"moving.moved_on", "moving.to", "insurance.changed_on"} & set(asked)


def test_abroad_there_is_a_country_and_no_address_or_certificate() -> None:
    interview, asked = converse_with("move-out-abroad")
    moving = form(interview, "moving-out")
    assert moving.value("moving.country") == "カナダ・バンクーバー"
    assert not {"moving.destination", "moving.certificate"} & {*asked, *moving.record()}


def test_each_holder_of_a_seal_has_a_form_and_one_holder_a_number() -> None:
    both, _ = converse_with("move-out-family")
    assert "seal.cancel_number" not in {one.fact for one in both.questions()}
    assert {
        one.value("seal.cancel_reason") for one in both.applications() if one.value("seal.cancel_reason")
    } == {"moving-out"}
    alone, _ = converse_with("move-out-abroad")
    numbered = alone.answer("seal.cancel_number", "0000012345")
    assert form(numbered, "seal-cancellation").value("seal.cancel_number") == "0000012345"
    nobody, _ = converse_with("move-out-abroad", {"seal.holder_names": []})
    assert filed(nobody) == ["moving-out"]
    assert reason(nobody, "seal-cancellation") == (False, "印鑑登録をしている方がいないので、要りません。")


def test_an_agent_for_moving_out_brings_a_letter_of_authority() -> None:
    interview, _ = converse_with("move-out-family", AGENT)
    assert "委任状" in brought(interview)
    moving = form(interview, "moving-out")
    assert moving.applicant_name == "見本 太郎"
    assert moving.value("agent.name") == AGENT["agent.name"]
    assert "agent.mandate_seen" not in interview.asked()
    assert "委任状" not in brought(converse_with("move-out-family")[0])


# 婚姻・離婚


def test_a_marriage_that_changes_nothing_needs_nothing() -> None:
    nothing = {
        "marriage.renamed": [], "household.change": "none", "insurance.change": "none", "koseki.kind": "none",
        "copy.kind": "none",
    }  # fmt: skip
    interview, asked = converse_with("marriage-couple", nothing)
    assert filed(interview) == []
    assert {
        needed for needed, _ in (reason(interview, one.procedure.slug) for one in interview.determinations())
    } == {False}
    assert not {"seal.names", "marriage.insured", "koseki.honseki", "marriage.on", "applicant.who"} & set(
        asked
    )


def test_only_people_with_a_new_name_may_register_a_seal_after_a_marriage() -> None:
    interview, _ = converse_with("marriage-couple")
    seal = next(one for one in interview.questions() if one.fact == "seal.names")
    assert [option.value for option in seal.field.options] == ["見本 花子"]
    assert seal.field.question.text("ja") == "新しい氏で印鑑登録をする方は、どなたですか。"


def test_the_household_changes_on_the_day_of_the_marriage() -> None:
    interview, _ = converse_with("marriage-couple")
    household = form(interview, "household-change")
    assert household.value("household.change") == "merge"
    assert household.value("household.changed_on") == "2026-04-05"
    assert household.value("household.to_head") == TARO["name"]
    assert household.last_day() == date(2026, 4, 19)


def test_a_divorce_without_children_says_nothing_about_children() -> None:
    alone = person("花子", "ハナコ", "1988-02-03", "female", "世帯主")
    interview, told = answers_of("marriage-divorce")
    interview = interview.answer("members", [alone], Source.REGISTER)
    changes = {
        "applicant.who": "見本 花子", "marriage.renamed": [], "marriage.insured": ["見本 花子"],
    }  # fmt: skip
    interview, asked = converse(interview, {**told, **changes})
    assert filed(interview) == ["household-change", "health-insurance-change"]
    assert not any(fact.startswith(("child", "single", "account")) for fact in asked)


# 戸籍・税・住民票：広域交付と第三者


def test_an_agent_cannot_have_the_register_of_another_municipality() -> None:
    changes = {**AGENT, "koseki.wide": True}
    interview, asked = converse_with("marriage-couple", changes)
    needed, why = reason(interview, "family-register-certificate")
    assert needed is False
    assert "代理の方ではほかの市区町村の戸籍を請求できない" in why
    assert "koseki.honseki" not in asked
    here, _ = converse_with("marriage-couple", AGENT)
    assert form(here, "family-register-certificate").complete


@pytest.mark.parametrize(("document", "taken"), [("passport", True), ("certificate", False), ("none", False)])
def test_the_register_of_another_municipality_needs_photo_identification(document: str, taken: bool) -> None:
    changes = {"koseki.wide": True, "identity.document": document, "seal.method": "inquiry"}
    interview, _ = converse_with("marriage-couple", changes)
    asking = form(interview, "family-register-certificate")
    assert asking.complete is taken
    assert "窓口に来る方の顔写真付きの本人確認書類（本籍がほかの市区町村のとき）" in brought(interview)
    if not taken:
        assert [problem.field for problem in asking.problems] == ["identity.document"]
        assert "顔写真付きの本人確認書類が要ります" in asking.problems[0].message


@pytest.mark.parametrize(
    ("slug", "example", "relation", "purpose"),
    [
        ("resident-record-copy", "third-party", "copy.relation", "copy.purpose"),
        ("family-register-certificate", "third-party", "koseki.relation", "koseki.purpose"),
        ("tax-certificate", "third-party", "tax.relation", "tax.purpose"),
    ],
)
def test_only_third_parties_have_to_say_what_for(
    slug: str, example: str, relation: str, purpose: str
) -> None:
    procedure = load_catalogue().procedure(slug)
    record = json.loads(_example(slug, example).read_text(encoding="utf-8"))
    assert FilledForm.of(procedure, record, Source.SAID).complete
    del record[purpose]
    silent = FilledForm.of(procedure, record, Source.SAID)
    assert [problem.field for problem in silent.problems] == [purpose]
    assert silent.problems[0].message.startswith("第三者の方の")
    family = "self" if relation == "koseki.relation" else "household"
    assert FilledForm.of(procedure, {**record, relation: family}, Source.SAID).complete


def _example(slug: str, example: str) -> Path:
    return PACKAGED / f"procedures/{slug}/v1/examples/{example}.json"


def test_days_of_the_family_register_are_told_in_eras() -> None:
    record = json.loads(_example("family-register-certificate", "part-agent").read_text(encoding="utf-8"))
    filled = FilledForm.of(load_catalogue().procedure("family-register-certificate"), record, Source.SAID)
    people = next(box for box in filled.boxes if box.field.name == "koseki.people")
    assert "昭和63年2月3日" in kind("people").show(people.field, people.value, "ja")


# 印鑑登録


def two_seals(**changes: Any) -> Interview:
    answers = everything() | {
        "seal.names": ["見本 太郎", "見本 花子"],
        "seal.impression": "sheet",
        "seal.mandate_seen": "letter",
        **{fact.replace("__", "."): value for fact, value in changes.items()},
    }
    return converse(begin(known=True), answers)[0]


def test_whoever_is_here_registers_at_once_and_the_other_by_letter() -> None:
    forms = {
        one.subject: one for one in two_seals().applications() if one.procedure.slug == "seal-registration"
    }
    here, away = forms["見本 花子"], forms["見本 太郎"]
    assert (here.value("seal.method"), away.value("seal.method")) == ("same-day", "inquiry")
    assert (here.value("agent.name"), away.value("agent.name")) == (None, here.value("applicant.name"))
    assert away.value("agent.mandate_seen") == "letter"
    assert here.complete
    assert away.complete
    assert "委任状" in brought(two_seals())


def test_without_photo_identification_the_officer_says_how_and_a_guarantor_is_asked_for() -> None:
    guarantor = {
        "seal__method": "guarantor", "identity__document": "certificate", "identity__method": "two",
        "seal__names": ["見本 花子"], "seal__guarantor_name": name("保証", "一枝", "ホショウ", "カズエ"),
        "seal__guarantor_birth_on": "1970-03-03", "seal__guarantor_address": AGENT["agent.address"],
        "seal__guarantor_number": "0000054321",
    }  # fmt: skip
    interview = two_seals(**guarantor)
    assert form(interview, "seal-registration").value("seal.guarantor_number") == "0000054321"
    assert "保証人の印鑑登録証明書と、登録した印鑑" in brought(interview)
    assert "seal.method" not in interview.asked()
    assert not any(one.startswith("seal.guarantor") for one in two_seals().asked())


def test_the_impression_stays_physical() -> None:
    procedure = load_catalogue().procedure("seal-registration")
    sheet = sheet_of(procedure)
    squares = [frame for frame in sheet.frames if frame.look == "border" and frame.rect.width == 30.0]
    assert len(squares) == 1
    assert "登録する印鑑" in brought(two_seals())
    assert form(two_seals(), "seal-registration").value("seal.impression") == "sheet"


def test_children_under_fifteen_are_not_offered_a_seal() -> None:
    question = next(one for one in begin(known=True).questions() if one.fact == "seal.names")
    assert [option.value for option in question.field.options] == ["見本 太郎", "見本 花子"]


def test_a_certificate_of_the_new_seal_is_offered_not_asked_for() -> None:
    alone = two_seals(seal__names=["見本 花子"])
    assert reason(alone, "seal-certificate")[0] is False
    offered = next(one for one in alone.questions() if one.fact == "seal.copies")
    assert offered.answer == Answer(0, Source.DEFAULT)
    wanted = alone.answer("seal.copies", 2)
    question = wanted.next_question()
    assert question is not None
    assert (question.fact, question.field.asked_of) == ("seal.card_number", "officer")
    certificate = form(wanted.answer("seal.card_number", "0000012345"), "seal-certificate")
    assert certificate.complete
    assert certificate.value("holder.name") == alone.answers["members"].value[1]["name"]  # type: ignore[index,call-overload]
    assert "印鑑登録証（カード）" not in brought(wanted)


def test_within_the_city_the_certificate_needs_the_card_that_exists() -> None:
    interview, _ = converse_with("move-within-family")
    wanted = interview.answer("seal.copies", 1)
    assert wanted.next_question().fact == "seal.certificate_for"  # type: ignore[union-attr]
    told = wanted.answer("seal.certificate_for", "見本 太郎").answer("seal.card_number", "0000012345")
    assert form(told, "seal-certificate").value("holder.name") == TARO["name"]
    assert "印鑑登録証（カード）" in brought(told)
