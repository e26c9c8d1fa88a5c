"""What tablets get: everything in the definitions, and a loud no to what they could not treat alike."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime

import pytest

from forms import condition_nodes as nodes
from forms.bundle import KINDS, bundle, field_json
from forms.catalogue import load_catalogue
from forms.condition_json import FUNCTIONS, NotForTablets, node_json
from forms.conditions import parse_expression
from forms.definition import Field, Labels
from forms.kinds import KINDS as ALL_KINDS
from forms.language import LANGUAGES
from forms.signing.offline import OfflineMark, as_taken
from forms.signing.verdict import Finding

AT = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)
MARK = OfflineMark("case", "tablet", "窓口1番の端末", "a" * 64, AT, "officer", "窓口 花子", -61_000)


def test_a_bundle_holds_every_event_language_and_procedure_of_the_day() -> None:
    catalogue, on = load_catalogue(), date(2026, 11, 20)
    made = json.loads(json.dumps(bundle(catalogue, on)))
    assert [one["slug"] for one in made["events"]] == [one.slug for one in catalogue.events()]
    assert [one["code"] for one in made["languages"]] == list(LANGUAGES)
    wanted = [one.slug for one in catalogue.procedures(on) if one.rules]
    assert [one["slug"] for one in made["procedures"]] == wanted
    assert {one["field"]["name"] for one in made["facts"]} == set(catalogue.facts(on))
    assert all(set(event["order"]) == set(catalogue.facts(on)) for event in made["events"])
    assert set(ALL_KINDS) == KINDS


def test_the_bundle_of_an_earlier_day_ends_where_other_definitions_begin() -> None:
    catalogue = load_catalogue()
    first = min(one.in_force_from for one in catalogue.versions)
    made = bundle(catalogue, date(first.year - 1, 1, 1))
    assert made["until"] == first.isoformat()
    assert made["procedures"] == []


def test_a_kind_a_number_or_a_function_the_tablet_does_not_know_is_refused() -> None:
    label = Labels("x", (("ja", "見本"),))
    with pytest.raises(NotForTablets, match="hologram"):
        field_json(Field("x", "x", "hologram", label))
    with pytest.raises(NotForTablets, match="passport"):
        field_json(Field("x", "x", "digits", label, number="passport"))
    with pytest.raises(NotForTablets, match="<lambda>"):
        node_json(nodes.Function(lambda one: one, ()))
    with pytest.raises(NotForTablets, match="Strange"):
        node_json(dataclasses.make_dataclass("Strange", [])())


def test_every_function_has_one_name() -> None:
    assert len(set(FUNCTIONS.values())) == len(FUNCTIONS)
    found = parse_expression('"a" if always else None', {})
    assert node_json(found.node) == ["choose", ["constant", True], ["constant", "a"], ["constant", None]]


def test_an_offline_signature_is_told_as_one() -> None:
    by_hand = Finding("signed-by-hand", True, "この書類そのものに、画面上で手書きの署名がされています。")
    assert as_taken({}, by_hand) == [by_hand]
    evidence = {"offline": MARK.to_json(), "offline_at": AT.isoformat()}
    found, told = as_taken(evidence, by_hand)
    assert "この書類の内容を示した要約に" in found.message
    assert told.ok
    assert "窓口1番の端末" in told.message
    assert "約61秒" in told.message
    assert OfflineMark.from_json(MARK.to_json()) == MARK


@pytest.mark.parametrize(
    "broken", [None, {}, {**MARK.to_json(), "summary_sha256": "x"}, {**MARK.to_json(), "tablet": 1}]
)
def test_a_broken_mark_refuses_the_file(broken: object) -> None:
    by_hand = Finding("signed-by-hand", True, "")
    found = as_taken({"offline": broken, "offline_at": AT.isoformat()}, by_hand)
    assert [one.ok for one in found] == [True, False]
