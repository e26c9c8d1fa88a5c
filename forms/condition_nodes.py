"""The nodes a checked expression is made of, and their evaluation.

Three values: true, false and unknown (`None`). `and` and `or` follow Kleene, so that a rule can be decided
before everything is known. What is read through `View.fact` counts as asked for; what is read through
`View.peek` does not: the right side of an undecided `and` is looked at, but never demanded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from forms.values.dates import age_on, fiscal_year

Value = Any
"""A JSON value, or None where unknown."""


@dataclass(frozen=True, slots=True)
class View:
    """What an expression sees: facts, and the person it looks at inside `any(…)` and the like.

    `waits` says whether a fact read so far is still to be asked.
    """

    fact: Callable[[str], Value]
    peek: Callable[[str], Value]
    person: Mapping[str, Value] | None = None
    waits: Callable[[], bool] = bool

    def quietly(self) -> View:
        """The same view without demanding anything."""
        return View(self.peek, self.peek, self.person, self.waits)

    def of(self, person: Mapping[str, Value]) -> View:
        """The same view, looking at a person."""
        return View(self.fact, self.peek, person, self.waits)


class Node(Protocol):
    """One node of an expression."""

    def value(self, view: View) -> Value:
        """What the node comes to, None where it is unknown."""


def member(value: Value, path: tuple[str, ...]) -> Value:
    """A part of a composite value: `("name", "full")` of a person; None where it is missing."""
    for step in path:
        if not isinstance(value, Mapping):
            return None
        if step in ("full", "full_kana") and step not in value:
            value = _joined(value, "_kana" if step.endswith("_kana") else "")
        else:
            value = value.get(step)
    return value


def _joined(name: Mapping[str, Value], suffix: str) -> str:
    """氏名 or its reading: family, half-width space, given (GIF 個人 item 8)."""
    return " ".join(part for part in (name.get(f"family{suffix}"), name.get(f"given{suffix}")) if part)


@dataclass(frozen=True, slots=True)
class Constant:
    """A value written in the expression."""

    constant: Value

    def value(self, view: View) -> Value:
        """The value itself."""
        return self.constant


@dataclass(frozen=True, slots=True)
class Read:
    """A fact, or a part of one."""

    fact: str
    path: tuple[str, ...] = ()

    def value(self, view: View) -> Value:
        """The fact's value, None where it is unknown."""
        return member(view.fact(self.fact), self.path)


@dataclass(frozen=True, slots=True)
class ReadPerson:
    """A part of the person being looked at."""

    path: tuple[str, ...]

    def value(self, view: View) -> Value:
        """The person's value."""
        return member(view.person, self.path)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what another node gives: `members.first(…).name`."""

    whole: Node
    path: tuple[str, ...]

    def value(self, view: View) -> Value:
        """The part, unknown where the whole is."""
        return member(self.whole.value(view), self.path)


@dataclass(frozen=True, slots=True)
class Not:
    """`not a`."""

    inner: Node

    def value(self, view: View) -> Value:
        """The contrary, unknown where `a` is."""
        found = self.inner.value(view)
        return None if found is None else not found


@dataclass(frozen=True, slots=True)
class Junction:
    """`a and b …` (decided by the first false) or `a or b …` (decided by the first true)."""

    parts: tuple[Node, ...]
    deciding: bool

    def value(self, view: View) -> Value:
        """Decided as early as possible; parts after an unknown one are not demanded."""
        unknown = False
        for part in self.parts:
            found = part.value(view.quietly() if unknown else view)
            if found is self.deciding:
                return self.deciding
            unknown = unknown or found is None
        return None if unknown else not self.deciding


@dataclass(frozen=True, slots=True)
class Compare:
    """`a == b`, `a < b`, `a in b` and so on."""

    left: Node
    right: Node
    operation: Callable[[Value, Value], bool]

    def value(self, view: View) -> Value:
        """Unknown where one side is."""
        left, right = self.left.value(view), self.right.value(view)
        return None if left is None or right is None else self.operation(left, right)


@dataclass(frozen=True, slots=True)
class Choose:
    """`a if condition else b`."""

    condition: Node
    yes: Node
    no: Node

    def value(self, view: View) -> Value:
        """One of the two, unknown where the condition is."""
        found = self.condition.value(view)
        if found is None:
            return None
        return (self.yes if found else self.no).value(view)


@dataclass(frozen=True, slots=True)
class Either:
    """`either(a, b, …)`: the first that is known."""

    parts: tuple[Node, ...]

    def value(self, view: View) -> Value:
        """The first known value; none while an earlier part may still become known, so that it is not
        asked in vain."""
        for part in self.parts:
            found = part.value(view)
            if found is not None or view.waits():
                return found
        return None


@dataclass(frozen=True, slots=True)
class Known:
    """`known(a)`: whether anything is known; never unknown itself."""

    inner: Node

    def value(self, view: View) -> Value:
        """True or false."""
        return self.inner.value(view) is not None


@dataclass(frozen=True, slots=True)
class Function:
    """A plain function of known values."""

    function: Callable[..., Value]
    arguments: tuple[Node, ...]

    def value(self, view: View) -> Value:
        """Unknown where an argument is."""
        values = [argument.value(view) for argument in self.arguments]
        return None if any(value is None for value in values) else self.function(*values)


@dataclass(frozen=True, slots=True)
class Each:
    """`people.any(…)`, `all`, `count`, `where`, `first`: a condition put to each person."""

    people: Node
    condition: Node
    method: str

    def value(self, view: View) -> Value:
        """The answer over all people; unknown where the people are, or where one person decides it."""
        people = self.people.value(view)
        if people is None:
            return None
        found = [self.condition.value(view.of(person)) for person in people]
        if self.method == "any":
            return True if True in found else (None if None in found else False)
        if self.method == "all":
            return False if False in found else (None if None in found else True)
        if None in found:
            return None
        chosen = [person for person, holds in zip(people, found, strict=True) if holds]
        if self.method == "count":
            return len(chosen)
        return chosen if self.method == "where" else next(iter(chosen), None)


def age(birth_on: str, on: str) -> int:
    """Full years of age on a day, both days as `YYYY-MM-DD`."""
    return age_on(date.fromisoformat(birth_on), date.fromisoformat(on))


def fiscal_year_start(on: str) -> str:
    """1 April of the fiscal year of a day (自治法 208条), as `YYYY-MM-DD`."""
    return f"{fiscal_year(date.fromisoformat(on))}-04-01"


def together(*parts: Value) -> list[Value]:
    """The people of several lists, or single persons, as one list: each once, the first one counts."""
    found: dict[tuple[Value, Value], Value] = {}
    for part in parts:
        for person in part if isinstance(part, list) else [part]:
            found.setdefault((member(person, ("name", "full")), member(person, ("birth_on",))), person)
    return list(found.values())
