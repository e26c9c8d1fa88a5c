"""What the robots of lists share: the posting a run is about, and its lines as items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from office.jobs.job import BusinessException, StepContext
from office.jobs.models import RunItem
from office.records.list_lines import Line, lines_of
from office.records.list_postings import digest
from office.records.models.paper_postings import ListPosting, PostingKind, PostingState
from robots.matters.listed import ListUnfit, Target, lacking, target
from robots.run import items_of, new_item

_LONGEST_LABEL, _LONGEST_ANCHOR = 200, 200


def posting_of(ctx: StepContext, session: Session, kind: PostingKind) -> ListPosting:
    """The posting a run is about. Raises `BusinessException` when it may not be done."""
    found = session.get(ListPosting, str(ctx.parameters.get("posting", "")))
    if found is None or found.kind is not kind:
        raise BusinessException(
            "この番号の依頼はありません。「一覧表からの記入・支払い」の画面から頼んでください。"
        )
    if found.state is PostingState.WITHDRAWN:
        raise BusinessException("この依頼は取り下げられています。")
    if not ctx.dry_run and found.state is PostingState.ASKED:
        raise BusinessException("この依頼はまだ承認されていません。承認されると、自動で始まります。")
    if digest(ctx.platform.vault, found.table) != found.sha256:
        raise BusinessException("頼んだ後に表の内容が変わりました。取り下げて、頼み直してください。")
    return found


def target_of(ctx: StepContext, posting: ListPosting, file: str) -> Target:
    """Where it goes. Raises `BusinessException` when the list lacks a column it needs."""
    try:
        found = target(ctx.platform, file, posting.target)
    except ListUnfit as unfit:
        raise BusinessException(unfit.message) from unfit
    if missing := lacking(found, posting.table):
        wanted = "、".join(f"「{one}」" for one in missing)
        raise BusinessException(
            f"この一覧表には{wanted}の列がありません。列のある一覧表を使うか、市の設定を直してください。"
        )
    return found


def lines(ctx: StepContext, posting: ListPosting) -> tuple[Line, ...]:
    """Its lines."""
    return lines_of(ctx.platform.vault, posting.table)


def anchor(line: Line) -> str:
    """By which an item finds its line again: the page's hash and the line."""
    return f"{line.page_sha256} {line.number:04d}"


def item_for(ctx: StepContext, posting: ListPosting, line: Line, name: str) -> RunItem:
    """An item of the run for a line."""
    label = f"{line.page:04d}頁{line.number:04d}行 {name}".strip()
    return new_item(ctx, posting.id, label[:_LONGEST_LABEL], anchor(line)[:_LONGEST_ANCHOR])


def by_item(
    session: Session, ctx: StepContext, found: Sequence[Line], items: Sequence[RunItem] | None = None
) -> Mapping[str, Line]:
    """The line of each item, by the item's id."""
    at = {anchor(line): line for line in found}
    every = items_of(session, ctx.run_id) if items is None else items
    return {item.id: at[item.anchor] for item in every if item.anchor in at}
