"""The example conversations of life events (`forms/life_events/examples`), to go on from in tests."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from forms.catalogue import PACKAGED, load_catalogue
from forms.interview import Interview, Source

EXAMPLES = PACKAGED / "life_events" / "examples"


def told(name: str, **changes: Any) -> Interview:
    """An example conversation (`death-alone`), with answers changed (`deceased__seal=False`) or left out.

    An answer given as None is left out.
    """
    data = json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    answers = data["answers"] | {fact.replace("__", "."): value for fact, value in changes.items()}
    interview = Interview.begin(load_catalogue(), _event(name), date.fromisoformat(data["on"]))
    for fact, value in answers.items():
        sourced = isinstance(value, dict) and set(value) == {"value", "source"}
        if sourced:
            interview = interview.answer(fact, value["value"], Source(value["source"]))
        elif value is not None:
            interview = interview.answer(fact, value)
    return interview


def _event(name: str) -> str:
    return next(one.slug for one in load_catalogue().events() if name.startswith(f"{one.slug}-"))
