"""Sheets scanned more than once: another page with the same serial, form and sheet as one of a bundle's."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from office.records.models.paper import PaperPage, PaperState
from office.records.models.paper_batches import BatchPage
from office.records.sheets import Bundle


def twice_scanned(session: Session, bundle: Bundle) -> bool:
    """Whether a sheet of the bundle is there a second time, waiting or already used: a person has to choose.

    Forms printed in a pile (serial zeros) cannot be told apart so.
    """
    first = bundle.first.page
    if not (first.serial or "").strip("0"):
        return False
    mine = [sheet.page.id for sheet in bundle.sheets]
    others = (
        select(PaperPage.id)
        .join(BatchPage, BatchPage.page_id == PaperPage.id)
        .where(
            PaperPage.procedure == first.procedure,
            PaperPage.version == first.version,
            PaperPage.serial == first.serial,
            PaperPage.state != PaperState.DISCARDED,
            PaperPage.id.not_in(mine),
            BatchPage.sheet.in_([sheet.number for sheet in bundle.sheets]),
        )
    )
    return session.scalar(others.limit(1)) is not None
