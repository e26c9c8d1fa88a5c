"""Signing on paper as the officer sees it: print the documents, take them in signed, attach scans."""

from __future__ import annotations

from io import BytesIO

import pikepdf
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import InputRequired, Length

from forms.signing.marks import SignedPaper
from office.accounts.operations import SignInRefused
from office.accounts.roles import Act
from office.errors import NotNow
from office.i18n import texts
from office.records import applications, cases, scans, witnesses
from office.records import signing as records
from office.records.models.applications import Application, ApplicationState
from office.records.models.cases import Case, CaseState
from office.ruby import without_readings
from office.web import world
from office.web.policy import permission

blueprint = Blueprint("signing", __name__, template_folder="templates")


class CheckedForm(FlaskForm):  # type: ignore[misc]
    """The officer who has looked at every signed sheet."""

    password = PasswordField(
        "あなたのパスワード",
        [InputRequired("パスワードを入力してください。"), Length(max=256)],
        render_kw={"autocomplete": "off"},
    )


@blueprint.route("/counter/<case_id>/paper", methods=["GET", "POST"])
@permission(Act.HOLD_INTERVIEW)
def paper(case_id: str) -> ResponseReturnValue:
    """Print, have them signed, look at each, take them in."""
    case, form, refused = _shown(case_id), CheckedForm(), ""
    drafts = _drafts(case)
    if form.validate_on_submit():
        missing = [one for one in drafts if one.receipt_number not in request.form.getlist("checked")]
        if missing:
            refused = f"署名をまだ確かめていない書類があります（{len(missing)}件）。1枚ずつ確かめてください。"
        else:
            refused = _take_in(case, form)
            if not refused:
                flash(f"紙に署名された{len(drafts)}件の申請を受け付けました。", "good")
                return redirect(url_for("counter.conversation", case_id=case_id))
    ticked = set(request.form.getlist("checked"))
    body = render_template(
        "signing/paper.html", case=case, rows=_titled(drafts), form=form, refused=refused, ticked=ticked
    )
    return body, 403 if refused else 200


@blueprint.get("/counter/<case_id>/print.pdf")
@permission(Act.HOLD_INTERVIEW)
def print_pdf(case_id: str) -> ResponseReturnValue:
    """All shown documents as one file for the printer; that they were printed stands in the journal."""
    case = _shown(case_id)
    pages = records.to_print(world.session(), world.actor(), world.platform(), case)
    with pikepdf.new() as whole:
        for pdf in pages:
            with pikepdf.open(BytesIO(pdf)) as one:
                whole.pages.extend(one.pages)
        output = BytesIO()
        whole.save(output)
    name = f'inline; filename="{case.id}.pdf"'
    return Response(output.getvalue(), mimetype="application/pdf", headers={"Content-Disposition": name})


@blueprint.post("/applications/<receipt>/scan")
@permission(Act.STORE_PAPER)
def attach_scan(receipt: str) -> ResponseReturnValue:
    """Attach the picture of the signed paper."""
    one = applications.find(world.session(), world.actor(), receipt)
    file = request.files.get("scan")
    content = file.read(scans.LARGEST + 1) if file else b""
    try:
        scans.attach(world.session(), world.actor(), world.platform().vault, one, content)
    except scans.NotAScan as error:
        flash(error.message, "bad")
    else:
        flash("署名した紙の画像を付けました。", "good")
    return redirect(url_for("applications.detail", receipt=receipt))


@blueprint.get("/applications/<receipt>/scan/<scan_id>")
@permission(Act.SEE_APPLICATIONS)
def scan(receipt: str, scan_id: str) -> ResponseReturnValue:
    """The picture of the signed paper, to be saved."""
    one = applications.find(world.session(), world.actor(), receipt)
    row, content = scans.read(world.session(), world.actor(), world.platform().vault, one, scan_id)
    name = f'attachment; filename="{receipt}-signed.{scans.ENDINGS[row.media_type]}"'
    return Response(content, mimetype=row.media_type, headers={"Content-Disposition": name})


def _shown(case_id: str) -> Case:
    case = cases.find(world.session(), world.actor(), case_id)
    if case.state is not CaseState.SHOWN:
        raise NotNow("紙に署名してもらえるのは、書類を住民に見せている間だけです。聞き取りに戻ってください。")
    return case


def _drafts(case: Case) -> list[Application]:
    return [one for one in case.applications if one.state is ApplicationState.DRAFT]


def _titled(drafts: list[Application]) -> list[tuple[str, str]]:
    catalogue = world.platform().catalogue
    return [
        (one.receipt_number, catalogue.procedure(one.procedure, version=one.version).title.text("ja"))
        for one in drafts
    ]


def _take_in(case: Case, form: CheckedForm) -> str:
    """File the signed paper; what is wrong, empty once filed."""
    session, actor = world.session(), world.actor()
    try:
        checked_by = witnesses.confirmed(session, actor, case, form.password.data or "", "checker")
    except SignInRefused as error:
        session.commit()
        return error.message
    consent = without_readings(texts("resident", case.language)("consent"))
    mark = SignedPaper(checked_by)
    records.sign(session, actor, world.platform(), case, mark, consent, request.form.get("nonce", ""))
    return ""
