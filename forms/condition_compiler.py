"""From the text of an expression to checked nodes: the whitelist of the language in `conditions`."""

from __future__ import annotations

import ast
import keyword
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from forms import condition_nodes as nodes
from forms.condition_nodes import Node
from forms.condition_shapes import ALWAYS, DATE, FLAG, NUMBER, TODAY, ConditionFault, Shape, Shapes

LONGEST = 500


@dataclass(frozen=True, slots=True)
class Compiled:
    """The sort of value an expression gives, its first node, and the facts it reads."""

    shape: Shape
    node: Node
    facts: set[str]


def compile_expression(text: str, shapes: Shapes) -> Compiled:
    """Parse and check an expression over the facts of `shapes`. Raises `ConditionFault`."""
    if len(text) > LONGEST:
        raise ConditionFault(f"式が長すぎます。{LONGEST}文字までにしてください。")
    # Several lines are one expression; a comment would swallow the lines after it.
    line = " ".join(text.split())
    # A backslash would be an escape in a quoted text, which no option and no date has.
    if not line or "#" in line or "\\" in line:
        raise ConditionFault(f"「{text}」は式として読めません。空でない、#と\\のない式にしてください。")
    try:
        tree = ast.parse(_without_keywords(line), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ConditionFault(f"「{text}」は式として読めません。かっこと引用符を確かめてください。") from None
    facts: set[str] = set()
    shape, node = _Compiler(shapes, facts).compile(tree.body)
    return Compiled(shape, node, facts)


_ORDER: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
}  # fmt: skip
_EQUAL: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {ast.Eq: operator.eq, ast.NotEq: operator.ne}
_WITHIN: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.In: lambda one, several: one in several,
    ast.NotIn: lambda one, several: one not in several,
}
_ESCAPE = "name_"
_KEYWORD = re.compile(rf"""("[^"]*"|'[^']*')|\.({"|".join(keyword.kwlist)})\b""")
_METHODS = ("any", "all", "count", "where", "first")


@dataclass(frozen=True, slots=True)
class _Compiler:
    """Turns Python's syntax tree into checked nodes; anything not listed is refused."""

    shapes: Shapes
    facts: set[str]
    person: Shape | None = None

    def compile(self, tree: ast.expr) -> tuple[Shape, Node]:
        """The shape and node of one part of the tree. Raises `ConditionFault`."""
        match tree:
            case ast.Constant():
                return self._constant(tree.value)
            case ast.List():
                return self._list(tree)
            case ast.Attribute(value=ast.Call() as whole, attr=attribute):
                shape, node = self.compile(whole)
                return self._member(shape, [attribute], ast.unparse(tree)), nodes.Part(node, (attribute,))
            case ast.Name() | ast.Attribute():
                return self._path(_dotted(tree))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return FLAG, nodes.Not(self._flag(operand))
            case ast.BoolOp(op=op, values=values):
                return FLAG, nodes.Junction(tuple(map(self._flag, values)), isinstance(op, ast.Or))
            case ast.Compare(ops=[op], left=left, comparators=[right]):
                return FLAG, self._compare(op, left, right)
            case ast.IfExp(test=test, body=yes, orelse=no):
                return self._choose(test, yes, no)
            case ast.Call(keywords=[]):
                return self._call(tree)
        raise ConditionFault(f"「{ast.unparse(tree)}」という書き方は使えません。")

    def _choose(self, test: ast.expr, yes: ast.expr, no: ast.expr) -> tuple[Shape, Node]:
        """`a if … else b`; one of them may be `None`, which leaves the value unknown."""
        condition = self._flag(test)
        arms = [None if _is_none(arm) else self.compile(arm) for arm in (yes, no)]
        shapes = [arm[0] for arm in arms if arm is not None]
        if not shapes or any(shape.base != shapes[0].base for shape in shapes):
            raise ConditionFault(
                f"「{ast.unparse(yes)}」と「{ast.unparse(no)}」は同じ種類の値にしてください。"
            )
        options: frozenset[str] | None = frozenset()
        for shape in shapes:
            options = None if options is None or shape.options is None else options | shape.options
        first, second = (nodes.Constant(None) if arm is None else arm[1] for arm in arms)
        return replace(shapes[0], options=options), nodes.Choose(condition, first, second)

    def _flag(self, tree: ast.expr) -> Node:
        shape, node = self.compile(tree)
        if shape.base != "flag":
            raise ConditionFault(f"「{ast.unparse(tree)}」は{shape}です。成り立つかを言う式が必要です。")
        return node

    def _constant(self, value: object) -> tuple[Shape, Node]:
        if isinstance(value, bool):
            return FLAG, nodes.Constant(value)
        if isinstance(value, int):
            return NUMBER, nodes.Constant(value)
        if isinstance(value, str):
            return Shape("text", frozenset([value])), nodes.Constant(value)
        raise ConditionFault(f"「{value!r}」という値は使えません。")

    def _list(self, tree: ast.List) -> tuple[Shape, Node]:
        values = [item.value for item in tree.elts if isinstance(item, ast.Constant)]
        texts = [value for value in values if isinstance(value, str)]
        if len(texts) != len(tree.elts):
            raise ConditionFault(f"「{ast.unparse(tree)}」の中には、引用符で囲んだ文字だけを書けます。")
        return Shape("texts", frozenset(texts)), nodes.Constant(texts)

    def _path(self, path: str) -> tuple[Shape, Node]:
        steps = path.split(".")
        if self.person is not None and steps[0] in self.person.members:
            return self._member(self.person, steps, path), nodes.ReadPerson(tuple(steps))
        if path == ALWAYS:
            return FLAG, nodes.Constant(True)
        if path == TODAY:
            self.facts.add(TODAY)
            return DATE, nodes.Read(TODAY)
        for length in range(len(steps), 0, -1):
            name = ".".join(steps[:length])
            if name in self.shapes:
                self.facts.add(name)
                rest = steps[length:]
                return self._member(self.shapes[name], rest, path), nodes.Read(name, tuple(rest))
        raise ConditionFault(f"「{path}」という事実はありません。綴りを確かめてください。")

    def _member(self, shape: Shape, steps: list[str], path: str) -> Shape:
        for step in steps:
            if shape.base == "people" or step not in shape.members:
                raise ConditionFault(f"「{path}」の「{step}」という部分はありません。")
            shape = shape.members[step]
        return shape

    def _compare(self, op: ast.cmpop, left: ast.expr, right: ast.expr) -> Node:
        if type(op) in _WITHIN:
            return self._within(op, left, right)
        (shape, first), (other, second) = self._alike(left, right)
        if type(op) in _ORDER and shape.base in ("number", "date"):
            return nodes.Compare(first, second, _ORDER[type(op)])
        if type(op) in _EQUAL and shape.base in ("text", "number", "date", "flag"):
            return nodes.Compare(first, second, _EQUAL[type(op)])
        raise ConditionFault(f"{shape}と{other}は、このように比べられません（{ast.unparse(left)}）。")

    def _within(self, op: ast.cmpop, left: ast.expr, right: ast.expr) -> Node:
        (one, first), (several, second) = self.compile(left), self.compile(right)
        if one.base != "text" or several.base != "texts":
            raise ConditionFault(f"「{ast.unparse(left)}」が{several}に含まれるかは比べられません。")
        constant, declared = (left, several) if isinstance(left, ast.Constant) else (right, one)
        if isinstance(constant, ast.Constant | ast.List):
            self._must_be_options(one if constant is left else several, declared)
        return nodes.Compare(first, second, _WITHIN[type(op)])

    def _alike(self, left: ast.expr, right: ast.expr) -> tuple[tuple[Shape, Node], tuple[Shape, Node]]:
        """Both sides, which must be of one sort; a written text must be an option or a date."""
        sides = [self.compile(left), self.compile(right)]
        for tree, index in ((left, 0), (right, 1)):
            shape, other = sides[index][0], sides[1 - index][0]
            if isinstance(tree, ast.Constant) and shape.base == "text" and other.base == "date":
                sides[index] = (DATE, nodes.Constant(_iso_date(str(tree.value))))
            elif isinstance(tree, ast.Constant) and shape.base == "text":
                self._must_be_options(shape, other)
        if sides[0][0].base != sides[1][0].base:
            raise ConditionFault(
                f"「{ast.unparse(left)}」は{sides[0][0]}、「{ast.unparse(right)}」は{sides[1][0]}です。"
            )
        return sides[0], sides[1]

    def _must_be_options(self, written: Shape, declared: Shape) -> None:
        wrong = (written.options or frozenset()) - (declared.options or written.options or frozenset())
        if wrong:
            offered = "、".join(sorted(declared.options or ()))
            raise ConditionFault(f"「{'、'.join(sorted(wrong))}」という選択肢はありません（{offered}）。")

    def _call(self, tree: ast.Call) -> tuple[Shape, Node]:
        if isinstance(tree.func, ast.Attribute) and tree.func.attr in _METHODS:
            return self._each(tree.func, tree.args)
        name = tree.func.id if isinstance(tree.func, ast.Name) else ast.unparse(tree.func)
        arguments = [self.compile(argument) for argument in tree.args]
        shapes = [shape.base for shape, _ in arguments]
        given = tuple(node for _, node in arguments)
        match name, shapes:
            case "age_on", ["date"] if self.person is not None and "birth_on" in self.person.members:
                return NUMBER, nodes.Function(nodes.age, (nodes.ReadPerson(("birth_on",)), *given))
            case "age_on", ["date", "date"]:
                return NUMBER, nodes.Function(nodes.age, given)
            case "fiscal_year_start", ["date"]:
                return DATE, nodes.Function(nodes.fiscal_year_start, given)
            case "size", ["people" | "texts"]:
                return NUMBER, nodes.Function(len, given)
            case "together", [_, *_] if _are_people([shape for shape, _ in arguments]):
                return Shape("people", members=arguments[0][0].members), nodes.Function(nodes.together, given)
            case "known", [_]:
                return FLAG, nodes.Known(given[0])
            case "either", [first, *others] if others and all(other == first for other in others):
                return arguments[0][0], nodes.Either(given)
        raise ConditionFault(
            f"「{ast.unparse(tree)}」という使い方はできません。関数と中身を確かめてください。"
        )

    def _each(self, method: ast.Attribute, arguments: list[ast.expr]) -> tuple[Shape, Node]:
        shape, people = self.compile(method.value)
        if shape.base != "people" or len(arguments) != 1:
            raise ConditionFault(f"「.{method.attr}(…)」は、人の一覧に条件を1つ添えて使います。")
        record = Shape("record", members=shape.members)
        condition = replace(self, person=record)._flag(arguments[0])
        result = {"where": shape, "first": record, "count": NUMBER}.get(method.attr, FLAG)
        return result, nodes.Each(people, condition, method.attr)


def _are_people(shapes: list[Shape]) -> bool:
    """Lists of people and single persons that all have the same parts."""
    alike = all(set(shape.members) == set(shapes[0].members) for shape in shapes)
    return alike and "name" in shapes[0].members and {shape.base for shape in shapes} <= {"people", "record"}


def _is_none(tree: ast.expr) -> bool:
    return isinstance(tree, ast.Constant) and tree.value is None


def _without_keywords(text: str) -> str:
    """Names like `moving.from` made readable for Python's parser; quoted texts stay."""
    return _KEYWORD.sub(lambda found: found[1] or f".{_ESCAPE}{found[2]}", text)


def _dotted(tree: ast.expr) -> str:
    if isinstance(tree, ast.Name):
        return tree.id
    if isinstance(tree, ast.Attribute):
        return f"{_dotted(tree.value)}.{tree.attr.removeprefix(_ESCAPE)}"
    raise ConditionFault(f"「{ast.unparse(tree)}」という書き方は使えません。")


def _iso_date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ConditionFault(f"「{text}」は日付ではありません。「2024-10-01」のように書きます。") from None
