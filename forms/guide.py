"""The guide: plain words ("子どもが生まれた") and the life events and procedures they mean.

Only the texts are gathered here; they are compared in the browser, also without a network
(`office/web/static/js/guide.js`), and in no other place.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from forms.catalogue import Catalogue, labels_in
from forms.definition import JSON, Labels, LifeEvent, Procedure

_FOLDER = Path(__file__).parent / "guide"
_READING = re.compile(r"\{([^{}|]+)\|([^{}|]+)\}")


def guide_index(catalogue: Catalogue, language: str) -> dict[str, JSON]:
    """`{"readings": {漢字: かんじ}, "entries": [{kind, slug, title, summary, terms, leads_to}]}`.

    `terms` may hold readings (`{漢字|かんじ}`); Japanese words are always among them. `leads_to` are the
    procedures of an event.
    """
    entries: list[JSON] = [_event(catalogue, event, language) for event in catalogue.events()]
    entries += [_procedure(one, language) for one in catalogue.procedures() if one.rules]
    return {"readings": {**_readings(catalogue)}, "entries": entries}


@cache
def phrases(language: str) -> dict[str, dict[str, list[str]]]:
    """What people say, by `events` and `procedures` and their slugs; nothing where a language has no file."""
    file = _FOLDER / f"{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def _event(catalogue: Catalogue, event: LifeEvent, language: str) -> JSON:
    leads_to: list[JSON] = [
        one.title.text(language) for one in catalogue.procedures() if one.rule(event.slug) is not None
    ]
    return _entry("event", event.slug, event.title, event.summary, language) | {"leads_to": leads_to}


def _procedure(procedure: Procedure, language: str) -> JSON:
    events: list[JSON] = [rule.event for rule in procedure.rules]
    return _entry("procedure", procedure.slug, procedure.title, procedure.summary, language) | {
        "events": events
    }


def _entry(kind: str, slug: str, title: Labels, summary: Labels, language: str) -> dict[str, JSON]:
    said = (phrases(code).get(f"{kind}s", {}).get(slug, []) for code in dict.fromkeys(("ja", language)))
    own = (labels.text(code) for labels in (title, summary) for code in ("ja-easy", language))
    terms: list[JSON] = [*dict.fromkeys([*(one for some in said for one in some), *own])]
    return {
        "kind": kind,
        "slug": slug,
        "title": title.text(language),
        "summary": summary.text(language),
        "terms": terms,
    }


def _readings(catalogue: Catalogue) -> dict[str, str]:
    """Every word whose reading stands somewhere; the reading met first counts."""
    found: dict[str, str] = {}
    for text in _texts_with_readings(catalogue):
        for written, reading in _READING.findall(text):
            found.setdefault(written, reading)
    return found


def _texts_with_readings(catalogue: Catalogue) -> Iterator[str]:
    for group in phrases("ja").values():
        for said in group.values():
            yield from said
    for labels in labels_in((catalogue.versions, dict(catalogue.life_events))):
        yield labels.text("ja-easy")
