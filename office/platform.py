"""The opened world: settings, database, vault, the city's keys, the catalogue of procedures."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, sessionmaker

from forms.catalogue import PACKAGED, Catalogue, catalogue_of, load_catalogue
from forms.definition_files import read_files
from forms.rendering.press import Press
from forms.signing.keys import CityKeys
from office.database import make_engine, make_sessions, upgrade
from office.definitions import keep
from office.secrets import Vault
from office.settings import Settings

CITY_DEFINITIONS = "definitions"


@dataclass(frozen=True, slots=True)
class Platform:
    """What everything that needs the world takes. `definitions` is the fingerprint of the catalogue.

    `press` prints in this process unless it is told to have processes of its own.
    """

    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    vault: Vault
    keys: CityKeys
    catalogue: Catalogue
    definitions: str
    press: Press = field(default_factory=Press)


def open_platform(settings: Settings, press: Press | None = None) -> Platform:
    """Open the world of a data folder; the first time, make folder, keys and tables.

    A city's own definitions (`definitions/` in the data folder) lie over the packaged ones.

    Raises the errors of its parts: `KeyRefused`, those of `CityKeys.open`, `DefinitionError`.
    """
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    city = settings.data / CITY_DEFINITIONS
    files = read_files(PACKAGED, city)
    catalogue = catalogue_of(files) if city.is_dir() else load_catalogue()
    engine = make_engine(settings.database)
    upgrade(engine)
    sessions = make_sessions(engine)
    return Platform(
        settings=settings,
        engine=engine,
        sessions=sessions,
        vault=Vault.open(settings.keys_folder),
        keys=CityKeys.open(settings.keys_folder, settings.municipality),
        catalogue=catalogue,
        definitions=keep(sessions, files),
        press=press or Press(),
    )
