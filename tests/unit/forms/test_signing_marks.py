"""Equal ways to sign: each its own class from evidence to verdict, and none passes for another."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pikepdf
import pytest
from pikepdf.pdfa import validate_written

from forms.rendering.errors import MissingGlyph
from forms.rendering.geometry import SIGNATURE_PLACE
from forms.rendering.outlines import outlines, width_of
from forms.signing.evidence import ShownDocument, SignatureEvidence
from forms.signing.keys import CityKeys
from forms.signing.manner import CODES
from forms.signing.marks import (
    ASSISTED,
    ASSISTED_REASONS,
    DRAWN,
    PAPER,
    TITLES,
    TYPED,
    Mark,
    SignedPaper,
    TypedName,
    Witness,
    WrittenFor,
    words_of,
)
from forms.signing.reason import Reason
from forms.signing.seal import seal
from forms.signing.verification import verify
from forms.signing.words import words_path
from tests.support.keys import load_keys
from tests.support.sealing import CONSENT, evidence_for, shown_pdf

AT = datetime.now(UTC).replace(microsecond=0)
TARO, HANAKO = Witness("01JTARO", "窓口 太郎", AT), Witness("01JHANAKO", "立会 花子", AT)
MARKS: dict[str, Mark] = {
    TYPED: TypedName("髙橋 健太", HANAKO),
    ASSISTED: WrittenFor("髙橋 健太", "hand", TARO, HANAKO),
    PAPER: SignedPaper(TARO),
}


@pytest.fixture(scope="module")
def keys() -> CityKeys:
    return load_keys()


def evidence(mark: Mark | None = None, **changes: Any) -> SignatureEvidence:
    """Evidence over the sample document, drawn where no other mark is given."""
    drawn = evidence_for(shown_pdf(), at=AT)
    return dataclasses.replace(drawn, mark=mark or drawn.mark, words="", **changes)


class Forged(SignatureEvidence):
    """Evidence whose file says something else than what is drawn and named."""

    said: dict[str, Any]

    def to_json(self) -> dict[str, object]:
        return self.said


def forged(honest: SignatureEvidence, **changes: Any) -> Forged:
    """A key holder's file: `honest` on the page and in the reason, other words in the evidence."""
    found = Forged(**{one.name: getattr(honest, one.name) for one in dataclasses.fields(honest)})
    said = {**honest.to_json(), **changes}
    object.__setattr__(found, "said", {key: value for key, value in said.items() if value is not None})
    return found


@pytest.mark.parametrize("way", MARKS)
def test_each_class_is_sealed_and_says_what_it_is(keys: CityKeys, way: str) -> None:
    final = seal(shown_pdf(), evidence(MARKS[way]), keys, AT)
    verdict = verify(final, keys.root_pem)
    assert verdict.ok, verdict.faults
    told = next(one.message for one in verdict.findings if one.code == CODES[way])
    assert {one.code for one in verdict.findings} & set(CODES.values()) == {CODES[way]}
    assert verdict.evidence is not None
    assert verdict.evidence["evidence_class"] == way
    assert "strokes" not in verdict.evidence
    assert "手書きの署名がされています" not in told
    for officer in {TYPED: (HANAKO,), ASSISTED: (TARO, HANAKO), PAPER: (TARO,)}[way]:
        assert officer.name in told


@pytest.mark.parametrize("way", MARKS)
def test_each_class_stays_pdf_a_and_stands_in_its_place(keys: CityKeys, way: str, tmp_path: Any) -> None:
    file = tmp_path / "sealed.pdf"
    file.write_bytes(seal(shown_pdf(), evidence(MARKS[way]), keys, AT))
    with file.open("rb") as stream:
        report = validate_written(stream, "3b")
    assert [str(found) for found in report.findings if found.kind == "violation"] == []
    with pikepdf.open(file) as pdf:
        last = pdf.pages[-1].Contents[-1].read_bytes()
    assert b" w " not in last, "no ink"
    assert words_path(words_of(MARKS[way]), SIGNATURE_PLACE) in last


def test_the_words_name_the_class_and_the_officers() -> None:
    for way, mark in MARKS.items():
        lines = words_of(mark)
        assert len(lines) == 3, way
        assert all(width_of(line, 4.0) < 75 * 72 / 25.4 for line in lines)
    assert words_of(evidence().mark) == ("画面への手書きの署名",)
    assert set(TITLES) == {DRAWN, TYPED, ASSISTED, PAPER} == set(CODES)


@pytest.mark.parametrize(("way", "pretended"), [(a, b) for a in TITLES for b in TITLES if a != b])
def test_no_class_passes_for_another(keys: CityKeys, way: str, pretended: str) -> None:
    """Not even the holder of the keys can change the class in one place only."""
    honest = evidence(MARKS.get(way))
    told = seal(shown_pdf(), forged(honest, evidence_class=pretended), keys, AT)
    verdict = verify(told, keys.root_pem)
    assert not verdict.ok
    assert CODES[pretended] in {one.code for one in verdict.faults}


@pytest.mark.parametrize(
    ("way", "changes", "says"),
    [
        (TYPED, {"mark": {"name": "髙橋 健太"}}, "職員の確認"),
        (TYPED, {"mark": None}, "のものではありません"),
        (TYPED, {"words": None}, "書かれた言葉"),
        (TYPED, {"ink": {"sha256": "0" * 64}, "strokes": {"count": 2}}, "のものではありません"),
        (
            ASSISTED,
            {"mark": WrittenFor("髙橋 健太", "hand", TARO, TARO).to_json()},
            "同じ人",
        ),
        (PAPER, {"words": {"lines": [], "sha256": hashlib.sha256(b"x").hexdigest()}}, "書かれた言葉"),
        (PAPER, {"shown": [{"receipt_number": "R8-000001", "sha256": "0" * 64, "length": 9}]}, "別の書類"),
        (PAPER, {"evidence_class": "stamped"}, "知らない署名のしかた"),
    ],
)
def test_what_a_class_needs_must_be_there(
    keys: CityKeys, way: str, changes: dict[str, Any], says: str
) -> None:
    verdict = verify(seal(shown_pdf(), forged(evidence(MARKS[way]), **changes), keys, AT), keys.root_pem)
    assert [one.message for one in verdict.faults if says in one.message], verdict.faults


@pytest.mark.parametrize("way", MARKS)
def test_evidence_survives_storage(way: str) -> None:
    kept = evidence(MARKS[way], offline_at=AT - timedelta(hours=3), override_reason="")
    again = SignatureEvidence.from_stored_json(json.loads(json.dumps(kept.to_stored_json())))
    assert again == dataclasses.replace(kept, displayed_at=again.displayed_at)
    assert again.to_bytes() == kept.to_bytes()
    assert json.loads(again.to_bytes())["offline_at"].startswith(f"{AT - timedelta(hours=3):%Y-%m-%dT%H}")


@pytest.mark.parametrize("way", TITLES)
def test_the_reason_names_the_class(way: str) -> None:
    reason = Reason("a" * 64, 100, "b" * 64, way)
    assert Reason.parse(reason.text) == reason
    others = {Reason("a" * 64, 100, "b" * 64, other).text for other in TITLES if other != way}
    assert reason.text not in others


def test_words_that_cannot_be_printed_are_refused() -> None:
    with pytest.raises(MissingGlyph):
        evidence(TypedName("\U0010ffff", HANAKO))


def test_outlines_keep_rare_letters_and_never_overlap_the_edge() -> None:
    plain, variant = outlines("葛", 10, 0, 0), outlines("葛\U000e0102", 10, 0, 0)
    assert plain != variant, "a variation sequence is drawn as itself"
    assert width_of("", 10) == 0
    assert outlines("", 10, 0, 0) == ""
    long = words_path(("あ" * 60, "い" * 200), SIGNATURE_PLACE)
    numbers = [float(one) for line in long.splitlines() for one in line.split()[:-1]]
    assert max(numbers) < 75 * 72 / 25.4 * 5, "shrunk, and clipped by the place's rectangle"


def test_reasons_for_assistance_are_no_diagnoses() -> None:
    assert set(ASSISTED_REASONS) >= {"hand", "sight", "letters", "other"}
    assert not any(word in text for text in ASSISTED_REASONS.values() for word in ("病名", "障害", "認知"))


def test_a_document_described_is_the_one_sealed() -> None:
    assert evidence().shown == (ShownDocument.of("R8-000123", shown_pdf()),)
    assert evidence().consent_text == CONSENT
