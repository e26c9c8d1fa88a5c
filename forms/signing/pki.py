"""Certificates of the city's own small PKI: root → issuing CA → seal and timestamp certificates.

Profile: RSA-3072 with SHA-256, X.509 v3 (RFC 5280), timestamp certificate with the single critical
purpose timeStamping (RFC 3161 §2.3), one DER revocation list per CA (trust.md §1.1 step 1). A city
that holds LGPKI 職責証明書 uses those instead; this PKI is what makes the suite work on the first day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

KEY_BITS = 3072
YEAR = timedelta(days=365)
ROOT_LIFE, ISSUING_LIFE, SEAL_LIFE, TIMESTAMP_LIFE = 30 * YEAR, 25 * YEAR, 10 * YEAR, 15 * YEAR
# A list stays usable as long as the seal; a revocation publishes a newer one, and the newest counts.
CRL_LIFE = SEAL_LIFE
# Clocks of other machines may lag a little behind at the first start.
BACKDATE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate together with its private key."""

    certificate: x509.Certificate
    key: RSAPrivateKey


def _usage(**granted: bool) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: granted.get(name, False) for name in names})


def _name(municipality: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, municipality),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _builder(
    subject: x509.Name, key: RSAPrivateKey, issuer: Identity | None, at: datetime, life: timedelta
) -> x509.CertificateBuilder:
    issuer_key = (issuer.key if issuer else key).public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - BACKDATE)
        .not_valid_after(at + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _authority(
    municipality: str, title: str, issuer: Identity | None, at: datetime, life: timedelta
) -> Identity:
    key = generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    builder = _builder(_name(municipality, title), key, issuer, at, life).add_extension(
        x509.BasicConstraints(ca=True, path_length=0 if issuer else 1), critical=True
    )
    builder = builder.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
    return Identity(builder.sign(issuer.key if issuer else key, SHA256()), key)


def make_root(municipality: str, at: datetime) -> Identity:
    """Make the root CA of a municipality, valid from `at`."""
    return _authority(municipality, f"{municipality} 電子公印ルート認証局", None, at, ROOT_LIFE)


def make_issuing(municipality: str, root: Identity, at: datetime) -> Identity:
    """Make the CA that issues the seal and the timestamp certificate."""
    return _authority(municipality, f"{municipality} 電子公印認証局", root, at, ISSUING_LIFE)


def make_seal(municipality: str, issuing: Identity, at: datetime) -> Identity:
    """Make the seal certificate: digitalSignature and contentCommitment."""
    key = generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    subject = _name(municipality, f"{municipality} 電子公印")
    builder = _builder(subject, key, issuing, at, SEAL_LIFE).add_extension(
        _usage(digital_signature=True, content_commitment=True), critical=True
    )
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    return Identity(builder.sign(issuing.key, SHA256()), key)


def make_timestamp(municipality: str, issuing: Identity, at: datetime) -> Identity:
    """Make the timestamp authority's certificate (RFC 3161 §2.3: critical, timeStamping alone)."""
    key = generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    subject = _name(municipality, f"{municipality} 庁内時刻証明")
    builder = _builder(subject, key, issuing, at, TIMESTAMP_LIFE).add_extension(
        _usage(digital_signature=True, content_commitment=True), critical=True
    )
    builder = builder.add_extension(
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
    ).add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    return Identity(builder.sign(issuing.key, SHA256()), key)


def make_crl(issuer: Identity, at: datetime, revoked: Mapping[int, datetime] | None = None) -> bytes:
    """Make a CA's revocation list (DER); `revoked` maps serial numbers to their instants."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(at - BACKDATE)
        .next_update(at + CRL_LIFE)
        .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False
        )
    )
    for serial, instant in (revoked or {}).items():
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(instant).build()
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(issuer.key, SHA256()).public_bytes(Encoding.DER)
