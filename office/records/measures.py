"""What each case took: written down when it is signed or given up, without a name or an answer."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable

import pypdfium2
from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.answers import InvalidAnswer
from forms.definition import JSON
from forms.filled import Box, FilledForm
from forms.interview import Interview
from office import clock
from office.platform import Platform
from office.records.models.applications import ApplicationState, Document, DocumentKind
from office.records.models.bookings import CaseMeasure, Outcome
from office.records.models.cases import Case, Signature

# How often the hand is asked to write, by class of evidence: 代筆 is the officer's hand, not the resident's.
HANDWRITING = {"drawn": 1, "paper": 1, "typed": 0, "assisted": 0}
# Columns of people and kinds of box that are 氏名・住所・生年月日, as 千葉市 counts them (counter.md §3).
_WRITTEN_PARTS = ("name", "birth_on")


def record_signed(session: Session, platform: Platform, case: Case, signature: Signature) -> CaseMeasure:
    """The measure of a case just signed; the second call for a case gives the first one's."""
    measure = _begun(session, case, Outcome.SIGNED)
    if measure.questions is not None:
        return measure
    try:
        interview = Interview.from_json(platform.catalogue, case.read_interview(platform.vault))
        forms = interview.applications()
    except InvalidAnswer:
        # An answer of a definition since changed: times are kept, boxes cannot be counted any more.
        return measure
    boxes = [box for form in forms for box in form.boxes if box.source is not None]
    measure.questions = interview.prompts()
    measure.applications = sum(one.state is not ApplicationState.WITHDRAWN for one in case.applications)
    measure.boxes = len(boxes)
    measure.sources = dict(Tally(str(box.source) for box in boxes))
    measure.would_write = would_write(forms)
    measure.handwriting = HANDWRITING[signature.kind]
    measure.pages = _pages(session, platform, case)
    return measure


def record_closed(session: Session, case: Case) -> CaseMeasure:
    """The measure of a case given up: how long it took and that it ended so."""
    return _begun(session, case, Outcome.CLOSED)


def would_write(forms: Iterable[FilledForm]) -> int:
    """How many names, addresses and dates of birth stand on these forms: what paper asks of the hand."""
    return sum(_written(box) for form in forms for box in form.boxes if box.source is not None)


def _written(box: Box) -> int:
    if box.field.kind in ("name", "address"):
        return 1
    if box.field.kind == "date":
        return int("birth" in box.field.name or "birth" in box.field.fact)
    if box.field.kind in ("person", "people"):
        people: JSON = box.value if isinstance(box.value, list) else [box.value]
        return sum(_parts(one) for one in people) if isinstance(people, list) else 0
    return 0


def _parts(person: JSON) -> int:
    if isinstance(person, str):
        return 1
    return sum(1 for part in _WRITTEN_PARTS if person.get(part)) if isinstance(person, dict) else 0


def _begun(session: Session, case: Case, outcome: Outcome) -> CaseMeasure:
    known = session.scalar(select(CaseMeasure).where(CaseMeasure.case_id == case.id))
    if known is not None:
        return known
    now = clock.now()
    measure = CaseMeasure(
        case_id=case.id,
        event=case.event,
        language=case.language,
        day=clock.date_of(now),
        outcome=outcome,
        seconds=max(0, int((now - case.opened_at).total_seconds())),
    )
    session.add(measure)
    session.flush()
    return measure


def _pages(session: Session, platform: Platform, case: Case) -> int:
    """Pages that nobody had to write: those of the documents the resident was shown."""
    ids = [one.id for one in case.applications if one.state is not ApplicationState.WITHDRAWN]
    shown = session.scalars(
        select(Document).where(Document.application_id.in_(ids), Document.kind == DocumentKind.SHOWN)
    )
    total = 0
    for document in shown:
        pdf = pypdfium2.PdfDocument(document.read_content(platform.vault))
        total += len(pdf)
        pdf.close()
    return total
