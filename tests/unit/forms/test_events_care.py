"""Care, disability, dogs, water, nursery and school: what each household gets, is asked, and is told."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from forms.catalogue import PACKAGED, load_catalogue
from forms.filled import FilledForm
from forms.interview import Interview, InvalidAnswer, Source
from tests.support.family import FROM, HANAKO, ICHIRO, SAKURA, TARO, TO, begin, converse, everything, name
from tests.support.households import determined, filed, form, hold, to_bring

MINE = (
    "care-certification", "care-card-reissue", "disability-handbook", "nursery-application",
    "school-enrolment", "dog-registration", "water-service",
)  # fmt: skip
HARU: dict[str, Any] = {
    "name": name("見本", "春", "ミホン", "ハル"),
    "birth_on": "1942-03-03",
    "sex": "female",
    "relation": "母",
}
TRANSFER = {"who": "見本 春", "number": "0000123456", "level": "care-3", "valid_until": "2026-09-30"}
CERTIFIED_TARO = {**TARO, "birth_on": "1974-05-01"}
DOG = {"name": "ポチ", "breed": "柴犬", "colour": "茶", "sex": "male", "born": "令和3年頃"}


def test_the_acceptance_family_gets_at_least_eight_applications_from_at_most_25_questions() -> None:
    interview, asked = hold("move-in", "dog-and-care")
    assert filed(interview) == [
        "moving-in",
        "resident-record-copy",
        "health-insurance-change",
        "pension-insured 見本 太郎",
        "child-allowance",
        "child-medical 見本 一郎",
        "child-medical 見本 桜",
        "care-certification 見本 太郎",
        "school-enrolment 見本 一郎",
        "dog-registration ポチ",
        "water-service",
    ]
    assert len(interview.applications()) >= 8
    assert interview.prompts() == 21
    assert interview.prompts() <= 25
    assert len(asked) == len(set(asked))
    assert all(one.complete for one in interview.applications())


def test_daily_life_is_one_question_and_nothing_chosen_asks_nothing_more() -> None:
    _, asked = converse(begin(known=True), everything())
    assert asked.count("life.services") == 1
    assert not any(fact.startswith(("dog", "water.", "nursery.", "disability.", "moped.")) for fact in asked)
    nothing, _ = converse(begin(known=True), everything())
    for slug in ("dog-registration", "water-service", "nursery-application", "disability-handbook"):
        assert determined(nothing, slug).needed is False
        assert determined(nothing, slug).reason.text("ja").endswith(("要りません。", "届け出ません。"))


def test_moving_in_a_certification_is_taken_over_with_what_the_certificate_says() -> None:
    interview, asked = hold("move-in", "dog-and-care")
    taken = form(interview, "care-certification").record()
    assert (taken["care.application"], taken["certification.level"]) == ("transfer", "care-2")
    assert (taken["certification.number"], taken["certification.disease"]) == ("0000123456", "脳血管疾患")
    assert taken["care.insurer"] == "国民健康保険"
    assert "care.insurance_symbol" not in taken
    assert form(interview, "care-certification").last_day() == date(2026, 4, 15)
    assert not {"care.doctor", "care.survey_place", "care.disease", "care.insurer"} & set(asked)
    assert "care.transfers" not in interview.asked()
    assert "entitlement-certificate" in to_bring(interview, "care-certification")


def test_two_certified_people_each_keep_their_own_level() -> None:
    father = {**HARU, "name": name("見本", "秋", "ミホン", "アキ"), "sex": "male", "relation": "父"}
    answers = everything() | {
        "members": [TARO, father, HARU],
        "applicant.who": "見本 太郎",
        "insurance.members": ["見本 太郎"],
        "care.members": ["見本 秋", "見本 春"],
        "care.transfers": [TRANSFER, {**TRANSFER, "who": "見本 秋", "level": "support-1"}],
        "care.consent": True,
        "copy.kind": "none",
    }
    interview, _ = converse(begin(), answers)
    levels = {
        one.subject: one.value("certification.level")
        for one in interview.applications()
        if one.procedure.slug == "care-certification"
    }
    assert levels == {"見本 秋": "support-1", "見本 春": "care-3"}
    gone = interview.answer("care.members", ["見本 春"])
    question = gone.next_question()
    assert question is not None
    assert question.fact == "care.transfers"  # a row about somebody who is no longer concerned fits no more


def test_a_row_names_only_the_people_concerned() -> None:
    question = next(
        one for one in hold("move-in", "dog-and-care")[0].questions() if one.fact == "care.transfers"
    )
    who = question.field.fields[0]
    assert [option.value for option in who.options] == ["見本 太郎"]
    with pytest.raises(InvalidAnswer):
        hold("move-in", "dog-and-care", care__transfers=[{**TRANSFER, "who": "見本 花子"}])


def test_a_daughter_in_law_asks_for_a_first_certification_and_a_new_card() -> None:
    interview, asked = hold("care", "parent")
    assert asked[0] == "care.wishes"
    assert filed(interview) == ["care-certification 見本 春", "care-card-reissue 見本 春"]
    assert interview.prompts() == 14
    record = form(interview, "care-certification").record()
    assert record["certification.number"] == form(interview, "care-card-reissue").value("care.card_number")
    assert not {"certification.level", "care.insurer", "certification.disease"} & set(record)
    assert form(interview, "care-certification").last_day() is None
    assert "care-card" in to_bring(interview, "care-certification")


def test_a_card_alone_needs_no_number_and_no_certification() -> None:
    interview, asked = hold("care", "parent", care__wishes=["card"])
    assert filed(interview) == ["care-card-reissue 見本 春"]
    assert "care.number" not in asked
    assert form(interview, "care-card-reissue").complete
    refused = determined(interview, "care-certification")
    assert (refused.needed, refused.reason.text("ja")) == (
        False,
        "認定の申請をご希望でないか、40歳になっておられないので、要りません。",
    )


def test_up_to_64_the_insurer_and_the_illness_are_asked() -> None:
    interview, asked = hold("care", "second")
    assert {"care.insurer", "care.insurance_symbol", "care.disease"} <= set(asked)
    assert "care.number" not in asked  # nobody below 65 has a card before the first certification
    assert form(interview, "care-certification").value("certification.disease") == "関節リウマチ"
    national, asked = hold("care", "second", care__insurer="国民健康保険")
    assert "care.insurance_symbol" not in asked
    assert form(national, "care-certification").complete


def test_a_changed_condition_is_told_in_words() -> None:
    interview, asked = hold(
        "care",
        "parent",
        care__application="change",
        care__level="care-1",
        care__valid_until="令和8年12月31日",
        care__change_reason="転んで歩けなくなった。",
        care__survey_place="hospital",
        care__survey_at="みほん病院 301号室",
    )
    record = form(interview, "care-certification").record()
    assert record["care.change_reason"] == "転んで歩けなくなった。"
    assert record["care.survey_at"] == "みほん病院 301号室"
    assert {"care.level", "care.valid_until"} <= set(asked)


def test_a_care_manager_submits_for_a_person() -> None:
    interview, _ = hold(
        "care",
        "parent",
        applicant__who="agent",
        agent__name=name("支援", "一子"),
        agent__address=TO,
        agent__relation="担当ケアマネジャー",
        agent__mandate_seen="letter",
        care__submitter="care-manager",
        care__submitter_office="みほん居宅介護支援事業所",
    )
    certification = form(interview, "care-certification")
    assert certification.complete
    assert certification.value("care.submitter_office") == "みほん居宅介護支援事業所"
    assert "mandate" in to_bring(interview, "care-certification")


def test_below_40_no_certification_is_applied_for() -> None:
    interview, _ = hold("care", "child-handbook", care__wishes=["certification", "handbook"])
    assert filed(interview) == ["disability-handbook 見本 桜"]


def test_a_childs_guardian_stands_on_the_disability_application() -> None:
    interview, asked = hold("care", "child-handbook")
    record = form(interview, "disability-handbook").record()
    assert record["guardian.name"] == record["applicant.name"] == TARO["name"]
    assert (record["handbook.name"], record["handbook.grade"]) == ("聴覚障害", "4")
    assert "disability.name" in asked
    assert "disability.name" not in interview.asked()  # copied from the doctor's certificate
    assert to_bring(interview, "disability-handbook")[:3] == ["medical-certificate", "photograph", "handbook"]
    grown, _ = hold("care", "second")
    assert "guardian.name" not in form(grown, "disability-handbook").record()
    assert "handbook.number" not in form(grown, "disability-handbook").record()


def test_letters_and_tax_go_with_the_care_visit() -> None:
    interview, _ = hold("care", "letters-and-tax")
    assert filed(interview) == ["tax-certificate", "care-card-reissue 見本 春", "late-elderly-change 見本 春"]


def test_moving_in_with_a_handbook_changes_its_address() -> None:
    answers = everything() | {
        "life.services": ["handbook"],
        "disability.members": ["見本 花子"],
        "disability.handbooks": [
            {"who": "見本 花子", "number": "東京都 第1号", "name": "右上肢機能障害", "grade": "4"}
        ],
    }
    interview, _ = converse(begin(known=True), answers)
    record = form(interview, "disability-handbook").record()
    assert record["disability.request"] == "address"
    assert record["holder.address_before"] == {**FROM, "building": ""}
    assert to_bring(interview, "disability-handbook")[0] == "handbook"


def test_each_dog_has_an_application_of_its_own() -> None:
    dogs = [{**DOG, "tag_number": "第1号"}, {**DOG, "name": "こむぎ"}]
    interview, _ = hold("move-in", "dog-and-care", dogs=dogs)
    forms = [one for one in interview.applications() if one.procedure.slug == "dog-registration"]
    assert [(one.subject, one.value("dog.request")) for one in forms] == [
        ("ポチ", "change"),
        ("こむぎ", "new"),
    ]
    assert determined(interview, "dog-registration").subjects == ("ポチ", "こむぎ")
    assert forms[0].last_day() == date(2026, 5, 1)
    again = FilledForm.of(forms[0].procedure, forms[0].record(), Source.PAPER)
    assert (again.subject, again.record()) == ("ポチ", forms[0].record())


@pytest.mark.parametrize(
    "dogs", [[], [DOG] * 11, [{**DOG, "sex": "cat"}], [{**DOG, "chip_number": "12"}], "犬"]
)
def test_hostile_dogs_are_refused(dogs: Any) -> None:
    with pytest.raises(InvalidAnswer) as refused:
        begin().answer("dogs", dogs)
    assert refused.value.fact == "dogs"


@pytest.mark.parametrize(
    ("born", "grade", "before"),
    [
        ("2020-04-01", "p1", "school.primary_before"),
        ("2020-04-02", None, None),
        ("2014-04-02", "p6", "school.primary_before"),
        ("2014-04-01", "s1", "school.secondary_before"),
        ("2011-04-02", "s3", "school.secondary_before"),
        ("2011-04-01", None, None),
    ],
)
def test_the_school_year_follows_from_the_date_of_birth(born: str, grade: str | None, before: str) -> None:
    answers = everything() | {
        "members": [TARO, HANAKO, {**ICHIRO, "birth_on": born}],
        "insurance.members": ["見本 太郎"],
        "school.secondary_before": "千代田区立見本中学校",
        "insurance.kind": "employees",
        "insurance.insurer_number": "06139463",
        "insurance.symbol": "1・2",
        "child.pension_kind": "national",
    }
    interview, asked = converse(begin(), answers)
    if grade is None:
        assert determined(interview, "school-enrolment").needed is False
    else:
        school = form(interview, "school-enrolment")
        assert (school.value("school.grade"), school.value("school.before")) == (grade, answers[before])
        assert before in asked
        assert (
            len([fact for fact in asked if fact.startswith("school.") and fact != "school.designated"]) == 1
        )


def test_a_nursery_place_is_asked_for_with_each_guardians_reason() -> None:
    answers = everything() | {
        "life.services": ["nursery"],
        "nursery.wishes": {"first": "みほん中央保育園"},
        "nursery.starts_on": "2026-05-01",
        "nursery.reason": "work",
        "nursery.spouse_reason": "caring",
    }
    interview, asked = converse(begin(known=True), answers)
    place = form(interview, "nursery-application")
    assert (place.subject, place.applicant_name) == ("見本 桜", "見本 太郎")
    assert place.value("nursery.class") == "2"
    assert "nursery.members" not in asked  # only one child is below school age
    assert {"work-certificate", "medical-certificate"} <= set(to_bring(interview, "nursery-application"))
    assert "birth-handbook" not in to_bring(interview, "nursery-application")
    baby = {**SAKURA, "name": name("見本", "湊", "ミホン", "ミナト"), "birth_on": "2025-01-01"}
    both = answers | {"members": [TARO, HANAKO, SAKURA, baby], "nursery.members": ["見本 桜", "見本 湊"]}
    both["insurance.members"] = ["見本 太郎", "見本 花子", "見本 桜", "見本 湊"]
    interview, asked = converse(begin(), both)
    classes = {
        one.subject: one.value("nursery.class")
        for one in interview.applications()
        if one.procedure.slug == "nursery-application"
    }
    assert classes == {"見本 桜": "2", "見本 湊": "3"}
    assert "nursery.members" in asked


def test_without_a_small_child_a_nursery_is_not_applied_for() -> None:
    answers = everything() | {"members": [TARO, HANAKO, ICHIRO], "life.services": ["nursery"]}
    answers["insurance.members"] = ["見本 太郎", "見本 花子", "見本 一郎"]
    interview, asked = converse(begin(), answers)
    assert determined(interview, "nursery-application").needed is False
    assert not any(fact.startswith("nursery.") for fact in asked)


def test_water_starts_where_one_moves_to_and_stops_where_one_leaves() -> None:
    interview, asked = hold("move-in", "dog-and-care")
    start = form(interview, "water-service").record()
    assert (start["water.request"], start["water.starts_on"]) == ("start", "2026-04-01")
    assert start["water.starts_at"]["town"] == TO["town"]  # type: ignore[index, call-overload]
    assert not any(key.startswith("water.stop") for key in start)
    assert not any(fact.startswith("water.") for fact in asked)
    later = form(interview.answer("water.starts_on", "令和8年4月3日"), "water-service")
    assert later.value("water.starts_on") == "2026-04-03"


def test_moving_within_the_city_stops_and_starts_water_in_one_notice() -> None:
    interview, _ = hold(
        "move-within", "family", life__services=["water", "dog"], dogs=[DOG], water__settlement="account"
    )
    both = form(interview, "water-service")
    assert both.complete
    assert both.value("water.request") == "both"
    assert {"water.starts_at", "water.stops_at"} <= set(both.record())
    assert "water.forward_to" not in both.record()
    assert form(interview, "dog-registration").complete


def test_leaving_the_city_the_last_bill_follows() -> None:
    interview, _ = hold("move-out", "family", life__leaving=["water"], water__settlement="invoice")
    stop = form(interview, "water-service")
    assert stop.value("water.request") == "stop"
    assert stop.value("water.forward_to") is not None
    paid = form(interview.answer("water.settlement", "onsite"), "water-service")
    assert "water.forward_to" not in paid.record()


@pytest.mark.parametrize("slug", MINE)
def test_the_examples_show_every_required_field_filled(slug: str) -> None:
    procedure = load_catalogue().procedure(slug)
    folder = PACKAGED / f"procedures/{slug}/v{procedure.version}/examples"
    shown: set[str] = set()
    for path in folder.glob("*.json"):
        shown |= set(json.loads(path.read_text(encoding="utf-8")))
    agent = {field.name for field in procedure.fields if field.name.startswith(("agent.", "care.submitter"))}
    assert {field.name for field in procedure.fields if field.required} - shown <= agent


@pytest.mark.parametrize("slug", MINE)
def test_no_law_is_called_confirmed_that_was_not_read(slug: str) -> None:
    confirmed = [str(basis) for basis in load_catalogue().procedure(slug).basis if basis.confirmed]
    assert confirmed == (["学校教育法施行規則30条"] if slug == "school-enrolment" else [])


def test_an_interview_about_care_goes_on_from_its_json() -> None:
    interview, _ = hold("care", "second")
    again = Interview.from_json(load_catalogue(), json.loads(json.dumps(interview.to_json())))
    assert [one.record() for one in again.applications()] == [
        one.record() for one in interview.applications()
    ]
