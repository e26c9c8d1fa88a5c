"""Verification of a sealed file without database, network or the city's private keys.

It answers: is it whole, who sealed it and when, does the embedded record match, and was it signed over
this very document, and how. The signature's mathematics are pyHanko's; what pyHanko and pdfsig let pass
(junk after the end, spare bytes in the container, shadow attacks; trust.md §1.3) is refused here.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature

from forms.signing import additions, alterations, containers, documents
from forms.signing.errors import NotAPdf
from forms.signing.evidence import FILE_NAME, ShownDocument, canonical
from forms.signing.manner import signed
from forms.signing.offline import as_taken
from forms.signing.reason import Reason
from forms.signing.timestamp import NOT_ACCREDITED
from forms.signing.trust import Judgement, Trust, judge
from forms.signing.verdict import Finding, Verdict, show_instant

LARGEST = 64 * 1024 * 1024
RECORD_NAME = "record.json"
# How many ends of file to go back for a readable document.
MOST_ENDS = 8

# Both libraries log what they find wrong with a file; here that is the verdict's business.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A file under examination: its bytes, as read, its first seal and where that ends."""

    pdf: bytes
    document: PdfFileReader
    seal: EmbeddedPdfSignature
    end: int


def verify(pdf: bytes, trust_pem: bytes | None = None) -> Verdict:
    """Examine a sealed file against trusted roots (PEM, with or without revocation lists).

    Without trust the file is called untrusted. Whatever a damaged or hostile file does to the parsers
    ends in a verdict. Raises NotAPdf and BadTrust.
    """
    trust = None if trust_pem is None else Trust.parse(trust_pem)
    if len(pdf) > LARGEST:
        raise NotAPdf(f"ファイルが大きすぎます（上限 {LARGEST // 1024 // 1024} MB）。")
    if not pdf.startswith(b"%PDF-"):
        raise NotAPdf("PDFファイルではありません。ファイルを確かめてください。")
    try:
        return _examine(pdf, trust)
    except Exception:  # noqa: BLE001 — a hostile file may break a parser anywhere; that is a refusal
        return _refusal("readable", "PDFの構造が壊れているため、確認できません。")


def _refusal(code: str, message: str) -> Verdict:
    return Verdict(False, (Finding(code, False, message),))


def _examine(pdf: bytes, trust: Trust | None) -> Verdict:
    document = _read(pdf)
    if document.encrypted:
        return _refusal("readable", "暗号化されたPDFのため、確認できません。")
    seals = document.embedded_signatures
    if not seals:
        return _refusal("sealed", "このPDFには電子公印がありません。")
    seal = seals[0]
    name = seal.signer_cert.subject.native.get("common_name", "名前のない証明書")
    start = int(seal.byte_range[2])
    sealed = _Sealed(pdf, document, seal, start + int(seal.byte_range[3]))
    findings = [_one_seal(len(seals), name), _nothing_added(sealed)]
    raw = pdf[int(seal.byte_range[1]) : start]
    container = cms.ContentInfo.load(seal.pkcs7_content)
    try:
        judgement = judge(seal, container, trust)
    except (ValueError, PdfError):
        findings.append(Finding("container", False, "公印の署名データの形が正しくありません。"))
        return Verdict(False, tuple(findings), name)
    findings += [_untouched(judgement), _container(container, raw, judgement), _valid(sealed, judgement)]
    findings += [_trusted(judgement, trust), _timestamp(judgement)]
    return _contents(sealed, findings, name, judgement)


def _read(pdf: bytes) -> PdfFileReader:
    end = marker = len(pdf)
    for _ in range(MOST_ENDS):
        try:
            return documents.read_document(pdf[:end])
        except PdfError:
            # Junk behind an end hides it; what stands before may still be named.
            marker = pdf.rindex(b"%%EOF", 0, marker)
            end = marker + len(b"%%EOF\n")
    return documents.read_document(pdf)


def _one_seal(count: int, name: str) -> Finding:
    if count == 1:
        return Finding("sealed", True, f"「{name}」による電子公印があります。")
    return Finding("sealed", False, f"電子署名が{count}個あります。公印は一つだけのはずです。")


def _nothing_added(sealed: _Sealed) -> Finding:
    if sealed.end == len(sealed.pdf) and list(sealed.seal.byte_range)[:1] == [0]:
        return Finding("nothing-added", True, "公印の後に付け足されたものはありません。")
    return Finding("nothing-added", False, alterations.describe(sealed.pdf, sealed.document, sealed.end))


def _untouched(judgement: Judgement) -> Finding:
    if judgement.status.intact:
        return Finding("untouched", True, "公印で封じた内容は1バイトも変わっていません。")
    return Finding("untouched", False, "公印で封じた内容が書き換えられています。")


def _container(container: cms.ContentInfo, raw: bytes, judgement: Judgement) -> Finding:
    der = container.dump()
    digits = der.hex().upper().encode()
    padded = b"<" + digits.ljust(len(raw) - 2, b"0") + b">"
    vouched = judgement.vouched or not judgement.status.trusted  # without trust nobody can vouch
    if raw == padded and containers.is_canonical(container, der) and vouched:
        return Finding("container", True, "公印の署名データに余分なものはありません。")
    return Finding("container", False, "公印の署名データに、署名されていない変更があります。")


def _valid(sealed: _Sealed, judgement: Judgement) -> Finding:
    status = judgement.status
    perms = documents.entry(sealed.document.root, "/Perms", {})
    certifies = "/DocMDP" in perms and perms["/DocMDP"] == sealed.seal.sig_object
    if not status.valid:
        return Finding("seal-valid", False, "公印の署名が計算上正しくありません。")
    if not certifies or not status.docmdp_ok:
        return Finding("seal-valid", False, "公印が、書類の変更を禁じる形になっていません。")
    return Finding("seal-valid", True, "公印の署名は計算上正しく、以後の変更を禁じています。")


def _trusted(judgement: Judgement, trust: Trust | None) -> Finding:
    if trust is None:
        return Finding(
            "trusted", False, "信頼するルート証明書が指定されていないため、誰の公印か確認できません。"
        )
    if not judgement.status.trusted:
        return Finding("trusted", False, judgement.problem)
    return Finding("trusted", True, "公印の証明書は、信頼するルート証明書につながり、失効していません。")


def _timestamp(judgement: Judgement) -> Finding:
    stamp = judgement.status.timestamp_validity
    if stamp is None or judgement.stamped_at is None:
        return Finding("timestamp", False, "公印に時刻の証明がありません。")
    if not (stamp.valid and stamp.intact):
        return Finding("timestamp", False, "時刻の証明が計算上正しくありません。")
    if not stamp.trusted:
        return Finding("timestamp", False, "時刻の証明の発行者を信頼できません。")
    instant = show_instant(judgement.stamped_at)
    return Finding("timestamp", True, f"{instant}に公印が付けられました。{NOT_ACCREDITED}")


def _contents(sealed: _Sealed, findings: list[Finding], name: str, judgement: Judgement) -> Verdict:
    """The second half: what the seal covers against what was shown and signed."""
    reason = Reason.parse(str(documents.entry(sealed.seal.sig_object, "/Reason", "")))
    record = evidence = None
    if reason is None:
        message = "公印の理由欄に書類の記録がありません。この仕組みで付けた公印ではありません。"
        findings.append(Finding("shown", False, message))
    elif not ShownDocument("", reason.shown_sha256, reason.shown_length).is_prefix_of(sealed.pdf):
        message = "このファイルは、表示した書類そのもので始まっていません。別の書類の公印です。"
        findings.append(Finding("shown", False, message))
    else:
        findings.append(Finding("shown", True, "このファイルは、表示した書類そのもので始まっています。"))
        shown = documents.read_document(sealed.pdf[: reason.shown_length])
        final = documents.read_document(sealed.pdf[: sealed.end])
        added = additions.compare(shown, final)
        findings.append(_only_added(added))
        record = _json(documents.attachments(shown).get(RECORD_NAME))
        findings.append(_record(documents.attachments(shown), documents.attachments(sealed.document), record))
        evidence, more = _evidence(documents.attachments(final), reason, added, record)
        findings += more
    ok = all(finding.ok for finding in findings) and judgement.status.bottom_line
    return Verdict(ok, tuple(findings), name, judgement.stamped_at, evidence, record)


def _only_added(added: additions.Additions) -> Finding:
    if added.fault is not None:
        return Finding("only-added", False, added.fault)
    return Finding("only-added", True, "公印を付けるときに、表示した内容は変えられていません。")


def _json(content: bytes | None) -> dict[str, Any] | None:
    try:
        parsed = json.loads(content) if content is not None else None
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None


def _record(shown: dict[str, bytes], now: dict[str, bytes], record: dict[str, Any] | None) -> Finding:
    if record is None:
        return Finding("record", False, f"申請の記録（{RECORD_NAME}）が入っていないか、読めません。")
    if any(now.get(name) != content for name, content in shown.items()):
        return Finding("record", False, "申請の記録が、表示した書類に入っていたものと違います。")
    return Finding("record", True, "申請の記録は、表示した書類に入っていたものと同じです。")


def _evidence(
    files: dict[str, bytes], reason: Reason, added: additions.Additions, record: dict[str, Any] | None
) -> tuple[dict[str, Any] | None, list[Finding]]:
    content = files.get(FILE_NAME)
    if reason.evidence_sha256 is None:
        if content is not None or added.drawn is not None:
            return None, [Finding("evidence", False, "紙の受付なのに、画面上の署名が入っています。")]
        message = "紙で受け付けた申請書のため、画面上の署名はありません。"
        return None, [Finding("evidence", True, message)]
    evidence = _json(content)
    if content is None or evidence is None or canonical(evidence) != content:
        return None, [Finding("evidence", False, "署名の記録が入っていないか、読めません。")]
    if hashlib.sha256(content).hexdigest() != reason.evidence_sha256:
        return evidence, [Finding("evidence", False, "署名の記録が、公印の理由欄のものと違います。")]
    same = Finding("evidence", True, "署名の記録は、公印の理由欄のものと同じです。")
    return evidence, [same, *as_taken(evidence, signed(evidence, reason, added, record))]
