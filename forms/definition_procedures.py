"""Reading procedures (`procedures/<slug>/v<n>/form.toml`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from forms.condition_shapes import Shape
from forms.definition import (
    Attachment,
    Basis,
    Check,
    Deadline,
    Fact,
    Field,
    Option,
    Procedure,
    Rule,
    Section,
)
from forms.definition_facts import (
    FactBook,
    choose_columns,
    complete_facts,
    condition,
    read_facts,
)
from forms.definition_source import Source, Table
from forms.kinds import KINDS

NAMED = re.compile(r"v([1-9][0-9]{0,2})")
SUBJECT = "subject"
"""In a procedure with `for_each`, the fact that holds the person the application is about."""

APPLICANT = "applicant.name"
ROLLS = ("none", "next-open-day", "previous-open-day")
_PERSONAL = ("person", "people", "rows")


@dataclass(frozen=True, slots=True)
class Shared:
    """What procedures share: facts, and sections of fields by name with the table they are read from."""

    book: FactBook
    sections: Mapping[str, Table]
    events: frozenset[str]


@dataclass(slots=True)
class ProcedureReader:
    """Reads one version of one procedure."""

    source: Source
    slug: str
    version: int
    shared: Shared

    def read(self) -> tuple[Procedure, FactBook]:
        """The procedure and the facts it may use; faults are noted in the source."""
        top, book = self.source.top, self.shared.book.copy()
        known = set(book.facts)
        read_facts(self.source, self.slug, book)
        own = [name for name in book.facts if name not in known]
        for_each = self._for_each(top, book)
        complete_facts(own, book)
        shapes = book.shapes()
        top.used |= {"facts"}
        procedure = Procedure(
            slug=self.slug,
            number=top.integer("number", required=True) or 0,
            version=self.version,
            in_force_from=top.day("in_force_from"),
            title=top.labels("title", required=True),
            summary=top.labels("summary", required=True),
            basis=self._basis(top),
            deadline=None,
            who_may_apply=top.labels("who_may_apply", required=True),
            attachments=self._attachments(top, shapes),
            fee=top.integer("fee"),
            for_each=for_each,
            sections=self._sections(top, book, shapes),
            rules=self._rules(top, shapes),
        )
        deadline, checks = self._deadline(top, procedure), self._checks(top, procedure, shapes)
        twice, machine = self._double_entry(top, procedure)
        procedure = replace(
            procedure, deadline=deadline, checks=checks, double_entry=twice, machine_counts=machine
        )
        self._check_names(top, procedure)
        top.done()
        return procedure, book

    def _for_each(self, top: Table, book: FactBook) -> str | None:
        name = top.text("for_each") or None
        if name and (name not in book.facts or book.facts[name].field.kind != "people"):
            top.fault("for_each", f"「{name}」は人の一覧の事実ではありません。")
            return None
        if name:
            base = book.facts[name]
            person = replace(base.field, name=SUBJECT, fact=SUBJECT, kind="person")
            book.facts[SUBJECT] = Fact(person, self.slug, asked=False)
        return name

    def _basis(self, top: Table) -> tuple[Basis, ...]:
        found = []
        for table in top.tables("basis", required=True):
            found.append(
                Basis(
                    table.text("law", required=True),
                    table.text("article"),
                    table.text("note"),
                    table.flag("confirmed", False),
                )
            )
            table.done()
        return tuple(found)

    def _attachments(self, top: Table, shapes: Mapping[str, Shape]) -> tuple[Attachment, ...]:
        found = []
        for name, table in top.table("attachments").items():
            found.append(
                Attachment(
                    name,
                    table.labels("label", required=True),
                    condition(table, "when", shapes),
                    table.text("replaced_by"),
                )
            )
            table.done()
        return tuple(found)

    def _deadline(self, top: Table, procedure: Procedure) -> Deadline | None:
        if "deadline" not in top:
            return None
        table = top.table("deadline")
        days, start = table.integer("days", required=True) or 0, table.text("from", required=True)
        roll = table.text("roll", "none")
        if start and start not in [field.name for field in procedure.fields if field.kind == "date"]:
            table.fault("from", f"「{start}」という日付の欄がこの様式にありません。")
        if roll not in ROLLS:
            table.fault("roll", f"{'、'.join(ROLLS)} のどれかで書いてください。")
        table.done()
        return Deadline(days, start, roll)

    def _checks(self, top: Table, procedure: Procedure, shapes: Mapping[str, Shape]) -> tuple[Check, ...]:
        found, fields = [], procedure.fields
        for _, table in top.table("checks").items():
            name, say = table.text("field", required=True), table.labels("say", required=True)
            if name and name not in [field.name for field in fields]:
                table.fault("field", f"「{name}」という欄がこの様式にありません。")
            must = condition(table, "must", shapes)
            if "must" not in table:
                table.fault("must", "成り立つべきこと（must）を書いてください。")
            table.done()
            for fact in must.facts if must is not None else ():
                if not any(field.fact == fact or field.fact.startswith(f"{fact}.") for field in fields):
                    table.fault("must", f"「{fact}」はこの様式の欄にありません。")
            if must is not None:
                found.append(Check(name, must, say))
        return tuple(found)

    def _double_entry(self, top: Table, procedure: Procedure) -> tuple[tuple[str, ...], bool]:
        table = top.table("paper")
        names, machine = table.texts("double_entry"), table.flag("machine_counts", False)
        table.done()
        known = {field.name for field in procedure.fields} | set(KINDS)
        for name in names:
            if name not in known:
                table.fault("double_entry", f"「{name}」という欄も欄の種類もありません。")
        if machine and not names:
            table.fault("machine_counts", "2人で入力する欄（double_entry）を書いてください。")
        return names, machine

    def _rules(self, top: Table, shapes: Mapping[str, Shape]) -> tuple[Rule, ...]:
        found = []
        for event, table in top.table("events").items():
            if event not in self.shared.events:
                table.fault("", f"「{event}」というライフイベントはありません。")
            when = condition(table, "when", shapes)
            if "when" not in table:
                table.fault("when", "どんなときに必要か（when）を書いてください。")
            because, otherwise = (table.labels(key, required=True) for key in ("because", "otherwise"))
            table.done()
            if when is not None:
                found.append(Rule(event, when, because, otherwise))
        return tuple(found)

    def _sections(self, top: Table, book: FactBook, shapes: Mapping[str, Shape]) -> tuple[Section, ...]:
        found = []
        for name, table in top.table("sections", required=True).items():
            use = table.text("use")
            if not use:
                found.append(read_section(name, table, book, shapes))
                continue
            table.done()
            if use in self.shared.sections:
                found.append(read_section(use, self.shared.sections[use], book, shapes))
            else:
                table.fault(
                    "use", f"「{use}」という共通の節はありません（{'、'.join(self.shared.sections)}）。"
                )
        return tuple(found)

    def _check_names(self, top: Table, procedure: Procedure) -> None:
        names = [field.name for field in procedure.fields]
        for name in sorted({name for name in names if names.count(name) > 1}):
            top.fault("sections", f"欄の名前「{name}」が2回あります。どちらかに name を付けてください。")
        if APPLICANT not in names:
            top.fault("sections", f'申請者の氏名の欄（name = "{APPLICANT}"）が必要です。')


def read_section(name: str, table: Table, book: FactBook, shapes: Mapping[str, Shape]) -> Section:
    """One section with its fields; a `when` at the section counts for each of its fields."""
    label = table.labels("label", required=True)
    place = "/".join(str(step) for step in table.place)
    fields = tuple(
        found
        for entry in table.tables("fields", required=True)
        if (found := _field(entry, place, book, shapes)) is not None
    )
    if "when" in table:
        when = condition(table, "when", shapes)
        fields = tuple(replace(one, when=one.when or when) for one in fields)
    table.done()
    return Section(name, label, fields)


def _field(entry: Table, place: str, book: FactBook, shapes: Mapping[str, Shape]) -> Field | None:
    """One box: the fact's own field (or a person's column) with what the form says otherwise."""
    fact = entry.text("fact", required=True)
    name = entry.text("name", fact)
    base = resolve(fact, book) if fact else None
    if base is None:
        entry.fault("fact", f"「{fact}」という事実はありません。綴りを確かめてください。")
        return None
    texts = f"{place}/fields/{name}"
    found = replace(
        base,
        name=name,
        fact=fact,
        label=entry.labels("label", texts) or base.label,
        question=entry.labels("question", texts) or base.question,
        help=entry.labels("help", texts) or base.help,
        required=entry.flag("required", base.required),
        when=condition(entry, "when", shapes) or base.when,
        options=_offered(entry, base),
    )
    if base.kind in _PERSONAL:
        found = replace(found, fields=choose_columns(entry, base.fields, entry.texts("fields")))
    entry.done()
    return found


def _offered(entry: Table, base: Field) -> tuple[Option, ...]:
    """The options a form offers: those named in `options`, all where none is."""
    chosen, known = entry.texts("options"), {option.value: option for option in base.options}
    for value in chosen:
        if value not in known:
            entry.fault("options", f"「{value}」という選択肢はありません（{'、'.join(known)}）。")
    return tuple(known[value] for value in chosen if value in known) or base.options


def resolve(path: str, book: FactBook) -> Field | None:
    """The field of a fact, or of a person's column (`applicant.birth_on`); None where there is neither."""
    if path in book.facts:
        return book.facts[path].field
    owner, _, column = path.rpartition(".")
    base = book.facts.get(owner)
    if base is None or base.field.kind != "person":
        return None
    return next((one for one in base.field.fields if one.name == column), None)
