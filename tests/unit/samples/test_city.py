"""みほん市: reproducible, plausible, and nobody's."""

from __future__ import annotations

import csv
import hashlib
import tracemalloc
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from forms.catalogue import load_catalogue
from forms.kinds import kind
from forms.values.accounts import BankAccount
from forms.values.addresses import Address, towns_of
from forms.values.dates import age_on
from forms.values.kana import is_katakana
from forms.values.names import PersonalName
from forms.values.numbers import check
from robots.exchanges.zengin.characters import fold, wrong_characters
from samples.city import City, build
from samples.command import command
from samples.making import AS_OF
from samples.people import HEAD
from samples.residents_csv import COLUMNS, write_residents
from samples.towns import own_towns


@pytest.fixture(scope="module")
def city() -> City:
    return build()


def digest(city: City, folder: Path) -> str:
    path = folder / "residents.csv"
    write_residents(city, path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_city(tmp_path: Path) -> None:
    assert digest(build(3, 500), tmp_path) == digest(build(3, 500), tmp_path)
    assert digest(build(3, 500), tmp_path) != digest(build(4, 500), tmp_path)


def test_the_city_is_the_one_the_demonstration_shows() -> None:
    # Changes of lists or chance change everybody: tests and pictures of the demonstration would not fit.
    first = next(iter(build().households()))
    assert first.head.name == PersonalName("鈴木", "浩", "スズキ", "ヒロシ")


@pytest.mark.parametrize("size", [1, 2, 17, 1000])
def test_there_are_exactly_as_many_residents_as_asked_for(size: int) -> None:
    assert sum(1 for _ in build(2, size).residents()) == size


def test_a_larger_city_begins_with_the_smaller_one() -> None:
    small = list(build(1, 300).residents())[:250]
    assert small == list(build(1, 900).residents())[:250]


def test_every_household_has_one_head_who_stands_first(city: City) -> None:
    for household in city.households():
        assert [member.relation for member in household.members].count(HEAD) == 1
        assert household.head.relation == HEAD
        assert {member.household_number for member in household.members} == {household.number}


def test_ages_and_relations_are_plausible(city: City) -> None:
    for household in build(5, 5000).households():
        head = household.head
        assert 18 <= age_on(head.birth_on, AS_OF) < 100
        for member in household.members:
            years = (member.birth_on - head.birth_on).days / 365.25
            assert 0 <= age_on(member.birth_on, AS_OF) < 110
            assert member.birth_on <= member.became_resident_on <= AS_OF
            if member.relation in ("夫", "妻"):
                assert age_on(member.birth_on, AS_OF) >= 18
                assert member.sex == {"夫": "male", "妻": "female"}[member.relation]
            if member.relation == "子":
                assert years > 15
            if member.relation in ("父", "母"):
                assert years < -18


def test_numbers_are_unique_and_their_check_digits_right() -> None:
    residents = list(build(1, 3000).residents())
    my_numbers = {resident.my_number for resident in residents}
    my_numbers |= {mover.my_number for arrival in build().arrivals() for mover in arrival.members}
    assert len(my_numbers) == len(residents) + sum(len(arrival.members) for arrival in build().arrivals())
    assert all(check("my-number", number).valid and number.startswith("99") for number in my_numbers)
    assert all(check("resident-code", resident.resident_code).valid for resident in residents)
    assert len({resident.number for resident in residents}) == len(residents)


def test_names_have_readings_and_some_have_letters_that_get_lost(city: City) -> None:
    residents = list(city.residents())
    letters = Counter(letter for resident in residents for letter in resident.name.family)
    assert all(is_katakana(resident.name.full_kana) for resident in residents)
    assert {"﨑", "𠮷", "\U000e0100"} <= set(letters)
    assert any(resident.foreign and resident.name.full.isascii() for resident in residents)


def test_the_city_is_invented_and_the_rest_of_japan_is_real(city: City) -> None:
    assert not any(towns_of(town.postal_code) for town in own_towns())
    former = {resident.moved_from for resident in city.residents() if resident.moved_from}
    assert len(former) > 100
    for address in former:
        found = towns_of(address.postal_code)
        assert (address.prefecture, address.city, address.town) in {
            (town.prefecture, town.city, town.town) for town in found
        }
    assert {h.address.postal_code for h in city.households()} <= {town.postal_code for town in own_towns()}
    assert check("municipality-code", city.municipality_code).valid


def test_families_about_to_arrive() -> None:
    on = date(2026, 11, 21)
    arrivals = {arrival.key: arrival for arrival in build().arrivals(on)}
    family = arrivals["family-of-four"]
    ages = [age_on(mover.birth_on, on) for mover in family.members]
    assert len(ages) == 4
    assert ages[0] >= 20
    assert ages[1] >= 20
    assert 6 <= ages[2] < 15
    assert ages[3] < 3
    assert len(arrivals["single"].members) == 1
    assert max(age_on(mover.birth_on, on) for mover in arrivals["couple-with-parent"].members) >= 75
    assert all(mover.foreign for mover in arrivals["foreign-family"].members)
    for arrival in arrivals.values():
        assert arrival.reporter.relation == HEAD
        assert (on - arrival.planned_on).days in range(1, 15)


@pytest.mark.parametrize("year", range(2026, 2032))
def test_the_baby_stays_a_baby(year: int) -> None:
    for month in (1, 6, 12):
        on = date(year, month, 28)
        (family,) = (arrival for arrival in build().arrivals(on) if arrival.key == "family-of-four")
        assert age_on(family.members[3].birth_on, on) < 3
        assert 6 <= age_on(family.members[2].birth_on, on) < 15


def test_the_move_in_form_takes_the_people_of_a_notice_as_they_are() -> None:
    fields = {field.fact: field for field in load_catalogue().procedure("moving-in").fields}
    for arrival in build().arrivals():
        payload = arrival.payload()
        for fact, key in (("members", "members"), ("moving.from", "from"), ("moving.to", "to")):
            field = fields[fact]
            assert kind(field.kind).parse(field, payload[key]) == payload[key]


def test_notices_hold_what_forms_can_read() -> None:
    for arrival in build().arrivals():
        payload = arrival.payload()
        assert Address.from_json(payload["from"]) == arrival.former
        assert PersonalName.from_json(payload["from_head"]) == arrival.reporter.name
        japanese = {"honseki", "hittosha"} if arrival.members[0].foreign is None else set()
        known = {"members", "from", "from_head", "to", "planned_on", "entitlements", "foreign"}
        assert known | japanese == set(payload)


def test_the_bank_master_can_be_written_into_bank_files(city: City) -> None:
    for branch in city.branches:
        assert wrong_characters(branch.bank_kana + branch.branch_kana, "bank") == ()
        assert (
            BankAccount(branch.bank_code, branch.branch_code, "ordinary", "1", "ミホン").bank_code >= "9995"
        )
        assert len(branch.bank_kana) <= 15
        assert len(branch.branch_kana) <= 15
    assert any(branch.bank_code == "9999" for branch in city.branches)


def test_every_reading_can_stand_in_a_bank_file(city: City) -> None:
    readings = {resident.name.full_kana for resident in city.residents()}
    readings |= {arrival.reporter.name.full_kana for arrival in city.arrivals()}
    assert all(len(fold(reading, "party").text) <= 30 for reading in readings)


def test_room_does_not_grow_with_the_city() -> None:
    tracemalloc.start()
    walked = sum(1 for _ in build(9, 2000).residents())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert walked == 2000
    assert peak < 3_000_000


def test_command_shows_figures_and_writes_csv(tmp_path: Path) -> None:
    shown = CliRunner().invoke(command, ["--residents", "200"])
    assert shown.exit_code == 0
    assert "住民: 200" in shown.output
    out = tmp_path / "residents.csv"
    assert (
        CliRunner().invoke(command, ["--residents", "200", "--seed", "7", "--out", str(out)]).exit_code == 0
    )
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 200
    assert tuple(rows[0]) == COLUMNS
    assert {row["性別表記"] for row in rows} == {"男", "女"}
