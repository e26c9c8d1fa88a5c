"""The inventory of procedures: what stands on which law, what is still 要確認, what replaces a paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from forms.catalogue import Catalogue, labels_in
from forms.definition import LANGUAGES, Deadline, Labels, Procedure

ROLLS = {"none": "", "next-open-day": "（閉庁日は次の開庁日）", "previous-open-day": "（閉庁日は前の開庁日）"}
CONFIRM = "要確認"


@dataclass(frozen=True, slots=True)
class Entry:
    """One procedure; every text is Japanese. `untranslated` counts missing texts by language."""

    procedure: Procedure
    deadline: str
    fee: str
    basis: tuple[str, ...]
    attachments: tuple[str, ...]
    links: tuple[str, ...]
    events: tuple[str, ...]
    untranslated: dict[str, int]

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """The bases nobody has read yet, as the report says them."""
        return tuple(str(one) for one in self.procedure.basis if not one.confirmed)


def inventory(catalogue: Catalogue) -> tuple[Entry, ...]:
    """Every procedure in its newest version, by number."""
    return tuple(_entry(catalogue, one) for one in catalogue.procedures())


def untranslated(texts: Iterable[Labels]) -> dict[str, int]:
    """How many of the texts each language lacks, Japanese aside."""
    there = [one for one in texts if one]
    return {code: sum(not one.has(code) for one in there) for code in LANGUAGES[1:]}


def inventory_markdown(entries: tuple[Entry, ...]) -> str:
    """The inventory as a Markdown document."""
    return "\n".join(_lines(entries)) + "\n"


def _entry(catalogue: Catalogue, procedure: Procedure) -> Entry:
    titles = {event.slug: event.title.text("ja") for event in catalogue.events()}
    return Entry(
        procedure,
        _deadline(procedure, procedure.deadline),
        f"{procedure.fee:,}円" if procedure.fee is not None else "なし",
        tuple(f"{one}　{one.note}".strip() for one in procedure.basis),
        tuple(one.label.text("ja") for one in procedure.attachments),
        tuple(
            f"{one.label.text('ja')} → {one.replaced_by}" for one in procedure.attachments if one.replaced_by
        ),
        tuple(titles[rule.event] for rule in procedure.rules),
        untranslated(labels_in(procedure)),
    )


def _deadline(procedure: Procedure, deadline: Deadline | None) -> str:
    if deadline is None:
        return "なし"
    since = procedure.field(deadline.from_field).label.text("ja")
    return f"「{since}」から{deadline.days}日以内{ROLLS[deadline.roll]}"


def _lines(entries: tuple[Entry, ...]) -> Iterator[str]:
    doubtful = [one for one in entries if one.unconfirmed]
    yield "# 手続の一覧"
    yield ""
    yield f"手続{len(entries)}件。このうち{len(doubtful)}件は、根拠に{CONFIRM}があります。"
    yield ""
    yield f"| 番号 | 手続 | 版 | 期限 | 手数料 | ライフイベント | {CONFIRM} |"
    yield "|---:|---|---:|---|---|---|---|"
    for one in entries:
        procedure = one.procedure
        cells = (
            str(procedure.number),
            procedure.title.text("ja"),
            str(procedure.version),
            one.deadline,
            one.fee,
            "、".join(one.events) or "−",
            "、".join(text.removesuffix("【要確認】") for text in one.unconfirmed) or "−",
        )
        yield f"| {' | '.join(cells)} |"
    for one in entries:
        yield from _details(one)


def _details(entry: Entry) -> Iterator[str]:
    procedure = entry.procedure
    yield ""
    yield f"## {procedure.number}　{procedure.title.text('ja')}"
    yield ""
    yield f"- 申請できる方：{procedure.who_may_apply.text('ja')}"
    for text in entry.basis:
        yield f"- 根拠：{text}"
    for text in entry.attachments:
        yield f"- 持ち物：{text}"
    for text in entry.links:
        yield f"- 情報連携で省けるもの：{text}"
    missing = "、".join(f"{code} {count}件" for code, count in entry.untranslated.items() if count)
    if missing:
        yield f"- 訳のない文：{missing}"
