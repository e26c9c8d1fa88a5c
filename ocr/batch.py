"""Reading files of scanned forms, page by page: one bad page never stops the batch."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from forms.catalogue import Catalogue
from forms.definition import Field, Labels, Procedure
from forms.rendering.geometry import Zone
from forms.rendering.sheet import Sheet, SheetCode, sheet_of
from forms.values.addresses import LocalTowns
from ocr.calibration import USUAL, Promise
from ocr.classify import Recognised
from ocr.confidence import drawn, judged
from ocr.engine import Engine, Grey
from ocr.engines.pp_ocr import PP_OCR
from ocr.engines.pp_ocr_v5 import PP_OCR_V5
from ocr.errors import BlankPage, NoMarks, UnknownPage
from ocr.marks import MARK_ROLES, read_marks
from ocr.older_forms import OlderForm
from ocr.older_reading import recognised_or_none, without_print
from ocr.orientation import upright
from ocr.page import PageImage, load_pages, to_png
from ocr.readings import FieldReading, PageReading, State
from ocr.stages.fields import Pieces, pieces_of
from ocr.stages.registration import Registered, flattened, register
from ocr.stages.zones import read_zones

__all__ = ["ENGINES", "FieldReading", "PageReading", "State", "read_file", "read_image", "read_pages"]

_PAPER = 232

ENGINES: tuple[Engine, ...] = (PP_OCR, PP_OCR_V5)
"""The two readers of every field; a third may be handed on for its opinion."""


def read_file(
    path: Path,
    catalogue: Catalogue,
    form: str | None = None,
    engines: Sequence[Engine] = ENGINES,
    towns: LocalTowns | None = None,
) -> tuple[PageReading, ...]:
    """All pages of a PNG, JPEG, TIFF or PDF, see `read_pages`."""
    return tuple(read_pages(path, catalogue, form, engines, towns))


def read_pages(
    path: Path,
    catalogue: Catalogue,
    form: str | None = None,
    engines: Sequence[Engine] = ENGINES,
    towns: LocalTowns | None = None,
) -> Iterator[PageReading]:
    """The pages of a file one after the other, so that a long batch keeps its memory.

    `form` is the slug that is expected: pages of other forms get a problem, and a page of it whose QR
    cannot be read is still read when the form has only one page. `towns` are the city's own (`read_towns`).
    """
    for page in load_pages(path):
        yield read_image(page, catalogue, form, engines, towns)


def read_image(
    page: PageImage,
    catalogue: Catalogue,
    form: str | None = None,
    engines: Sequence[Engine] = ENGINES,
    towns: LocalTowns | None = None,
    told: SheetCode | None = None,
    promise: Promise = USUAL,
    older: Sequence[OlderForm] = (),
) -> PageReading:
    """Read one page. What is wrong with it stands in `problem`; nothing is raised for a bad page.

    `told` is what a person says the page is, where its QR cannot be read; `promise` is the city's, `older`
    are the forms without marks that it has declared.
    """
    if page.image is None:
        return _unread(page, b"", page.problem or "")
    try:
        registered = register(page.image)
    except NoMarks as error:
        found, why = recognised_or_none(page.image, older)
        if found is not None:
            return _older_form(page, found, catalogue, form, engines, towns, promise)
        return _unread(page, to_png(upright(page.image)), why or error.message)
    except BlankPage as error:
        return _unread(page, to_png(page.image), error.message)
    except UnknownPage as error:
        return _unread(page, to_png(upright(page.image)), error.message)
    image = to_png(_for_eyes(registered.image))
    try:
        sheet, procedure, code = _identified(registered, catalogue, form, told)
    except UnknownPage as error:
        return _unread(page, image, error.message)
    flat = flattened(registered, page.image, sheet, code.page)
    if flat is not registered:
        registered, image = flat, to_png(_for_eyes(flat.image))
    zones = [zone for zone in (*sheet.zones, *sheet.own) if zone.page == code.page]
    fields = _fields(registered.image, procedure, zones, engines, towns, promise)
    return PageReading(
        source=page.source,
        page=page.page,
        form=procedure.slug,
        version=procedure.version,
        serial=code.serial or None,
        fields=drawn(fields, page.sha256, promise.drawn),
        problem=None,
        image=image,
        sha256=page.sha256,
        form_page=code.page,
    )


def _older_form(
    page: PageImage,
    found: Recognised,
    catalogue: Catalogue,
    form: str | None,
    engines: Sequence[Engine],
    towns: LocalTowns | None,
    promise: Promise,
) -> PageReading:
    """The fields of a declared older form; its whole sheet stands for the procedure's first page."""
    image, declared = to_png(_for_eyes(found.image)), found.form
    if form is not None and declared.procedure != form:
        problem = f"これは「{declared.title}」です。指定した様式と違います。分けて読み取ってください。"
        return _unread(page, image, problem)
    procedure = catalogue.procedure(declared.procedure, version=declared.version)
    blank = declared.picture()
    written = without_print(found.image, blank)
    fields = _fields(written, procedure, declared.zones, engines, towns, promise, found.image, blank)
    return PageReading(
        source=page.source,
        page=page.page,
        form=procedure.slug,
        version=procedure.version,
        serial=None,
        fields=drawn(fields, page.sha256, promise.drawn),
        problem=None,
        image=image,
        sha256=page.sha256,
        form_page=1,
        older=declared.key,
    )


def _for_eyes(sheet: Grey) -> Grey:
    """The sheet in sixteen levels, its paper white: what a person needs, in a tenth of the bytes."""
    return np.where(sheet > _PAPER, 255, sheet // 16 * 17).astype(np.uint8)


def _unread(page: PageImage, image: bytes, problem: str) -> PageReading:
    return PageReading(page.source, page.page, None, None, None, (), problem, image, page.sha256)


@functools.lru_cache(maxsize=64)
def _layout(procedure: Procedure) -> Sheet:
    """The sheet of a procedure, worked out once for a batch of many pages."""
    return sheet_of(procedure)


def _identified(
    registered: Registered, catalogue: Catalogue, form: str | None, told: SheetCode | None
) -> tuple[Sheet, Procedure, SheetCode]:
    """The sheet, procedure and code of a page. Raises `UnknownPage`; never guesses."""
    code = registered.code or told
    if code is None:
        if form is None:
            raise UnknownPage(
                "QRコードが読めず、様式がわかりません。スキャンし直すか様式を指定してください。"
            )
        procedure = catalogue.procedure(form)
        sheet = _layout(procedure)
        if sheet.pages != 1:
            raise UnknownPage("QRコードが読めず、何枚目かわかりません。スキャンし直してください。")
        return sheet, procedure, SheetCode(procedure.number, procedure.version, 1, "")
    procedure = _procedure(code, catalogue)
    if form is not None and procedure.slug != form:
        title = procedure.title.text("ja")
        raise UnknownPage(f"これは「{title}」の用紙です。指定した様式と違います。分けて読み取ってください。")
    sheet = _layout(procedure)
    if not 1 <= code.page <= sheet.pages:
        raise UnknownPage(f"この様式に{code.page}枚目はありません。用紙を確かめてください。")
    return sheet, procedure, code


def _procedure(code: SheetCode, catalogue: Catalogue) -> Procedure:
    for one in catalogue.versions:
        if (one.number, one.version) == (code.number, code.version):
            return one
    raise UnknownPage(
        f"様式第{code.number}号の第{code.version}版は登録されていません。用紙を確かめてください。"
    )


def _fields(
    image: Grey,
    procedure: Procedure,
    zones: Sequence[Zone],
    engines: Sequence[Engine],
    towns: LocalTowns | None,
    promise: Promise,
    marked: Grey | None = None,
    blank: Grey | None = None,
) -> tuple[FieldReading, ...]:
    """Every field that stands on a page of the form, and the paper's own.

    Of an older form `image` has lost its print; marks are then looked for on `marked`, beside its `blank`.
    """
    texts = read_zones(image, [zone for zone in zones if zone.role not in MARK_ROLES], engines, towns)
    found = pieces_of(texts, read_marks(image if marked is None else marked, zones, blank))
    begun = {_row(pieces.name) for pieces in found if not pieces.empty}
    return tuple(_judged(pieces, procedure, begun, towns, promise) for pieces in found)


def _judged(
    pieces: Pieces, procedure: Procedure, begun: set[str], towns: LocalTowns | None, promise: Promise
) -> FieldReading:
    holder, field = _field_of(procedure, pieces)
    needed = field.required and field.asked_of == "resident"
    needed = needed and holder.required and holder.when is None and field.when is None
    if field.kind == "choices":
        needed = needed and bool(field.least)
    if holder is not field:
        first = pieces.name.removeprefix(holder.name).startswith((".0.", f".{field.name}"))
        needed = field.required and (_row(pieces.name) in begun or (needed and first))
    return judged(pieces, field, needed, towns, promise)


def _row(name: str) -> str:
    """What the fields of one person share: `members.0` of `members.0.name`."""
    return name.rpartition(".")[0]


def _field_of(procedure: Procedure, pieces: Pieces) -> tuple[Field, Field]:
    """The field of the definition a path begins with, and the field (or column of a person) itself."""
    for holder in sorted(procedure.fields, key=lambda one: -len(one.name)):
        if pieces.name == holder.name:
            return holder, holder
        if pieces.name.startswith(f"{holder.name}."):
            name = pieces.name.rpartition(".")[2]
            column = next((one for one in holder.fields if one.name == name), None)
            return holder, column or _plain(name, pieces.kind)
    field = _plain(pieces.name, pieces.kind)
    return field, field


def _plain(name: str, kind: str) -> Field:
    """A field the definition does not name: the paper's own, where only the signature has to be there."""
    return Field(name, name, kind, Labels(), required=kind == "signature")
