"""A person found in a register of 30,000 by name, kana and birth date as read; strangers found as somebody.

Run by hand: `python -m tests.bench.ocr_register [FORMS_A_STYLE] [FIRST_SEED] [READINGS]`. Forms of the
generator are read; how each name and day came out (every text weighed, with its probability) is laid over
1,000 residents of the sample city and 1,000 people of another city, so that each is misread as really
happens. READINGS keeps what was read, and is used instead of reading again when it is there.
"""

from __future__ import annotations

import contextlib
import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from rapidfuzz.distance import Levenshtein

from forms.catalogue import load_catalogue
from forms.values.addresses import read_towns
from ocr.batch import read_image
from ocr.page import PageImage
from ocr.people import days_of, weighed
from ocr.readings import FieldReading
from ocr.registry import Entry, PersonRead, Register, Weighed
from samples.city import build
from samples.filled.pages import Style, filled_pages
from samples.people import Resident
from samples.towns import TOWNS_FILE

REGISTER, PEOPLE = 30_000, 1_000
FORMS = ("childbirth-lump-sum", "household-change", "moving-in", "child-allowance-change")
WAYS = ("clean", "office", "coarse", "fax", "phone", "upside-down")
NAME_PARTS = ("family", "given", "family_kana", "given_kana")
DAY = "day"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one place came out: what was written, and the texts weighed with their probabilities."""

    written: str
    weighed: Weighed


Reading = dict[str, Outcome]
"""One person as read: the parts of the name, and the day of birth (ISO) as `DAY`."""


class Misreading:
    """Lays outcomes of real readings over other texts."""

    def __init__(self, readings: Sequence[Reading], dice: random.Random) -> None:
        self._readings = readings
        self._dice = dice
        self._mistaken: dict[str, list[str]] = defaultdict(list)
        self._letters: dict[str, str] = defaultdict(str)
        for reading in readings:
            for part, one in reading.items():
                self._letters[part] += one.written
                for text, _ in one.weighed:
                    if len(text) == len(one.written):
                        self._note(one.written, text)

    def _note(self, written: str, text: str) -> None:
        for letter, read in zip(written, text, strict=True):
            if letter != read:
                self._mistaken[letter].append(read)

    def read(self, written: Mapping[str, str]) -> dict[str, Weighed]:
        """A person as it would be read: with the mistakes of one real reading, part by part."""
        one = self._dice.choice(self._readings)
        return {part: self._part(part, one[part], text) for part, text in written.items()}

    def _part(self, part: str, one: Outcome, written: str) -> Weighed:
        found: dict[str, float] = {}
        for text, chance in one.weighed if written else ():
            moved = self._moved(part, one.written, text, written)
            found[moved] = found.get(moved, 0.0) + chance
        return tuple(sorted(found.items(), key=lambda one: -one[1]))

    def _moved(self, part: str, truth: str, text: str, written: str) -> str:
        letters = list(written)
        for kind, at, _ in Levenshtein.editops(truth, text).as_list():
            place = min(len(letters) - 1, int(at) * len(written) // max(1, len(truth)))
            if kind == "replace":
                letters[place] = self._mistake(part, written[place])
            elif kind == "delete":
                letters[place] = ""
            else:
                letters[place] += self._dice.choice(self._letters[part])
        return "".join(letters)

    def _mistake(self, part: str, letter: str) -> str:
        """What this letter was taken for in some reading, else any letter of the part."""
        return self._dice.choice(self._mistaken.get(letter) or self._letters[part])


def collect(forms: int, first_seed: int, style: str) -> Iterator[Reading]:
    """People with a day of birth on filled forms, read through the whole chain."""
    catalogue, towns = load_catalogue(), read_towns(TOWNS_FILE)
    for number in range(forms):
        procedure = catalogue.procedure(FORMS[number % len(FORMS)])
        chosen = Style(style, WAYS[number // len(FORMS) % len(WAYS)])
        for filled in filled_pages(procedure, first_seed + number, chosen):
            page = read_image(PageImage("bench", filled.page, filled.scan.image, ""), catalogue, towns=towns)
            fields = {one.name: one for one in page.fields if filled.answers.get(one.name)}
            for name, born in _people(fields):
                yield _reading(fields[name], fields[born], filled.answers[name], filled.answers[born])


def _people(fields: Mapping[str, FieldReading]) -> Iterator[tuple[str, str]]:
    """The names of fields that belong to one person: its name, its day of birth."""
    for name, one in fields.items():
        born = f"{name.removesuffix('name')}birth_on"
        if one.kind == "name" and name.endswith("name") and born in fields:
            yield name, born


def _reading(name: FieldReading, born: FieldReading, wanted: Any, day: Any) -> Reading:
    read = {part.name: weighed(part.text, part.confidence, part.others) for part in name.parts}
    outcomes = {part: Outcome(wanted[part].replace(" ", ""), read.get(part, ())) for part in NAME_PARTS}
    days = tuple((one.isoformat(), chance) for one, chance in days_of(born))
    return outcomes | {DAY: Outcome(day, days)}


def entry(resident: Resident) -> Entry:
    name = resident.name
    parts = (name.family, name.given, name.family_kana, name.given_kana)
    return Entry(resident.number, *parts, resident.birth_on, resident.sex)


def entry_of(reading: Reading, number: str) -> Entry:
    """The entry of a person who wrote a form."""
    family, given, family_kana, given_kana, day = (reading[part].written for part in (*NAME_PARTS, DAY))
    return Entry(number, family, given, family_kana, given_kana, date.fromisoformat(day))


def person(read: Mapping[str, Weighed]) -> PersonRead:
    """A person from the texts weighed per part; texts that are no day fall away."""
    days = []
    for text, chance in read[DAY]:
        with contextlib.suppress(ValueError):
            days.append((date.fromisoformat(text), chance))
    family, given, family_kana, given_kana = (read[part] for part in NAME_PARTS)
    return PersonRead(family, given, family_kana, given_kana, tuple(days))


def misread(one: Entry, misreading: Misreading) -> PersonRead:
    written = {part: getattr(one, part) for part in NAME_PARTS} | {DAY: one.birth_on.isoformat()}
    return person(misreading.read(written))


def report(style: str, readings: Sequence[Reading], residents: Sequence[Entry]) -> None:
    dice = random.Random(20)
    misreading = Misreading(readings, dice)
    register = Register(residents)
    begun = time.perf_counter()
    answers = [(one, register.find(misread(one, misreading))) for one in dice.sample(residents, PEOPLE)]
    each = (time.perf_counter() - begun) / PEOPLE
    strangers = [entry(one) for one in build(seed=2, residents=PEOPLE).residents()]
    taken = sum(register.find(misread(one, misreading)).found is not None for one in strangers)
    row = [sum(answer.found == one for one, answer in answers)]
    row += [sum(answer.found not in (None, one) for one, answer in answers), taken]
    say(f"| {style}, laid over residents | {PEOPLE} | {row[0]} | {row[1]} | {row[2]} | {each * 1000:.1f} |")
    own = [entry_of(one, f"own{number}") for number, one in enumerate(readings)]
    distinct = list({replace(one, number=""): one for one in own}.values())
    known = Register([*residents[: REGISTER - len(distinct)], *distinct])
    found = [(one, known.find(person(_weighed(read)))) for one, read in zip(own, readings, strict=True)]
    unknown = sum(register.find(person(_weighed(read))).found is not None for read in readings)
    right = sum(_same(answer.found, one) for one, answer in found)
    wrong = sum(answer.found is not None and not _same(answer.found, one) for one, answer in found)
    say(f"| {style}, as read | {len(own)} | {right} | {wrong} | {unknown} of {len(own)} | |")


def _same(found: Entry | None, wanted: Entry) -> bool:
    """The same person: one who fills in two forms stands twice among the readings."""
    return found is not None and replace(found, number="") == replace(wanted, number="")


def _weighed(reading: Reading) -> dict[str, Weighed]:
    return {part: one.weighed for part, one in reading.items()}


def exact(readings: Sequence[Reading]) -> str:
    """How often each part came out exactly."""
    right = Counter(
        part
        for one in readings
        for part, own in one.items()
        if own.weighed[:1] and own.weighed[0][0] == own.written
    )
    return ", ".join(f"{part} {100 * right[part] / len(readings):.1f}" for part in (*NAME_PARTS, DAY))


def kept(path: Path) -> dict[str, list[Reading]]:
    """Readings from a file of lines `[style, {part: [written, [[text, probability] …]]}]`."""
    found: dict[str, list[Reading]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        style, parts = json.loads(line)
        reading = {
            part: Outcome(written, tuple((text, chance) for text, chance in weighed_))
            for part, (written, weighed_) in parts.items()
        }
        found.setdefault(style, []).append(reading)
    return found


def keep(path: Path, readings: Mapping[str, Sequence[Reading]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for style, own in readings.items():
            for one in own:
                parts = {part: [out.written, out.weighed] for part, out in one.items()}
                file.write(json.dumps([style, parts], ensure_ascii=False) + "\n")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(forms: int, first_seed: int, path: Path | None) -> None:
    if path and path.exists():
        readings = kept(path)
    else:
        readings = {style: list(collect(forms, first_seed, style)) for style in ("hand", "pen")}
        if path:
            keep(path, readings)
    residents = [entry(one) for one in build(seed=1, residents=REGISTER).residents()]
    for style, own in readings.items():
        say(f"{style}: {len(own)} people read, exact %: {exact(own)}")
    say("\n| people | n | found | taken for another | strangers taken for someone | ms each |")
    say("|---|---|---|---|---|---|")
    for style, own in readings.items():
        report(style, own, residents)


if __name__ == "__main__":
    words = sys.argv[1:]
    main(
        int(words[0]) if words else 24,
        int(words[1]) if len(words) > 1 else 60_000,
        Path(words[2]) if len(words) > 2 else None,
    )
