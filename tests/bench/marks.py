"""Check boxes: how many are decided, and is any of them decided wrong?

Run by hand: `python -m tests.bench.marks [BOXES] [FIRST_SEED]`; prints the tables of RESULTS.md.
"""

from __future__ import annotations

import sys
from collections import Counter

from ocr.marks import Mark, read_marks
from ocr.stages.registration import register
from samples.scanner import WAYS
from tests.support.marked_boxes import BOXES, MANNERS, marked_sheet


def measured(boxes: int, seed: int) -> Counter[tuple[str, str, Mark]]:
    """How often boxes of each manner and way were read as what."""
    found: Counter[tuple[str, str, Mark]] = Counter()
    ways = list(WAYS)
    for number in range(-(-boxes // BOXES)):
        way = ways[number % len(ways)]
        sheet = marked_sheet(seed + number, way)
        image = register(sheet.scan.image).image
        kind = f"{way}, thin" if sheet.through else way
        for one, manner in zip(read_marks(image, sheet.zones), sheet.manners, strict=True):
            found[manner, kind, one.mark] += 1
    return found


def report(found: Counter[tuple[str, str, Mark]], by: int) -> None:
    say(f"\n| {('manner', 'way')[by]} | boxes | on | off | asked | wrong |\n|---|---|---|---|---|---|")
    for name in dict.fromkeys(key[by] for key in found):
        part = {key: count for key, count in found.items() if key[by] == name}
        states = [sum(n for key, n in part.items() if key[2] is state) for state in Mark]
        wrong = sum(
            n
            for (manner, _, mark), n in part.items()
            if mark is not Mark.DOUBT and mark not in MANNERS[manner][1]
        )
        say(f"| {name} | {sum(states)} | {states[0]} | {states[1]} | {states[2]} | {wrong} |")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    results = measured(
        int(sys.argv[1]) if len(sys.argv) > 1 else 20_000, int(sys.argv[2]) if len(sys.argv) > 2 else 70_000
    )
    report(results, 0)
    report(results, 1)
