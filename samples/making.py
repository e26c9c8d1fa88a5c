"""Making one household of the city from the seed and its number, with nothing kept of the others."""

from __future__ import annotations

from datetime import date, timedelta

from forms.values.addresses import Address
from samples.compositions import Place, composition
from samples.dice import Dice, Weights
from samples.names import Part, name_book
from samples.people import Foreign, Household, Resident
from samples.towns import former_home, home

AS_OF = date(2026, 4, 1)
"""The day on which everybody is as old as made; never the real date, or no test could be repeated."""

FOREIGN_SHARE = 0.035
NEWCOMERS = 60
_STATUSES = ("永住者", "技術・人文知識・国際業務", "特定技能1号", "家族滞在", "留学", "定住者")
_STATUS_WEIGHTS = Weights((30, 22, 20, 10, 10, 8))


def make_household(seed: int, number: int, serial: int, most: int) -> Household:
    """Household `number`, whose first member has the running number `serial`; at most `most` members."""
    return _Making(seed, number).household(serial, most)


class _Making:
    """One household while it is being made: its dice, family name, address and history."""

    def __init__(self, seed: int, number: int) -> None:
        self._number = f"{number:08d}"
        self._dice = Dice(f"mihon/{seed}/{number}")
        # Every so often a household with a difficult name has only just come, so that new files hold some.
        self._newcomer = number % NEWCOMERS == 7
        foreign = not self._newcomer and self._dice.chance(FOREIGN_SHARE)
        self._country = self._dice.pick(name_book().countries) if foreign else None
        self._family = self._any_family()
        self._given: set[str] = set()
        self._moved_on: date | None = None
        self._origin: Address | None = None

    def household(self, serial: int, most: int) -> Household:
        """The household, cut after `most` members."""
        places = composition(self._dice, self._country is not None)[:most]
        births = [self._birth(place.age) for place in places]
        self._move_in(births[0])
        address = home(self._dice)
        members = tuple(
            self._resident(place, born, serial + offset)
            for offset, (place, born) in enumerate(zip(places, births, strict=True))
        )
        return Household(self._number, address, members)

    def _any_family(self) -> Part:
        if self._country is not None:
            return self._dice.pick(self._country.families)
        return name_book().rare_family(self._dice) if self._newcomer else name_book().family(self._dice)

    def _birth(self, age: int) -> date:
        """A day of birth that makes this age on `AS_OF`."""
        return date(AS_OF.year - age, AS_OF.month, AS_OF.day) - timedelta(days=self._dice.between(0, 364))

    def _move_in(self, head_born: date) -> None:
        """Decide whether, when and from where the household moved in; from abroad there is no address."""
        foreign = self._country is not None
        if not (foreign or self._newcomer or self._dice.chance(0.55)):
            return
        days = min(
            self._dice.between(5, 400 if self._newcomer else 9000), (AS_OF - head_born).days - 18 * 365
        )
        self._moved_on = AS_OF - timedelta(days=max(days, 1))
        if not (foreign and self._dice.chance(0.6)):
            self._origin = former_home(self._dice)

    def _resident(self, place: Place, born: date, serial: int) -> Resident:
        """One member of the household."""
        married_in = self._country is not None and place.relation in ("妻", "夫")
        family = self._any_family() if place.own_family or married_in else self._family
        if self._country is None:
            name = name_book().person(self._dice, family, place.sex, born.year, self._given)
        else:
            name = name_book().foreigner(self._dice, self._country, family, place.sex, self._given)
        since, origin = self._since(place, born)
        return Resident(
            number=f"{serial:010d}",
            household_number=self._number,
            name=name,
            birth_on=born,
            sex=place.sex,
            relation=place.relation,
            became_resident_on=since,
            moved_from=origin,
            foreign=self._foreign(),
            serial=serial,
        )

    def _since(self, place: Place, born: date) -> tuple[date, Address | None]:
        """Since when a member lives in the city, and from where: with the household, by marriage or birth."""
        if self._moved_on is not None and born < self._moved_on:
            return self._moved_on, self._origin
        if self._moved_on is None and place.relation in ("妻", "夫", "子の妻"):
            married = born + timedelta(days=self._dice.between(20 * 365, 35 * 365))
            return min(married, AS_OF - timedelta(days=30)), former_home(self._dice)
        return born, None

    def _foreign(self) -> Foreign | None:
        """Nationality and status of residence; permanent residents have no last day."""
        if self._country is None:
            return None
        status = self._dice.pick(_STATUSES, _STATUS_WEIGHTS)
        until = None if status == "永住者" else AS_OF + timedelta(days=self._dice.between(30, 1500))
        return Foreign(self._country.code, self._country.title, status, until)
