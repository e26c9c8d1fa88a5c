"""Birth, death and work: what each household gets, why, from how many questions, and what it is spared."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from forms.catalogue import load_catalogue
from forms.interview import FilledForm, Interview, InvalidAnswer, Source
from tests.support.life_events import told

DEATH = {
    "household-change", "resident-record-copy", "seal-cancellation", "family-register-certificate",
    "pension-insured", "care-card-reissue", "late-elderly-change", "funeral-expenses", "heir-representative",
}  # fmt: skip


def slugs(interview: Interview) -> Counter[str]:
    return Counter(form.procedure.slug for form in interview.applications())


def form(interview: Interview, slug: str, subject: str = "") -> FilledForm:
    return next(
        one for one in interview.applications() if one.procedure.slug == slug and subject in ("", one.subject)
    )


def answer(interview: Interview, fact: str) -> Any:
    return interview.answers[fact].value


def reason(interview: Interview, slug: str) -> tuple[bool | None, str]:
    found = next(one for one in interview.determinations() if one.procedure.slug == slug)
    return found.needed, found.reason.text("ja")


def full_name(value: Any) -> str:
    return f"{value['family']} {value['given']}"


def names(people: Any) -> list[str]:
    return [full_name(one["name"]) for one in people]


@pytest.mark.parametrize(
    ("example", "wanted", "most"),
    [
        ("death-couple-and-son", DEATH, 20),
        ("death-alone", DEATH - {"household-change", "family-register-certificate"}, 16),
        ("death-young-family", {"pension-insured", "child-allowance", "single-parent-allowance"}, 22),
        (
            "birth-first-child",
            {
                "resident-record-copy", "health-insurance-change", "child-allowance", "child-medical",
                "childbirth-lump-sum",
            },
            16,
        ),
        ("birth-third-child", {"child-allowance-change", "child-medical"}, 15),
        ("work-left", {"health-insurance-change", "pension-insured", "pension-exemption"}, 10),
        ("work-joined", {"health-insurance-change"}, 7),
    ],
)  # fmt: skip
def test_every_household_gets_complete_applications(example: str, wanted: set[str], most: int) -> None:
    interview = told(example)
    assert interview.next_question() is None
    assert set(slugs(interview)) == wanted
    assert interview.prompts() <= most
    assert [one.problems for one in interview.applications() if one.problems] == []
    assert {one.needed for one in interview.determinations()} <= {True, False}
    assert set(interview.answers) == {one.fact for one in interview.questions() if one.answer} - {
        one.fact for one in interview.questions() if one.answer and one.answer.source is Source.DEFAULT
    }


def test_a_bereavement_needs_nine_applications_and_at_most_twenty_questions() -> None:
    interview = told("death-couple-and-son")
    assert len(interview.applications()) >= 9
    assert interview.prompts() <= 20
    assert all(
        one.reason.has(language) for one in interview.determinations() for language in ("ja", "ja-easy", "en")
    )


def test_the_deceased_never_applies_and_is_never_offered_to() -> None:
    interview = told("death-couple-and-son")
    offered = {one.fact: [option.value for option in one.field.options] for one in interview.questions()}
    for fact in ("deceased.informant", "deceased.new_head", "funeral.host"):
        assert "見本 正雄" not in offered[fact]
        with pytest.raises(InvalidAnswer):
            interview.answer(fact, "見本 正雄")
    assert "見本 正雄" not in offered["heirs.members"]
    assert "見本 正雄" not in [one.applicant_name for one in interview.applications()]


def test_the_household_that_remains_stands_on_the_notice_of_its_new_head() -> None:
    change = form(told("death-couple-and-son"), "household-change")
    remaining = change.value("household.members")
    assert isinstance(remaining, list)
    assert names(remaining) == ["見本 花江", "見本 健一"]
    assert full_name(change.value("household.to_head")) == "見本 健一"
    assert full_name(change.value("household.from_head")) == "見本 正雄"
    assert change.value("members") is None


def test_one_person_who_remains_is_head_without_a_notice() -> None:
    alone = told("death-alone")
    assert reason(alone, "household-change")[0] is False
    assert "お一人" in reason(alone, "household-change")[1]


@pytest.mark.parametrize(
    ("changes", "slug", "words"),
    [
        ({"deceased__seal": False}, "seal-cancellation", "印鑑登録をしておられなかった"),
        ({"heirs__property": False}, "heir-representative", "土地や家屋がない"),
        ({"koseki__kind": "none"}, "family-register-certificate", "戸籍の証明書は要らない"),
        ({"copy__kind": "none"}, "resident-record-copy", "要らないとのこと"),
        ({"funeral__host": "none"}, "funeral-expenses", "葬祭費はありません"),
        ({"deceased__pension": "none"}, "pension-insured", "年金事務所"),
        ({"deceased__insurance": "other"}, "late-elderly-change", "後期高齢者医療ではなかった"),
    ],
)
def test_what_is_not_needed_is_not_made_and_says_why(changes: dict[str, Any], slug: str, words: str) -> None:
    interview = told("death-couple-and-son", **changes)
    needed, because = reason(interview, slug)
    assert needed is False
    assert words in because
    assert slug not in slugs(interview)


def test_the_daughter_of_another_household_is_the_mourner_and_tells_her_name_once() -> None:
    interview = told("death-alone")
    funeral = form(interview, "funeral-expenses")
    assert funeral.applicant_name == "例 和子"
    assert funeral.value("funeral.host_relation") == "子"
    assert funeral.value("applicant.address") == form(interview, "heir-representative").value(
        "applicant.address"
    )
    assert funeral.value("deceased.address") != funeral.value("applicant.address")
    assert form(interview, "late-elderly-change").value("late.mail_name") == funeral.value("applicant.name")
    assert not {"funeral.host_name", "heirs.representative_name", "deceased.relation"} & set(
        interview.asked()
    )


def test_an_agent_who_is_the_mourner_claims_in_the_own_name() -> None:
    away = {
        "postal_code": "1000001",
        "prefecture": "東京都",
        "city": "千代田区",
        "town": "千代田",
        "block": "1-1",
    }
    interview = told(
        "death-couple-and-son",
        deceased__informant="agent",
        agent__name={"family": "代理", "given": "次郎"},
        agent__address=away,
        agent__relation="友人",
        agent__mandate_seen="letter",
        funeral__host="visitor",
        funeral__host_relation="知人",
    )
    funeral, seal = form(interview, "funeral-expenses"), form(interview, "seal-cancellation")
    assert (funeral.applicant_name, seal.applicant_name) == ("代理 次郎", "見本 花江")
    assert seal.value("agent.relation") == "友人"
    assert funeral.value("agent.name") is None
    assert interview.next_question() is None


def test_someone_insured_by_the_city_leaves_it_and_the_mourner_is_paid() -> None:
    young = {"deceased__who": "見本 健一", "deceased__informant": "見本 正雄", "funeral__host": "見本 正雄",
             "heirs__members": ["見本 正雄", "見本 花江"], "heirs__representative": "見本 正雄",
             "deceased__new_head": None, "deceased__insurance": "national", "deceased__pension": "paying",
             "deceased__relation": "父", "deceased__care": False}  # fmt: skip
    interview = told("death-couple-and-son", **young)
    found = slugs(interview)
    assert interview.next_question() is None
    assert {"health-insurance-change", "funeral-expenses", "pension-insured"} <= set(found)
    assert not {"late-elderly-change", "household-change", "care-card-reissue"} & set(found)
    change = form(interview, "health-insurance-change")
    assert (change.value("insurance.change"), change.value("insurance.reason")) == ("lose", "death")
    assert form(interview, "pension-insured").subject == "見本 健一"
    assert form(interview, "family-register-certificate").value("koseki.relation") == "ancestor"


def test_a_dependent_wife_of_an_employee_moves_to_the_national_pension() -> None:
    interview = told("death-young-family")
    pension = form(interview, "pension-insured")
    assert (pension.subject, pension.value("pension.reason")) == ("見本 花子", "spouse-lost")
    assert form(interview, "child-allowance").value("child.pension_kind") == "national"
    assert form(interview, "single-parent-allowance").value("single.reason") == "death"
    assert form(interview, "child-allowance").value("child.spouse") is None


def test_a_child_who_died_changes_the_allowance_of_the_others() -> None:
    parents = {"deceased__who": "見本 桜", "deceased__pension": "none", "deceased__supported": None,
               "deceased__parent": None, "deceased__claimed": None, "single__benefits": None,
               "deceased__insurance": "other", "deceased__care": None}  # fmt: skip
    interview = told("death-young-family", **parents)
    assert set(slugs(interview)) == {"child-allowance-change"}
    change = form(interview, "child-allowance-change")
    assert (change.value("allowance.change"), change.value("child.living")) == ("decrease", None)
    assert names(change.value("allowance.children")) == ["見本 桜"]


def test_somebody_who_was_not_in_the_household_is_asked_for() -> None:
    interview = told("death-couple-and-son", deceased__who="other", deceased__new_head=None)
    assert [one.fact for one in interview.questions() if one.answer is None][:1] == ["deceased.person"]
    person = {
        "name": {"family": "例", "given": "次郎", "family_kana": "レイ", "given_kana": "ジロウ"},
        "birth_on": "1941-01-01",
        "sex": "male",
    }
    after = interview.answer("deceased.person", person)
    assert {"deceased.address", "deceased.relation"} <= {one.fact for one in after.questions()}
    assert form(after, "late-elderly-change").subject == "例 次郎"


def test_a_death_or_funeral_after_today_is_refused_with_the_way_out() -> None:
    for fact in ("deceased__died_on", "funeral__held_on"):
        with pytest.raises(InvalidAnswer, match="確かめて"):
            told("death-couple-and-son", **{fact: "2026-04-11"})


def test_the_new_childs_name_is_asked_once_and_stands_on_every_form() -> None:
    interview = told("birth-first-child")
    assert "birth.children" in interview.asked()
    baby = "見本 湊"
    assert form(interview, "child-medical").subject == baby
    joining = form(interview, "health-insurance-change").value("insurance.joining")
    born = form(interview, "childbirth-lump-sum").value("birth.children")
    for people in (joining, born, form(interview, "child-allowance").value("children")):
        assert names(people) == [baby]
    everybody = form(interview, "resident-record-copy").value("copy.people")
    assert names(everybody) == ["見本 太郎", "見本 花子", baby]
    for slug, field in (
        ("child-allowance", "child.occurred_on"),
        ("health-insurance-change", "insurance.changed_on"),
    ):
        assert form(interview, slug).value(field) == "2026-04-05"
    assert str(form(interview, "child-allowance").last_day()) == "2026-04-20"


def test_twins_get_a_form_each_and_older_children_none() -> None:
    twin = {"name": {"family": "見本", "given": "凪", "family_kana": "ミホン", "given_kana": "ナギ"},
            "birth_on": "2026-04-05", "sex": "female", "relation": "子"}  # fmt: skip
    first = answer(told("birth-third-child"), "birth.children")
    interview = told("birth-third-child", birth__children=[*first, twin])
    assert [one.subject for one in interview.applications() if one.procedure.slug == "child-medical"] == [
        "見本 湊", "見本 凪",
    ]  # fmt: skip
    assert interview.prompts() == told("birth-third-child").prompts() + 1


def test_a_family_without_the_allowance_claims_it_for_all_its_children() -> None:
    interview = told("birth-third-child", child__receiving=False, child__january_same=True,
                     child__pension_kind="employees", child__claimant_insurance="employees")  # fmt: skip
    assert "child-allowance-change" not in slugs(interview)
    children = form(interview, "child-allowance").value("children")
    assert names(children) == ["見本 一郎", "見本 桜", "見本 湊"]


def test_a_lump_sum_paid_to_the_hospital_in_full_needs_no_claim() -> None:
    interview = told("birth-first-child", birth__direct="full", birth__cost=None)
    assert reason(interview, "childbirth-lump-sum")[0] is False
    assert "insurance.national_number" not in [one.fact for one in interview.questions()]


def test_a_child_born_tomorrow_is_refused() -> None:
    baby = answer(told("birth-first-child"), "birth.children")
    with pytest.raises(InvalidAnswer, match="今日より後"):
        told("birth-first-child", birth__children=[baby[0] | {"birth_on": "2026-04-11"}])


def test_who_leaves_an_employer_takes_the_dependants_along() -> None:
    interview = told("work-left")
    assert slugs(interview)["pension-insured"] == 2
    joining = form(interview, "health-insurance-change").value("insurance.joining")
    assert isinstance(joining, list)
    assert len(joining) == 4
    assert str(form(interview, "health-insurance-change").last_day()) == "2026-04-15"
    exemption = form(interview, "pension-exemption")
    assert (exemption.subject, exemption.value("exemption.unemployed")) == ("見本 太郎", True)


@pytest.mark.parametrize(
    ("next_insurance", "wanted"),
    [("continued", {"pension-insured", "pension-exemption"}), ("dependant", set())],
)
def test_other_insurance_after_the_job_needs_no_notice_to_the_city(
    next_insurance: str, wanted: set[str]
) -> None:
    assert set(slugs(told("work-left", work__next_insurance=next_insurance))) == wanted


def test_over_sixty_there_is_no_pension_to_join_and_none_to_be_exempt_from() -> None:
    members = answer(told("work-joined"), "members")
    old = [members[0] | {"birth_on": "1964-01-01"}]
    interview = told(
        "work-joined",
        members=old,
        work__kind="left",
        work__next_insurance="national",
        work__was_national=None,
    )
    assert set(slugs(interview)) == {"health-insurance-change"}
    assert "exemption.who" not in [one.fact for one in interview.questions()]


def test_who_had_other_insurance_before_a_job_has_nothing_to_give_notice_of() -> None:
    interview = told("work-joined", work__was_national=False)
    assert slugs(interview) == Counter()
    assert "会社がします" in reason(interview, "pension-insured")[1]


def test_every_procedure_of_these_events_names_its_law_and_its_doubt() -> None:
    for procedure in load_catalogue().procedures():
        if any(procedure.rule(event) for event in ("birth", "death", "work")):
            assert procedure.basis
            assert all(basis.confirmed or basis.note for basis in procedure.basis)
