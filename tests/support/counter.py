"""A counter with a register, officers and cases, for tests of prefill, hand-overs and corrections."""

from __future__ import annotations

from datetime import date

from office import clock
from office.accounts.actor import Actor
from office.platform import Platform
from office.records import cases, decisions, signing
from office.records.models.applications import Application
from office.records.models.residents import Household, Resident
from samples.city import build
from samples.people import Household as SampleHousehold
from tests.support.moving_in import CONSENT, family_interview, known_family, signature

ADDRESS = {
    "postal_code": "9999010",
    "prefecture": "見本県",
    "city": "みほん市",
    "town": "緑が丘",
    "block": "2-7-18",
    "building": "",
}


def add_household(platform: Platform, *, protected: bool = False) -> str:
    """A couple of the register, 見本 一 and 花: the household's id."""
    with platform.sessions.begin() as session:
        home = Household(number="500", postal_code="9999010", address=dict(ADDRESS), head_name="見本 一")
        people = (("一", "ハジメ", "世帯主", date(1950, 1, 1)), ("花", "ハナ", "妻", date(1952, 2, 2)))
        for n, (given, kana, relation, born) in enumerate(people):
            one = Resident(
                number=f"50{n}",
                family="見本",
                given=given,
                family_kana="ミホン",
                given_kana=kana,
                birth_on=born,
                sex="male" if n == 0 else "female",
                relation=relation,
                protected=protected and n == 1,
            )
            home.residents.append(one)
        session.add(home)
    return home.id


def sample_household() -> SampleHousehold:
    """The first household of the sample city."""
    return next(iter(build(residents=20).households()))


def signed_case(platform: Platform, actor: Actor) -> list[str]:
    """A case of one person moving in, signed: the receipt numbers."""
    on = clock.today()
    interview = family_interview(platform.catalogue, on, known_family(on), alone=True)
    with platform.sessions.begin() as session:
        case = cases.open_case(session, actor, platform.vault, interview)
        cases.show_documents(session, actor, platform, case, interview)
    return sign(platform, actor, case.id)


def sign(platform: Platform, actor: Actor, case_id: str) -> list[str]:
    """Sign what a case shows: the receipt numbers filed."""
    with platform.sessions.begin() as session:
        case = cases.find(session, actor, case_id)
        signing.sign(session, actor, platform, case, signature(), CONSENT, case.nonce or "")
        return [one.receipt_number for one in case.applications if one.state == "filed"]


def returned(platform: Platform, actor: Actor, receipt: str, *boxes: str) -> Application:
    """Return an application, these boxes named."""
    with platform.sessions.begin() as session:
        one = session.query(Application).filter_by(receipt_number=receipt).one()
        decisions.return_(session, actor, one, "電話番号を確かめてください。", boxes)
        return one
