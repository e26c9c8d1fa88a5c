"""Every text of every definition stands in every language, and やさしい日本語 can be read by a child."""

from __future__ import annotations

import re

import pytest

from forms.catalogue import load_catalogue
from forms.definition import LANGUAGES, Labels
from forms.language import JAPANESE

TEXTS = list(load_catalogue().labels())
KANJI = re.compile(r"[\u3400-\u9fff\uf900-\ufaff々〆]")
OTHER_LETTERS = {"zh": r"[\u3040-\u30ff]"}
RUBY = re.compile(r"\{([^{}|]+)\|([^{}|]+)\}")


def without_ruby(text: str) -> str:
    return RUBY.sub("", text)


def test_all_texts_are_looked_at() -> None:
    assert len(TEXTS) > 300
    kinds = {labels.key.rpartition("/")[2].rpartition("#")[2] for labels in TEXTS}
    assert {"label", "question", "help", "title", "because", "otherwise", "undecided", "must_say"} <= kinds
    assert any("/options/" in labels.key for labels in TEXTS)
    assert any("/attachments/" in f"/{labels.key.replace('#', '/')}" for labels in TEXTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_stands_in_the_language(language: str) -> None:
    assert [labels.key for labels in TEXTS if not labels.has(language)] == []


def test_every_kanji_of_easy_japanese_has_its_reading() -> None:
    assert [labels.key for labels in TEXTS if KANJI.search(without_ruby(labels.text("ja-easy")))] == []


def test_readings_are_hiragana_of_something_with_kanji() -> None:
    wrong = [
        (labels.key, written, reading)
        for labels in TEXTS
        for written, reading in RUBY.findall(labels.text("ja-easy"))
        if not KANJI.search(written) or not re.fullmatch(r"[ぁ-ゖー]+", reading)
    ]
    assert wrong == []


def test_braces_are_only_used_for_readings() -> None:
    for labels in TEXTS:
        assert not re.search(r"[{}|]", without_ruby(labels.text("ja-easy"))), labels.key
        assert not re.search(r"[{}|]", labels.text("ja") + labels.text("en")), labels.key


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one not in JAPANESE])
def test_a_language_is_written_in_its_own_letters(language: str) -> None:
    foreign = re.compile(OTHER_LETTERS.get(language, r"[\u3040-\u9fff]"))
    assert [one.key for one in TEXTS if foreign.search(one.text(language))] == []


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one not in JAPANESE])
def test_readings_stay_out_of_the_texts(language: str) -> None:
    assert [one.key for one in TEXTS if re.search(r"[{}|]", one.text(language))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_are_short_and_one_at_a_time(language: str) -> None:
    questions = [labels for labels in TEXTS if labels.key.endswith("/question")]
    assert len(questions) > 40
    for labels in questions:
        text = re.sub(RUBY, r"\1", labels.text(language))
        assert len(text) <= (45 if language in (*JAPANESE, "zh") else 140), text
        assert text.endswith(("。", "？", "?", ".", "।")), text


def test_a_missing_language_falls_back_to_japanese_and_says_so() -> None:
    labels = Labels("key", (("ja", "氏名"),))
    assert (labels.text("en"), labels.has("en"), labels.has("ja")) == ("氏名", False, True)
    assert (Labels().text("en"), bool(Labels()), bool(labels)) == ("", False, True)


def test_law_without_a_source_is_marked() -> None:
    """What the specifications give is confirmed; everything else says 要確認 and why."""
    for one in load_catalogue().versions:
        for basis in one.basis:
            assert ("要確認" in str(basis)) is not basis.confirmed
            assert basis.note or basis.confirmed, one.slug
            assert basis.article or not basis.confirmed, one.slug
