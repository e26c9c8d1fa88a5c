"""What an invented person writes on a form: a record for any procedure, by the kinds of its fields.

Records are as `FilledForm.record()` gives them: the name of a field → its value. Fields that only some people
fill in, and those of the officer, stay empty.
"""

from __future__ import annotations

import functools
from datetime import timedelta

from forms.definition import JSON, Field, Procedure
from forms.values.numbers import complete
from samples.banks import branches
from samples.city import build
from samples.dice import Dice
from samples.making import AS_OF
from samples.people import Resident
from samples.towns import former_home, home

_PURPOSES = (
    "運転免許証の更新",
    "年金の請求",
    "会社への提出",
    "車の登録",
    "パスポートの申請",
    "学校への提出",
    "相続の手続",
)
_LONGEST_KANA = 10


def record_of(procedure: Procedure, seed: str) -> dict[str, JSON]:
    """A record of `procedure` from a seed; optional texts are left empty now and then."""
    dice = Dice(seed)
    people = [_resident(dice) for _ in range(4)]
    record: dict[str, JSON] = {}
    for field in procedure.fields:
        skipped = field.when is not None or field.asked_of == "officer"
        if skipped or (not field.required and dice.chance(0.3)):
            continue
        record[field.name] = _value(field, people[0], people, dice)
    return record


@functools.cache
def _residents() -> tuple[Resident, ...]:
    """Residents whose kana fit the boxes of a form."""
    return tuple(
        resident
        for resident in build(seed=3, residents=1500).residents()
        if max(len(resident.name.family_kana), len(resident.name.given_kana)) <= _LONGEST_KANA
        and resident.name.given
        and resident.foreign is None
    )


def _resident(dice: Dice) -> Resident:
    return dice.pick(_residents())


def _value(field: Field, person: Resident, people: list[Resident], dice: Dice) -> JSON:
    """What `person` writes into one field."""
    if field.kind == "people":
        return [_person(field, one, dice) for one in people[: dice.between(1, 3)]]
    if field.kind == "rows":
        return [_person(field, person, dice) for _ in range(dice.between(1, 3))]
    if field.kind == "person":
        return _person(field, person, dice)
    if field.kind == "address":
        return dict((former_home(dice) if "from" in field.name else home(dice)).to_json())
    if field.kind == "account":
        return _account(person, dice)
    return _simple(field, person, dice)


def _person(field: Field, person: Resident, dice: Dice) -> dict[str, JSON]:
    return {column.name: _simple(column, person, dice) for column in field.fields if column.required}


def _simple(field: Field, person: Resident, dice: Dice) -> JSON:
    if field.kind in ("choice", "choices"):
        return _chosen(field, person, dice)
    if field.kind == "date":
        born = "birth" in field.name or "born" in field.name
        return (person.birth_on if born else AS_OF + timedelta(days=dice.between(0, 300))).isoformat()
    if field.kind == "number":
        return dice.between(field.least or 1, min(field.most or 9, 9))
    if field.kind in ("yes_no", "consent"):
        return field.kind == "consent" or dice.chance(0.5)
    if field.number == "corporate-number":
        body = "".join(str(dice.between(0, 9)) for _ in range(12))
        return ("T" if field.kind == "text" else "") + complete(field.number, body)
    if field.name == "quantity":
        return str(dice.between(1, 9))
    if field.kind == "text":
        return person.relation if field.name.endswith("relation") else dice.pick(_PURPOSES)
    return _number(field, person, dice)


def _number(field: Field, person: Resident, dice: Dice) -> JSON:
    if field.kind == "name":
        return dict(person.name.to_json())
    if field.kind == "my_number":
        return person.my_number
    if field.kind == "kana":
        return person.name.family_kana
    if field.kind == "telephone":
        area = dice.pick(("090", "080", "070"))
        return f"{area}-{dice.between(0, 9999):04d}-{dice.between(0, 9999):04d}"
    return "".join(str(dice.between(0, 9)) for _ in range(field.length or 8))


def _chosen(field: Field, person: Resident, dice: Dice) -> JSON:
    values = [option.value for option in field.options]
    if field.name.endswith("sex") and person.sex in values:
        return person.sex
    if field.kind == "choices":
        return [value for value in values if dice.chance(0.4)]
    return dice.pick(values) if values else person.name.full


def _account(person: Resident, dice: Dice) -> JSON:
    branch = dice.pick(branches())
    return {
        "bank_code": branch.bank_code,
        "branch_code": branch.branch_code,
        "kind": dice.pick(("ordinary", "current", "savings")),
        "number": f"{dice.between(0, 9999999):07d}",
        "holder_kana": f"{person.name.family_kana}{person.name.given_kana}",
        "bank_name": branch.bank_name,
        "branch_name": branch.branch_name,
    }
