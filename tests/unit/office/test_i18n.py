"""Fixed texts: every one in every language, readings over every kanji, nothing shown silently in another."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files

import pytest

from forms.definition import LANGUAGES
from office.i18n import HTML_LANGUAGE, MissingText, Texts, texts
from office.ruby import ruby_markup, without_readings

FAMILIES = sorted(
    one.name
    for one in files("office.translations").iterdir()
    if one.is_dir() and one.joinpath("ja.toml").is_file()
)
KANJI = re.compile(r"[\u3005\u3400-\u9fff\uf900-\ufaff]")
READING = re.compile(r"\{([^{}|]+)\|([^{}|]+)\}")
JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uff00-\uffef\u3000-\u303f]")


def table(family: str) -> Mapping[str, Mapping[str, str]]:
    """Key → language → text."""
    found: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        for key, text in texts(family, language).table.items():
            found.setdefault(key, {})[language] = text
    return found


def faults(key: str, text: Mapping[str, str], languages: Sequence[str] = LANGUAGES) -> list[str]:
    """What is wrong with one text."""
    if set(text) != set(languages):
        return [f"{key}: {sorted(set(languages) ^ set(text))}"]
    found = [f"{key}: {language} is empty" for language in languages if not text[language].strip()]
    easy = text["ja-easy"]
    if KANJI.search(READING.sub("", easy)):
        found.append(f"{key}: kanji without reading")
    for written, reading in READING.findall(easy):
        if not KANJI.search(written) or not re.fullmatch(r"[\u3041-\u3096\u30fc]+", reading):
            found.append(f"{key}: {written}|{reading} is no reading of kanji")
    if any(READING.search(text[language]) for language in languages if language != "ja-easy"):
        found.append(f"{key}: readings outside やさしい日本語")
    if JAPANESE.search(text["en"]):
        found.append(f"{key}: Japanese in the English text")
    if len({frozenset(re.findall(r"\{(\w+)\}", without_readings(one))) for one in text.values()}) > 1:
        found.append(f"{key}: other placeholders in another language")
    return found


@pytest.mark.parametrize("family", FAMILIES)
def test_every_text_stands_in_every_language_with_its_readings(family: str) -> None:
    found = table(family)
    assert found
    assert [fault for key, text in found.items() for fault in faults(key, text)] == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ({"ja": "確認", "en": "Check"}, "ja-easy"),
        ({"ja": "確認", "ja-easy": "確かめる", "en": "Check"}, "without reading"),
        ({"ja": "確認", "ja-easy": "{確|confirm}かめる", "en": "Check"}, "no reading"),
        ({"ja": "確認", "ja-easy": "{たし|たし}かめる", "en": "Check"}, "no reading"),
        ({"ja": "確認", "ja-easy": "たしかめる", "en": "確認"}, "in the English"),
        ({"ja": "{count}件", "ja-easy": "{count}", "en": "all"}, "placeholders"),
        ({"ja": "{確認|かくにん}", "ja-easy": "みる", "en": "Check"}, "outside"),
        ({"ja": " ", "ja-easy": "みる", "en": "Check"}, "empty"),
    ],
)
def test_a_faulty_text_is_found(text: Mapping[str, str], fault: str) -> None:
    (found,) = faults("planted", text, ("ja", "ja-easy", "en"))
    assert fault in found


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_values_stand_in_their_places(family: str, language: str) -> None:
    t = texts(family, language)
    for key, text in table(family).items():
        names = re.findall(r"\{(\w+)\}", without_readings(text[language]))
        said = t(key, **{name: f"<{name}>" for name in names})
        assert all(f"<{name}>" in said for name in names), key
        assert "{" not in without_readings(said), key
        assert "{" not in ruby_markup(said), key


def test_a_missing_text_or_language_is_an_error() -> None:
    with pytest.raises(MissingText, match="no_such_text"):
        texts("resident", "en")("no_such_text")
    with pytest.raises(MissingText, match="xx"):
        texts("resident", "xx")("consent")
    with pytest.raises(MissingText, match="en"):
        Texts("en", {"goodbye": "Goodbye"})("greeting")


def test_every_language_has_a_tag_for_screen_readers() -> None:
    assert set(HTML_LANGUAGE) == set(LANGUAGES)
    assert HTML_LANGUAGE["ja-easy"] == "ja"


def test_readings_escape_everything_else() -> None:
    marked = ruby_markup("<b>{名|な}</b>")
    assert marked == "&lt;b&gt;<ruby>名<rt>な</rt></ruby>&lt;/b&gt;"
