"""What an invented person writes on a form: a record for any procedure, by the kinds of its fields.

Records are as `FilledForm.record()` gives them: the name of a field → its value, each as its kind stores it.
What only some people fill in, and what officers do, is filled in now and then.
"""

from __future__ import annotations

import functools
import tomllib
from datetime import date, timedelta
from pathlib import Path

from forms.definition import JSON, Field, Procedure
from forms.values.kana import to_katakana
from forms.values.numbers import complete
from office.records.contract_checks import sums
from samples.banks import branches
from samples.dice import Dice
from samples.making import AS_OF
from samples.writers import Writer, elsewhere, family, telephone

OPTIONAL, CONDITIONAL, OFFICER = 0.7, 0.45, 0.5
"""How often people fill in what may stay empty, what applies to some, and what officers fill in."""

_MOST_ROWS = 6
_LARGE = 100_000


def record_of(procedure: Procedure, seed: str) -> dict[str, JSON]:
    """A record of `procedure` from a seed."""
    dice = Dice(seed)
    people = family(dice, 4)
    record: dict[str, JSON] = {
        field.name: value
        for field in procedure.fields
        if _filled_in(field, dice) and (value := _value(field, people, dice)) not in (None, [])
    }
    return record | _bill(procedure, record, dice)


def _filled_in(field: Field, dice: Dice) -> bool:
    if field.asked_of == "officer":
        return dice.chance(OFFICER)
    if field.when is not None:
        return dice.chance(CONDITIONAL)
    return field.required or dice.chance(OPTIONAL)


def _value(field: Field, people: list[Writer], dice: Dice) -> JSON:
    """What the first of `people` writes into one field; an agent is another person."""
    if field.kind == "people":
        count = dice.between(1, min(field.most or len(people), len(people) - 1))
        return [_columns(field, one, dice) for one in people[:count]]
    if field.kind == "rows":
        return [
            _columns(field, people[0], dice) for _ in range(dice.between(1, min(field.most or 3, _MOST_ROWS)))
        ]
    other = field.fact.startswith(("agent", "deceased")) or field.name.startswith(("agent.", "deceased."))
    person = people[-1 if other else 0]
    return _columns(field, person, dice) if field.kind == "person" else _single(field, person, dice)


def _columns(field: Field, person: Writer, dice: Dice) -> dict[str, JSON]:
    return {
        column.name: _single(column, person, dice)
        for column in field.fields
        if (column.required and column.when is None) or dice.chance(OPTIONAL)
    }


def _single(field: Field, person: Writer, dice: Dice) -> JSON:
    if field.kind in ("choice", "choices"):
        return _chosen(field, person, dice)
    if field.kind == "consent":
        return field.required or dice.chance(0.7)
    if field.kind == "yes_no":
        return dice.chance(0.5)
    if field.kind == "date":
        return _day(field, person, dice).isoformat()
    if field.kind == "number":
        return _number(field, dice)
    if field.kind == "text":
        return _text(field, person, dice)
    return _personal(field, person, dice)


def _personal(field: Field, person: Writer, dice: Dice) -> JSON:
    """What a person is called, where they live and their numbers."""
    match field.kind:
        case "name":
            return dict(person.name.to_json())
        case "kana":
            return person.name.family_kana
        case "address":
            address = elsewhere(dice) if "from" in field.name else person.address
            return dict(address.to_json())
        case "account":
            return _account(person, dice)
        case "my_number":
            return person.my_number
        case "telephone":
            return person.telephone if field.fact.startswith("applicant") else telephone(dice)
    return _digits(field, dice)


def _digits(field: Field, dice: Dice) -> str:
    length = field.length or 8
    if field.number:
        body = "".join(str(dice.between(0, 9)) for _ in range(length - 1))
        return complete(field.number, body)
    return "".join(str(dice.between(0, 9)) for _ in range(length))


def _day(field: Field, person: Writer, dice: Dice) -> date:
    if "birth" in field.name:
        return person.birth_on
    return AS_OF + timedelta(days=dice.between(-400, 300))


def _number(field: Field, dice: Dice) -> int:
    """Small counts mostly small; amounts of all lengths."""
    most = field.most or 9_999_999
    if most < _LARGE:
        return min(most, max(field.least or 0, 1) + int(most * 0.5 * dice.between(0, 100) ** 2 / 10_000))
    return min(most, int(dice.between(1, 9) * 10 ** dice.between(2, 6)) + dice.between(0, 99) * 10)


def _text(field: Field, person: Writer, dice: Dice) -> str:
    end = field.name.rpartition(".")[2]
    if field.number == "corporate-number" or end == "registration":
        return "T" + complete("corporate-number", f"{dice.between(10**11, 10**12 - 1)}")
    if end == "relation":
        return person.relation if field.pattern else dice.pick(_phrases()["agent"])
    ways = _patterned(dice)
    if end in ways:
        return ways[end]
    if end == "number":
        return ways["tag" if "contract" in field.name else "insured_number"]
    return dice.pick(_phrases()[_topic(field, end)])


def _patterned(dice: Dice) -> dict[str, str]:
    """Texts that are numbers, times or codes, by the end of the field's name."""
    letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
    day = AS_OF - timedelta(days=dice.between(100, 4000))
    return {
        "checked_at": f"{dice.between(8, 17):02d}:{dice.between(0, 59):02d}",
        "quantity": str(dice.between(1, 60)),
        "frame_number": f"{dice.pick(letters)}{dice.pick(letters)}{dice.between(10, 99)}-"
        f"{dice.between(1000000, 9999999)}",
        "card_number": f"{dice.pick(letters)}{dice.pick(letters)}{dice.between(0, 10**8 - 1):08d}"
        f"{dice.pick(letters)}{dice.pick(letters)}",
        "born": f"{day.year}年{day.month}月{day.day}日",
        "insured_number": f"{dice.between(0, 99_999_999):08d}",
        "customer_number": f"{dice.between(100, 999)}-{dice.between(10000, 99999)}",
        "tag": f"{dice.pick(letters)}-{dice.between(1, 2000)}",
    }


def _topic(field: Field, end: str) -> str:
    """The list of phrases for a field's name."""
    if end == "name":
        named = (("handbook", "handbook_name"), ("品", "goods"))
        text = field.fact + field.label.text("ja")
        return next((topic for word, topic in named if word in text), "dog_name")
    if field.name.startswith("handbook"):
        return f"handbook_{end}"
    topics = (("first", "nursery"), ("second", "nursery"), ("third", "nursery"))
    return dict(topics).get(end) or (
        "school" if field.name.startswith("school.") and end != "support" else end
    )


def _chosen(field: Field, person: Writer, dice: Dice) -> JSON:
    values = [option.value for option in field.options]
    if field.name.endswith("sex") and person.sex in values:
        return person.sex
    if field.kind == "choices":
        chosen = [value for value in values if dice.chance(0.4)] or values[: field.least or 0]
        return list(chosen)
    return dice.pick(values) if values else person.name.full


def _account(person: Writer, dice: Dice) -> JSON:
    branch = dice.pick(branches())
    return {
        "bank_code": branch.bank_code,
        "branch_code": branch.branch_code,
        "kind": dice.pick(("ordinary", "ordinary", "current", "savings")),
        "number": f"{dice.between(0, 9_999_999):07d}",
        "holder_kana": to_katakana(f"{person.name.family_kana}{person.name.given_kana}"),
        "bank_name": branch.bank_name,
        "branch_name": branch.branch_name,
    }


def _bill(procedure: Procedure, record: dict[str, JSON], dice: Dice) -> dict[str, JSON]:
    """The rows of a bill and what follows from them: amounts, bases and taxes by rate, the total."""
    rows = record.get("contract.items")
    if not isinstance(rows, list):
        return {}
    items = [
        {**row, "unit_price": dice.between(8, 2400) * 10, "rate": dice.pick(("10", "10", "8"))}
        for row in rows
        if isinstance(row, dict)
    ]
    known = {field.name for field in procedure.fields}
    return {name: value for name, value in sums(items).items() if name in known}


@functools.cache
def _phrases() -> dict[str, list[str]]:
    return tomllib.loads((Path(__file__).parent / "phrases.toml").read_text(encoding="utf-8"))
