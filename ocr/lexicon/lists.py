"""The lists of names behind the lexicon: a package, the IPA dictionary's names, readings of single kanji."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from japanese_personal_name_dataset import load_dataset

from forms.values.kana import to_katakana

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Surname:
    """A surname's most usual reading in katakana and how many people have it."""

    reading: str
    people: int


@functools.cache
def surnames_of_package() -> dict[str, Surname]:
    """The 2,000 most frequent surnames (japanese-personal-name-dataset, MIT): four of five people."""
    _, _, listed = load_dataset("org", include_last_names=True)
    return {name: Surname(to_katakana(one["reading"]), one["count"]) for name, one in listed.items()}


@functools.cache
def given_names_of_package() -> dict[str, set[str]]:
    """70,000 given names with their readings in katakana (the same package)."""
    found: dict[str, set[str]] = {}
    for names in load_dataset("org"):
        for reading, one in names.items():
            for name in one["kanji"]:
                found.setdefault(name, set()).add(to_katakana(reading))
    return found


@functools.cache
def listed(file: str) -> dict[str, tuple[str, ...]]:
    """A list of `data/`: per line what is written, then its readings in katakana."""
    lines = (DATA / file).read_text(encoding="utf-8").splitlines()
    parts = (line.split(" ") for line in lines)
    return {written: tuple(readings) for written, *readings in parts}
