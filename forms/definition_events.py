"""Reading life events: the order of the conversation, what follows from the event, and its own wording."""

from __future__ import annotations

from forms.condition_shapes import TODAY
from forms.definition import REGISTERED, Labels, LifeEvent, Wording
from forms.definition_facts import FactBook, derivation
from forms.definition_source import Source, Table


def read_event(source: Source, slug: str, book: FactBook) -> LifeEvent:
    """A life event, with the facts that follow from it."""
    top, shapes = source.top, book.shapes()
    derived = {}
    table = top.table("derived")
    for name in table.data:
        if name not in book.facts or name == TODAY:
            table.fault(name, f"「{name}」という事実はありません。綴りを確かめてください。")
            continue
        found = derivation(table, name, shapes, shapes[name])
        if found is not None:
            derived[name] = found
    _check_order(top, book)
    event = LifeEvent(
        slug,
        top.labels("title", required=True),
        top.labels("summary", required=True),
        top.labels("undecided", required=True),
        top.texts("first"),
        top.texts("last"),
        derived,
        _wording(top.table("facts"), book),
        _headings(top.table("blocks"), book),
        _register(top.table("register"), book),
    )
    top.done()
    return event


def _wording(facts: Table, book: FactBook) -> dict[str, Wording]:
    """What facts are called in this event: `[facts."moving.to"]` with `label`, `question`, `help`."""
    found = {}
    for name, table in facts.items():
        if name not in book.facts:
            facts.fault(name, f"「{name}」という事実はありません。綴りを確かめてください。")
        found[name] = Wording(table.labels("label"), table.labels("question"), table.labels("help"))
        table.done()
    return found


def _headings(blocks: Table, book: FactBook) -> dict[str, Labels]:
    """What blocks are called in this event: `[blocks.members]` with `label`."""
    known, found = {fact.block for fact in book.facts.values()}, {}
    for name, table in blocks.items():
        if name not in known:
            blocks.fault(name, f"「{name}」というブロックはありません（{'、'.join(sorted(known))}）。")
        found[name] = table.labels("label", required=True)
        table.done()
    return found


def _register(table: Table, book: FactBook) -> dict[str, str]:
    """Which facts the register fills: `[register]` with `members`, `address`, `head`."""
    found = {}
    for key, wanted in REGISTERED.items():
        name = table.text(key)
        if name and (name not in book.facts or book.facts[name].field.kind != wanted):
            table.fault(key, f"「{name}」は、種類が{wanted}の事実ではありません。綴りを確かめてください。")
        elif name:
            found[key] = name
    table.done()
    return found


def _check_order(top: Table, book: FactBook) -> None:
    """Entries of `first` and `last` are facts, blocks or beginnings of facts' names."""
    known = {
        part for fact in book.facts.values() for part in (fact.name, fact.block, fact.name.split(".")[0])
    }
    for key in ("first", "last"):
        for name in top.texts(key):
            if name not in known:
                top.fault(key, f"「{name}」という事実もブロックもありません。綴りを確かめてください。")
