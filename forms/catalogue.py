"""The catalogue: every fact, procedure and life event of a folder of definitions, checked as a whole.

<folder>/blocks/<block>.toml                      facts that procedures share, with <block>.<lang>.toml
<folder>/life_events/<slug>.toml                  life events, with <slug>.<lang>.toml
<folder>/procedures/<slug>/v<n>/form.toml         one version of a procedure, with labels.<lang>.toml
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from forms.definition import LANGUAGES, Block, Fact, Labels, LifeEvent, Procedure
from forms.definition_events import read_event
from forms.definition_facts import FactBook, circles, complete_facts, read_block, read_facts, read_persons
from forms.definition_files import Files, read_files
from forms.definition_procedures import NAMED, SUBJECT, ProcedureReader, Shared, read_section
from forms.definition_source import Faults, Source, Table
from forms.errors import DefinitionError, KakazuError

PACKAGED = Path(__file__).parent


class UnknownProcedure(KakazuError):
    """There is no such procedure, life event or version."""

    code = "unknown-procedure"


_DAYS_KEPT = 32


@dataclass(frozen=True, slots=True)
class InForce:
    """The procedures and facts of one day."""

    procedures: tuple[Procedure, ...]
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All definitions. Procedures of several versions are chosen by the day they come into force (施行日)."""

    blocks: Mapping[str, Block]
    shared_facts: Mapping[str, Fact]
    versions: tuple[Procedure, ...]
    own_facts: Mapping[tuple[str, int], Mapping[str, Fact]]
    life_events: Mapping[str, LifeEvent] = field(default_factory=dict)
    _days: dict[date | None, InForce] = field(default_factory=dict, repr=False, compare=False)

    def procedures(self, on: date | None = None) -> tuple[Procedure, ...]:
        """The version in force on a day (the newest without one) of each procedure, by number."""
        return self._on(on).procedures

    def _on(self, on: date | None) -> InForce:
        """What is in force on a day, kept for the days asked last: every interview asks many times."""
        if on not in self._days:
            while len(self._days) >= _DAYS_KEPT:
                self._days.pop(next(iter(self._days)), None)
            self._days[on] = self._gathered(on)
        return self._days[on]

    def _gathered(self, on: date | None) -> InForce:
        slugs = dict.fromkeys(one.slug for one in self.versions)
        found = [self._in_force(slug, on) for slug in slugs]
        procedures = tuple(sorted((one for one in found if one), key=lambda one: one.number))
        facts = dict(self.shared_facts)
        for procedure in procedures:
            facts.update(self.own_facts[procedure.slug, procedure.version])
        return InForce(procedures, MappingProxyType(facts))

    def procedure(self, slug: str, on: date | None = None, version: int | None = None) -> Procedure:
        """One procedure: a version by number, or the one in force. Raises `UnknownProcedure`."""
        if version is not None:
            found = next((one for one in self.versions if (one.slug, one.version) == (slug, version)), None)
        else:
            found = self._in_force(slug, on)
        if found is None:
            known = "、".join(dict.fromkeys(one.slug for one in self.versions))
            raise UnknownProcedure(f"手続「{slug}」は見つかりません。次から選んでください：{known}")
        return found

    def _in_force(self, slug: str, on: date | None) -> Procedure | None:
        candidates = [
            one for one in self.versions if one.slug == slug and (on is None or one.in_force_from <= on)
        ]
        return max(candidates, key=lambda one: one.version, default=None)

    def event(self, slug: str) -> LifeEvent:
        """One life event. Raises `UnknownProcedure`."""
        if slug not in self.life_events:
            known = "、".join(self.life_events)
            raise UnknownProcedure(f"ライフイベント「{slug}」は見つかりません。次から選んでください：{known}")
        return self.life_events[slug]

    def events(self) -> tuple[LifeEvent, ...]:
        """All life events."""
        return tuple(self.life_events.values())

    def facts(self, on: date | None = None) -> Mapping[str, Fact]:
        """Every fact that may be asked on a day: the shared ones and those of the procedures in force."""
        return self._on(on).facts

    def facts_of(self, procedure: Procedure) -> dict[str, Fact]:
        """The facts one version of a procedure may use."""
        return {**self.shared_facts, **self.own_facts[procedure.slug, procedure.version]}

    def section_label(self, fact: Fact) -> Labels:
        """The heading under which a fact is asked: its block's, or its procedure's title."""
        if fact.block in self.blocks:
            return self.blocks[fact.block].label
        return self.procedure(fact.block).title

    def labels(self) -> Iterator[Labels]:
        """Every text of every definition, once."""
        seen = set()
        roots = (self.blocks, self.shared_facts, self.versions, self.own_facts, self.life_events)
        for labels in labels_in(roots):
            if labels and labels.key not in seen:
                seen.add(labels.key)
                yield labels


def labels_in(thing: object) -> Iterator[Labels]:
    """Every text in a definition, however deep."""
    if isinstance(thing, Labels):
        yield thing
    elif isinstance(thing, Mapping):
        yield from labels_in(tuple(thing.values()))
    elif isinstance(thing, tuple):
        for item in thing:
            yield from labels_in(item)
    elif dataclasses.is_dataclass(thing):
        yield from labels_in(tuple(getattr(thing, one.name) for one in dataclasses.fields(thing)))


def load_catalogue(*folders: Path) -> Catalogue:
    """Read and check all definitions of folders laid over each other, the packaged ones (read once) without.

    Raises `DefinitionError` with every fault found, each with its file, key and line.
    """
    return catalogue_of(read_files(*folders)) if folders else _packaged()


@cache
def _packaged() -> Catalogue:
    return catalogue_of(read_files(PACKAGED))


def catalogue_of(files: Files) -> Catalogue:
    """Read and check all definitions of these files. Raises `DefinitionError` as `load_catalogue`."""
    faults = Faults()
    catalogue = _Loader(files, faults).load()
    if faults.found:
        raise DefinitionError(tuple(sorted(faults.found, key=lambda one: (one.file, one.line, one.key))))
    return catalogue


class _Loader:
    """One reading of the files."""

    def __init__(self, files: Files, faults: Faults) -> None:
        self.files, self.faults = files, faults
        self.book = FactBook()
        self.sources: list[Source] = []
        self.tables: dict[str, Table] = {}
        self.own: dict[str, dict[str, Table]] = {}

    def load(self) -> Catalogue:
        read = {name: self._source("blocks", name) for name in self._originals("blocks")}
        sources = {name: source for name, source in read.items() if source.data}
        blocks = {name: read_block(source, name) for name, source in sources.items()}
        for source in sources.values():
            read_persons(source, self.book)
        for name, source in sources.items():
            read_facts(source, name, self.book)
        complete_facts(list(self.book.facts), self.book)
        read = {name: self._source("life_events", name) for name in self._originals("life_events")}
        named = {name: source for name, source in read.items() if source.data}
        sections = {name: table for source in sources.values() for name, table in _sections(source)}
        for name, table in sections.items():
            read_section(name, table, self.book, self.book.shapes())
        versions, own = self._procedures(Shared(self.book, sections, frozenset(named)))
        whole = self.book.copy()
        for facts in own.values():
            whole.facts.update(facts)
        events = {name: read_event(source, name, whole) for name, source in named.items()}
        catalogue = Catalogue(blocks, dict(self.book.facts), versions, own, events)
        self._check_circles(catalogue)
        self._check_duplicates(catalogue)
        for source in self.sources:
            source.check_texts()
        return catalogue

    def _originals(self, folder: str) -> list[str]:
        """The Japanese files of a folder by name; `name.<lang>.toml` are their translations."""
        paths = (PurePosixPath(name) for name in self.files)
        return sorted(path.stem for path in paths if path.parts[0] == folder and "." not in path.stem)

    def _source(self, folder: str, name: str) -> Source:
        texts = {language: f"{folder}/{name}.{language}.toml" for language in LANGUAGES[1:]}
        return self._read(f"{folder}/{name}.toml", texts)

    def _read(self, name: str, texts: Mapping[str, str]) -> Source:
        source = Source.read(name, self.files, self.faults)
        self.sources.append(source.with_texts(texts, self.files))
        return self.sources[-1]

    def _procedures(
        self, shared: Shared
    ) -> tuple[tuple[Procedure, ...], dict[tuple[str, int], dict[str, Fact]]]:
        versions, own = [], {}
        folders = {name.rpartition("/")[0] for name in self.files if name.startswith("procedures/")}
        for folder in sorted(folders):
            _, slug, number = folder.split("/")
            named = NAMED.fullmatch(number)
            if named is None:
                continue
            version = int(named[1])
            texts = {language: f"{folder}/labels.{language}.toml" for language in LANGUAGES[1:]}
            source = self._read(f"{folder}/form.toml", texts)
            if not source.data:
                continue
            procedure, book = ProcedureReader(source, slug, version, shared).read()
            versions.append(procedure)
            self.tables = {**book.tables, **self.tables}
            self.own[slug] = book.tables
            own[slug, version] = {
                name: fact
                for name, fact in book.facts.items()
                if name not in shared.book.facts and name != SUBJECT
            }
        return tuple(versions), own

    def _check_circles(self, catalogue: Catalogue) -> None:
        for event in [None, *catalogue.events()]:
            for chain in circles(catalogue.facts(), event.derived if event else {}):
                self.tables[chain[0]].fault("", f"求め方が輪になっています（{' → '.join(chain)}）。")

    def _check_duplicates(self, catalogue: Catalogue) -> None:
        numbers: dict[int, str] = {}
        for procedure in catalogue.versions:
            other = numbers.setdefault(procedure.number, procedure.slug)
            if other != procedure.slug:
                file = f"procedures/{procedure.slug}/v{procedure.version}/form.toml"
                self.faults.add(file, "number", 1, f"番号{procedure.number}は「{other}」が使っています。")
        owners: dict[str, str] = {}
        for (slug, _), facts in catalogue.own_facts.items():
            for name, fact in facts.items():
                if owners.setdefault(name, slug) != slug:
                    self.own[slug][fact.name].fault(
                        "", f"「{name}」は手続「{owners[name]}」でも決まっています。"
                    )


def _sections(source: Source) -> Iterator[tuple[str, Table]]:
    top = source.top
    top.used |= {"label", "facts", "persons"}
    yield from top.table("sections").items()
    top.done()
