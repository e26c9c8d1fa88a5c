"""Issued documents per CPU-second: render and seal one application, ours against the stock libraries.

Stock: WeasyPrint with its default options and a new font configuration for each document, then pyHanko's
SimpleSigner, which loads the keys for each document. Ours: `render_application` and `seal`. The page, the
attachments, the keys and the level (PAdES B-T, RSA-3072) are the same. Run `python -m tests.bench.pdf`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from forms.rendering.application import (
    VARIANT,
    application_style,
    attachments_of,
    render_application,
    typeset,
)
from forms.rendering.document import ApplicationDocument
from forms.signing.seal import seal
from tests.bench import seals
from tests.support.keys import load_keys
from tests.support.sample_procedure import document

ROUNDS = 15
# The two settings trust.md §1.2 names as the costly defaults of a table: automatic layout of columns.
AUTOMATIC = "table { table-layout: auto !important }"


def stock_render(application: ApplicationDocument) -> bytes:
    """The same page as a program would make it that follows WeasyPrint's first steps."""
    fonts = FontConfiguration()
    styles = [CSS(string=text, font_config=fonts) for text in (application_style(), AUTOMATIC)]
    page = typeset(application)
    attachments = list(attachments_of(page))
    pdf: bytes = HTML(string=page.html).write_pdf(
        stylesheets=styles, font_config=fonts, pdf_variant=VARIANT, attachments=attachments
    )
    return pdf


def measure(act: Callable[[], object]) -> float:
    """CPU milliseconds of one act, after one to warm up."""
    act()
    start = time.process_time()
    for _ in range(ROUNDS):
        act()
    return (time.process_time() - start) / ROUNDS * 1000


def row(name: str, spent: float, first: float) -> str:
    """One row of the table."""
    return f"| {name} | {spent:.0f} | {1000 / spent:.1f} | {first / spent:.2f}× |"


def main() -> None:
    """Print the table."""
    application, at = document(), datetime.now(UTC)
    keys = load_keys()
    stock = measure(lambda: seals.stock(stock_render(application), keys))
    ours = measure(lambda: seal(render_application(application), None, keys, at))
    stock_alone = measure(lambda: stock_render(application))
    ours_alone = measure(lambda: render_application(application))
    lines = [
        "| act | CPU ms | documents per CPU-second | against stock |",
        "|---|---|---|---|",
        row("stock WeasyPrint + SimpleSigner", stock, stock),
        row("render_application + seal", ours, stock),
        row("stock WeasyPrint alone", stock_alone, stock_alone),
        row("render_application alone", ours_alone, stock_alone),
    ]
    sys.stdout.write("\n".join(lines) + f"\n\n{len(render_application(application)):,} bytes unsealed\n")


if __name__ == "__main__":
    main()
