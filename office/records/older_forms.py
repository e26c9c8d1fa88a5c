"""Older forms (旧様式): declared by a blank scan and the places to write in, tried, used, retired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.catalogue import UnknownProcedure
from forms.rendering.geometry import Zone
from ocr.blanks import blank_of
from ocr.engine import Grey
from ocr.errors import OcrError
from ocr.older_forms import PAPERS, OlderForm, blank_hash, zone_from_json, zone_to_json
from ocr.orientation import turned
from ocr.page import load_pages, to_png
from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.errors import NotFound, NotNow, OfficeError
from office.platform import Platform
from office.records.models.paper_forms import OlderFormState, PaperForm
from office.secrets import Vault

LONGEST_TITLE = 60


class OlderFormRefused(OfficeError):
    """A declaration that cannot be kept as it is; the message says what to change."""

    code = "older-form-refused"


@dataclass(frozen=True, slots=True)
class Declaration:
    """What an officer says of a form: its name, the procedure it belongs to, the size of its paper."""

    title: str
    procedure: str
    paper: str


def list_forms(session: Session, actor: Actor) -> Sequence[PaperForm]:
    """Every declared form, the newest first."""
    require(actor, Act.DECLARE_FORMS)
    return session.scalars(
        select(PaperForm).order_by(PaperForm.declared_at.desc(), PaperForm.id.desc())
    ).all()


def find_form(session: Session, actor: Actor, form_id: str) -> PaperForm:
    """One declared form. Raises `NotFound`."""
    require(actor, Act.DECLARE_FORMS)
    found = session.get(PaperForm, form_id)
    if found is None:
        raise NotFound("この旧様式は見つかりません。一覧から選び直してください。")
    return found


def first_page(path: Path) -> Grey:
    """The picture of a file's first page, parsed in the limited child. Raises `OlderFormRefused`."""
    for page in load_pages(path):
        if page.image is None:
            raise OlderFormRefused(page.problem or "")
        return page.image
    raise OlderFormRefused("ページがありません。スキャンし直してください。")


def declare(
    session: Session, actor: Actor, platform: Platform, declaration: Declaration, scan: Grey
) -> PaperForm:
    """Keep a blank as a new form without places yet. Raises `OlderFormRefused`."""
    require(actor, Act.DECLARE_FORMS)
    if declaration.paper not in PAPERS:
        raise OlderFormRefused("用紙の大きさを選んでください。")
    try:
        procedure = platform.catalogue.procedure(declaration.procedure)
        blank = blank_of(scan, *PAPERS[declaration.paper])
    except UnknownProcedure:
        raise OlderFormRefused("この様式で受け付ける手続を選んでください。") from None
    except OcrError as error:
        raise OlderFormRefused(error.message) from error
    return keep(session, actor, platform, declaration, procedure.version, to_png(blank))


def keep(
    session: Session, actor: Actor, platform: Platform, declaration: Declaration, version: int, png: bytes
) -> PaperForm:
    """Keep a straightened blank as a form of a version of the procedure, without places yet.

    Raises `OlderFormRefused` for its name, and where the same blank is declared already.
    """
    require(actor, Act.DECLARE_FORMS)
    title = declaration.title.strip()
    if not title or len(title) > LONGEST_TITLE:
        raise OlderFormRefused(f"様式の名前を、{LONGEST_TITLE}文字までで入力してください。")
    _refuse_twice(session, blank_hash(png))
    now = clock.now()
    form = PaperForm(
        title=title,
        procedure=declaration.procedure,
        version=version,
        revision=1,
        paper=declaration.paper,
        blank_sha256=blank_hash(png),
        zones=[],
        state=OlderFormState.DRAFTING,
        declared_by_id=actor.officer,
        declared_at=now,
        changed_at=now,
    )
    form.write_blank(platform.vault, png)
    session.add(form)
    session.flush()
    _note(session, actor, form, events.OLDER_FORM_DECLARED)
    return form


def _refuse_twice(session: Session, sha256: str) -> None:
    """Two forms of one blank could never be told apart."""
    query = select(PaperForm).where(
        PaperForm.blank_sha256 == sha256, PaperForm.state != OlderFormState.RETIRED
    )
    same = session.scalars(query.limit(1)).first()
    if same is not None:
        raise OlderFormRefused(
            f"同じ白紙の様式「{same.title}」がすでに登録されています。一覧から選んでください。"
        )


def set_zones(session: Session, actor: Actor, form: PaperForm, zones: Sequence[Zone]) -> None:
    """Put the places where they are now drawn (`office.records.older_zones.checked`)."""
    require(actor, Act.DECLARE_FORMS)
    if form.state is OlderFormState.RETIRED:
        raise NotNow("使うのをやめた様式です。新しく登録してください。")
    if not zones:
        raise OlderFormRefused("読み取る欄を1つ以上置いてください。")
    stored = [zone_to_json(zone) for zone in zones]
    if stored == form.zones:
        return
    form.zones = stored
    form.revision += 1
    form.changed_at = clock.now()
    _note(session, actor, form, events.OLDER_FORM_CHANGED)


def turn(session: Session, actor: Actor, vault: Vault, form: PaperForm) -> None:
    """Turn the blank upside down, before places are drawn on it."""
    require(actor, Act.DECLARE_FORMS)
    if form.zones:
        raise NotNow("欄を置いた様式の向きは変えられません。新しく登録してください。")
    png = to_png(turned(opened(form, vault).picture(), 2))
    form.blank_sha256, form.changed_at = blank_hash(png), clock.now()
    form.write_blank(vault, png)
    form.revision += 1
    _note(session, actor, form, events.OLDER_FORM_CHANGED)


def put_to_use(session: Session, actor: Actor, form: PaperForm) -> None:
    """From now on pages are read as this form."""
    require(actor, Act.DECLARE_FORMS)
    if not form.zones:
        raise NotNow("読み取る欄がまだありません。欄を置いて保存してから使い始めてください。")
    _move(session, actor, form, OlderFormState.IN_USE)


def retire(session: Session, actor: Actor, form: PaperForm) -> None:
    """Read no more pages as this form; what was read stays."""
    require(actor, Act.DECLARE_FORMS)
    _move(session, actor, form, OlderFormState.RETIRED)


def forms_in_use(session: Session, vault: Vault) -> tuple[OlderForm, ...]:
    """The forms pages are compared with, for `ocr.batch.read_image`."""
    query = select(PaperForm).where(PaperForm.state == OlderFormState.IN_USE).order_by(PaperForm.id)
    return tuple(opened(form, vault) for form in session.scalars(query))


def opened(form: PaperForm, vault: Vault) -> OlderForm:
    """A declared form as the reader takes it."""
    width, height = PAPERS[form.paper]
    zones = tuple(zone_from_json(one) for one in form.zones)
    return OlderForm(
        form.id, form.title, form.procedure, form.version, width, height, form.read_blank(vault), zones
    )


def _move(session: Session, actor: Actor, form: PaperForm, state: OlderFormState) -> None:
    if form.state is state:
        return
    form.state, form.changed_at = state, clock.now()
    kinds: Mapping[OlderFormState, events.Event] = {
        OlderFormState.IN_USE: events.OLDER_FORM_USED,
        OlderFormState.RETIRED: events.OLDER_FORM_RETIRED,
    }
    _note(session, actor, form, kinds[state])


def _note(session: Session, actor: Actor, form: PaperForm, event: events.Event) -> None:
    journal.write(
        session,
        actor,
        event,
        f"paper_form:{form.id}",
        procedure=form.procedure,
        version=form.version,
        revision=form.revision,
        zones=len(form.zones),
        sha256=form.blank_sha256,
    )
