"""Pages on procedures: what there is, who needs it and why, and how a definition being written looks."""

from __future__ import annotations

import functools
import json
from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms.catalogue import Catalogue
from forms.definition import Procedure
from forms.definition_files import fingerprint
from forms.errors import Fault, KakazuError
from forms.households import load_households
from forms.inventory import inventory
from forms.language import LANGUAGES, language
from forms.matrix import make_matrix
from forms.rendering.matrix import matrix_pdf
from office import clock
from office.accounts.roles import Act, permits
from office.errors import NotFound
from office.records import drafts
from office.records.drafts import Draft
from office.web import world
from office.web.pictures import page_count, page_png
from office.web.policy import permission
from office.web.procedures.preview import FACES, examples_of, face_pdf, filled_example, preview

blueprint = Blueprint("procedures", __name__, template_folder="templates", url_prefix="/procedures")


@blueprint.get("/")
@permission(Act.SEE_PROCEDURES)
def listing() -> ResponseReturnValue:
    """Every procedure, what of it is 要確認, and the drafts."""
    platform = world.platform()
    return render_template(
        "procedures/listing.html",
        entries=inventory(platform.catalogue),
        drafts=drafts.list_drafts(platform),
        may_write=permits(world.actor().roles, Act.WRITE_DEFINITIONS),
    )


@blueprint.get("/matrix.pdf")
@permission(Act.SEE_PROCEDURES)
def matrix() -> ResponseReturnValue:
    """The determination matrix of today, to review and sign."""
    platform, on = world.platform(), clock.today()
    pdf = _matrix_pdf(platform.definitions, on)
    name = f"inline; filename=matrix-{on.isoformat()}.pdf"
    return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": name})


@functools.lru_cache(maxsize=2)
def _matrix_pdf(_definitions: str, on: date) -> bytes:
    """Made once a day for the same definitions: it takes seconds."""
    return matrix_pdf(make_matrix(world.platform().catalogue, load_households(), on))


@blueprint.get("/<slug>/v<int:version>")
@permission(Act.SEE_PROCEDURES)
def detail(slug: str, version: int) -> ResponseReturnValue:
    """One version as everybody sees it."""
    catalogue = world.platform().catalogue
    procedure = catalogue.procedure(slug, version=version)
    return render_template("procedures/detail.html", **_context(catalogue, procedure, draft=None))


@blueprint.post("/drafts")
@permission(Act.WRITE_DEFINITIONS)
def begin() -> ResponseReturnValue:
    """Begin a draft: of the next version of a procedure, or of a new one."""
    slug = request.form.get("slug", "").strip()
    draft = drafts.begin(world.session(), world.actor(), world.platform(), slug)
    return redirect(url_for("procedures.draft", slug=draft.slug, version=draft.version))


@blueprint.get("/drafts/<slug>/v<int:version>")
@permission(Act.WRITE_DEFINITIONS)
def draft(slug: str, version: int) -> ResponseReturnValue:
    """A draft: its files, its faults, and live how it looks. `seen` is what the page shows already."""
    found = drafts.find(world.platform(), slug, version)
    files = drafts.files_with_drafts(world.platform())
    mark = fingerprint(files)
    if request.headers.get("HX-Request") and request.args.get("seen") == mark:
        return "", 204
    catalogue, faults = drafts.read_drafts(files)
    procedure = catalogue.procedure(slug, version=version) if catalogue else None
    template = "procedures/faces.html" if request.headers.get("HX-Request") else "procedures/draft.html"
    return render_template(
        template,
        files=drafts.texts(world.platform(), found),
        **_context(catalogue, procedure, draft=found, faults=faults, mark=mark),
    )


@blueprint.post("/drafts/<slug>/v<int:version>/files/<name>")
@permission(Act.WRITE_DEFINITIONS)
def save(slug: str, version: int, name: str) -> ResponseReturnValue:
    """Save one file of a draft, faulty or not."""
    platform = world.platform()
    found = drafts.find(platform, slug, version)
    drafts.save(world.session(), world.actor(), platform, found, name, request.form.get("text", ""))
    flash(f"{name}を保存しました。", "good")
    return redirect(url_for("procedures.draft", slug=slug, version=version, _anchor=f"file-{name}"))


@blueprint.post("/drafts/<slug>/v<int:version>/publish")
@permission(Act.WRITE_DEFINITIONS)
def publish(slug: str, version: int) -> ResponseReturnValue:
    """Take the draft into the city's definitions."""
    platform = world.platform()
    drafts.publish(world.session(), world.actor(), platform, drafts.find(platform, slug, version))
    flash("公開しました。次にKakazuを起動したときから読み込み、施行日から使います。", "good")
    return redirect(url_for("procedures.listing"))


@blueprint.post("/drafts/<slug>/v<int:version>/discard")
@permission(Act.WRITE_DEFINITIONS)
def discard(slug: str, version: int) -> ResponseReturnValue:
    """Throw the draft away."""
    platform = world.platform()
    drafts.discard(world.session(), world.actor(), platform, drafts.find(platform, slug, version))
    flash("下書きを捨てました。", "good")
    return redirect(url_for("procedures.listing"))


@blueprint.get("/<slug>/v<int:version>/<face>/<int:page>.png")
@permission(Act.SEE_PROCEDURES)
def picture(slug: str, version: int, face: str, page: int) -> ResponseReturnValue:
    """One page of the paper form or of the PDF, filled with sample answers."""
    if face not in FACES:
        raise NotFound("この見本はありません。")
    png = page_png(_pdf(slug, version, face), page)
    if png is None:
        raise NotFound("このページはありません。")
    return Response(png, mimetype="image/png")


def _pdf(slug: str, version: int, face: str) -> bytes:
    platform = world.platform()
    catalogue: Catalogue | None = platform.catalogue
    if "draft" in request.args:
        catalogue, _ = drafts.read_drafts(drafts.files_with_drafts(platform))
    if catalogue is None:
        raise NotFound("下書きに誤りがあるので、見本を作れません。")
    procedure = catalogue.procedure(slug, version=version)
    file = examples_of(platform, Draft(slug, version)).get(request.args.get("example", ""))
    form, _ = filled_example(procedure, file if request.args.get("filled") == "yes" else None)
    content = json.dumps(form.record(), ensure_ascii=False)
    return face_pdf(face, procedure, content, _language(), platform.settings.municipality)


def _context(
    catalogue: Catalogue | None,
    procedure: Procedure | None,
    *,
    draft: Draft | None,
    faults: tuple[Fault, ...] = (),
    mark: str = "",
) -> dict[str, object]:
    """What the page shows; without a procedure only the faults."""
    shared: dict[str, object] = {
        "draft": draft,
        "faults": faults,
        "mark": mark,
        "languages": [language(one) for one in LANGUAGES],
        "code": _language(),
    }
    if catalogue is None or procedure is None:
        return shared | {"preview": None, "pages": {}, "unprintable": ""}
    seen = preview(world.platform(), catalogue, procedure, request.args.get("example", ""), _language())
    pages, unprintable = _pages(procedure, seen.example)
    return shared | {"preview": seen, "pages": pages, "unprintable": unprintable}


def _pages(procedure: Procedure, example: str) -> tuple[dict[str, int], str]:
    """How many pages each face has, and why it cannot be printed where it cannot."""
    platform = world.platform()
    file = examples_of(platform, Draft(procedure.slug, procedure.version)).get(example)
    form, _ = filled_example(procedure, file)
    content = json.dumps(form.record(), ensure_ascii=False)
    pages: dict[str, int] = {}
    for face in FACES:
        try:
            pdf = face_pdf(face, procedure, content, _language(), platform.settings.municipality)
        except KakazuError as error:
            return pages, error.message
        pages[face] = page_count(pdf)
    return pages, ""


def _language() -> str:
    code = request.args.get("language", "ja")
    return code if code in LANGUAGES else "ja"
