"""Paper: what was read from a scanned page waits here until an officer has looked at it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from forms.definition import JSON
from forms.interview import FilledForm, Source
from forms.rendering.application import Typeset, typeset
from ocr.readings import PageReading
from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import commitments, events, journal
from office.database import hold
from office.errors import NotFound, NotNow
from office.platform import Platform
from office.records import calibration, filing
from office.records.models.applications import Application, Channel
from office.records.models.paper import PaperPage, PaperState
from office.records.papers.links import release, take_draft
from office.secrets import Vault

_ROW = re.compile(r"(.+)\.(\d+)\.([^.]+)")


def store_page(session: Session, actor: Actor, vault: Vault, reading: PageReading) -> PaperPage:
    """Keep a page and what was read from it. A page that has come before is returned as it is, except
    that one put aside waits again.
    """
    require(actor, Act.STORE_PAPER)
    page = known_page(session, actor, reading.sha256)
    if page is None:
        page = _new_page(vault, reading)
        session.add(page)
        session.flush()
    elif page.state is PaperState.DISCARDED:
        page.state = PaperState.WAITING
    else:
        return page
    journal.write(session, actor, events.PAPER_STORED, _subject(page), sha256=page.sha256, page=page.page)
    return page


def known_page(session: Session, actor: Actor, sha256: str) -> PaperPage | None:
    """The page of that hash, whatever has become of it; None when it has never come."""
    require(actor, Act.STORE_PAPER)
    known = select(PaperPage).where(PaperPage.sha256 == sha256).order_by(PaperPage.arrived_at).limit(1)
    return session.scalar(known)


def _new_page(vault: Vault, reading: PageReading) -> PaperPage:
    page = PaperPage(
        file_name=PurePath(reading.source).name,
        page=reading.page,
        sha256=reading.sha256,
        procedure=reading.form,
        version=reading.version,
        serial=reading.serial,
        state=PaperState.WAITING,
        arrived_at=clock.now(),
    )
    page.write_image(vault, reading.image)
    page.write_reading(vault, reading.to_json())
    return page


def waiting_pages(session: Session, actor: Actor) -> Sequence[PaperPage]:
    """The pages nobody has looked at yet, the oldest first, without their pictures."""
    require(actor, Act.CONFIRM_PAPER)
    waiting = select(PaperPage).where(PaperPage.state == PaperState.WAITING)
    waiting = waiting.options(defer(PaperPage.image_sealed))
    return session.scalars(waiting.order_by(PaperPage.arrived_at, PaperPage.id)).all()


def find_page(session: Session, actor: Actor, page_id: str) -> PaperPage:
    """The page of an id; raises `NotFound`."""
    require(actor, Act.CONFIRM_PAPER)
    page = session.get(PaperPage, page_id)
    if page is None:
        raise NotFound("この紙は見つかりません。確認待ちの一覧から選び直してください。")
    return page


def confirm(
    session: Session,
    actor: Actor,
    platform: Platform,
    page: PaperPage,
    record: Mapping[str, JSON],
    others: Sequence[PaperPage] = (),
    *,
    whole: bool = False,
) -> Application:
    """File the application of a page with the values an officer has confirmed (field name → value).

    `others` are the further sheets of the same form; `whole` says that the officer had all of their fields
    before them, not only those in doubt. The PDF is sealed without a signature: the ink is on
    the paper. Raises `Incomplete`, `NotNow`.
    """
    require(actor, Act.CONFIRM_PAPER)
    pages = (page, *others)
    for one in pages:
        _hold(session, one)
    form = _form(platform, pages, record)
    application = _filed(session, actor, platform, form, take_draft(session, actor, pages))
    for one in pages:
        one.state, one.application_id = PaperState.CONFIRMED, application.id
        reading = one.read_reading(platform.vault)
        own = [field for field in reading["fields"] if not field["name"].startswith("paper.")]
        values = [(field, _confirmed(record, field["name"])) for field in own]
        calibration.record_page(session, one, values, whole=whole)
        journal.write(
            session,
            actor,
            events.PAPER_CONFIRMED,
            _subject(one),
            application=application.id,
            corrected=_corrected(reading, record),
        )
    return application


def _form(platform: Platform, pages: Sequence[PaperPage], record: Mapping[str, JSON]) -> FilledForm:
    """The filled form of the pages, which must be of one version of one procedure."""
    if len({(page.procedure, page.version) for page in pages}) > 1:
        raise NotNow("違う様式の紙が交ざっています。一覧から選び直してください。")
    procedure, version = pages[0].procedure, pages[0].version
    if procedure is None:
        raise NotNow("どの様式か分からない紙です。スキャンし直して取り込んでください。")
    form = FilledForm.of(platform.catalogue.procedure(procedure, version=version), record, Source.PAPER)
    filing.refuse_incomplete([form])
    return form


def typeset_draft(
    platform: Platform,
    actor: Actor,
    application: Application,
    pages: Sequence[PaperPage],
    record: Mapping[str, JSON],
) -> Typeset:
    """What `confirm` will print of a draft: for the press, while nothing is locked. Raises as it does."""
    form = _form(platform, pages, record)
    return typeset(filing.document_of(platform, actor, application.receipt_number, form, on=clock.today()))


def _filed(
    session: Session, actor: Actor, platform: Platform, form: FilledForm, drafted: Application | None
) -> Application:
    today = clock.today()
    application = drafted or filing.new_application(session, actor, Channel.PAPER, today)
    filing.write_form(platform, application, form)
    session.add(application)
    session.flush()
    filing.file_without_signature(session, actor, platform, application, form, today)
    return application


def discard(session: Session, actor: Actor, page: PaperPage, reason: str) -> None:
    """Put a page aside: a blank one, one that came twice, one of another office."""
    require(actor, Act.CONFIRM_PAPER)
    _hold(session, page)
    if not reason.strip():
        raise NotNow("除く理由を入力してください。")
    page.state = PaperState.DISCARDED
    release(session, actor, page)
    cause = commitments.commit(session, reason.strip())
    journal.write(session, actor, events.PAPER_DISCARDED, _subject(page), cause=cause)


def _corrected(reading: Mapping[str, Any], record: Mapping[str, JSON]) -> int:
    """How many of a page's fields were confirmed with another value than the one read."""
    return sum(
        (_confirmed(record, one["name"]) or None) != (one["value"] or None)
        for one in reading["fields"]
        if not one["name"].startswith("paper.")
    )


def _confirmed(record: Mapping[str, JSON], path: str) -> JSON:
    """The confirmed value at a reading's path: a field, or a column of a row (`members.0.birth_on`)."""
    if path in record:
        return record[path]
    row = _ROW.fullmatch(path)
    people = record.get(row[1]) if row else None
    if row is None or not isinstance(people, list) or len(people) <= int(row[2]):
        return None
    person = people[int(row[2])]
    return person.get(row[3]) if isinstance(person, dict) else None


def _hold(session: Session, page: PaperPage) -> None:
    hold(session, page)
    if page.state is not PaperState.WAITING:
        raise NotNow("この紙はもう確認が済んでいます。一覧を開き直してください。")


def _subject(page: PaperPage) -> str:
    return f"paper_page:{page.id}"
