"""Receipt numbers: `R8-000001`, one row of numbers per fiscal year, without gaps or doubles.

The number is taken in the transaction that stores the application, so a failed one takes none; whoever
comes second waits for the first on the year's row.
"""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from forms.values.dates import fiscal_year
from forms.values.eras import era_of
from office.records.models.applications import ReceiptCounter


def next_receipt_number(session: Session, on: date) -> str:
    """The next number of the fiscal year of `on`: era letter and year, hyphen, six digits."""
    year = fiscal_year(on)
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = (
        insert(ReceiptCounter)
        .values(fiscal_year=year, last=1)
        .on_conflict_do_update(index_elements=["fiscal_year"], set_={"last": ReceiptCounter.last + 1})
        .returning(ReceiptCounter.last)
    )
    last = session.scalar(sa.select(ReceiptCounter.last).from_statement(statement))
    return _number(year, last)


def coming_receipt_numbers(session: Session, on: date, count: int) -> list[str]:
    """What `next_receipt_number` will say if nobody else asks meanwhile; takes none."""
    year = fiscal_year(on)
    counter = session.get(ReceiptCounter, year, populate_existing=True)
    last = counter.last if counter else 0
    return [_number(year, last + more) for more in range(1, count + 1)]


def _number(year: int, last: int | None) -> str:
    return f"{_year_name(year)}-{last:06}"


def _year_name(year: int) -> str:
    """`R8` for the fiscal year beginning in April 2026."""
    first = date(year, 4, 1)
    era = era_of(first)
    return f"{era.letter}{era.year_of(first)}"
