"""Every language has a face with its letters; a text keeps one face where one has them all."""

from __future__ import annotations

import pytest

from forms.rendering.errors import MissingGlyph
from forms.rendering.fonts import DEVANAGARI, FACES, KR, LATIN, MJ, SC, UDP, Face, Run, runs_of


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("주민등록 신고서 123 ABC", KR),
        ("儿童津贴申请（2件）", SC),
        ("Đơn xin cấp bản sao hộ khẩu", LATIN),
        ("बसाइँसराइ दर्ता", DEVANAGARI),
        ("Declaração de mudança, não é obrigatório", UDP),
    ],
)
def test_a_text_of_another_language_keeps_one_face(text: str, first: Face) -> None:
    assert runs_of(text, first) == (Run(first, text),)


def test_letters_a_face_lacks_are_set_in_another() -> None:
    assert runs_of("葛\U000e0105", UDP) == (Run(MJ, "葛\U000e0105"),)
    assert [run.face for run in runs_of("दर्ता ABC", DEVANAGARI)] == [DEVANAGARI, UDP]
    assert runs_of("Nguyễn", UDP) == (Run(LATIN, "Nguyễn"),)


def test_what_no_face_has_is_refused() -> None:
    with pytest.raises(MissingGlyph):
        runs_of("\u1200", UDP)


def test_faces_are_named_once() -> None:
    assert all(key == face.key for key, face in FACES.items())
