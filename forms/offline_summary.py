"""What a resident is shown on a tablet without the network, line by line: a card for each application.

The tablet makes it (`js/offline/summary.js`), the server makes it again from the answers. The signature
is bound to the SHA-256 of its canonical JSON, so the two must say the same to the letter.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping

from forms.definition import JSON, Field
from forms.filled import FilledForm
from forms.interview import Interview
from forms.kinds import kind
from forms.kinds.people import is_empty
from forms.signing.evidence import canonical

FORMAT = "kakazu-offline-summary/1"


def summary_of(interview: Interview, language: str, consent: str) -> dict[str, JSON]:
    """Every application's title and lines in a language, with the words agreed to by signing.

    A line that an earlier card says already is left out, and `repeats` says so. Secret numbers are masked.
    """
    said: set[str] = set()
    return {
        "format": FORMAT,
        "event": interview.event.slug,
        "on": interview.on.isoformat(),
        "language": language,
        "consent": consent,
        "cards": [_card(form, language, said) for form in interview.applications()],
    }


def digest_of(summary: Mapping[str, JSON]) -> str:
    """SHA-256 (hex) of the summary's canonical JSON."""
    return hashlib.sha256(canonical(dict(summary))).hexdigest()


def _card(form: FilledForm, language: str, said: set[str]) -> JSON:
    lines = list(_lines(form, language))
    new = [line for line in lines if json.dumps(line, sort_keys=True) not in said]
    said.update(json.dumps(line, sort_keys=True) for line in new)
    new_lines: list[JSON] = list(new)
    return {
        "procedure": form.procedure.slug,
        "version": form.procedure.version,
        "title": form.procedure.title.text(language),
        "subject": form.subject if form.procedure.for_each else "",
        "lines": new_lines,
        "repeats": len(new) < len(lines),
    }


def _lines(form: FilledForm, language: str) -> Iterator[dict[str, JSON]]:
    for box in form.boxes:
        if box.field.asked_of == "resident" and not is_empty(box.value):
            yield _line(box.field, box.value, language)


def _line(field: Field, value: JSON, language: str) -> dict[str, JSON]:
    label = field.label.text(language)
    people = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Mapping)]
    if field.kind in ("person", "people", "rows") and people:
        columns = [
            one for one in field.fields if not all(is_empty(person.get(one.name)) for person in people)
        ]
        rows: list[JSON] = [
            [kind(one.kind).show(one, person.get(one.name), language) for one in columns] for person in people
        ]
        headings: list[JSON] = [one.label.text(language) for one in columns]
        return {"label": label, "headings": headings, "rows": rows}
    return {"label": label, "text": kind(field.kind).show(field, value, language)}
