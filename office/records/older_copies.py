"""Older forms handed on: out to a file and in again, and from one edition to the next."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from forms.catalogue import UnknownProcedure
from forms.definition import Procedure
from ocr.blanks import blank_of
from ocr.classify import laid_on
from ocr.engine import Grey
from ocr.errors import OcrError
from ocr.older_files import ENDING, read_form, written
from ocr.older_forms import PAPERS, zone_from_json
from ocr.page import to_png
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.platform import Platform
from office.records import older_zones
from office.records.models.paper_forms import PaperForm
from office.records.older_forms import Declaration, OlderFormRefused, keep, opened, set_zones


@dataclass(frozen=True, slots=True)
class FormFile:
    """A form as one file."""

    name: str
    content: bytes


def form_file(actor: Actor, platform: Platform, form: PaperForm) -> FormFile:
    """The form as a file, for another city, for keeping, for `kakazu read --forms`."""
    require(actor, Act.DECLARE_FORMS)
    return FormFile(f"{form.title}{ENDING}", written(opened(form, platform.vault)))


def take_in(session: Session, actor: Actor, platform: Platform, path: Path) -> PaperForm:
    """Keep the form of a file, with its places, not yet in use. Raises `OlderFormRefused`."""
    require(actor, Act.DECLARE_FORMS)
    try:
        told = read_form(path)
    except OcrError as error:
        raise OlderFormRefused(error.message) from error
    size = (told.width, told.height)
    paper = next(name for name, known in PAPERS.items() if known == size)
    procedure = _procedure(platform, told.procedure, told.version)
    zones = older_zones.checked(procedure, [older_zones.drawn_of(zone) for zone in told.zones], size)
    declaration = Declaration(told.title, procedure.slug, paper)
    form = keep(session, actor, platform, declaration, procedure.version, told.blank)
    if zones:
        set_zones(session, actor, form, zones)
    return form


def new_edition(
    session: Session, actor: Actor, platform: Platform, form: PaperForm, title: str, scan: Grey
) -> PaperForm:
    """Keep the blank of a form's next edition, with the places where the earlier one has them.

    Raises `OlderFormRefused`.
    """
    require(actor, Act.DECLARE_FORMS)
    procedure = _procedure(platform, form.procedure, form.version)
    try:
        blank = blank_of(scan, *PAPERS[form.paper])
    except OcrError as error:
        raise OlderFormRefused(error.message) from error
    blank = laid_on(blank, opened(form, platform.vault))
    declaration = Declaration(title, form.procedure, form.paper)
    edition = keep(session, actor, platform, declaration, procedure.version, to_png(blank))
    if form.zones:
        places = [older_zones.drawn_of(zone_from_json(zone)) for zone in form.zones]
        zones = older_zones.checked(procedure, places, PAPERS[form.paper])
        set_zones(session, actor, edition, zones)
    return edition


def _procedure(platform: Platform, slug: str, version: int) -> Procedure:
    """The procedure as the form was made for it, else as it is now. Raises `OlderFormRefused`."""
    try:
        return platform.catalogue.procedure(slug, version=version)
    except UnknownProcedure:
        pass
    try:
        return platform.catalogue.procedure(slug)
    except UnknownProcedure:
        raise OlderFormRefused(
            f"この様式の手続「{slug}」が、この市にはありません。手続の定義を置いてから取り込んでください。"
        ) from None
