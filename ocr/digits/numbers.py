"""What a check digit makes of a number read box by box: proved, or repaired for a person to confirm.

A repaired number is a proposal: of those whose arithmetic was made to hold, 2 to 3 % are valid and wrong
(ocr.md §1). So it is never accepted alone, and says which boxes were changed.
"""

from __future__ import annotations

from dataclasses import dataclass

from forms.values.numbers import check
from ocr.stages.opinions import Opinion


@dataclass(frozen=True, slots=True)
class Repair:
    """A number that holds in place of the one read.

    `cells` are the boxes (from 0) whose digit was changed, `confidence` its probability among all numbers
    weighed that hold.
    """

    text: str
    cells: tuple[int, ...]
    confidence: float


def repaired(opinion: Opinion, kind: str) -> Repair | None:
    """The most likely number of `kind` (`forms.values.numbers`) whose check digit holds, where the one read
    does not; None when it does, or when none of those weighed holds.
    """
    if check(kind, opinion.text).valid:
        return None
    valid = [(text, chance) for text, chance in opinion.candidates if check(kind, text).valid]
    if not valid:
        return None
    text, chance = valid[0]
    changed = tuple(n for n, (new, old) in enumerate(zip(text, opinion.text, strict=False)) if new != old)
    return Repair(text, changed, chance / max(sum(one for _, one in valid), 1e-12))


def proved(opinion: Opinion, kind: str) -> float:
    """The probability of the number read among all those weighed that hold; 0 when it does not hold.

    A check digit leaves one in eleven of wrong numbers standing, so that proof raises what ink alone says.
    """
    if not check(kind, opinion.text).valid:
        return 0.0
    valid = [chance for text, chance in opinion.candidates if check(kind, text).valid]
    return opinion.candidates[0][1] / max(sum(valid), 1e-12) if valid else 0.0
