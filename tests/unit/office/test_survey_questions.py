"""Questions of a survey: what is kept, what applies, what hostile answers meet."""

from __future__ import annotations

import pytest

from office.records.survey_export import neutral
from office.records.survey_questions import (
    TEXT_LENGTH,
    AnswerRefused,
    Asked,
    Question,
    QuestionRefused,
    checked,
    languages_of,
    personal_words,
    take_answers,
)
from office.records.survey_results import cross, hidden, results, searched

OPTIONS = (("o1", {"ja": "よく使う", "en": "Often"}), ("o2", {"ja": "使わない", "en": "Never"}))
USE = Question("q1", "choice", {"ja": "図書館を使いますか", "en": "Do you use the library?"}, OPTIONS, True)
WHY = Question("q2", "text", {"ja": "使わないわけ"}, when=Asked("q1", "o2"))
SCALE = Question(
    "q3", "scale", {"ja": "満足"}, (("o1", {"ja": "不満"}), ("o2", {"ja": "満足"})), least=1, most=5
)
MANY = Question("q4", "choices", {"ja": "よく読むもの"}, (("o1", {"ja": "本"}), ("o2", {"ja": "雑誌"})))
COUNT = Question("q5", "number", {"ja": "月に何回"}, least=0, most=31)
ALL = (USE, WHY, SCALE, MANY, COUNT)


def test_a_question_comes_back_from_storage_as_it_was() -> None:
    assert [Question.from_json(one.to_json()) for one in ALL] == list(ALL)


def test_answers_are_parsed_and_inapplicable_ones_left_out() -> None:
    given = {"q1": "o1", "q2": "遠い", "q3": "4", "q4": ["o2", "o1", "o2"], "q5": "１２", "q9": "x"}
    assert take_answers(ALL, given) == {"q1": "o1", "q3": 4, "q4": ["o1", "o2"], "q5": 12}
    assert take_answers(ALL, {"q1": "o2", "q2": "遠い\r\nから", "q4": []}) == {"q1": "o2", "q2": "遠い から"}


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({}, {"q1": "required"}),
        ({"q1": "o3"}, {"q1": "wrong"}),
        ({"q1": ["o1"]}, {"q1": "wrong"}),
        ({"q1": "o2", "q2": "あ" * (TEXT_LENGTH + 1)}, {"q2": "length"}),
        ({"q1": "o2", "q2": "い\u202eろ"}, {"q2": "letters"}),
        ({"q1": "o2", "q2": "い\u0000ろ"}, {"q2": "letters"}),
        ({"q1": "o1", "q3": "6"}, {"q3": "wrong"}),
        ({"q1": "o1", "q3": "0"}, {"q3": "wrong"}),
        ({"q1": "o1", "q4": ["o1"] * 60}, {"q4": "wrong"}),
        ({"q1": "o1", "q5": "32"}, {"q5": "number"}),
        ({"q1": "o1", "q5": "=1+1"}, {"q5": "number"}),
    ],
)
def test_hostile_answers_are_refused_at_their_question(
    given: dict[str, object], faults: dict[str, str]
) -> None:
    with pytest.raises(AnswerRefused) as refused:
        take_answers(ALL, given)
    assert refused.value.faults == faults


@pytest.mark.parametrize(
    ("question", "says"),
    [
        (Question("q", "text", {"en": "Why?"}), "質問（日本語）"),
        (Question("q", "choice", {"ja": "どれ"}, OPTIONS[:1]), "選択肢を2つから"),
        (Question("q", "choice", {"ja": "どれ"}, (OPTIONS[0], OPTIONS[0])), "同じ選択肢"),
        (Question("q", "choice", {"ja": "どれ"}, (*OPTIONS, ("o3", {"en": "More"}))), "同じ数の行"),
        (Question("q", "scale", {"ja": "段階"}, least=1, most=11), "段階は"),
        (Question("q", "number", {"ja": "数"}, least=5, most=5), "いちばん大きい数"),
        (Question("q", "text", {"ja": "い\u202eろ"}), "目に見えない文字"),
        (Question("q", "text", {"ja": "あ" * 201}), "200文字まで"),
        (Question("q", "text", {"ja": "なぜ"}, when=Asked("q1", "o9")), "この質問を出す人"),
        (Question("q", "drawing", {"ja": "なぜ"}), "答え方"),
    ],
)
def test_a_question_that_cannot_work_is_refused(question: Question, says: str) -> None:
    with pytest.raises(QuestionRefused, match=says):
        checked(question, [USE])


def test_questions_that_sound_personal_are_noticed() -> None:
    assert personal_words(Question("q", "text", {"ja": "お{名前|なまえ}と電話番号"})) == ("名前", "電話")
    assert personal_words(USE) == ()


def test_only_complete_languages_are_offered() -> None:
    assert languages_of([USE.texts, *(texts for _, texts in OPTIONS)]) == ("ja", "en")
    assert languages_of([USE.texts, WHY.texts]) == ("ja",)


SHEETS = [
    {"q1": "o1", "q3": 5, "q4": ["o1", "o2"], "q5": 3},
    {"q1": "o1", "q3": 4, "q4": ["o1"], "q5": 30},
    {"q1": "o2", "q2": "遠いから", "q3": 1, "q4": []},
]


def test_results_count_shares_and_middles() -> None:
    use, why, scale, many, count = results(ALL, SHEETS)
    assert [(bar.label, bar.count, bar.share) for bar in use.bars] == [
        ("よく使う", 2, 66.7),
        ("使わない", 1, 33.3),
    ]
    assert (why.put, why.answered, why.texts) == (1, 1, ("遠いから",))
    assert (scale.mean, scale.median) == (3.33, 4.0)
    assert (scale.bars[0].label, scale.bars[0].count) == ("1（不満）", 1)
    assert [bar.count for bar in many.bars] == [2, 1]
    assert [(bar.label, bar.count) for bar in count.bars] == [
        ("0～4", 1), ("5～9", 0), ("10～14", 0), ("15～19", 0), ("20～24", 0), ("25～29", 0), ("30～34", 1),
    ]  # fmt: skip


def test_small_numbers_are_hidden_and_cannot_be_worked_out() -> None:
    shown = hidden([("a", 20), ("b", 2), ("c", 5)], 27, 3)
    assert [bar.count for bar in shown] == [20, None, None]
    assert [bar.count for bar in hidden([("a", 20), ("b", 2), ("c", 1)], 23, 3)] == [20, None, None]
    assert [bar.count for bar in hidden([("a", 20), ("b", 0)], 20, 3)] == [20, 0]
    assert [bar.share for bar in hidden([("a", 20), ("b", 2)], 22, 3, adds_up=False)] == [90.9, None]


def test_two_questions_against_each_other() -> None:
    table = cross(USE, MANY, SHEETS)
    assert [(label, [bar.count for bar in bars], total) for label, bars, total in table.rows] == [
        ("よく使う", [2, 1], 2),
        ("使わない", [0, 0], 1),
    ]
    covered = cross(USE, MANY, SHEETS, 3)
    assert [(bars[0].count, total) for _, bars, total in covered.rows] == [(None, None), (0, None)]


def test_free_texts_are_searched_and_formulas_made_harmless() -> None:
    assert searched(["Wi-Fiがほしい", "本が古い"], " wi-fi ") == ["Wi-Fiがほしい"]
    assert [neutral(text) for text in ("=1+1", "＝1", "+81", "@a", "本")] == [
        "'=1+1",
        "'＝1",
        "'+81",
        "'@a",
        "本",
    ]
