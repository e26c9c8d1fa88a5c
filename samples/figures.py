"""What there is in a sample city, in figures."""

from __future__ import annotations

from collections import Counter

from forms.values.dates import age_on
from samples.city import City
from samples.making import AS_OF


def figures(city: City) -> dict[str, int]:
    """Counts of households, residents and some groups of them, by their Japanese name."""
    counts: Counter[str] = Counter()
    for household in city.households():
        counts["世帯"] += 1
        counts["うち単身世帯"] += len(household.members) == 1
        for resident in household.members:
            age = age_on(resident.birth_on, AS_OF)
            counts["住民"] += 1
            counts["うち15歳未満"] += age < 15
            counts["うち65歳以上"] += age >= 65
            counts["うち75歳以上"] += age >= 75
            counts["うち外国人住民"] += resident.foreign is not None
    arrivals = city.arrivals()
    counts["転入予定の世帯"] = len(arrivals)
    counts["転入予定の人"] = sum(len(arrival.members) for arrival in arrivals)
    counts["金融機関の店舗"] = len(city.branches)
    return dict(counts)
