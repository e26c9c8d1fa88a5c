"""How an application was signed, in plain Japanese, for officers and auditors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from forms.signing import ink
from forms.signing.marks import ASSISTED_REASONS, DRAWN, PAPER, TITLES, class_of
from office.accounts.roles import Act, permits
from office.records import scans
from office.records.models.applications import Application
from office.records.models.faces import SignedScan
from office.records.signing import signature_of
from office.web import world

_OFFICERS = (
    ("witness", "立ち会った職員"),
    ("writer", "代筆した職員"),
    ("checked_by", "署名した紙を確かめた職員"),
)


@dataclass(frozen=True, slots=True)
class SignedHow:
    """The class of evidence, what belongs to it, and scans of signed paper."""

    evidence_class: str
    title: str
    lines: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    on_paper: bool
    scans: Sequence[SignedScan]


def signed_how(application: Application) -> SignedHow | None:
    """Of an application whose case was signed; None for paper intake and what is not signed yet."""
    signature = signature_of(world.session(), application.case_id)
    if signature is None:
        return None
    evidence = signature.read_evidence(world.platform().vault)["evidence"]
    named = class_of(evidence)
    return SignedHow(
        evidence_class=named,
        title=TITLES[named],
        lines=tuple(_lines(named, evidence)),
        warnings=tuple(ink.WARNINGS[code] for code in evidence.get("warnings", ())),
        on_paper=named == PAPER,
        scans=scans.scans_of(world.session(), application),
    )


def may_attach_scan() -> bool:
    """Whether the officer may attach the picture of a signed paper."""
    return permits(world.actor().roles, Act.STORE_PAPER)


def _lines(named: str, evidence: dict[str, Any]) -> list[tuple[str, str]]:
    mark, found = evidence.get("mark", {}), []
    if "name" in mark:
        found.append(("入力・代筆した氏名", str(mark["name"])))
    if "reason" in mark:
        found.append(("代筆の理由", ASSISTED_REASONS.get(mark["reason"], str(mark["reason"]))))
    found += [(title, str(mark[key]["name"])) for key, title in _OFFICERS if key in mark]
    if named == DRAWN:
        undone = evidence["clears"] + evidence["undos"]
        found.append(("書いた線", f"{evidence['strokes']['count']}本（書き直し{undone}回）"))
    if evidence["override_reason"]:
        found.append(("この署名でよいとした理由", str(evidence["override_reason"])))
    found.append(("本人確認", str(evidence["identity_check"])))
    return found
