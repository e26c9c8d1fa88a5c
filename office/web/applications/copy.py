"""職員控え: every box of an application with value and source in words, why it was needed, who checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.filled import Box, FilledForm
from forms.kinds import kind
from forms.language import language
from forms.rendering.document import IdentityCheck
from office.platform import Platform
from office.records import conversations, corrections, duplicates, handovers
from office.records.models.applications import Application
from office.records.models.cases import Case, Signature
from office.records.models.counter import Objection
from office.web.answers import OFFICER, Shown, shown, source_of

SOURCES: Mapping[str, str] = {
    "register": "住民の台帳から",
    "card": "本人確認書類（カード）の券面から",
    "said": "聞き取り（申請した方の話）",
    "pre_entry": "ご家庭での事前入力から",
    "paper": "紙の申請書から",
    "derived": "ほかの答えから自動",
    "default": "初期値のまま",
    OFFICER: "職員が確認",
    "": "",
}
_SIGNED: Mapping[str, str] = {
    "drawn": "画面に書いた署名",
    "typed": "入力した氏名（立会いあり）",
    "assisted": "職員の代筆（立会いあり）",
    "paper": "紙に書いた署名",
}
_IDENTITY = ("identity.method", "identity.document", "identity.checked_at")


@dataclass(frozen=True, slots=True)
class Line:
    """One box: its value (None: empty) and its source in words."""

    box: Shown
    filled: bool
    source: str


@dataclass(frozen=True, slots=True)
class Copy:
    """Everything on the officer's copy."""

    sections: Sequence[tuple[str, Sequence[Line]]]
    filled: int
    total: int
    counts: Sequence[tuple[str, int]]
    reason: str
    rule: str
    basis: Sequence[str]
    identity: IdentityCheck
    language: str
    signature: str
    objections: int
    passed: int
    settled: Sequence[str]


def officers_copy(session: Session, platform: Platform, one: Application) -> Copy:
    """The officer's copy of an application; My Numbers are masked by their kind."""
    procedure = platform.catalogue.procedure(one.procedure, version=one.version)
    record, sources = one.read_record(platform.vault), one.read_sources(platform.vault)
    form = FilledForm.of(procedure, record, sources)
    boxes = {box.field.name: box for box in form.boxes}
    sections = []
    for section in procedure.sections:
        lines = [_line(boxes[one.name], sources) for one in section.fields if one.name in boxes]
        if lines:
            sections.append((section.label.text("ja"), lines))
    everything = [line for _, lines in sections for line in lines]
    words = [line.source for line in everything if line.filled]
    case = session.get(Case, one.case_id) if one.case_id else None
    reason, rule = _why(session, platform, one, case)
    return Copy(
        sections=sections,
        filled=len(words),
        total=len(everything),
        counts=[(word, words.count(word)) for word in dict.fromkeys(words)],
        reason=reason,
        rule=rule,
        basis=[str(basis) for basis in procedure.basis],
        identity=_identity(form),
        language=language(case.language).japanese if case else "",
        signature=_signature(session, case),
        objections=len(session.scalars(select(Objection.id).where(Objection.application_id == one.id)).all()),
        passed=len(handovers.history(session, case.id)) if case else 0,
        settled=[row.reason for row in duplicates.settlements(session, case.id)] if case else [],
    )


def _line(box: Box, sources: Mapping[str, str]) -> Line:
    filled = box.value not in (None, "", [], {})
    source = source_of(box.field, sources.get(box.field.name)) if filled else ""
    return Line(shown(box.field, box.value if filled else None, "ja"), filled, SOURCES.get(source, source))


def _why(session: Session, platform: Platform, one: Application, case: Case | None) -> tuple[str, str]:
    """Why the application was needed, and the version of the rule that said so."""
    procedure = platform.catalogue.procedure(one.procedure, version=one.version)
    version = f"{procedure.slug}/v{procedure.version}（{procedure.in_force_from.isoformat()}から）"
    correction = corrections.of_successor(session, one)
    if correction is not None:
        original = session.get_one(Application, correction.original_id)
        return f"返戻した申請（{original.receipt_number}）の補正です。", version
    if case is None:
        return "紙の申請書で受け付けました。", version
    interview = conversations.interview_of(platform, case)
    for found in interview.determinations():
        if found.procedure.slug == one.procedure:
            return found.reason.text("ja"), version
    return "", version


def _identity(form: FilledForm) -> IdentityCheck:
    boxes = {box.field.fact: box for box in form.boxes if box.value is not None}
    method, document, _ = (
        kind(boxes[fact].field.kind).show(boxes[fact].field, boxes[fact].value, "ja") if fact in boxes else ""
        for fact in _IDENTITY
    )
    return IdentityCheck(method, (document,) if document else ())


def _signature(session: Session, case: Case | None) -> str:
    """How the application was signed."""
    if case is None:
        return _SIGNED["paper"]
    row = session.scalar(select(Signature).where(Signature.case_id == case.id))
    return _SIGNED.get(row.kind, row.kind) if row else "まだありません"
