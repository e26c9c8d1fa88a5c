"""The evidence for every part of a field as read, kind by kind (see `ocr.lexicon.proofs`)."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from zoneinfo import ZoneInfo

from forms.errors import InvalidValue
from forms.values.addresses import LocalTowns
from forms.values.dates import parse_date
from forms.values.numbers import check
from forms.values.telephones import parse_telephone
from ocr.lexicon import names
from ocr.lexicon.channel import may_have_lost_marks
from ocr.lexicon.forms import FORMS, UNTOLD, VARIANTS, may_have_lost, other_forms, plain
from ocr.lexicon.proofs import Doubt, Evidence, Proof
from ocr.lexicon.towns import listed_town
from ocr.places import proved, towns_at
from ocr.stages.fields import Pieces, raw_value
from ocr.stages.opinions import Opinion

_JAPAN = ZoneInfo("Asia/Tokyo")
_OLDEST = 120
_FIRST_DAY = datetime.date(1868, 1, 25)
_AHEAD = datetime.timedelta(days=3 * 366)
_NEARLY, _FORM_LEFT, _MARK_LEFT = 0.05, 0.02, 1e-3
_TELLING = 4
"""A text of so many characters that stands twice on a page is no accident."""

Found = tuple[set[Proof], set[Doubt]]


def evidence_of(
    pieces: Pieces, towns: LocalTowns | None, today: datetime.date | None = None
) -> dict[str, Evidence]:
    """What speaks for and against the text of each written part of a field. `today` bounds dates."""
    found: dict[str, Evidence] = {}
    for part, one in pieces.texts.items():
        if one.opinion is None:
            continue
        proofs, doubts = _OF_KIND.get(pieces.kind, _nothing)(pieces, part, towns, today)
        opinion = one.opinion
        if opinion.read and opinion.read != opinion.text and opinion.read != plain(opinion.text):
            doubts.add(Doubt.CORRECTED)
        if _rivalled(pieces, part, opinion, proofs, towns):
            doubts.add(Doubt.RIVAL)
        forms = open_forms(opinion) if pieces.kind == "name" else ()
        doubts |= {Doubt.FORM} if forms else set()
        found[part] = Evidence(opinion.text, opinion.read, frozenset(proofs), frozenset(doubts), forms)
    return found


def repeated(page: Iterable[Pieces]) -> frozenset[tuple[str, str]]:
    """The (field, part) whose text stands a second time in such a part of the page: `Proof.AGAIN`."""
    places = [
        (pieces.name, part, one.text)
        for pieces in page
        for part, one in pieces.texts.items()
        if len(one.text) >= _TELLING or (pieces.kind == "name" and len(one.text) > 1)
    ]
    counts = Counter((part, text) for _, part, text in places)
    return frozenset((name, part) for name, part, text in places if counts[part, text] > 1)


def _nothing(pieces: Pieces, part: str, towns: LocalTowns | None, today: datetime.date | None) -> Found:
    return set(), set()


def _name(pieces: Pieces, part: str, towns: LocalTowns | None, today: datetime.date | None) -> Found:
    """A spelling and its kana prove each other; surnames and given names are listed almost completely."""
    which = part.removesuffix("_kana")
    spelling, reading = pieces.text(which), pieces.text(f"{which}_kana")
    proofs: set[Proof] = set()
    doubts: set[Doubt] = set()
    listed = reading in names.sounds(which) if part.endswith("_kana") else names.known(which, spelling)
    agree = bool(spelling and reading) and names.sounds_as(which, spelling, reading)
    if listed:
        proofs.add(Proof.KNOWN)
    elif not agree:
        doubts.add(Doubt.UNKNOWN)
    if agree:
        proofs.add(Proof.READING)
    elif spelling and reading and names.known(which, spelling):
        doubts.add(Doubt.CONTRADICTED)
    return proofs, doubts


def _address(pieces: Pieces, part: str, towns: LocalTowns | None, today: datetime.date | None) -> Found:
    code, street = pieces.text("postal_code"), pieces.text("street")
    near = towns_at(code, towns)
    holds = proved(street, "", near) is not None
    if part == "building":
        return set(), set()
    if holds:
        return {Proof.POSTAL, Proof.KNOWN}, set()
    known = bool(near) if part == "postal_code" else listed_town(street, towns) is not None
    proofs, doubts = ({Proof.KNOWN}, set[Doubt]()) if known else (set[Proof](), {Doubt.UNKNOWN})
    return proofs, doubts | ({Doubt.CONTRADICTED} if code and street else set())


def _date(pieces: Pieces, part: str, towns: LocalTowns | None, today: datetime.date | None) -> Found:
    raw = raw_value(pieces)
    try:
        day = parse_date(str(raw)) if raw else None
    except InvalidValue:
        return set(), {Doubt.IMPOSSIBLE}
    if day is None:
        return set(), set()
    now = today or datetime.datetime.now(_JAPAN).date()
    birth = "birth" in pieces.name or "born" in pieces.name
    first = now.replace(year=now.year - _OLDEST, day=min(now.day, 28)) if birth else _FIRST_DAY
    plausible = first <= day <= (now if birth else now + _AHEAD)
    return {Proof.VALID, *([Proof.PLAUSIBLE] if plausible else [])}, set() if plausible else {Doubt.UNKNOWN}


def _telephone(pieces: Pieces, part: str, towns: LocalTowns | None, today: datetime.date | None) -> Found:
    try:
        parse_telephone(pieces.telephone())
    except InvalidValue:
        return set(), {Doubt.IMPOSSIBLE}
    return {Proof.VALID}, set()


def _my_number(pieces: Pieces, part: str, towns: LocalTowns | None, today: datetime.date | None) -> Found:
    right = check("my-number", pieces.text()).valid
    return ({Proof.CHECK}, set()) if right else (set(), {Doubt.IMPOSSIBLE})


_OF_KIND: Mapping[str, Callable[[Pieces, str, LocalTowns | None, datetime.date | None], Found]] = {
    "name": _name,
    "address": _address,
    "date": _date,
    "telephone": _telephone,
    "my_number": _my_number,
}


def _rivalled(
    pieces: Pieces, part: str, opinion: Opinion, proofs: set[Proof], towns: LocalTowns | None
) -> bool:
    """Whether a text that is proved as well (where this one is) is nearly as likely."""
    rivals = [text for text, chance in opinion.candidates if chance > _NEARLY and text != opinion.text]
    if Proof.READING in proofs:
        which = part.removesuffix("_kana")
        if part == which and _lost_a_stroke(which, opinion.text, pieces.text(f"{which}_kana")):
            return True
        if part == which:
            return any(names.sounds_as(which, text, pieces.text(f"{which}_kana")) for text in rivals)
        spelling, open_ = pieces.text(which), {text for text, one in opinion.candidates if one > _MARK_LEFT}
        marked = {text for text in names.readings(which, spelling) if may_have_lost_marks(opinion.text, text)}
        return bool(marked & open_) or any(names.sounds_as(which, spelling, text) for text in rivals)
    if Proof.POSTAL in proofs:
        code, street = pieces.text("postal_code"), pieces.text("street")
        if part == "street":
            return any(proved(text, "", towns_at(code, towns)) for text in rivals)
        return any(proved(street, "", towns_at(text, towns)) for text in rivals)
    return bool(rivals)


def _lost_a_stroke(part: str, text: str, reading: str) -> bool:
    """Whether a listed name of the same reading, at least a tenth as usual, has a dot or stroke more."""
    others = [name for name in names.spelled(part, reading) if may_have_lost(text, name)]
    return any(names.people(part, name) >= 0.1 * names.people(part, text) for name in others)


def open_forms(opinion: Opinion) -> tuple[str, ...]:
    """The text in other forms of its kanji that the ink leaves open."""
    chances = dict(opinion.candidates)
    text = opinion.text
    variants = [text.replace(one, other) for one, other in VARIANTS.items() if one in text]
    return tuple(variants) + tuple(
        other
        for other in other_forms(opinion.text)
        if chances.get(other, 0.0) > _FORM_LEFT or _untold(opinion, other)
    )


def _untold(opinion: Opinion, other: str) -> bool:
    """Whether a text differs in a kanji whose forms engines cannot tell apart, nor the ink tells plainly."""
    differ = next((one for one, letter in zip(opinion.text, other, strict=True) if one != letter), "")
    return FORMS.get(differ, " ")[0] in UNTOLD and differ not in opinion.plain
