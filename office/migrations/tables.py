"""Every table of the suite in one place, for writing and checking migrations."""

from __future__ import annotations

from sqlalchemy import MetaData

import office.accounts.models
import office.audit.models
import office.definitions
import office.jobs.models
import office.records.models.applications
import office.records.models.bookings
import office.records.models.cases
import office.records.models.contracts
import office.records.models.counter
import office.records.models.faces
import office.records.models.paper
import office.records.models.paper_batches
import office.records.models.paper_calibration
import office.records.models.paper_decisions
import office.records.models.paper_forms
import office.records.models.paper_lists
import office.records.models.paper_postings
import office.records.models.paper_tables
import office.records.models.payments
import office.records.models.residents
import office.records.models.routes
import office.records.models.surveys
import office.records.models.tablets  # noqa: F401
from office.database import Base

METADATA: MetaData = Base.metadata
