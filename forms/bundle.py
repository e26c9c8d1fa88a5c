"""Everything a tablet needs to hold interviews without the server, as JSON of one day's definitions.

The tablet's engine (`office/web/static/js/offline`) asks, derives and fills as `forms.interview` does; a
test holds the two equal. What the engine does not know raises `NotForTablets` here, so that no definition
reaches a tablet that would treat it otherwise than the server.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from forms.catalogue import Catalogue
from forms.condition_json import NotForTablets, expression_json
from forms.conditions import Expression
from forms.definition import JSON, Fact, Field, Labels, LifeEvent, Procedure, Wording
from forms.knowledge import SUBJECT
from forms.language import LANGUAGES, language

FORMAT = "kakazu-bundle/1"
KINDS = frozenset(
    {
        "text", "kana", "telephone", "digits", "my_number", "number", "date", "choice", "choices", "yes_no",
        "consent", "name", "address", "account", "person", "people", "rows",
    }
)  # fmt: skip
NUMBERS = frozenset(
    {
        "my-number", "corporate-number", "municipality-code", "resident-code", "insurer-number",
        "medical-institution",
    }
)  # fmt: skip

_LIMITS = (
    ("length", None), ("least", None), ("most", None), ("pattern", ""), ("number", ""), ("options_from", ""),
    ("sensitive", False), ("reading", False), ("asked_of", "resident"),
)  # fmt: skip


def bundle(catalogue: Catalogue, on: date) -> dict[str, JSON]:
    """The definitions in force on a day; `until` is the first day on which others are (None: not known).

    Raises `NotForTablets`.
    """
    facts, procedures = catalogue.facts(on), catalogue.procedures(on)
    return {
        "format": FORMAT,
        "on": on.isoformat(),
        "until": _until(catalogue, on),
        "languages": [_language(code) for code in LANGUAGES],
        "facts": [_fact(fact) for fact in facts.values()],
        "blocks": {fact.block: _labels(catalogue.section_label(fact)) for fact in facts.values()},
        "events": [_event(event, facts) for event in catalogue.events()],
        "procedures": [_procedure(one, facts) for one in procedures if one.rules],
    }


def _until(catalogue: Catalogue, on: date) -> str | None:
    later = [one.in_force_from for one in catalogue.versions if one.in_force_from > on]
    return min(later).isoformat() if later else None


def _language(code: str) -> JSON:
    found = language(code)
    return {
        "code": code,
        "tag": found.tag,
        "name": found.name,
        "words": dict(found.words),
        "parts": dict(found.parts),
    }


def _labels(labels: Labels) -> JSON:
    return dict(labels.texts)


def field_json(field: Field) -> dict[str, JSON]:
    """A field with its limits; what is as usual is left out. Raises `NotForTablets`."""
    if field.kind not in KINDS:
        raise NotForTablets(f"端末では使えない種類の欄があります（{field.name}：{field.kind}）。")
    if field.number and field.number not in NUMBERS:
        raise NotForTablets(f"端末では確かめられない番号の欄があります（{field.name}：{field.number}）。")
    found: dict[str, JSON] = {
        "name": field.name,
        "fact": field.fact,
        "kind": field.kind,
        "label": _labels(field.label),
        "required": field.required,
    }
    for key in ("question", "help"):
        if getattr(field, key):
            found[key] = _labels(getattr(field, key))
    for key, usual in _LIMITS:
        if getattr(field, key) != usual:
            found[key] = getattr(field, key)
    if field.when is not None:
        found["when"] = expression_json(field.when)
    if field.options:
        found["options"] = [[option.value, _labels(option.label)] for option in field.options]
    if field.fields:
        found["fields"] = [field_json(column) for column in field.fields]
    return found


def _fact(fact: Fact) -> JSON:
    found: dict[str, JSON] = {"field": field_json(fact.field), "block": fact.block, "asked": fact.asked}
    for key in ("derived", "default", "must"):
        expression: Expression | None = getattr(fact, key)
        if expression is not None:
            found[key] = expression_json(expression)
    if fact.must is not None:
        found["must_say"] = _labels(fact.must_say)
    return found


def _event(event: LifeEvent, facts: Mapping[str, Fact]) -> JSON:
    return {
        "slug": event.slug,
        "title": _labels(event.title),
        "summary": _labels(event.summary),
        "undecided": _labels(event.undecided),
        "order": [*sorted(facts, key=lambda name: event.position(facts[name]))],
        "derived": {name: expression_json(one) for name, one in event.derived.items()},
        "wording": {name: _wording(one) for name, one in event.wording.items()},
        "headings": {block: _labels(label) for block, label in event.headings.items()},
    }


def _wording(wording: Wording) -> JSON:
    texts = {"label": wording.label, "question": wording.question, "help": wording.help}
    return {key: _labels(labels) for key, labels in texts.items() if labels}


def _procedure(procedure: Procedure, facts: Mapping[str, Fact]) -> JSON:
    rules: dict[str, JSON] = {
        rule.event: {
            "when": expression_json(rule.when),
            "because": _labels(rule.because),
            "otherwise": _labels(rule.otherwise),
        }
        for rule in procedure.rules
    }
    return {
        "slug": procedure.slug,
        "version": procedure.version,
        "title": _labels(procedure.title),
        "basis": [str(basis) for basis in procedure.basis],
        "in_force_from": procedure.in_force_from.isoformat(),
        "for_each": procedure.for_each,
        "rules": rules,
        "attachments": [
            {"label": _labels(one.label), "when": expression_json(one.when), "replaced_by": one.replaced_by}
            for one in procedure.attachments
        ],
        "fields": [{**field_json(field), "root": _root(field.fact, facts)} for field in procedure.fields],
        "checks": [
            {"field": one.field, "must": expression_json(one.must), "say": _labels(one.say)}
            for one in procedure.checks
        ],
    }


def _root(path: str, facts: Mapping[str, Fact]) -> JSON:
    """The fact a box's path begins with, and the rest of the path (as `Knowledge.root`)."""
    steps = path.split(".")
    for length in range(len(steps), 0, -1):
        name = ".".join(steps[:length])
        if name in facts or name == SUBJECT:
            return [name, list(steps[length:])]
    return [path, []]
