"""What changed between two versions is told completely, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms.catalogue import load_catalogue
from forms.changes import Change, changes
from tests.support.definitions import FORM, write


def between(tmp_path: Path, *swaps: tuple[str, str]) -> tuple[Change, ...]:
    newer = FORM
    for old, new in swaps:
        assert old in newer
        newer = newer.replace(old, new)
    catalogue = load_catalogue(write(tmp_path, {"procedures/dog/v2/form.toml": newer}))
    return changes(catalogue.procedure("dog", version=1), catalogue.procedure("dog", version=2))


def test_the_same_definition_has_no_changes(tmp_path: Path) -> None:
    assert between(tmp_path) == ()


@pytest.mark.parametrize(
    ("old", "new", "place", "word", "said"),
    [
        ("2026-04-01", "2027-04-01", "施行日", "変更", "2027-04-01"),
        ("犬の登録", "犬の登録と変更", "名前", "変更", "犬の登録と変更"),
        ("days = 30", "days = 14", "期限", "変更", "14日"),
        ('[[basis]]\nlaw = "見本法"', '[[basis]]\nlaw = "新法"', "根拠", "変更", "新法【要確認】"),
        ("犬がいるからです。", "犬を飼っているからです。", "ライフイベント「move」", "変更", "飼っている"),
    ],
)
def test_each_change_is_told(tmp_path: Path, old: str, new: str, place: str, word: str, said: str) -> None:
    (found,) = between(tmp_path, (old, new))
    assert (found.place, found.word) == (place, word)
    assert said in found.after
    assert said not in found.before


def test_a_box_taken_away_and_one_added(tmp_path: Path) -> None:
    found = between(tmp_path, ('{ fact = "dog.name", label = "名前" }', '{ fact = "pet", name = "kind" }'))
    told = {(one.place, one.word) for one in found}
    assert ("欄「dog.name」", "削除") in told
    assert ("欄「kind」", "追加") in told
