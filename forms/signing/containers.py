"""CMS containers (RFC 5652) of seal and timestamp: one way to write each, so that any change shows.

A signature leaves parts of its container unsigned (order, versions, spare certificates, padding).
Both the seal and the verification build containers here, and the verification compares every byte
with its own rebuilding: what was signed has exactly one encoding.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from asn1crypto import algos, cms, core, crl, x509
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute

DIGEST = algos.DigestAlgorithm({"algorithm": "sha256"})
SIGNATURE = algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"})
STAMP_ATTRIBUTE = "signature_time_stamp_token"


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signer puts his name to and everything that travels with it."""

    certificate: x509.Certificate
    attributes: cms.CMSAttributes
    signature: bytes
    certificates: tuple[x509.Certificate, ...]
    crls: tuple[crl.CertificateList, ...] = ()
    stamp: cms.ContentInfo | None = None
    content: bytes | None = None
    """The encapsulated TSTInfo of a timestamp; None for a seal, whose content is the file itself."""


def attributes(
    content_type: str, digest: bytes, certificate: x509.Certificate, *more: cms.CMSAttribute
) -> cms.CMSAttributes:
    """The signed attributes (PAdES baseline, ETSI EN 319 142-1 §6.3: the certificate is signed too)."""
    protection = cms.CMSAlgorithmProtection({"digest_algorithm": DIGEST, "signature_algorithm": SIGNATURE})
    return cms.CMSAttributes(
        [
            simple_cms_attribute("content_type", content_type),
            simple_cms_attribute("message_digest", digest),
            simple_cms_attribute("signing_certificate_v2", as_signing_certificate_v2(certificate)),
            simple_cms_attribute("cms_algorithm_protection", protection),
            *more,
        ]
    )


def contain(signed: Signed) -> cms.ContentInfo:
    """Build the one container of `signed`."""
    certificate = signed.certificate
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            {
                "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                    {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
                )
            }
        ),
        "digest_algorithm": DIGEST,
        "signature_algorithm": SIGNATURE,
        "signed_attrs": signed.attributes,
        "signature": signed.signature,
    }
    if signed.stamp is not None:
        signer["unsigned_attrs"] = cms.CMSAttributes([simple_cms_attribute(STAMP_ATTRIBUTE, signed.stamp)])
    data: dict[str, object] = {
        "version": "v1" if signed.content is None else "v3",
        "digest_algorithms": cms.DigestAlgorithms((DIGEST,)),
        "encap_content_info": _content(signed.content),
        "certificates": [cms.CertificateChoices("certificate", value=one) for one in signed.certificates],
        "signer_infos": [cms.SignerInfo(signer)],
    }
    if signed.crls:
        data["crls"] = [cms.RevocationInfoChoice("crl", value=one) for one in signed.crls]
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)})


def _content(content: bytes | None) -> object:
    if content is None:
        return {"content_type": "data"}
    return cms.EncapsulatedContentInfo(
        {"content_type": "tst_info", "content": cms.ParsableOctetString(content)}
    )


def take_apart(container: cms.ContentInfo) -> Signed:
    """Read a container into its parts.

    Raises ValueError when it is not of this profile (one signer, certificates by value, SHA-256 RSA);
    that the encoding is the one of `contain` is for the caller to compare.
    """
    data = container["content"]
    signers = data["signer_infos"]
    if len(signers) != 1:
        raise ValueError("one signer expected")
    signer = signers[0]
    certificates = tuple(_chosen(data["certificates"], "certificate"))
    serial = signer["sid"].chosen["serial_number"].native
    issuer = signer["sid"].chosen["issuer"].dump()
    own = [one for one in certificates if one.serial_number == serial and one.issuer.dump() == issuer]
    if len(own) != 1:
        raise ValueError("the signer's certificate is not in the container")
    content = data["encap_content_info"]["content"]
    return Signed(
        certificate=own[0],
        attributes=cms.CMSAttributes.load(signer["signed_attrs"].untag().dump()),
        signature=signer["signature"].native,
        certificates=certificates,
        crls=tuple(_chosen(data["crls"], "crl")),
        stamp=_stamp(signer["unsigned_attrs"]),
        content=None if isinstance(content, core.Void) else bytes(content),
    )


def _chosen(choices: Any, name: str) -> Iterable[Any]:
    if isinstance(choices, core.Void):
        return
    for choice in choices:
        if choice.name != name:
            raise ValueError(f"unexpected {choice.name}")
        yield choice.chosen


def _stamp(attributes: Any) -> cms.ContentInfo | None:
    if isinstance(attributes, core.Void) or len(attributes) == 0:
        return None
    attribute = attributes[0]
    if len(attributes) != 1 or attribute["type"].native != STAMP_ATTRIBUTE:
        raise ValueError("unexpected unsigned attribute")
    if len(attribute["values"]) != 1:
        raise ValueError("one timestamp expected")
    return attribute["values"][0]


def is_canonical(container: cms.ContentInfo, der: bytes) -> bool:
    """Whether `der` is exactly what `contain` writes for the parts of the container, timestamp included.

    Raises ValueError as `take_apart` does.
    """
    signed = take_apart(container)
    if signed.stamp is not None and contain(take_apart(signed.stamp)).dump() != signed.stamp.dump():
        return False
    return bool(contain(signed).dump() == der)
