"""A small application PDF and a signature on it, for tests of seal and verification."""

from __future__ import annotations

import functools
import json
import math
from datetime import UTC, datetime, timedelta

from weasyprint import HTML, Attachment
from weasyprint.text.fonts import FontConfiguration

from forms.signing.evidence import ShownDocument, SignatureEvidence
from forms.signing.strokes import Capture, Device, Point, Stroke

RECORD = {"format": "kakazu-record/1", "receipt_number": "R8-000123", "applicant": {"name": "見本 花子"}}
CONSENT = "表示された内容に間違いがないことを確認し、署名します。"


@functools.cache
def fonts() -> FontConfiguration:
    return FontConfiguration()


@functools.cache
def shown_pdf(title: str = "転入届", pages: int = 1) -> bytes:
    """A PDF/A-3b of one or more pages with `record.json` attached, as an application is shown."""
    body = '<div style="page-break-after: always">前のページ</div>' * (pages - 1)
    html = f"<html lang=ja><title>{title}</title><body>{body}<h1>{title}</h1><p>申請者　見本 花子</p></body>"
    instant = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
    record = Attachment(
        string=json.dumps({**RECORD, "title": title}, ensure_ascii=False),
        name="record.json",
        created=instant,
        modified=instant,
        relationship="Data",
    )
    pdf = HTML(string=html).write_pdf(pdf_variant="pdf/a-3b", font_config=fonts(), attachments=[record])
    assert pdf is not None
    return bytes(pdf)


def signature_strokes(pressure: bool = False) -> tuple[Stroke, ...]:
    """Two loops as a finger draws them, 60 samples each."""
    strokes = []
    for number in range(2):
        points = tuple(
            Point(
                x=round(100 + number * 220 + 80 * math.cos(i / 6) + i, 2),
                y=round(110 + 50 * math.sin(i / 4), 2),
                t=round(number * 900 + i * 8.3, 1),
                pressure=round(0.3 + 0.4 * abs(math.sin(i / 9)), 4) if pressure else None,
            )
            for i in range(60)
        )
        strokes.append(Stroke("pen" if pressure else "touch", points))
    return tuple(strokes)


def evidence_for(*shown: bytes, at: datetime, strokes: tuple[Stroke, ...] | None = None) -> SignatureEvidence:
    device = Device("Mozilla/5.0 (test tablet)", 2.0, 720.0, 240.0, 1280.0, 800.0)
    return SignatureEvidence(
        shown=tuple(ShownDocument.of(f"R8-{n:06d}", pdf) for n, pdf in enumerate(shown, start=123)),
        mark=Capture(signature_strokes() if strokes is None else strokes, device, clears=1, undos=2),
        consent_text=CONSENT,
        consent_language="ja",
        displayed_at=at - timedelta(minutes=2),
        signed_at=at,
        nonce="4f1c9d0a7be24c55",
        officer_id="01JQOFFICER",
        officer_name="窓口 太郎",
        identity_check="my-number-card",
    )
