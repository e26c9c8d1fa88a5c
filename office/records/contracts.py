"""Contract papers (見積書・納品書・請求書): taken in, gathered by purchase, compared, sent round together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from forms.definition import JSON, Procedure
from forms.interview import FilledForm, Source
from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import commitments, events, journal
from office.database import hold
from office.errors import NotFound, NotNow, OfficeError
from office.platform import Platform
from office.records import circulations, contract_checks, decisions, filing
from office.records.contract_checks import ORDER, TITLES, Difference
from office.records.models.applications import Application, ApplicationState, Channel
from office.records.models.contracts import ContractPaper, Explanation, Purchase
from office.records.models.routes import CirculationState
from office.records.routes import route_for
from office.secrets import Vault

DECIDED_BY = "invoice"
"""The procedure whose route decides a purchase; without one for it, that of any of its papers."""


class SumsWrong(OfficeError):
    """The amounts of a paper do not add up; the message names each."""

    code = "sums-wrong"


class PaperTwice(OfficeError):
    """This paper has come before."""

    code = "contract-paper-twice"


def list_purchases(session: Session, actor: Actor) -> Sequence[Purchase]:
    """Every purchase, the newest first."""
    require(actor, Act.SEE_CONTRACTS)
    return session.scalars(select(Purchase).order_by(Purchase.made_at.desc(), Purchase.id.desc())).all()


def find(session: Session, actor: Actor, purchase_id: str) -> Purchase:
    """One purchase. Raises `NotFound`."""
    require(actor, Act.SEE_CONTRACTS)
    found = session.get(Purchase, purchase_id)
    if found is None:
        raise NotFound("この契約は見つかりません。一覧から選び直してください。")
    return found


def of_circulation(session: Session, circulation_id: str) -> Purchase | None:
    """The purchase that goes round in a circulation."""
    return session.scalar(select(Purchase).where(Purchase.circulation_id == circulation_id))


def make(session: Session, actor: Actor, title: str) -> Purchase:
    """Begin to gather the papers of a purchase."""
    require(actor, Act.HANDLE_CONTRACTS)
    text = title.strip()
    if not 1 <= len(text) <= 100:
        raise NotNow("件名を100文字までで入力してください。")
    purchase = Purchase(title=text, officer_id=actor.officer, made_at=clock.now())
    session.add(purchase)
    session.flush()
    journal.write(session, actor, events.PURCHASE_MADE, _subject(purchase))
    return purchase


def enter(
    session: Session,
    actor: Actor,
    platform: Platform,
    purchase: Purchase,
    procedure: str,
    record: Mapping[str, JSON],
) -> ContractPaper:
    """Take in a paper copied from the vendor's. Raises `Incomplete`, `SumsWrong`, `PaperTwice`."""
    require(actor, Act.HANDLE_CONTRACTS)
    form = FilledForm.of(_procedure(platform, procedure), record, Source.PAPER)
    filing.refuse_incomplete([form])
    _check(session, purchase, procedure, form.record())
    today = clock.today()
    application = filing.new_application(session, actor, Channel.PAPER, today)
    filing.write_form(platform, application, form)
    application.subject = str(form.value("contract.vendor"))
    session.add(application)
    session.flush()
    filing.file_without_signature(session, actor, platform, application, form, today)
    return _add(session, actor, purchase, application, form.record())


def loose(session: Session, actor: Actor) -> Sequence[Application]:
    """Contract papers that were read from paper and belong to no purchase yet."""
    require(actor, Act.HANDLE_CONTRACTS)
    gathered = select(ContractPaper.application_id)
    found = select(Application).where(
        Application.procedure.in_(ORDER),
        Application.state == ApplicationState.FILED,
        Application.id.not_in(gathered),
    )
    return session.scalars(found.order_by(Application.filed_at)).all()


def attach(
    session: Session, actor: Actor, vault: Vault, purchase: Purchase, application: Application
) -> ContractPaper:
    """Add a paper that was read from paper. Raises `SumsWrong`, `PaperTwice`."""
    require(actor, Act.HANDLE_CONTRACTS)
    if application.procedure not in ORDER or application.state is not ApplicationState.FILED:
        raise NotNow("この書類は、いま加えられません。一覧を開き直してください。")
    record = application.read_record(vault)
    _check(session, purchase, application.procedure, record)
    return _add(session, actor, purchase, application, record)


def _check(session: Session, purchase: Purchase, procedure: str, record: Mapping[str, JSON]) -> None:
    hold(session, purchase)
    _refuse_circulating(purchase)
    if any(paper.procedure == procedure for paper in purchase.papers):
        raise PaperTwice(f"{TITLES[procedure]}はもう加えてあります。直すときは、先に外してください。")
    known = select(ContractPaper).where(
        ContractPaper.procedure == procedure,
        ContractPaper.vendor == vendor_of(record),
        ContractPaper.number == record["contract.number"],
    )
    if session.scalar(known) is not None:
        raise PaperTwice(_twice(procedure))
    faults = contract_checks.faults(record)
    if faults:
        raise SumsWrong("\n".join(faults))


def _add(
    session: Session, actor: Actor, purchase: Purchase, application: Application, record: Mapping[str, JSON]
) -> ContractPaper:
    """Two officers may enter the same paper at once: the database lets one of them through."""
    paper = ContractPaper(
        application_id=application.id,
        procedure=application.procedure,
        vendor=vendor_of(record),
        number=str(record["contract.number"]),
        total=record["contract.total"],
    )
    try:
        with session.begin_nested():
            purchase.papers.append(paper)
            session.flush()
    except IntegrityError as error:
        raise PaperTwice(_twice(application.procedure)) from error
    journal.write(
        session,
        actor,
        events.CONTRACT_PAPER_ADDED,
        _subject(purchase),
        application=application.id,
        procedure=application.procedure,
    )
    return paper


def remove(session: Session, actor: Actor, purchase: Purchase, paper: ContractPaper, reason: str) -> None:
    """Take a paper out again (wrong, or replaced by the vendor); its application counts as withdrawn."""
    require(actor, Act.HANDLE_CONTRACTS)
    decisions.need_reason(reason)
    hold(session, purchase)
    _refuse_circulating(purchase)
    application = paper.application
    purchase.papers.remove(paper)
    session.delete(paper)
    if purchase.circulation is not None:
        for row in [one for one in purchase.circulation.papers if one.application_id == application.id]:
            purchase.circulation.papers.remove(row)
            session.delete(row)
    application.state = ApplicationState.WITHDRAWN
    session.flush()
    journal.write(
        session,
        actor,
        events.CONTRACT_PAPER_REMOVED,
        _subject(purchase),
        application=application.id,
        procedure=application.procedure,
        reason=commitments.commit(session, reason.strip()),
    )


def differences(vault: Vault, purchase: Purchase) -> list[Difference]:
    """Where the papers differ."""
    return contract_checks.compare(
        {paper.procedure: paper.application.read_record(vault) for paper in purchase.papers}
    )


def explain(
    session: Session, actor: Actor, vault: Vault, purchase: Purchase, difference: str, reason: str
) -> None:
    """Say why a difference is right as it is; it stands for exactly these values."""
    require(actor, Act.HANDLE_CONTRACTS)
    decisions.need_reason(reason)
    hold(session, purchase)
    _refuse_circulating(purchase)
    if difference not in {one.key for one in differences(vault, purchase)}:
        raise NotNow("この違いは、もうありません。画面を開き直してください。")
    row = next((one for one in purchase.explanations if one.difference == difference), None)
    if row is None:
        row = Explanation(difference=difference)
        purchase.explanations.append(row)
    row.reason, row.officer_id, row.explained_at = reason.strip()[:500], actor.officer, clock.now()
    session.flush()
    journal.write(
        session,
        actor,
        events.DIFFERENCE_EXPLAINED,
        _subject(purchase),
        difference=difference,
        reason=commitments.commit(session, row.reason),
    )


def unexplained(vault: Vault, purchase: Purchase) -> list[Difference]:
    """The differences nobody has explained."""
    said = {one.difference for one in purchase.explanations}
    return [one for one in differences(vault, purchase) if one.key not in said]


def send_round(session: Session, actor: Actor, vault: Vault, purchase: Purchase) -> None:
    """Send the papers round on their route; every difference has to be explained before."""
    require(actor, Act.HANDLE_CONTRACTS)
    hold(session, purchase)
    _refuse_circulating(purchase)
    if not purchase.papers:
        raise NotNow("書類がまだありません。見積書・納品書・請求書のどれかを加えてください。")
    if unexplained(vault, purchase):
        raise NotNow("書類の間に違いがあります。理由を書くか、書類を直してから回してください。")
    slugs = [DECIDED_BY, *(paper.procedure for paper in purchase.papers)]
    route = next((found for slug in slugs if (found := route_for(session, slug))), None)
    if route is None:
        raise NotNow("契約の書類の決裁ルートがまだありません。管理者に作るよう頼んでください。")
    applications = [paper.application for paper in purchase.papers]
    amount = max(paper.total for paper in purchase.papers)
    if purchase.circulation is None:
        purchase.circulation = circulations.start(session, actor, route, applications, purchase.title, amount)
    else:
        circulations.send_again(session, actor, purchase.circulation, route, applications, amount)
    session.flush()


def vendor_of(record: Mapping[str, JSON]) -> str:
    """Who the vendor is: the 法人番号, else the name without spaces."""
    return str(record.get("contract.vendor_number") or "".join(str(record["contract.vendor"]).split()))


def _twice(procedure: str) -> str:
    return f"この業者の同じ番号の{TITLES[procedure]}は、もう受け取っています。二重でないか確かめてください。"


def _refuse_circulating(purchase: Purchase) -> None:
    with_maker = (CirculationState.RETURNED, CirculationState.PULLED_BACK)
    if purchase.circulation is not None and purchase.circulation.state not in with_maker:
        raise NotNow("決裁に回した書類は変えられません。直すときは、引き戻してください。")


def _procedure(platform: Platform, slug: str) -> Procedure:
    if slug not in ORDER:
        raise NotFound("この書類の種類はありません。契約の画面から選び直してください。")
    return platform.catalogue.procedure(slug, on=clock.today())


def _subject(purchase: Purchase) -> str:
    return f"purchase:{purchase.id}"
