"""An application as a document for people: PDF/A-3b with the structured record inside (trust.md §1)."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from html import escape
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration

from forms.language import JAPANESE, language
from forms.rendering.document import ApplicationDocument, IdentityCheck, applicant_of
from forms.rendering.errors import MissingGlyph
from forms.rendering.fonts import FACES, UDP, Face, missing_in, runs_of
from forms.rendering.geometry import SIGNATURE_PLACE, Rect
from forms.rendering.record import record_json, record_xml
from forms.rendering.summary import Line, Part, People, Value, parts_of
from forms.rendering.symbols import code_path
from forms.rendering.wording import second
from forms.values.dates import show_both

__all__ = ["SIGNATURE_PLACE", "ApplicationDocument", "IdentityCheck", "render_application"]

VARIANT = "pdf/a-3b"
IDENTITY = "identity"  # the section in which officers note the identity check (blocks/identity.toml)


def render_application(document: ApplicationDocument) -> bytes:
    """The application as PDF/A-3b with `record.json` and `record.xml` attached (relationship Data).

    The same document gives the same bytes. `SIGNATURE_PLACE` on the last page stays free for the ink.
    Raises `MissingGlyph` naming every letter no font has, `InvalidRecord` for data the record cannot take.
    """
    return print_pdf(typeset(document))


@dataclass(frozen=True, slots=True)
class Typeset:
    """An application ready for the press: its page as HTML, and its records, dated `dated`."""

    html: str = field(repr=False)
    json: bytes = field(repr=False)
    xml: bytes = field(repr=False)
    dated: date


def typeset(document: ApplicationDocument) -> Typeset:
    """Everything that goes into the PDF. Raises `MissingGlyph` and `InvalidRecord`; milliseconds."""
    html = application_html(document)
    return Typeset(html, record_json(document), record_xml(document), document.filed_on)


def print_pdf(page: Typeset) -> bytes:
    """The PDF of what was typeset; a quarter of a second of work."""
    fonts, style = _typesetting()
    pdf: bytes = HTML(string=page.html).write_pdf(
        stylesheets=[style],
        font_config=fonts,
        pdf_variant=VARIANT,
        finisher=_list_attachments_once,
        attachments=list(attachments_of(page)),
    )
    return pdf


def application_html(document: ApplicationDocument) -> str:
    """The page as HTML without its style. Raises `MissingGlyph` as `render_application` does."""
    typesetter = _Typesetter()
    face = FACES[language(document.language).face]
    html = (
        _environment()
        .get_template("application.html")
        .render(t=typesetter.set, other=functools.partial(typesetter.set, first=face), **_context(document))
    )
    if typesetter.missing:
        raise MissingGlyph(typesetter.missing)
    return html


class _Typesetter:
    """Sets every text in a face that has its letters, and remembers the letters none has."""

    def __init__(self) -> None:
        self.missing: dict[str, None] = {}

    def set(self, text: str, first: Face = UDP) -> Markup:
        missing = missing_in((text,), first)
        if missing:
            self.missing.update(dict.fromkeys(missing))
            return Markup("")
        pieces = (
            escape(run.text) if run.face is UDP else f'<span class="{run.face.key}">{escape(run.text)}</span>'
            for run in runs_of(text, first)
        )
        return Markup("".join(pieces))  # noqa: S704 - every piece is escaped above


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("forms.rendering"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["batch_lines"] = _batched
    return environment


@functools.cache
def _typesetting() -> tuple[FontConfiguration, CSS]:
    """One font configuration and one parsed style for all documents: a third of the time (trust.md §1.2)."""
    fonts = FontConfiguration()
    return fonts, CSS(string=application_style(), font_config=fonts)


def application_style() -> str:
    """The style of an application's page."""
    source, _, _ = PackageLoader("forms.rendering").get_source(_environment(), "application.css")
    return source


def _context(document: ApplicationDocument) -> dict[str, Any]:
    procedure, last_day, parts = document.form.procedure, document.form.last_day(), parts_of(document)
    title = procedure.title.text("ja")
    translated = procedure.title.text(document.language)
    return {
        "document": document,
        "title": title,
        "title_second": translated if document.language not in JAPANESE and translated != title else "",
        "words": second,
        "code": _code(document.receipt_number),
        "filed_on": show_both(document.filed_on),
        "applicant": _applicant(document),
        "parts": [part for part in parts if not part.officer],
        "checked": list(_checked(parts, document.identity)),
        "identity": _identity(document.identity),
        "language": language(document.language).japanese,
        "language_tag": language(document.language).tag,
        "last_day": show_both(last_day) if last_day else "",
        "basis": "\n".join(str(basis) for basis in procedure.basis),
        "note": _note(document),
    }


def _checked(parts: Iterable[Part], identity: IdentityCheck) -> Iterator[Line]:
    """What officers filled in, without what they left empty; the identity check is said once."""
    for part in parts:
        if part.officer and not (part.name == IDENTITY and identity.method):
            yield from (line for line in part.lines if isinstance(line, Line) and not line.value.empty)


def _batched(lines: Iterable[Line | People]) -> Iterator[list[Line] | People]:
    """Rows together in one table each, people in a table of their own."""
    rows: list[Line] = []
    for line in lines:
        if isinstance(line, Line):
            rows.append(line)
            continue
        if rows:
            yield rows
            rows = []
        yield line
    if rows:
        yield rows


def _code(payload: str) -> Markup:
    path = code_path(payload, Rect(4.0, 4.0, 21.0, 21.0))
    return Markup(f'<svg viewBox="0 0 29 29" xmlns="http://www.w3.org/2000/svg">{path}</svg>')  # noqa: S704


def _applicant(document: ApplicationDocument) -> Value:
    name = applicant_of(document.form).name
    if name is None:
        return Value(document.form.applicant_name)
    return Value(name.full, name.full_kana)


def _identity(check: IdentityCheck) -> str:
    seen = "、".join(check.documents)
    text = f"{check.method}（{seen}）" if check.method and seen else check.method or seen
    if text and check.checked_on:
        text += f"　{show_both(check.checked_on)}"
    return text


def _note(document: ApplicationDocument) -> str:
    if document.language == "ja":
        return ""
    return "法的な効力を持つのは日本語の文です。"


def _list_attachments_once(_: object, pdf: Any) -> None:
    """WeasyPrint 70 names every attachment twice in the catalog's /AF."""
    pdf.catalog["AF"] = type(pdf.catalog["AF"])(dict.fromkeys(pdf.catalog["AF"]))


def attachments_of(page: Typeset) -> Iterator[Attachment]:
    """`record.json` and `record.xml`, dated by the document, not by the clock."""
    dated = datetime.combine(page.dated, time(), UTC)
    for name, description, content in (
        ("record.json", "申請の記録（JSON）", page.json),
        ("record.xml", "申請データ（GIF A票・B票）", page.xml),
    ):
        yield Attachment(
            string=content,
            name=name,
            description=description,
            created=dated,
            modified=dated,
            relationship="Data",
        )
