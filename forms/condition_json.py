"""Checked expressions as JSON, for a tablet that evaluates them without the server (`js/offline`).

A node is a list: its name, then its parts. What has no name here raises, so that a new function of the
language cannot be forgotten on the tablet.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

from forms import condition_nodes as nodes
from forms.condition_compiler import _METHODS, _WITHIN
from forms.conditions import Expression
from forms.definition import JSON
from forms.errors import KakazuError

OPERATIONS: Mapping[Callable[..., Any], str] = {
    operator.lt: "<", operator.le: "<=", operator.gt: ">", operator.ge: ">=",
    operator.eq: "==", operator.ne: "!=", _WITHIN[ast.In]: "in", _WITHIN[ast.NotIn]: "not in",
}  # fmt: skip
FUNCTIONS: Mapping[Callable[..., Any], str] = {
    nodes.age: "age_on",
    nodes.fiscal_year_start: "fiscal_year_start",
    nodes.together: "together",
    len: "size",
}


class NotForTablets(KakazuError):
    """A definition uses something that tablets cannot evaluate yet."""

    code = "not-for-tablets"


def expression_json(expression: Expression | None) -> JSON:
    """The tree of an expression, None for none. Raises `NotForTablets`."""
    return None if expression is None else node_json(expression.node)


def node_json(node: nodes.Node) -> list[JSON]:
    """One node with everything below it. Raises `NotForTablets`."""
    match node:
        case nodes.Constant(constant):
            return ["constant", constant]
        case nodes.Read(fact, path):
            return ["read", fact, list(path)]
        case nodes.ReadPerson(path):
            return ["person", list(path)]
        case nodes.Part(whole, path):
            return ["part", node_json(whole), list(path)]
        case nodes.Not(inner):
            return ["not", node_json(inner)]
        case nodes.Known(inner):
            return ["known", node_json(inner)]
        case nodes.Junction(parts, deciding):
            return ["or" if deciding else "and", *map(node_json, parts)]
        case nodes.Either(parts):
            return ["either", *map(node_json, parts)]
        case nodes.Choose(condition, yes, no):
            return ["choose", node_json(condition), node_json(yes), node_json(no)]
        case nodes.Compare(left, right, operation):
            return ["compare", _named(OPERATIONS, operation), node_json(left), node_json(right)]
        case nodes.Function(function, arguments):
            return ["call", _named(FUNCTIONS, function), *map(node_json, arguments)]
        case nodes.Each(people, condition, method) if method in _METHODS:
            return ["each", method, node_json(people), node_json(condition)]
    raise NotForTablets(f"端末では計算できない式があります（{type(node).__name__}）。")


def _named(table: Mapping[Callable[..., Any], str], found: Callable[..., Any]) -> str:
    try:
        return table[found]
    except (KeyError, TypeError):
        name = getattr(found, "__name__", str(found))
        raise NotForTablets(f"端末では計算できない関数があります（{name}）。") from None
