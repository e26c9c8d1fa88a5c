"""In which way a sealed document was signed: evidence, reason and what stands on the page must agree."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from forms.signing.additions import Additions
from forms.signing.evidence import describe
from forms.signing.ink_stream import DrawnInk
from forms.signing.marks import ASSISTED, DRAWN, PAPER, TITLES, TYPED, class_of
from forms.signing.reason import Reason
from forms.signing.verdict import Finding

CODES = {
    DRAWN: "signed-by-hand",
    TYPED: "signed-by-name",
    ASSISTED: "signed-by-assistant",
    PAPER: "signed-on-paper",
}
_SAYS = {
    DRAWN: "この書類そのものに、画面上で手書きの署名がされています{together}。",
    TYPED: (
        "この書類そのものに、申請者が画面に氏名を入力しています{together}。"
        "手書きの署名ではありません。立ち会った職員：{witness}。"
    ),
    ASSISTED: (
        "この書類そのものに、職員が申請者の氏名を代筆しています{together}。"
        "申請者の手書きの署名ではありません。代筆した職員：{writer}、立ち会った職員：{witness}。"
    ),
    PAPER: (
        "この書類を印刷した紙に、申請者が署名しています{together}。画面上の署名はありません。"
        "署名した紙を確認した職員：{checked_by}。"
    ),
}
_NOTHING = hashlib.sha256(b"").hexdigest()


def signed(
    evidence: Mapping[str, Any], reason: Reason, added: Additions, record: Mapping[str, Any] | None
) -> Finding:
    """Whether this very document was signed, and how; a class that pretends to be another is refused."""
    named = class_of(evidence)
    if named not in CODES:
        return Finding("signed", False, "署名の記録に、知らない署名のしかたが書かれています。")
    code = CODES[named]
    fault = _fault(named, evidence, reason, added, record)
    if fault:
        return Finding(code, False, fault)
    count = len(evidence["shown"])
    together = f"（同時に署名した書類は全部で{count}件）" if count > 1 else ""
    return Finding(code, True, _SAYS[named].format(together=together, **_people(evidence)))


def _people(evidence: Mapping[str, Any]) -> dict[str, str]:
    mark = evidence.get("mark", {})
    return {key: str(mark[key]["name"]) for key in ("witness", "writer", "checked_by") if key in mark}


def _fault(
    named: str,
    evidence: Mapping[str, Any],
    reason: Reason,
    added: Additions,
    record: Mapping[str, Any] | None,
) -> str:
    meant = [
        document
        for document in evidence["shown"]
        if (document["sha256"], document["length"]) == (reason.shown_sha256, reason.shown_length)
    ]
    if not meant:
        return "この署名は別の書類に対するものです。署名の記録に、この書類がありません。"
    if (record or {}).get("receipt_number", meant[0]["receipt_number"]) != meant[0]["receipt_number"]:
        return "署名の記録の受付番号が、申請の記録と違います。"
    if reason.evidence_class != named:
        return f"署名の記録は「{TITLES[named]}」ですが、公印の理由欄は別の署名のしかたです。"
    return _mark_fault(named, evidence) or _page_fault(named, evidence, added.drawn)


def _mark_fault(named: str, evidence: Mapping[str, Any]) -> str:
    """What the class needs must be there, and nothing of another class."""
    wants = "strokes" if named == DRAWN else "mark"
    if wants not in evidence or {"strokes", "mark"} <= set(evidence):
        return f"署名の記録の中身が「{TITLES[named]}」のものではありません。"
    if named == DRAWN:
        nothing = evidence["strokes"].get("count") == describe(())["count"]
        return "手書きの署名という記録ですが、何も書かれていません。" if nothing else ""
    people = {TYPED: ("witness",), ASSISTED: ("writer", "witness"), PAPER: ("checked_by",)}[named]
    if any(not evidence["mark"].get(one, {}).get("id") for one in people):
        return f"「{TITLES[named]}」に必要な職員の確認が、署名の記録にありません。"
    if named == ASSISTED and evidence["mark"]["writer"]["id"] == evidence["mark"]["witness"]["id"]:
        return "代筆した職員と立ち会った職員が同じ人です。"
    return ""


def _page_fault(named: str, evidence: Mapping[str, Any], drawn: DrawnInk | None) -> str:
    """What stands in the signature's place must be what the evidence says."""
    ink = hashlib.sha256(drawn.path).hexdigest() if drawn else None
    if ink != (evidence["ink"]["sha256"] if named == DRAWN else _NOTHING):
        return "書類に描かれた署名が、署名の記録のものと違います。"
    words = hashlib.sha256(drawn.words).hexdigest() if drawn and drawn.words is not None else None
    if words != (evidence["words"]["sha256"] if "words" in evidence else None):
        return "署名らんに書かれた言葉が、署名の記録のものと違います。"
    return ""
