"""Gathers the names of `data/` from the dictionaries that packages ship (maintainers only).

`python -m ocr.lexicon.gathering JANOME_FOLDER` writes surnames.txt, given_names.txt, kanji.txt and words.txt
anew. What `japanese-personal-name-dataset` has is not repeated; JANOME_FOLDER is the unpacked wheel of
`Janome`, which holds the IPA dictionary. Kanji are given their readings in names by aligning all known given
names (expectation maximisation over all ways to share the kana out).
"""

from __future__ import annotations

import re
import runpy
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, pairwise
from pathlib import Path

from forms.values.kana import is_katakana, to_katakana
from ocr.lexicon.lists import DATA, given_names_of_package, surnames_of_package

_PARTS, _LONGEST_PIECE, _ROUNDS = 10, 4, 6
_LEAST_COUNT, _LEAST_SHARE = 1.5, 0.004

_NOUNS = ("名詞,一般", "名詞,サ変接続", "名詞,形容動詞語幹")
_TWO_KANJI, _KATAKANA, _USUAL = re.compile("[一-龥][一-龥々]"), re.compile("[ァ-ヴー]{3,8}"), 4500

Readings = dict[str, set[str]]


def gather(janome: Path) -> None:
    """Write the lists."""
    families, given = _of_dictionary(janome)
    (DATA / "words.txt").write_text("".join(f"{line}\n" for line in _words(janome)), encoding="utf-8")
    known = surnames_of_package()
    _write("surnames.txt", _less(families, {name: {known[name].reading} for name in known}))
    listed = given_names_of_package()
    _write("given_names.txt", _less(given, listed))
    everything = {name: listed.get(name, set()) | given.get(name, set()) for name in {*listed, *given}}
    _write("kanji.txt", _pieces(everything))


def _of_dictionary(janome: Path) -> tuple[Readings, Readings]:
    """Surnames and given names of the IPA dictionary with their readings."""
    families: Readings = defaultdict(set)
    given: Readings = defaultdict(set)
    for written, kind, reading, _ in _entries(janome):
        kept = is_katakana(reading) and not is_katakana(to_katakana(written))
        if kept and kind.endswith("人名,姓"):
            families[written].add(reading)
        elif kept and kind.endswith("人名,名"):
            given[written].add(reading)
    return families, given


def _entries(janome: Path) -> Iterator[tuple[str, str, str, int]]:
    """Every entry of the dictionary: as written, part of speech, reading, cost (less for usual ones)."""
    for number in range(_PARTS):
        words = runpy.run_path(str(janome / f"janome/sysdic/entries_compact{number}.py"))["DATA"]
        more = runpy.run_path(str(janome / f"janome/sysdic/entries_extra{number}.py"))["DATA"]
        for key, (written, _, _, cost) in words.items():
            yield written, more[key][0], more[key][4], cost


def _words(janome: Path) -> list[str]:
    """Nouns of two kanji, those with the same first one in a line (転入居…), then usual loanwords."""
    follow: dict[str, set[str]] = defaultdict(set)
    loanwords = set()
    for written, kind, _, cost in _entries(janome):
        if kind.startswith(_NOUNS) and _TWO_KANJI.fullmatch(written):
            follow[written[0]].add(written[1])
        elif kind.startswith(_NOUNS) and _KATAKANA.fullmatch(written) and cost <= _USUAL:
            loanwords.add(written)
    return [first + "".join(sorted(after)) for first, after in sorted(follow.items())] + sorted(loanwords)


def _less(names: Mapping[str, set[str]], known: Mapping[str, set[str]]) -> Readings:
    rest = {name: readings - known.get(name, set()) for name, readings in names.items()}
    return {name: readings for name, readings in rest.items() if readings}


def _pieces(names: Mapping[str, set[str]]) -> Readings:
    """Per kanji the readings it has in given names, less those seen too seldom."""
    pairs = [(name, reading) for name, readings in names.items() for reading in readings]
    pairs = [(name, reading) for name, reading in pairs if len(name) <= len(reading) <= 8 and len(name) <= 4]
    shares: dict[tuple[str, str], float] = defaultdict(lambda: 1e-3)
    for _ in range(_ROUNDS):
        counts = _counted(pairs, shares)
        totals: dict[str, float] = defaultdict(float)
        for (kanji, _), count in counts.items():
            totals[kanji] += count
        shares = defaultdict(lambda: 1e-6, {key: n / totals[key[0]] for key, n in counts.items()})
    found: Readings = defaultdict(set)
    for (kanji, reading), count in counts.items():
        if count >= _LEAST_COUNT and shares[kanji, reading] >= _LEAST_SHARE:
            found[kanji].add(reading)
    return found


def _counted(
    pairs: Iterable[tuple[str, str]], shares: Mapping[tuple[str, str], float]
) -> dict[tuple[str, str], float]:
    """How often each kanji stands for each piece of kana, every way of sharing out weighed by `shares`."""
    counts: dict[tuple[str, str], float] = defaultdict(float)
    for name, reading in pairs:
        ways = [(way, _weight(name, way, shares)) for way in shared_out(reading, len(name))]
        total = sum(weight for _, weight in ways)
        for way, weight in ways:
            for kanji, piece in zip(name, way, strict=True):
                counts[kanji, piece] += weight / total if total else 0.0
    return counts


def _weight(name: str, way: tuple[str, ...], shares: Mapping[tuple[str, str], float]) -> float:
    weight = 1.0
    for kanji, piece in zip(name, way, strict=True):
        weight *= shares[kanji, piece]
    return weight


def shared_out(reading: str, count: int) -> Iterator[tuple[str, ...]]:
    """Every way to part kana into `count` pieces, none beginning with a small kana, ー or ン."""
    places = [n for n in range(1, len(reading)) if reading[n] not in "ャュョァィゥェォッーン"]
    for cuts in combinations(places, count - 1):
        ends = (0, *cuts, len(reading))
        way = tuple(reading[start:end] for start, end in pairwise(ends))
        if all(len(piece) <= _LONGEST_PIECE for piece in way):
            yield way


def _write(name: str, readings: Mapping[str, set[str]]) -> None:
    lines = (f"{written} {' '.join(sorted(found))}\n" for written, found in sorted(readings.items()))
    (DATA / name).write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    gather(Path(sys.argv[1]))
