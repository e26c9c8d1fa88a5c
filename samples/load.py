"""Loading みほん市 into an empty platform: officers, register, notices, ledger and masters."""

from __future__ import annotations

from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from office import clock
from office.accounts.actor import Actor
from office.accounts.models import Officer
from office.accounts.operations import add_officer
from office.accounts.roles import Role
from office.audit import events, journal
from office.platform import Platform
from office.records.models import residents as register
from office.records.models.routes import DecisionRoute
from office.secrets import Vault
from samples.arrivals import Arrival
from samples.bookings import add_bookings
from samples.city import City, build
from samples.contracts import load_contracts
from samples.files import write_files
from samples.people import Household, Resident
from samples.surveys import load_surveys

SAMPLE_LOADED = events.declare(
    "sample.loaded", "お試しの「みほん市」を入れました", "seed", "residents", "notices"
)
_AT_ONCE = 500


def load_sample(platform: Platform) -> None:
    """Load the sample city of 1,000 where nothing is yet; harmless where it is already.

    A database that holds officers or households of its own is left alone: the sample's accounts have
    published passwords. Files that are missing are made again, files that are there are never touched.
    """
    load_city(platform, build())
    with platform.sessions.begin() as session:
        if _is_sample(session) and session.scalar(select(DecisionRoute.id).limit(1)) is None:
            load_contracts(session, platform)


def load_city(platform: Platform, city: City) -> None:
    """As `load_sample`, for any seed and size. Everything in the database or nothing, then the files."""
    with platform.sessions() as session:
        if _is_empty(session):
            _load(session, platform.vault, city)
            add_bookings(session, platform.vault, platform.catalogue, city.seed)
            session.commit()
        elif not _is_sample(session):
            return
    write_files(city, platform.settings.data)


def _is_empty(session: Session) -> bool:
    officer = session.scalar(select(Officer.id).limit(1))
    return officer is None and session.scalar(select(register.Household.id).limit(1)) is None


def _is_sample(session: Session) -> bool:
    return session.scalar(select(Officer.id).where(Officer.is_sample).limit(1)) is not None


def _load(session: Session, vault: Vault, city: City) -> None:
    """Everything in one transaction, the register in portions so that a large city takes no room."""
    actor = Actor.console()
    for officer in city.officers:
        roles = [Role(role) for role in officer.roles]
        add_officer(session, actor, officer.login, officer.name, roles, officer.password, is_sample=True)
    households = city.households()
    while portion := [_household(vault, household) for household in islice(households, _AT_ONCE)]:
        session.add_all(portion)
        session.flush()
        session.expunge_all()
    arrivals = city.arrivals(clock.today())
    session.add_all(_notice(vault, arrival) for arrival in arrivals)
    maker = session.scalars(select(Officer).where(Officer.login == "jimu")).one()
    load_surveys(session, Actor.of(maker), vault)
    journal.write(
        session,
        actor,
        SAMPLE_LOADED,
        "city:mihon",
        seed=city.seed,
        residents=city.size,
        notices=len(arrivals),
    )


def _household(vault: Vault, household: Household) -> register.Household:
    return register.Household(
        number=household.number,
        postal_code=household.address.postal_code,
        address=household.address.to_json(),
        head_name=household.head.name.full,
        residents=[_resident(vault, resident) for resident in household.members],
    )


def _resident(vault: Vault, resident: Resident) -> register.Resident:
    row = register.Resident(
        number=resident.number,
        family=resident.name.family,
        given=resident.name.given,
        family_kana=resident.name.family_kana,
        given_kana=resident.name.given_kana,
        birth_on=resident.birth_on,
        sex=resident.sex,
        relation=resident.relation,
        became_resident_on=resident.became_resident_on,
    )
    row.write_my_number(vault, resident.my_number)
    return row


def _notice(vault: Vault, arrival: Arrival) -> register.MoveOutNotice:
    reporter = arrival.reporter
    row = register.MoveOutNotice(
        family_kana=reporter.name.family_kana,
        given_kana=reporter.name.given_kana,
        birth_on=reporter.birth_on,
        planned_on=arrival.planned_on,
        arrived_at=clock.now(),
    )
    row.write_payload(vault, arrival.payload())
    return row
