"""Who lives together: kinds of household with the ages and relations they have in Japan, roughly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from samples.dice import Dice, Weights
from samples.people import HEAD


@dataclass(frozen=True, slots=True)
class Place:
    """One place in a household: 続柄 (record-layouts §12.2), sex, age; `own_family`: another family name."""

    relation: str
    sex: str
    age: int
    own_family: bool = False


def _either(dice: Dice) -> str:
    return dice.pick(("male", "female"))


def _partner(dice: Dice, head: Place) -> Place:
    """The husband or wife of the head."""
    wife = head.sex == "male"
    age = max(18, head.age + (dice.between(-7, 3) if wife else dice.between(-3, 7)))
    return Place("妻" if wife else "夫", "female" if wife else "male", age)


def _children(dice: Dice, mother: int, count: int, youngest: int = 0) -> list[Place]:
    """Children a mother of this age has at home: born when she was 20 to 42, at most 24 years old."""
    ages: list[int] = []
    low, high = max(mother - 42, youngest), min(mother - 20, 24)
    for _ in range(count if low <= high else 0):
        age = dice.between(low, high)
        if all(abs(age - other) > 1 for other in ages):
            ages.append(age)
    return [Place("子", _either(dice), age) for age in sorted(ages, reverse=True)]


def _single(low: int, high: int) -> Callable[[Dice], list[Place]]:
    def make(dice: Dice) -> list[Place]:
        return [Place(HEAD, _either(dice), dice.between(low, high))]

    return make


def _couple(low: int, high: int) -> Callable[[Dice], list[Place]]:
    def make(dice: Dice) -> list[Place]:
        head = Place(HEAD, "male" if dice.chance(0.85) else "female", dice.between(low, high))
        return [head, _partner(dice, head)]

    return make


def _nuclear(dice: Dice) -> list[Place]:
    head, partner = _couple(26, 56)(dice)
    mother = partner if partner.sex == "female" else head
    return [head, partner, *_children(dice, mother.age, dice.between(1, 3))]


def _single_parent(dice: Dice) -> list[Place]:
    head = Place(HEAD, "female" if dice.chance(0.87) else "male", dice.between(23, 54))
    return [head, *_children(dice, head.age, dice.between(1, 2))]


def _parent_and_grown_child(dice: Dice) -> list[Place]:
    head = Place(HEAD, "female" if dice.chance(0.7) else "male", dice.between(62, 92))
    return [head, Place("子", _either(dice), head.age - dice.between(24, 38))]


def _three_generations(dice: Dice) -> list[Place]:
    head, partner, *children = _nuclear(dice)
    oldest = max(head.age, partner.age)
    if dice.chance(0.2):
        parent = Place(f"{partner.relation}の母", "female", oldest + dice.between(21, 34), own_family=True)
        return [head, partner, *children, parent]
    mother = Place("母", "female", oldest + dice.between(21, 34))
    father = [Place("父", "male", mother.age + dice.between(0, 6))] if dice.chance(0.4) else []
    return [head, partner, *children, *father, mother]


def _grandparents_house(dice: Dice) -> list[Place]:
    head = Place(HEAD, "male", dice.between(62, 84))
    son = Place("子", "male", head.age - dice.between(25, 34))
    wife = Place("子の妻", "female", max(20, son.age + dice.between(-5, 2)))
    youngest = [Place("子の子", child.sex, child.age) for child in _children(dice, wife.age, 2)]
    return [head, _partner(dice, head), son, wife, *youngest]


def _siblings(dice: Dice) -> list[Place]:
    head = Place(HEAD, _either(dice), dice.between(20, 75))
    sex = _either(dice)
    years = dice.between(1, 8)
    older = dice.chance(0.3)
    relation = {("male", True): "兄", ("male", False): "弟", ("female", True): "姉"}.get((sex, older), "妹")
    return [head, Place(relation, sex, head.age + (years if older else -years))]


def _unregistered(dice: Dice) -> list[Place]:
    head, partner = _couple(24, 60)(dice)
    return [head, Place(f"{partner.relation}(未届)", partner.sex, partner.age, own_family=True)]


def _second_marriage(dice: Dice) -> list[Place]:
    head, partner = _couple(30, 48)(dice)
    if partner.sex == "male":
        return [head, partner]
    children = _children(dice, partner.age, 1, youngest=3)
    return [head, partner, *(Place("妻の子", child.sex, child.age, own_family=True) for child in children)]


def _lodger(dice: Dice) -> list[Place]:
    head = Place(HEAD, _either(dice), dice.between(30, 80))
    return [head, Place("同居人", _either(dice), dice.between(18, 70), own_family=True)]


_KINDS: tuple[tuple[float, Callable[[Dice], list[Place]]], ...] = (
    (0.12, _single(18, 39)),
    (0.10, _single(40, 64)),
    (0.16, _single(65, 96)),
    (0.06, _couple(24, 45)),
    (0.20, _couple(58, 90)),
    (0.24, _nuclear),
    (0.06, _single_parent),
    (0.05, _parent_and_grown_child),
    (0.03, _three_generations),
    (0.01, _grandparents_house),
    (0.008, _siblings),
    (0.01, _unregistered),
    (0.005, _second_marriage),
    (0.002, _lodger),
)
_WEIGHTS = Weights([weight for weight, _ in _KINDS])
_FOREIGN = ((0.6, _single(20, 45)), (0.15, _couple(24, 45)), (0.25, _nuclear))
_FOREIGN_WEIGHTS = Weights([weight for weight, _ in _FOREIGN])


def composition(dice: Dice, foreign: bool) -> list[Place]:
    """The places of one household, the head first."""
    kinds, weights = (_FOREIGN, _FOREIGN_WEIGHTS) if foreign else (_KINDS, _WEIGHTS)
    return dice.pick(kinds, weights)[1](dice)
