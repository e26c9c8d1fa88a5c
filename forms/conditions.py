"""Conditions and derivations, written as a city clerk would say them:

    members.any(age_on(moving.moved_on) < 18)
    moving.household == "new" and not foreign.any
    members.first(name.full == applicant.who)

An expression is parsed and checked when definitions are loaded – unknown facts, options that do not exist
and comparisons of unlike things are faults – and evaluated on the server only. Facts are read by name;
inside `any`, `all`, `count`, `where` and `first` the parts of a person are read by theirs. Functions:
`age_on(date)` (of the person looked at) or `age_on(birth_on, date)`, `fiscal_year_start(date)`,
`size(people or choices)`, `known(value)`, `either(value, value, …)`; `today` is the day of the
interview, `always` is true.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from forms.condition_compiler import compile_expression
from forms.condition_nodes import Node, View
from forms.condition_shapes import ConditionFault, Shape, Shapes


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression: its text, the facts it reads, and what sort of value it gives."""

    text: str
    facts: tuple[str, ...]
    shape: Shape = field(compare=False)
    node: Node = field(compare=False, repr=False)

    def value(
        self,
        fact: Callable[[str], Any],
        peek: Callable[[str], Any] | None = None,
        waits: Callable[[], bool] = bool,
    ) -> Any:
        """What it comes to, None where unknown. `fact` gives a fact's value; `peek` does so unnoticed.

        `waits` says whether a fact given so far is still to be asked.
        """
        return self.node.value(View(fact, peek or fact, waits=waits))


@dataclass(frozen=True, slots=True)
class Condition(Expression):
    """An expression that is true, false or unknown."""

    def holds(self, fact: Callable[[str], Any], peek: Callable[[str], Any] | None = None) -> bool | None:
        """True, false, or None where it cannot be said yet."""
        found = self.value(fact, peek)
        return None if found is None else bool(found)


def parse_expression(text: str, shapes: Shapes) -> Expression:
    """Parse and check an expression over the facts of `shapes`. Raises `ConditionFault`."""
    compiler = compile_expression(text, shapes)
    return Expression(text, tuple(sorted(compiler.facts)), compiler.shape, compiler.node)


def parse_condition(text: str, shapes: Shapes) -> Condition:
    """As `parse_expression`, for what is true or false. Raises `ConditionFault`."""
    compiler = compile_expression(text, shapes)
    if compiler.shape.base != "flag":
        raise ConditionFault(f"「{text}」は{compiler.shape}になります。成り立つかを言う式にしてください。")
    return Condition(text, tuple(sorted(compiler.facts)), compiler.shape, compiler.node)
