"""Evidence, strokes and ink: what is kept, what is promised, what is drawn."""

from __future__ import annotations

import dataclasses
import json
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.rendering.geometry import Rect
from forms.signing import ink, ink_stream
from forms.signing.errors import InvalidCapture
from forms.signing.evidence import (
    ShownDocument,
    SignatureEvidence,
    canonical,
    commit,
    describe,
    opens,
)
from forms.signing.strokes import FORMAT, Capture, Point, Stroke
from tests.support.sealing import evidence_for, signature_strokes

AT = datetime(2026, 4, 1, 1, 2, 3, 456789, tzinfo=UTC)
SHOWN = b"%PDF-1.7 shown"


POINTS = [[1.234, 2.0, 0, None, None, None], [5, 6, 8, 0, 0, 0]]


def sent(**changes: Any) -> str:
    record = {
        "format": FORMAT,
        "canvas": {"width": 720, "height": 240},
        "screen": {"width": 1280, "height": 800},
        "pixel_ratio": 2,
        "undos": 1,
        "clears": 0,
        "strokes": [{"pointer_type": "touch", "points": POINTS}],
    }
    return json.dumps({**record, **changes})


def test_a_capture_is_parsed() -> None:
    capture = Capture.parse(sent(), "Tablet/1")
    assert capture.device.user_agent == "Tablet/1"
    assert (capture.undos, capture.clears) == (1, 0)
    assert capture.strokes[0].points[0] == Point(1.23, 2.0, 0.0)
    assert capture.strokes[0].points[1].pressure is None  # 0 is "not measured", never a pressure


BAD: dict[str, Any] = {
    "format": "other/1",
    "canvas": {"width": 0, "height": 240},
    "screen": None,
    "pixel_ratio": "2",
    "undos": -1,
    "clears": True,
    "strokes": [{"pointer_type": "foot", "points": [[1, 2, 3, None, None, None]]}],
}


@pytest.mark.parametrize("key", BAD)
def test_a_bad_capture_is_refused_in_japanese(key: str) -> None:
    with pytest.raises(InvalidCapture, match="署名のデータを読めません"):
        Capture.parse(sent(**{key: BAD[key]}))


@pytest.mark.parametrize(
    "points",
    [
        [],
        [[1, 2]],
        [[1, 2, 3, 4, 5, 6]],
        [["1", 2, 3, None, None, None]],
        [[1e9, 2, 3, None, None, None]],
        [[float("nan"), 2, 3, None, None, None]],
        [[1, 2, -3, None, None, None]],
        [[1, 2, 3, None, 91, None]],
        [[0, 0, 0, None, None, None]] * 40_001,
    ],
)
def test_bad_points_are_refused(points: list[Any]) -> None:
    with pytest.raises(InvalidCapture):
        Capture.parse(sent(strokes=[{"pointer_type": "touch", "points": points}]))


def test_a_flood_is_refused() -> None:
    for text in (" " * 5_000_000, "[" * 100_000, "null", "", "{"):
        with pytest.raises(InvalidCapture):
            Capture.parse(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(key=st.sampled_from(sorted(BAD)), value=JSON)
def test_whatever_is_sent_is_parsed_or_refused(key: str, value: Any) -> None:
    try:
        capture = Capture.parse(sent(**{key: value}))
    except InvalidCapture:
        return
    assert Capture.parse(sent(**{key: value})) == capture


def test_the_file_holds_everything_but_the_strokes() -> None:
    evidence = evidence_for(SHOWN, b"%PDF second", at=AT)
    public = evidence.to_json()
    assert public["shown"] == [
        ShownDocument.of("R8-000123", SHOWN).to_json(),
        ShownDocument.of("R8-000124", b"%PDF second").to_json(),
    ]
    assert public["displayed_at"] == "2026-04-01T01:00:03.456Z"
    assert public["signed_at"] == "2026-04-01T01:02:03.456Z"
    assert public["officer"] == {"id": "01JQOFFICER", "name": "窓口 太郎"}
    assert public["evidence_class"] == "drawn"
    assert (public["clears"], public["undos"]) == (1, 2)
    assert evidence.capture
    text = evidence.to_bytes().decode()
    assert json.loads(text)["strokes"]["points"] == 120  # their number, not the points
    assert str(evidence.capture.strokes[0].points[7].x) not in text
    assert evidence.salt.hex() not in text


def test_the_file_is_canonical() -> None:
    content = evidence_for(SHOWN, at=AT).to_bytes()
    assert canonical(json.loads(content)) == content
    assert b"\\u" not in content
    assert b": " not in content


def test_evidence_survives_storage() -> None:
    evidence = evidence_for(SHOWN, at=AT.replace(microsecond=456000))
    stored = json.loads(json.dumps(evidence.to_stored_json()))
    assert SignatureEvidence.from_stored_json(stored) == evidence
    assert SignatureEvidence.from_stored_json(stored).to_bytes() == evidence.to_bytes()


def test_other_strokes_do_not_open_the_commitment() -> None:
    evidence = evidence_for(SHOWN, at=AT)
    assert evidence.capture
    public, strokes = evidence.to_json(), evidence.capture.strokes
    assert opens(public, evidence.salt, strokes)
    assert not opens(public, evidence.salt, strokes[:1])
    assert not opens(public, bytes(32), strokes)
    stored = evidence.to_stored_json()
    stored["strokes"] = []
    with pytest.raises(InvalidCapture, match="監査担当者"):
        SignatureEvidence.from_stored_json(stored)


def test_the_commitment_is_salted() -> None:
    first, second = (evidence_for(SHOWN, at=AT) for _ in range(2))
    assert first.capture
    assert second.capture
    assert first.capture == second.capture
    assert commit(first.salt, first.capture.strokes) != commit(second.salt, second.capture.strokes)


def test_absent_channels_are_called_absent() -> None:
    assert describe(signature_strokes())["pressure"] == "absent"
    assert describe(signature_strokes())["tilt"] == "absent"
    measured = describe(signature_strokes(pressure=True))
    assert (measured["pressure"], measured["pointer_types"]) == ("measured", ["pen"])
    constant = Stroke("pen", tuple(Point(n, n, n, pressure=0.5) for n in range(3)))
    assert describe([constant])["pressure"] == "constant"
    assert describe([]) == {**describe([]), "count": 0, "points": 0, "sample_interval_ms": None}


def test_statistics_describe_the_writing() -> None:
    told = describe(signature_strokes())
    assert (told["count"], told["points"]) == (2, 120)
    assert told["sample_interval_ms"] == 8.3
    assert told["duration_ms"] == 1390


def test_a_shown_document_is_a_prefix_or_not() -> None:
    document = ShownDocument.of("R8-000001", SHOWN)
    assert document.is_prefix_of(SHOWN)
    assert document.is_prefix_of(SHOWN + b" and more")
    assert not document.is_prefix_of(SHOWN[:-1])
    assert not document.is_prefix_of(b"x" + SHOWN)


LINE = tuple(Point(10 + n * 5, 50 + n, n * 8) for n in range(40))
DOT = (Point(10, 10, 0), Point(11, 10, 5))
HOOK = (Point(10, 10, 0), Point(18, 12, 5), Point(10, 16, 9))


@pytest.mark.parametrize(
    ("strokes", "codes"),
    [
        ((), ("empty",)),
        ((Stroke("touch", DOT),), ("dots-only",)),
        ((Stroke("touch", DOT), Stroke("touch", DOT)), ("dots-only",)),
        ((Stroke("touch", LINE),), ("straight-line",)),
        ((Stroke("touch", LINE), Stroke("touch", DOT)), ()),
        ((Stroke("touch", HOOK),), ("very-short",)),
        (signature_strokes(), ()),
        (signature_strokes()[:1], ()),
    ],
)
def test_odd_signatures_are_remarked_on(strokes: tuple[Stroke, ...], codes: tuple[str, ...]) -> None:
    assert ink.warnings(strokes) == codes
    assert all(code in ink.WARNINGS for code in codes)


def test_ink_passes_through_every_point() -> None:
    (run, *_), stroke = ink.draw(signature_strokes()[:1]), signature_strokes()[0]
    assert run.start == (stroke.points[0].x, stroke.points[0].y)
    drawn = {curve[4:] for one in ink.draw(signature_strokes()[:1]) for curve in one.curves}
    assert {(point.x, point.y) for point in stroke.points[1:]} <= drawn


def test_width_follows_pressure_and_speed() -> None:
    def width(pressure: float | None, step: float) -> float:
        points = tuple(Point(n * step, 0, n * 10, pressure) for n in range(3))
        return ink.draw([Stroke("pen", points)])[0].width

    assert width(0.1, 5) < width(0.9, 5)
    assert width(None, 40) < width(None, 5)
    assert ink.THIN <= width(None, 500) <= width(1.0, 5) <= ink.THICK


def test_a_dot_is_drawn() -> None:
    (run,) = ink.draw([Stroke("touch", (Point(3, 4, 0),))])
    assert ink.svg_path(run) == "M 3 4 L 3 4"
    assert ink.pdf_path([Stroke("touch", (Point(3, 4, 0),))]) == b"2.5 w 3 4 m 3 4 l S\n"


def test_svg_is_well_formed() -> None:
    root = ElementTree.fromstring(ink.svg(signature_strokes(), 720, 240))
    assert root.get("viewBox") == "0 0 720 240"
    assert len(root[0]) == len(ink.draw(signature_strokes()))


def page_stream(strokes: tuple[Stroke, ...]) -> bytes:
    capture = evidence_for(SHOWN, at=AT).capture
    assert capture
    return ink_stream.write(
        strokes, capture.device, Rect(115, 245, 75, 25), ink_stream.Page(0, 0, 595.28, 841.89)
    )


@pytest.mark.parametrize("strokes", [(), signature_strokes(), (Stroke("touch", DOT[:1]),)])
def test_an_ink_stream_is_recognised(strokes: tuple[Stroke, ...]) -> None:
    drawn = ink_stream.read(page_stream(strokes))
    assert drawn is not None
    assert drawn.path == ink.pdf_path(strokes)
    assert drawn.clip[2] == pytest.approx(75 * 72 / 25.4, abs=0.01)


MORE = [b"1 g 0 0 9 9 re f\n", b"/Fm Do\n", b"BT (paid) Tj ET\n", b"% note\n", b" "]


@pytest.mark.parametrize("more", MORE)
def test_more_than_ink_is_not_recognised(more: bytes) -> None:
    stream = page_stream(signature_strokes())
    assert ink_stream.read(stream + more) is None
    assert ink_stream.read(more + stream) is None
    assert ink_stream.read(stream.replace(b"0 G 1 J 1 j\n", b"1 G 1 J 1 j\n")) is None
    assert ink_stream.read(stream[:-2] + more + b"Q\n") is None


def test_evidence_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        evidence_for(SHOWN, at=AT).nonce = "other"  # type: ignore[misc]
