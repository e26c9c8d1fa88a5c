"""Tables of measured fields: exact, accepted, wrong accepted with its bound, promise and truth by kind."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ocr.calibration import most_wrong

Row = Mapping[str, Any]
_STEPS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.995, 0.998, 0.999, 0.9995)


def print_tables(rows: Sequence[Row]) -> None:
    """Everything RESULTS.md shows of reading."""
    fields = [row for row in rows if "problem" not in row]
    shares("style", fields, lambda row: row["style"])
    shares("style, kind", fields, lambda row: f"{row['style']}, {row['kind']}")
    shares("style, way", fields, lambda row: f"{row['style']}, {row['way']}")
    reliability(fields)
    problems = Counter(f"{row['style']}, {row['way']}: {row['problem']}" for row in rows if "problem" in row)
    say(f"\npages that could not be read: {dict(problems) or 'none'}")


def shares(title: str, rows: Iterable[Row], group: Callable[[Row], str]) -> None:
    """Filled-in fields, exact and accepted; what was accepted wrongly counts empty places too."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[group(row)].append(row)
    say(f"\n| {title} | filled fields | exact % | accepted % | wrong accepted | % of accepted | ≤ (95 %) |")
    say("|---|---|---|---|---|---|---|")
    for name, found in sorted(groups.items()):
        filled = [row for row in found if row["filled"]]
        accepted = [
            row for row in found if row["state"] == "accepted" and (row["filled"] or not row["right"])
        ]
        wrong = sum(not row["right"] for row in accepted)
        exact = 100 * sum(row["right"] for row in filled) / max(1, len(filled))
        share = 100 * sum(row["state"] == "accepted" for row in filled) / max(1, len(filled))
        rate, bound = 100 * wrong / max(1, len(accepted)), 100 * most_wrong(wrong, len(accepted))
        say(f"| {name} | {len(filled)} | {exact:.1f} | {share:.1f} | {wrong} | {rate:.2f} | {bound:.2f} |")


def reliability(rows: Iterable[Row]) -> None:
    """Promised against found, by kind and step of the probability."""
    kinds: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["filled"]:
            kinds[row["kind"]].append(row)
    say("\n| kind | promised from | fields | promised right % | found right % |\n|---|---|---|---|---|")
    for kind, found in sorted(kinds.items()):
        for low, high in zip(_STEPS, (*_STEPS[1:], 2.0), strict=True):
            within = [row for row in found if low <= row["confidence"] < high]
            if within:
                promised = 100 * sum(row["confidence"] for row in within) / len(within)
                right = 100 * sum(row["right"] for row in within) / len(within)
                say(f"| {kind} | {low} | {len(within)} | {promised:.2f} | {right:.2f} |")


def say(line: str) -> None:
    """One line to standard output, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
