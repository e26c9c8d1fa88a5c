"""An older form as an officer has declared it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from office.accounts.actor import Actor
from office.platform import Platform
from office.records import older_forms, older_zones
from office.records.models.paper_forms import PaperForm
from office.records.older_forms import Declaration
from office.records.older_zones import Drawn
from samples.older import OlderSheet, older_sheet

PLACES = ("applicant.name||", "applicant.address|street|", "applicant.birth_on||")


def drawn(sheet: OlderSheet) -> list[Drawn]:
    """The first three places of an older form of the sample city, as the page sends them."""
    found = []
    for place, zone in zip(PLACES, sheet.zones, strict=False):
        rect = zone.rect
        box = (f"{rect.x:.2f}", f"{rect.y:.2f}", f"{rect.width:.2f}", f"{rect.height:.2f}")
        found.append(Drawn(place, "", "line", "8", box))
    return found


def declared_form(session: Session, actor: Actor, platform: Platform, number: int = 0) -> PaperForm:
    """Form `number` of the sample city, declared for the copy of a resident record and in use."""
    sheet = older_sheet(number)
    told = Declaration(f"{sheet.title}（旧）", "resident-record-copy", "A4")
    form = older_forms.declare(session, actor, platform, told, sheet.image)
    procedure = platform.catalogue.procedure(form.procedure, version=form.version)
    older_forms.set_zones(session, actor, form, older_zones.checked(procedure, drawn(sheet), (210.0, 297.0)))
    older_forms.put_to_use(session, actor, form)
    return form
