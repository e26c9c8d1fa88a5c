"""The report of a batch as PDF, from the same template as the page."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

from flask import render_template
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from office.records.models.paper_batches import BatchState, PaperBatch
from office.records.papers.reporting import Report

_STYLE = Path(__file__).parents[1] / "static" / "css" / "paper-report.css"


def report_pdf(batch: PaperBatch, report: Report, states: Mapping[BatchState, tuple[str, str]]) -> bytes:
    """The report on A4."""
    fonts, style = _typesetting()
    html = render_template("paper/report_pdf.html", batch=batch, report=report, states=states)
    pdf: bytes = HTML(string=html).write_pdf(stylesheets=[style], font_config=fonts)
    return pdf


@functools.cache
def _typesetting() -> tuple[FontConfiguration, CSS]:
    fonts = FontConfiguration()
    return fonts, CSS(filename=str(_STYLE), font_config=fonts)
