"""Doubt: what the city promises of accepted fields, and what people found when they looked.

A field is asked, or drawn for a check, or stands beside others on a page that is confirmed; each time it is
kept how sure the reading was and whether it was right, without a name or a value. From these the promise is
watched, and thresholds can be set anew for the city's own paper.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.definition import JSON
from ocr.calibration import BLANK, DRAWN, NEVER, PROMISES, KindModel, Promise, calibration, most_wrong
from ocr.readings import State
from office import clock
from office.accounts.actor import Actor, require
from office.accounts.roles import Act
from office.audit import events, journal
from office.errors import OfficeError
from office.records.models.paper import PaperPage
from office.records.models.paper_batches import BatchPage
from office.records.models.paper_calibration import Look, ReadingPromise, VerifiedField
from office.records.models.paper_decisions import PaperDoubt

DRAWS = (0, 2, 5, 10, 20, 50, 100)
"""Of 1,000 accepted fields so many can be drawn for a check."""

STEPS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.995, 0.999)
"""Where the steps of a reliability table begin."""

_SURE = 0.05
_DRIFT = 2
"""One wrong field alone is no drift, however few were looked at."""


class PromiseRefused(OfficeError):
    """The promise or a threshold is none that can be set; the message says what can."""

    code = "promise-refused"


@dataclass(frozen=True, slots=True)
class Verified:
    """A field a person has decided. `promised` is the probability its reading had."""

    kind: str
    promised: float
    right: bool
    look: Look
    engines: str


@dataclass(frozen=True, slots=True)
class Step:
    """The fields whose promised probability lies between two bounds: how many, promised and found right."""

    low: float
    high: float
    fields: int
    promised: float
    right: int

    @property
    def found(self) -> float:
        """The share that was right."""
        return self.right / self.fields


@dataclass(frozen=True, slots=True)
class KindFigures:
    """One kind: its steps, and of those accepted without a look how many were wrong.

    `bound` is what that still allows (95 %), `drifts` says that more was wrong than the promise bears,
    `overconfident` that fields were less often right than their probabilities said, `proved` that what was
    found is enough to say the promise is kept; `lacking` is how many more would be, were all of them right.
    """

    kind: str
    steps: tuple[Step, ...]
    fields: int
    accepted: int
    wrong: int
    bound: float
    drifts: bool
    overconfident: bool
    proved: bool
    lacking: int


@dataclass(frozen=True, slots=True)
class Retuned:
    """A kind's threshold now and as its verified fields would have it; `NEVER`: always asked."""

    kind: str
    now: float
    proposed: float
    fields: int
    wrong: int


def record(session: Session, one: Verified) -> None:
    """Keep what a person found; called by the operation that keeps the decision itself."""
    session.add(
        VerifiedField(
            day=clock.today(),
            field_kind=one.kind,
            look=one.look,
            promised=one.promised,
            right=one.right,
            engines=one.engines[:255],
        )
    )


def record_page(
    session: Session, page: PaperPage, fields: Sequence[tuple[Mapping[str, Any], JSON]], *, whole: bool
) -> None:
    """Keep what became of a page's fields, each as stored and with the value it was confirmed with.

    Fields nothing was read of say nothing about promises. What was accepted and all the same decided by a
    person (drawn for a check, double entry) counts as drawn. Other accepted ones count only where a person
    had the `whole` page before them; what nobody has seen must not speak for the promise.
    """
    engines = session.scalar(select(BatchPage.engines).where(BatchPage.page_id == page.id).limit(1))
    decided = set(session.scalars(select(PaperDoubt.field).where(PaperDoubt.page_id == page.id)))
    for field, confirmed in fields:
        if not field.get("evidence") or field["state"] == State.REJECTED:
            continue
        look = Look.BESIDE if field["state"] == State.ACCEPTED else Look.ASKED
        if DRAWN in field["evidence"] or (look is Look.BESIDE and field["name"] in decided):
            look = Look.DRAWN
        if look is Look.BESIDE and not whole:
            continue
        kind = BLANK if BLANK in field["evidence"] else field["kind"]
        right = (field["value"] or None) == (confirmed or None)
        record(session, Verified(kind, field["confidence"], right, look, engines or ""))


def current(session: Session) -> Promise:
    """The city's promise; the suite's own until the city has set one."""
    row = _latest(session)
    return Promise() if row is None else Promise(row.per_10k, dict(row.thresholds), row.drawn)


def save_promise(
    session: Session,
    actor: Actor,
    per_10k: int,
    thresholds: Mapping[str, float] | None = None,
    drawn: int = 0,
) -> ReadingPromise:
    """Promise `per_10k` from now on, and draw so many of 1,000 accepted fields for a check. `thresholds`
    replace the city's own (None: they are given up, because they were found for another promise). Raises
    `PromiseRefused`.
    """
    require(actor, Act.SET_READING)
    if per_10k not in PROMISES:
        raise PromiseRefused(f"1万件あたり{'、'.join(map(str, PROMISES))}件の中から選んでください。")
    if drawn not in DRAWS:
        raise PromiseRefused(f"点検は1,000件あたり{'、'.join(map(str, DRAWS))}件の中から選んでください。")
    own = dict(thresholds or {})
    if any(not 0.5 <= chance <= NEVER for chance in own.values()):
        raise PromiseRefused("しきい値は0.5から1までの値にしてください。")
    row = ReadingPromise(
        per_10k=per_10k, thresholds=own, drawn=drawn, officer_id=actor.officer, set_at=clock.now()
    )
    session.add(row)
    session.flush()
    journal.write(
        session,
        actor,
        events.READING_PROMISE_SET,
        f"reading_promise:{row.id}",
        per_10k=per_10k,
        kinds=sorted(own),
        drawn=drawn,
    )
    return row


def figures(session: Session, actor: Actor, since: date) -> tuple[KindFigures, ...]:
    """What people found since a day, by kind."""
    require(actor, Act.SEE_READING)
    promise = current(session)
    return tuple(_figures(kind, rows, promise) for kind, rows in _by_kind(session, since).items())


def retuned(session: Session, actor: Actor, per_10k: int, since: date) -> tuple[Retuned, ...]:
    """The thresholds that the city's own fields speak for: nothing is changed."""
    require(actor, Act.SEE_READING)
    promise = Promise(per_10k, current(session).thresholds if current(session).per_10k == per_10k else {})
    return tuple(_retuned(kind, rows, promise) for kind, rows in _by_kind(session, since).items())


def apply_retuned(session: Session, actor: Actor, since: date) -> ReadingPromise:
    """Set the thresholds that `retuned` shows for the present promise."""
    now = current(session)
    own = {one.kind: one.proposed for one in retuned(session, actor, now.per_10k, since)}
    return save_promise(session, actor, now.per_10k, {**now.thresholds, **own}, now.drawn)


def _latest(session: Session) -> ReadingPromise | None:
    newest = select(ReadingPromise).order_by(ReadingPromise.set_at.desc(), ReadingPromise.id.desc())
    return session.scalars(newest.limit(1)).first()


class _Looked(NamedTuple):
    """A verified field, as far as figures need it: a year of a city holds hundreds of thousands."""

    look: Look
    promised: float
    right: bool


def _by_kind(session: Session, since: date) -> dict[str, list[_Looked]]:
    columns = (VerifiedField.field_kind, VerifiedField.look, VerifiedField.promised, VerifiedField.right)
    kinds: dict[str, list[_Looked]] = defaultdict(list)
    for kind, look, promised, right in session.execute(select(*columns).where(VerifiedField.day >= since)):
        kinds[kind].append(_Looked(look, promised, right))
    return dict(sorted(kinds.items()))


def _figures(kind: str, rows: Sequence[_Looked], promise: Promise) -> KindFigures:
    accepted = [row for row in rows if row.look is not Look.ASKED]
    wrong = sum(not row.right for row in accepted)
    expected = sum(1 - row.promised for row in rows)
    rate = promise.per_10k / 10_000
    bound = most_wrong(wrong, len(accepted))
    return KindFigures(
        kind=kind,
        steps=_steps(rows),
        fields=len(rows),
        accepted=len(accepted),
        wrong=wrong,
        bound=bound,
        drifts=wrong >= _DRIFT and unlikely(wrong, len(accepted) * rate),
        overconfident=_overconfident(rows, expected),
        proved=bool(accepted) and bound <= rate,
        lacking=max(0, math.ceil(math.log(_SURE) / math.log1p(-rate)) - len(accepted)),
    )


def _overconfident(rows: Sequence[_Looked], expected: float) -> bool:
    wrong = sum(not row.right for row in rows)
    return wrong >= _DRIFT and unlikely(wrong, expected)


def _steps(rows: Sequence[_Looked]) -> tuple[Step, ...]:
    steps = []
    for low, high in zip(STEPS, (*STEPS[1:], 1.0), strict=True):
        within = [row for row in rows if low <= row.promised and (row.promised < high or high == 1.0)]
        if within:
            promised = sum(row.promised for row in within) / len(within)
            steps.append(Step(low, high, len(within), promised, sum(row.right for row in within)))
    return tuple(steps)


def unlikely(wrong: int, expected: float) -> bool:
    """Whether so many wrong would come by chance less than once in twenty times (Poisson)."""
    fewer = sum(
        math.exp(-expected + n * math.log(max(expected, 1e-12)) - math.lgamma(n + 1)) for n in range(wrong)
    )
    return wrong > 0 and 1 - fewer < _SURE


def _retuned(kind: str, rows: Sequence[_Looked], promise: Promise) -> Retuned:
    model: KindModel = calibration().of(kind)
    now = promise.from_chance(kind, model)
    return Retuned(
        kind, now, _proposed(rows, now, promise.per_10k / 10_000), len(rows), sum(not r.right for r in rows)
    )


def _proposed(rows: Sequence[_Looked], now: float, rate: float) -> float:
    """Lower where so many fields were right that the promise is proved; higher where it is broken."""
    beyond = _beyond(rows)
    for chance, (wrong, fields) in beyond.items():
        if chance < now and _proves(wrong, fields, rate):
            return _floored(chance)
    wrong, fields = next((found for chance, found in beyond.items() if chance >= now), (0, 0))
    if not unlikely(wrong, fields * rate):
        return now
    kept = (chance for chance, found in beyond.items() if chance >= now and _keeps(found, rate))
    return next(map(_floored, kept), NEVER)


def _beyond(rows: Sequence[_Looked]) -> dict[float, tuple[int, int]]:
    """Probability → how many were wrong, and how many there are, from it on; the least probability first."""
    found: dict[float, tuple[int, int]] = {}
    wrong = 0
    for fields, row in enumerate(sorted(rows, key=lambda row: -row.promised), start=1):
        wrong += not row.right
        found[row.promised] = (wrong, fields)
    return dict(reversed(found.items()))


def _proves(wrong: int, fields: int, rate: float) -> bool:
    """Whether so few wrong are enough to say (95 %) that no more than the rate are."""
    if wrong > fields * rate:
        return False
    ways = (
        math.lgamma(fields + 1) - math.lgamma(n + 1) - math.lgamma(fields - n + 1)
        + n * math.log(rate) + (fields - n) * math.log1p(-rate)
        for n in range(wrong + 1)
    )  # fmt: skip
    return sum(math.exp(one) for one in ways) <= _SURE


def _keeps(found: tuple[int, int], rate: float) -> bool:
    wrong, fields = found
    return wrong <= fields * rate


def _floored(chance: float) -> float:
    return max(0.5, math.floor(chance * 1e4) / 1e4)
