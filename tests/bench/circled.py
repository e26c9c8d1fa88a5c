"""Words to put a ring around: how many are decided, and is any of them decided wrong?

Run by hand: `python -m tests.bench.circled [SHEETS] [FIRST_SEED] [WAYS]`; prints the table of RESULTS.md.
"""

from __future__ import annotations

import sys
from collections import Counter

from ocr.marks import Mark, read_marks
from ocr.stages.registration import register
from tests.bench.ocr_tables import say
from tests.support.circled_words import MANNERS, circled_sheet

_WAYS = "office,fax,coarse"
_SHOWN = "shown"


def measured(sheets: int, seed: int, ways: list[str]) -> Counter[tuple[str, str, Mark | str]]:
    """How often words of each manner and way were read as what, and shown to a person as ringed."""
    found: Counter[tuple[str, str, Mark | str]] = Counter()
    for number in range(sheets):
        way = ways[number % len(ways)]
        sheet = circled_sheet(seed + number, way)
        image, blank = register(sheet.scan.image).image, register(sheet.blank.image).image
        for one, manner in zip(read_marks(image, sheet.zones, blank), sheet.manners, strict=True):
            found[manner, way, one.mark] += 1
            found[manner, way, _SHOWN] += one.proposed
    return found


def main(words: list[str]) -> None:
    """One row a manner and way."""
    sheets, seed, ways = [*words, *("3", "60000", _WAYS)[len(words) :]]
    found = measured(int(sheets), int(seed), ways.split(","))
    say("| manner | way | words | on | off | asked | shown as ringed | wrong |")
    say("|---|---|---|---|---|---|---|---|")
    for manner, way in sorted({(manner, way) for manner, way, _ in found}):
        states = [found[manner, way, state] for state in Mark]
        wrong = sum(n for n, state in zip(states, Mark, strict=True) if _is_wrong(manner, state))
        read = " | ".join(str(n) for n in (sum(states), *states, found[manner, way, _SHOWN], wrong))
        say(f"| {manner} | {way} | {read} |")


def _is_wrong(manner: str, state: Mark) -> bool:
    return state is not Mark.DOUBT and state not in MANNERS[manner][1]


if __name__ == "__main__":
    main(sys.argv[1:])
