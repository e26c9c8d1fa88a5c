"""Contract papers: purchases, copying papers in, differences and their reasons, sending round."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms.answers import InvalidAnswer
from forms.definition import Procedure
from office import clock
from office.accounts.roles import Act, permits
from office.errors import NotFound, NotNow
from office.records import contracts
from office.records.contract_checks import ORDER, TITLES
from office.records.contracts import PaperTwice, SumsWrong
from office.records.decisions import ReasonMissing
from office.records.filing import Incomplete
from office.records.models.applications import Application
from office.records.models.contracts import ContractPaper, Purchase
from office.records.models.routes import CirculationState
from office.web import world
from office.web.contracts.entry import CsvRefused, Typed, blank, entry_form, items_of, with_items, with_sums
from office.web.policy import permission
from office.web.routes.papers import side_by_side
from office.web.routes.views import STATES
from office.web.staff import officer_names

blueprint = Blueprint("contracts", __name__, template_folder="templates", url_prefix="/contracts")

_REFUSED = (PaperTwice, SumsWrong, Incomplete, InvalidAnswer)


@blueprint.get("/")
@permission(Act.SEE_CONTRACTS)
def listing() -> ResponseReturnValue:
    """Every purchase, and papers that belong to none yet."""
    session, actor = world.session(), world.actor()
    may = permits(actor.roles, Act.HANDLE_CONTRACTS)
    return render_template(
        "contracts/listing.html",
        found=contracts.list_purchases(session, actor),
        states=STATES,
        titles=TITLES,
        names=officer_names(session),
        may=may,
        loose=contracts.loose(session, actor) if may else (),
    )


@blueprint.post("/")
@permission(Act.HANDLE_CONTRACTS)
def make() -> ResponseReturnValue:
    """Begin a purchase."""
    try:
        purchase = contracts.make(world.session(), world.actor(), request.form.get("title", ""))
    except NotNow as error:
        flash(error.message, "bad")
        return redirect(url_for("contracts.listing"))
    return redirect(url_for("contracts.detail", purchase_id=purchase.id))


@blueprint.get("/<purchase_id>")
@permission(Act.SEE_CONTRACTS)
def detail(purchase_id: str) -> ResponseReturnValue:
    """One purchase: its papers side by side, what differs, what to do next."""
    return _page(_find(purchase_id))


@blueprint.route("/<purchase_id>/papers/<procedure>", methods=["GET", "POST"])
@permission(Act.HANDLE_CONTRACTS)
def enter(purchase_id: str, procedure: str) -> ResponseReturnValue:
    """Copy a paper in."""
    purchase, found = _find(purchase_id), _procedure(procedure)
    if request.method == "GET":
        return _entry(purchase, found, blank(_known(purchase)))
    typed: Typed = request.form.copy()
    try:
        match typed.get("act"):
            case "csv":
                file = request.files.get("csv")
                return _entry(purchase, found, with_items(typed, items_of(file.read() if file else b"")))
            case "sum":
                return _entry(purchase, found, with_sums(found, typed))
        form = entry_form(found, typed)
        if not form.validate():
            return _entry(purchase, found, typed, "直すところがあります。赤い字を確かめてください。"), 422
        contracts.enter(world.session(), world.actor(), world.platform(), purchase, procedure, form.values())
    except (*_REFUSED, CsvRefused) as error:
        world.give_up()
        return _entry(purchase, found, typed, error.message), 422
    flash(f"{TITLES[procedure]}を加えました。", "good")
    return redirect(url_for("contracts.detail", purchase_id=purchase_id))


@blueprint.post("/<purchase_id>/attach")
@permission(Act.HANDLE_CONTRACTS)
def attach(purchase_id: str) -> ResponseReturnValue:
    """Add a paper that was read from paper."""
    purchase = _find(purchase_id)
    one = world.session().get(Application, request.form.get("application", ""))
    if one is None:
        raise NotFound("この書類は見つかりません。画面を開き直してください。")
    try:
        contracts.attach(world.session(), world.actor(), world.platform().vault, purchase, one)
    except _REFUSED as error:
        world.give_up()
        return _page(_find(purchase_id), error.message), 422
    flash(f"{TITLES[one.procedure]}を加えました。", "good")
    return redirect(url_for("contracts.detail", purchase_id=purchase_id))


@blueprint.post("/<purchase_id>/papers/<procedure>/remove")
@permission(Act.HANDLE_CONTRACTS)
def remove(purchase_id: str, procedure: str) -> ResponseReturnValue:
    """Take a paper out again, with the reason."""
    purchase = _find(purchase_id)
    paper = _paper(purchase, procedure)
    try:
        contracts.remove(world.session(), world.actor(), purchase, paper, request.form.get("reason", ""))
    except ReasonMissing:
        world.give_up()
        return _page(_find(purchase_id), "外す理由を入力してください。"), 422
    flash(f"{TITLES[procedure]}を外しました。", "good")
    return redirect(url_for("contracts.detail", purchase_id=purchase_id))


@blueprint.post("/<purchase_id>/explain")
@permission(Act.HANDLE_CONTRACTS)
def explain(purchase_id: str) -> ResponseReturnValue:
    """Say why a difference is right."""
    purchase, typed = _find(purchase_id), request.form
    try:
        contracts.explain(
            world.session(),
            world.actor(),
            world.platform().vault,
            purchase,
            typed.get("difference", ""),
            typed.get("reason", ""),
        )
    except ReasonMissing:
        world.give_up()
        return _page(_find(purchase_id), "違いの理由を入力してください。"), 422
    return redirect(url_for("contracts.detail", purchase_id=purchase_id))


@blueprint.post("/<purchase_id>/send")
@permission(Act.HANDLE_CONTRACTS)
def send(purchase_id: str) -> ResponseReturnValue:
    """Send the papers round."""
    purchase = _find(purchase_id)
    try:
        contracts.send_round(world.session(), world.actor(), world.platform().vault, purchase)
    except NotNow as error:
        world.give_up()
        return _page(_find(purchase_id), error.message), 409
    flash("決裁に回しました。", "good")
    return redirect(url_for("decisions.detail", circulation_id=purchase.circulation_id))


def _find(purchase_id: str) -> Purchase:
    return contracts.find(world.session(), world.actor(), purchase_id)


def _procedure(slug: str) -> Procedure:
    if slug not in ORDER:
        raise NotFound("この書類の種類はありません。契約の画面から選び直してください。")
    return world.platform().catalogue.procedure(slug, on=clock.today())


def _paper(purchase: Purchase, procedure: str) -> ContractPaper:
    for paper in purchase.papers:
        if paper.procedure == procedure:
            return paper
    raise NotFound("この書類は、もう外してあります。画面を開き直してください。")


def _known(purchase: Purchase) -> dict[str, str]:
    """What an earlier paper of the purchase says about the vendor, to be checked and not typed again."""
    known = {"contract.title": purchase.title[:60]}
    if not purchase.papers:
        return known
    record = purchase.papers[-1].application.read_record(world.platform().vault)
    for name in ("contract.title", "contract.vendor", "contract.vendor_number", "applicant.phone"):
        known[name] = str(record.get(name, ""))
    for name in ("applicant.name", "applicant.address"):
        known |= {f"{name}-{part}": str(text) for part, text in (record.get(name) or {}).items()}
    return known


def _page(purchase: Purchase, fault: str = "") -> str:
    session, actor, vault = world.session(), world.actor(), world.platform().vault
    papers = sorted(purchase.papers, key=lambda paper: ORDER.index(paper.procedure))
    state = purchase.circulation.state if purchase.circulation else None
    with_maker = state in (None, CirculationState.RETURNED, CirculationState.PULLED_BACK)
    return render_template(
        "contracts/detail.html",
        purchase=purchase,
        papers=side_by_side([paper.application for paper in papers]) if papers else None,
        present=[paper.procedure for paper in papers],
        titles=TITLES,
        states=STATES,
        state=state,
        open=with_maker and permits(actor.roles, Act.HANDLE_CONTRACTS),
        differences=contracts.differences(vault, purchase),
        explained={row.difference: row for row in purchase.explanations},
        names=officer_names(session),
        loose=contracts.loose(session, actor) if permits(actor.roles, Act.HANDLE_CONTRACTS) else (),
        fault=fault,
    )


def _entry(purchase: Purchase, procedure: Procedure, typed: Typed, fault: str = "") -> str:
    form = entry_form(procedure, typed)
    if fault:
        form.validate()
    return render_template(
        "contracts/entry.html",
        purchase=purchase,
        procedure=procedure,
        title=TITLES[procedure.slug],
        form=form,
        fault=fault,
    )
