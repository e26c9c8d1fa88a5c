"""Whatever the order and whatever the family: the same boxes, no question twice, nothing asked in vain."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from forms.catalogue import load_catalogue
from forms.definition import Field
from forms.households import Household, plain
from forms.interview import FilledForm, Interview, InvalidAnswer
from forms.kinds import kind
from tests.support.family import ALL, ON, begin, converse, everything, person

FAMILY_ASKED = converse(begin(), everything())[1]
ANYBODY = Household("", "", ({"age": 40, "sex": "male", "relation": "世帯主"},), {}, {}, {})
RELATIONS = ["世帯主", "妻", "夫", "子", "父", "母", "妻の子", "同居人"]


@st.composite
def families(draw: st.DrawFn) -> list[dict[str, Any]]:
    count = draw(st.integers(1, 6))
    days = draw(st.lists(st.integers(0, 36_000), min_size=count, max_size=count))
    relations = draw(st.lists(st.sampled_from(RELATIONS), min_size=count, max_size=count))
    return [
        person(
            "太郎次三花桜"[n],
            "アイウエオカ"[n],
            (ON - timedelta(days=days[n])).isoformat(),
            "unknown",
            relations[n],
        )
        for n in range(count)
    ]


@st.composite
def answers_of(draw: st.DrawFn) -> dict[str, Any]:
    """Answers to every question there is, for a family of any kind."""
    members = draw(families())
    names = [f"見本 {one['name']['given']}" for one in members]
    some = st.lists(st.sampled_from(names), unique=True)
    return everything() | {
        "members": members,
        "moving.to_head": {"family": "大家", "given": "主"},
        "applicant.who": draw(st.sampled_from([*names, "agent"])),
        "agent.name": {"family": "代理", "given": "人"},
        "agent.address": ALL["moving.from"],
        "agent.relation": "知人",
        "agent.mandate_seen": "letter",
        "foreign.who": draw(st.sampled_from(["none", "some", "all"])),
        "foreign.people": [
            {
                "name": members[0]["name"],
                "nationality": "ネパール",
                "category": "mid-long-term",
                "status": "家族滞在",
            }
        ],
        "insurance.members": draw(some),
        "insurance.kind": "employees",
        "insurance.insurer_number": "06139463",
        "insurance.symbol": "1-2",
        "pension.members": draw(some),
        "care.members": draw(some),
        "child.claimant": draw(st.sampled_from(names)),
        "child.parent": members[0],
        "child.claimant_insurance": "other",
        "child.pension_kind": draw(st.sampled_from(["employees", "none"])),
        "child.january_same": draw(st.booleans()),
        "child.january_address": ALL["moving.from"],
        "account.public": draw(st.booleans()),
        "copy.kind": draw(st.sampled_from(["none", "household", "part"])),
        "copy.names": draw(some) or names[:1],
    }


def fitting(question: Any, answers: dict[str, Any]) -> Any:
    """The answer, kept to the options there are; a plain value of its kind where the family says nothing."""
    if question.fact not in answers:
        return a_row_for_each(question.field) or plain(question.field, ANYBODY, ON)
    wanted = answers[question.fact]
    options = [option.value for option in question.field.options]
    if question.field.kind == "choices":
        return [one for one in wanted if one in options] or options[: question.field.least or 0]
    if question.field.kind == "choice" and wanted not in options:
        return options[0]
    return wanted


def a_row_for_each(table: Field) -> list[dict[str, Any]]:
    """A row for everybody whom a column of a table offers; none where no column names people."""
    if table.kind not in ("people", "rows"):
        return []
    column = next((one for one in table.fields if one.name == "who"), None)
    (row,) = plain(replace(table, least=1), ANYBODY, ON)
    return [row | {column.name: option.value} for option in column.options] if column is not None else []


def told(answers: dict[str, Any], choose: Any, on: date = ON) -> tuple[Interview, list[str]]:
    """Answer the open questions, the next one picked by `choose` each time."""
    interview, asked = begin(on=on), []
    while open_now := [one for one in interview.questions() if one.answer is None and one.field.required]:
        question = choose(open_now)
        assert question.fact not in asked
        asked.append(question.fact)
        interview = interview.answer(question.fact, fitting(question, answers))
    return interview, asked


def boxes(interview: Interview) -> list[Any]:
    return [
        (form.procedure.slug, form.subject, form.record(), form.sources())
        for form in interview.applications()
    ]


@settings(max_examples=25, deadline=None)
@given(answers_of(), st.randoms(use_true_random=False))
def test_any_order_asks_the_same_questions_and_fills_the_same_boxes(
    answers: dict[str, Any], random: Any
) -> None:
    straight, asked = told(answers, lambda questions: questions[0])
    shuffled, asked_otherwise = told(answers, random.choice)
    assert sorted(asked) == sorted(asked_otherwise)
    assert boxes(straight) == boxes(shuffled)
    assert straight.prompts() == shuffled.prompts()


@settings(max_examples=25, deadline=None)
@given(answers_of())
def test_every_family_ends_with_complete_forms_that_round_trip(answers: dict[str, Any]) -> None:
    interview, asked = told(answers, lambda questions: questions[0])
    assert interview.next_question() is None
    assert {one.needed for one in interview.determinations()} <= {True, False}
    for form in interview.applications():
        assert form.problems == ()
        again = FilledForm.of(form.procedure, form.record(), form.sources())
        assert (again.record(), again.subject) == (form.record(), form.subject)
        for box in form.boxes:
            for language in ("ja", "ja-easy", "en"):
                assert isinstance(kind(box.field.kind).show(box.field, box.value, language), str)
    resumed = Interview.from_json(load_catalogue(), interview.to_json())
    assert boxes(resumed) == boxes(interview)
    assert set(interview.asked()) <= set(asked)


@settings(max_examples=15, deadline=None)
@given(st.permutations(FAMILY_ASKED))
def test_answers_given_unasked_in_any_order_fill_the_same_boxes(order: list[str]) -> None:
    expected, _ = converse(begin(), everything())
    interview = begin()
    for fact in order:
        interview = interview.answer(fact, ALL[fact])
    assert boxes(interview) == boxes(expected)


@settings(max_examples=25, deadline=None)
@given(
    answers_of(),
    st.sampled_from(["moving.moved_on", "members", "applicant.who", "copy.kind", "account.public"]),
)
def test_taking_an_answer_back_asks_it_again_and_nothing_is_lost(answers: dict[str, Any], fact: str) -> None:
    interview, asked = told(answers, lambda questions: questions[0])
    if fact in asked:
        question = interview.forget(fact).next_question()
        assert question is not None
        assert question.fact == fact or fact not in [one.fact for one in interview.questions()]
        assert boxes(interview.forget(fact).answer(fact, interview.answers[fact].value)) == boxes(interview)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(load_catalogue().facts())),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=8,
    ),
)
def test_no_answer_breaks_the_interview(fact: str, raw: Any) -> None:
    try:
        interview = begin().answer(fact, raw)
    except InvalidAnswer as refused:
        interview = begin()
        assert refused.fact == fact  # noqa: PT017
    interview.questions()
    assert Interview.from_json(load_catalogue(), interview.to_json()).answers == interview.answers


def test_a_day_far_ahead_breaks_nothing() -> None:
    answers = everything() | {"child.january_address": ALL["moving.from"]}
    interview, _ = told(answers, lambda questions: questions[0], date(2049, 12, 31))
    assert "child-allowance" not in [form.procedure.slug for form in interview.applications()]
