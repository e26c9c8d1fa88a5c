"""Whom the verification trusts, and pyHanko's judgement of one seal under that trust.

Revocation is checked offline and must be known ("require": pyHanko's "hard-fail" skips certificates
without a distribution point). The lists travel in the seal; newer ones may come with the trust.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from asn1crypto import cms, core, crl, pem, tsp, x509
from cryptography import x509 as cryptography_x509
from cryptography.exceptions import InvalidSignature
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate
from pyhanko.sign.validation import EmbeddedPdfSignature, PdfSignatureStatus
from pyhanko.sign.validation.pdf_embedded import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from forms.signing import containers
from forms.signing.errors import BadTrust

T = TypeVar("T")

_PROBLEMS = {
    AdESFailure.REVOKED: "公印の証明書は失効しています。",
    AdESIndeterminate.REVOKED_NO_POE: "公印の証明書は失効しています。",
    AdESIndeterminate.REVOKED_CA_NO_POE: "公印を発行した認証局の証明書は失効しています。",
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: "公印の証明書の有効期間の外で作られています。",
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED: "公印の証明書の有効期間の外で作られています。",
    AdESIndeterminate.TRY_LATER: "失効していないことを確認できる失効リストがありません。",
    AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND: (
        "信頼するルート証明書につながりません。別の団体の公印か、偽造の可能性があります。"
    ),
}
_UNKNOWN_PROBLEM = "公印の証明書を信頼できません。"


@dataclass(frozen=True, slots=True)
class Trust:
    """Trusted roots and the revocation lists that came with them."""

    roots: tuple[x509.Certificate, ...]
    crls: tuple[crl.CertificateList, ...] = ()

    @classmethod
    def parse(cls, text: bytes) -> Trust:
        """Read PEM: certificates are roots, X509 CRL blocks are lists. Raises BadTrust."""
        roots, crls = [], []
        try:
            for kind, _, der in pem.unarmor(text, multiple=True):
                if kind == "CERTIFICATE":
                    cryptography_x509.load_der_x509_certificate(der)
                    roots.append(x509.Certificate.load(der, strict=True))
                elif kind == "X509 CRL":
                    cryptography_x509.load_der_x509_crl(der)
                    crls.append(crl.CertificateList.load(der, strict=True))
        except (ValueError, TypeError):
            raise BadTrust(
                "信頼の起点として渡されたファイルを読めません。PEM形式の証明書を指定してください。"
            ) from None
        if not roots:
            raise BadTrust("信頼の起点として渡されたファイルに証明書がありません。")
        return cls(tuple(roots), tuple(crls))


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the mathematics and the certificates say of one seal."""

    status: PdfSignatureStatus
    stamped_at: datetime | None
    vouched: bool
    """Whether every certificate and list that travels with the seal is vouched for by a CA."""

    @property
    def problem(self) -> str:
        """Why the certificate is not trusted, in Japanese."""
        cause = self.status.trust_problem_indic
        return _UNKNOWN_PROBLEM if cause is None else _PROBLEMS.get(cause, _UNKNOWN_PROBLEM)


def judge(seal: EmbeddedPdfSignature, container: cms.ContentInfo, trust: Trust | None) -> Judgement:
    """Validate a seal as of the instant its timestamp attests.

    Raises ValueError when the container is not of the profile, and pyHanko's errors.
    """
    signed = containers.take_apart(container)
    stamp = containers.take_apart(signed.stamp) if signed.stamp is not None else None
    stamped_at = None if stamp is None or stamp.content is None else _instant(stamp.content)
    travelling = {one.dump(): one for one in (*signed.certificates, *(stamp.certificates if stamp else ()))}
    trusted = trust or Trust(())
    context = ValidationContext(
        trust_roots=list(trusted.roots),
        other_certs=list(travelling.values()),
        crls=_newest((*signed.crls, *trusted.crls)),
        moment=stamped_at,
        allow_fetching=False,
        revocation_mode="require",
        retroactive_revinfo=True,
    )
    status = run(async_validate_pdf_signature(seal, context, context))
    authorities = [*travelling.values(), *trusted.roots]
    vouched = all(_vouched(one, authorities) for one in (*travelling.values(), *signed.crls))
    return Judgement(status, stamped_at, vouched)


def _instant(facts: bytes) -> datetime:
    instant: datetime = tsp.TSTInfo.load(facts, strict=True)["gen_time"].native
    return instant


def _newest(lists: Iterable[crl.CertificateList]) -> list[crl.CertificateList]:
    newest: dict[bytes, crl.CertificateList] = {}
    for one in lists:
        issuer = one.issuer.dump()
        if issuer not in newest or _issued(one) > _issued(newest[issuer]):
            newest[issuer] = one
    return list(newest.values())


def _issued(one: crl.CertificateList) -> datetime:
    issued: datetime = one["tbs_cert_list"]["this_update"].native
    return issued


def _outer(one: x509.Certificate | crl.CertificateList) -> bytes:
    """The one encoding around what a CA signed: its own signature field has spare bits nobody checks."""
    fields = {"signature_algorithm": containers.SIGNATURE}
    if isinstance(one, x509.Certificate):
        signature = core.OctetBitString(one["signature_value"].native)
        fields |= {"tbs_certificate": one["tbs_certificate"], "signature_value": signature}
    else:
        signature = core.OctetBitString(one["signature"].native)
        fields |= {"tbs_cert_list": one["tbs_cert_list"], "signature": signature}
    encoded: bytes = type(one)(fields).dump()
    return encoded


def _vouched(one: x509.Certificate | crl.CertificateList, authorities: list[x509.Certificate]) -> bool:
    # A serial number of 0 or less is not RFC 5280's, and the library complains of it on stderr.
    odd = isinstance(one, x509.Certificate) and one.serial_number <= 0
    if odd or _outer(one) != one.dump():
        return False
    for authority in authorities:
        issuer = cryptography_x509.load_der_x509_certificate(authority.dump())
        try:
            if isinstance(one, x509.Certificate):
                cryptography_x509.load_der_x509_certificate(one.dump()).verify_directly_issued_by(issuer)
                return True
            found = cryptography_x509.load_der_x509_crl(one.dump())
            if found.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]
                return True
        except (ValueError, TypeError, InvalidSignature):
            continue
    return False


def _loop_is_running() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, also from a thread whose own event loop is running."""
    if not _loop_is_running():
        return asyncio.run(coroutine)
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, coroutine).result()
