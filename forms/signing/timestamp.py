"""The city's own timestamp authority (RFC 3161), in the same process as the seal.

A local authority proves the order of events inside the city and that a seal was made while its
certificate was valid. It is **not** an accredited timestamp (認定タイムスタンプ, 総務大臣認定): nobody
outside the city vouches for its clock, and screens and verdicts must say so (trust.md §1.4).
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.general import simple_cms_attribute
from pyhanko.sign.timestamps import TimeStamper

from forms.signing import containers
from forms.signing.errors import ClockWrong
from forms.signing.pki import Identity

# This authority's policy, under the UUID arc (ITU-T X.667), which needs no registration.
POLICY = "2.25.40962289102431230753699225891402906050"
ACCURACY_SECONDS = 1
# Clock synchronisation may step back by moments; more than this is a clock set wrong.
STEP_BACK = timedelta(seconds=60)
NOT_ACCREDITED = "この時刻は庁内の時刻証明によるもので、認定タイムスタンプではありません。"


class TimestampAuthority:
    """Issues timestamp tokens; safe to be called from several threads."""

    def __init__(self, identity: Identity, chain: Sequence[x509.Certificate]) -> None:
        self._identity = identity
        self._certificate = _asn1(identity.certificate)
        self._chain = (self._certificate, *(_asn1(certificate) for certificate in chain))
        self._last: datetime | None = None
        self._lock = threading.Lock()

    def stamp(self, digest: bytes, at: datetime, nonce: int | None = None) -> cms.ContentInfo:
        """Attest that the SHA-256 `digest` existed at `at` (RFC 3161 §2.4.2).

        Serial numbers are 159 random bits, unique over processes and restarts. Raises ClockWrong.
        """
        self._check_clock(at)
        info = tsp.TSTInfo(self._facts(digest, at, nonce)).dump()
        attributes = containers.attributes(
            "tst_info",
            hashlib.sha256(info).digest(),
            self._certificate,
            simple_cms_attribute("signing_time", cms.Time({"utc_time": core.UTCTime(at)})),
        )
        signature = self._identity.key.sign(attributes.dump(), PKCS1v15(), SHA256())
        signed = containers.Signed(self._certificate, attributes, signature, self._chain, content=info)
        return containers.contain(signed)

    def _facts(self, digest: bytes, at: datetime, nonce: int | None) -> dict[str, object]:
        algorithm = algos.DigestAlgorithm({"algorithm": "sha256"})
        facts: dict[str, object] = {
            "version": "v1",
            "policy": tsp.ObjectIdentifier(POLICY),
            "message_imprint": tsp.MessageImprint({"hash_algorithm": algorithm, "hashed_message": digest}),
            "serial_number": secrets.randbits(159) | 1,
            "gen_time": at.replace(microsecond=0),
            "accuracy": tsp.Accuracy({"seconds": ACCURACY_SECONDS}),
            "tsa": asn1_x509.GeneralName("directory_name", value=self._certificate.subject),
        }
        if nonce is not None:
            facts["nonce"] = nonce
        return facts

    def _check_clock(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ClockWrong("時刻証明に時間帯のない時刻が渡されました。システム管理者に連絡してください。")
        certificate = self._identity.certificate
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            raise ClockWrong(
                f"現在の時刻（{at:%Y-%m-%d %H:%M}）は時刻証明の証明書の有効期間の外です。"
                "サーバーの時計を確認してください。"
            )
        with self._lock:
            if self._last is not None and at < self._last - STEP_BACK:
                raise ClockWrong(
                    f"サーバーの時計が{self._last:%Y-%m-%d %H:%M}から{at:%Y-%m-%d %H:%M}へ戻っています。"
                    "時計を合わせてから再起動してください。"
                )
            self._last = at if self._last is None else max(at, self._last)


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


class CityTimeStamper(TimeStamper):
    """The authority as pyHanko asks for timestamps (archive copies B-LT/B-LTA, other PDFs)."""

    def __init__(self, authority: TimestampAuthority, clock: Callable[[], datetime]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._authority = authority
        self._clock = clock

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Answer an RFC 3161 request; other digests than SHA-256 are rejected with badAlg."""
        imprint = req["message_imprint"]
        if imprint["hash_algorithm"]["algorithm"].native != "sha256":
            refusal = {"status": tsp.PKIStatus("rejection"), "fail_info": {"bad_alg"}}
            return tsp.TimeStampResp({"status": tsp.PKIStatusInfo(refusal)})
        token = self._authority.stamp(imprint["hashed_message"].native, self._clock(), req["nonce"].native)
        status = tsp.PKIStatusInfo({"status": tsp.PKIStatus("granted")})
        return tsp.TimeStampResp({"status": status, "time_stamp_token": token})
