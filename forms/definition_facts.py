"""Reading facts and the fields they are asked in, from blocks and from procedures' own `[facts]`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from forms.condition_shapes import DATE, TODAY, ConditionFault, Shape
from forms.conditions import Condition, Expression, parse_condition, parse_expression
from forms.definition import Block, Fact, Field, Option
from forms.definition_source import Source, Table
from forms.kinds import KINDS, kind
from forms.values import numbers

NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
ASKED_OF = ("resident", "officer")
WITH_OPTIONS = ("choice", "choices")
WITH_COLUMNS = ("person", "people", "rows")


@dataclass(slots=True)
class FactBook:
    """Facts read so far, and the tables their expressions are still to be read from."""

    facts: dict[str, Fact] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)
    persons: dict[str, tuple[Field, ...]] = field(default_factory=dict)

    def shapes(self) -> dict[str, Shape]:
        """What conditions may read: every fact, and `today`."""
        shapes = {name: kind(fact.field.kind).shape(fact.field) for name, fact in self.facts.items()}
        return {**shapes, TODAY: DATE}

    def copy(self) -> FactBook:
        """A book to add a procedure's own facts to."""
        return FactBook(dict(self.facts), dict(self.tables), dict(self.persons))


def read_persons(source: Source, book: FactBook) -> None:
    """Take in the `[persons.<name>.<column>]` tables of a block: what a form asks about one person."""
    for name, columns in source.top.table("persons").items():
        book.persons[name] = tuple(read_field(table, key, book) for key, table in columns.items())


def read_facts(source: Source, block: str, book: FactBook) -> None:
    """Take in the `[facts."…"]` tables of a file, without their expressions."""
    for name, table in source.top.table("facts").items():
        if not NAME.fullmatch(name):
            table.fault("", "事実の名前は「moving.moved_on」のように小文字の英数字で書いてください。")
        if name in book.facts:
            table.fault("", f"「{name}」はもう {book.tables[name].source.file} で決まっています。")
            continue
        base = read_field(table, name, book)
        asked = bool(base.question)
        if not asked and "derived" not in table and "default" not in table:
            table.fault("question", "聞き方（question）か、求め方（derived）が必要です。")
        book.facts[name] = Fact(base, block, asked)
        book.tables[name] = table


def read_field(table: Table, name: str, book: FactBook) -> Field:
    """One fact or column as a field, without its condition."""
    key = table.text("kind", required=True)
    if key and key not in KINDS:
        table.fault("kind", f"「{key}」という種類はありません（{'、'.join(KINDS)}）。")
    key = key if key in KINDS else "text"
    found = Field(
        name=name,
        fact=name,
        kind=key,
        label=table.labels("label", required=True),
        question=table.labels("question"),
        help=table.labels("help"),
        required=table.flag("required", True),
        options=read_options(table),
        fields=_columns(table, key, book),
        sensitive=table.flag("sensitive", key == "my_number"),
        options_from=table.text("options_from"),
        reading=table.flag("reading", False),
    )
    return _with_limits(table, found)


def _with_limits(table: Table, found: Field) -> Field:
    asked_of, pattern, number = (
        table.text("asked_of", "resident"),
        table.text("pattern"),
        table.text("number"),
    )
    if asked_of not in ASKED_OF:
        table.fault("asked_of", "resident（住民）か officer（職員）で書いてください。")
    if number and number not in numbers.KINDS:
        table.fault("number", f"「{number}」という番号はありません（{'、'.join(numbers.KINDS)}）。")
        number = ""
    try:
        re.compile(pattern)
    except re.error as error:
        table.fault("pattern", f"正規表現として読めません（{error}）。")
        pattern = ""
    if found.kind in WITH_OPTIONS and not found.options and not found.options_from:
        table.fault("options", "選択肢（options か options_from）が必要です。")
    return replace(
        found,
        asked_of=asked_of,
        pattern=pattern,
        number=number,
        length=table.integer("length"),
        least=table.integer("least"),
        most=table.integer("most"),
        box=table.integer("box"),
    )


def read_options(table: Table) -> tuple[Option, ...]:
    """The options of a table: value = Japanese label, in order."""
    options = table.table("options")
    return tuple(Option(value, options.labels(value, required=True)) for value in options.data)


def _columns(table: Table, key: str, book: FactBook) -> tuple[Field, ...]:
    """The columns of a person: those of the person named by `of`, or only those named in `fields`."""
    of, chosen = table.text("of"), table.texts("fields")
    if key not in WITH_COLUMNS:
        return ()
    if of not in book.persons:
        table.fault("of", f"どの人か（{'、'.join(book.persons)}）を書いてください。")
        return ()
    return choose_columns(table, book.persons[of], chosen)


def choose_columns(table: Table, columns: tuple[Field, ...], chosen: tuple[str, ...]) -> tuple[Field, ...]:
    """The columns named, all where none is; a name that does not exist is a fault at `fields`."""
    by_name = {column.name: column for column in columns}
    for name in chosen:
        if name not in by_name:
            table.fault("fields", f"「{name}」という欄はありません（{'、'.join(by_name)}）。")
    return tuple(by_name[name] for name in chosen if name in by_name) or columns


def complete_facts(names: Iterator[str] | list[str], book: FactBook) -> None:
    """Read the expressions of the facts named, now that every fact is known."""
    shapes = book.shapes()
    for name in names:
        table, fact = book.tables[name], book.facts[name]
        wanted = shapes[name]
        book.facts[name] = replace(
            fact,
            field=replace(fact.field, when=condition(table, "when", shapes)),
            derived=derivation(table, "derived", shapes, wanted),
            default=derivation(table, "default", shapes, wanted),
            must=condition(table, "must", {name: wanted, TODAY: DATE}),
            must_say=table.labels("must_say", required="must" in table),
        )
        for source in fact.field.offered_from:
            if source not in shapes or shapes[source].base != "people":
                table.fault("options_from", f"「{source}」は人の一覧の事実ではありません。")
        table.done()


def condition(table: Table, key: str, shapes: Mapping[str, Shape]) -> Condition | None:
    """The condition at a key, None where there is none or a faulty one."""
    text = table.text(key)
    if not text:
        return None
    try:
        return parse_condition(text, shapes)
    except ConditionFault as error:
        table.refuse(key, error)
    return None


def derivation(table: Table, key: str, shapes: Mapping[str, Shape], wanted: Shape) -> Expression | None:
    """The expression at a key, which must give the sort of value wanted."""
    text = table.text(key)
    if not text:
        return None
    try:
        found = parse_expression(text, shapes)
    except ConditionFault as error:
        table.refuse(key, error)
        return None
    strange = (found.shape.options or frozenset()) - (wanted.options or found.shape.options or frozenset())
    missing = set(found.shape.members) - set(wanted.members) if wanted.members else set()
    if found.shape.base != wanted.base or strange or missing:
        table.fault(key, f"「{text}」は{found.shape}で、ここに必要な{wanted}と合いません。")
        return None
    return found


def read_block(source: Source, name: str) -> Block:
    """The heading of a block."""
    return Block(name, source.top.labels("label", required=True))


def circles(facts: Mapping[str, Fact], derived: Mapping[str, Expression]) -> list[tuple[str, ...]]:
    """Facts that need themselves to be known, as chains `a → b → a`."""
    found: list[tuple[str, ...]] = []
    done: set[str] = set()

    def walk(name: str, chain: tuple[str, ...]) -> None:
        if name in chain:
            found.append((*chain[chain.index(name) :], name))
            return
        if name in done or name not in facts:
            return
        for needed in needs(facts[name], derived):
            walk(needed, (*chain, name))
        done.add(name)

    for name in facts:
        walk(name, ())
    return found


def needs(fact: Fact, derived: Mapping[str, Expression]) -> tuple[str, ...]:
    """The facts that must be known before this one can be."""
    expressions = (fact.field.when, derived.get(fact.name, fact.derived), fact.default)
    read = [name for one in expressions if one is not None for name in one.facts]
    return (*read, *fact.field.offered_from)
