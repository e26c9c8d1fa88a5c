"""Finding a person of a register as read, and not finding strangers."""

from __future__ import annotations

import datetime

from forms.rendering.geometry import Rect
from ocr.people import days_of, person_read
from ocr.readings import FieldReading, PartReading, State
from ocr.registry import Entry, PersonRead, Register
from samples.city import build

BORN = datetime.date(1985, 5, 31)


def entry(number: str, family: str = "谷口", given: str = "直樹", kana: str = "タニグチ ナオキ") -> Entry:
    family_kana, given_kana = kana.split()
    return Entry(number, family, given, family_kana, given_kana, BORN)


def register(*more: Entry) -> Register:
    people = build(seed=1, residents=1500).residents()
    city = (
        Entry(
            one.number,
            one.name.family,
            one.name.given,
            one.name.family_kana,
            one.name.given_kana,
            one.birth_on,
        )
        for one in people
    )
    return Register([*city, *more])


def read(family: str, given: str, kana: str, *days: datetime.date) -> PersonRead:
    texts = [((text, 0.99),) for text in (family, given, *kana.split())]
    return PersonRead(texts[0], texts[1], texts[2], texts[3], tuple((day, 0.9) for day in days))


def test_a_person_is_found_through_misreadings() -> None:
    one = entry("x1")
    known = register(one)
    assert known.find(read("谷口", "直樹", "タニグチ ナオキ", BORN)).found == one
    assert known.find(read("谷囗", "直樹", "タニクチ ナオキ", BORN)).found == one
    assert known.find(read("谷口", "真樹", "タニグチ ナヲキ", BORN)).found == one


def test_strangers_are_not_taken_for_someone() -> None:
    known = register(entry("x1"))
    next_day = BORN + datetime.timedelta(days=1)
    assert known.find(read("谷口", "直樹", "タニグチ ナオキ", next_day)).found is None
    assert known.find(read("谷口", "裕子", "タニグチ ユウコ", BORN)).found is None
    assert known.find(read("髙木", "直樹", "タカギ ナオキ", BORN)).found is None


def test_a_doubtful_day_counts_with_its_probability() -> None:
    one = entry("x1")
    known = register(one)
    wrong = BORN.replace(day=21)
    assert known.find(read("谷口", "直樹", "タニグチ ナオキ", wrong, BORN)).found == one


def test_twins_and_namesakes_are_left_to_a_person() -> None:
    twins = register(entry("x1", given="直樹"), entry("x2", given="直輝"))
    answer = twins.find(read("谷口", "直樹", "タニグチ ナオキ", BORN))
    assert {match.entry.number for match in answer.likely[:2]} == {"x1", "x2"}
    same = register(entry("x1"), entry("x2"))
    assert same.find(read("谷口", "直樹", "タニグチ ナオキ", BORN)).found is None


def test_forms_of_kanji_do_not_hide_a_person() -> None:
    one = entry("x1", family="髙橋", kana="タカハシ ナオキ")
    assert register(one).find(read("高橋", "直樹", "タカハシ ナオキ", BORN)).found == one


def test_nothing_read_finds_nobody() -> None:
    answer = register(entry("x1")).find(PersonRead((), (), (), (), ()))
    assert answer.found is None
    assert answer.likely == ()


def field(kind: str, text: str, *parts: PartReading) -> FieldReading:
    return FieldReading("it", text, None, 0.9, State.ASK, Rect(0, 0, 1, 1), kind=kind, parts=parts)


def test_a_person_as_read_carries_every_text_weighed() -> None:
    name = field("name", "谷口", PartReading("family", "谷口", 0.8, (("谷囗", 0.2),)))
    born = field(
        "date",
        "昭和60年5月31日",
        PartReading("year", "60", 0.9, (("50", 0.1),)),
        PartReading("month", "5", 1.0),
        PartReading("day", "31", 1.0),
    )
    found = person_read(name, born)
    assert found.family == (("谷口", 0.8), ("谷囗", 0.2))
    assert dict(found.birth_on)[BORN] == 0.9
    assert datetime.date(1975, 5, 31) in dict(found.birth_on)


def test_without_a_marked_era_every_era_is_weighed() -> None:
    parts = (PartReading("year", "5", 1.0), PartReading("month", "5", 1.0), PartReading("day", "31", 1.0))
    days = {day for day, _ in days_of(field("date", "5年5月31日", *parts))}
    assert {datetime.date(1930, 5, 31), datetime.date(1993, 5, 31), datetime.date(2023, 5, 31)} <= days


def test_years_before_all_eras_are_no_days_of_birth() -> None:
    parts = (PartReading("year", "985", 1.0), PartReading("month", "5", 1.0), PartReading("day", "31", 1.0))
    assert list(days_of(field("date", "西暦985年5月31日", *parts))) == []
    one = entry("x1")
    assert (
        register(one).find(read("谷口", "直樹", "タニグチ ナオキ", BORN.replace(year=985), BORN)).found == one
    )
