"""A PostgreSQL of the tests' own: private folder, private port, loopback only, stopped at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

# PostgreSQL refuses to run as root; Debian's package brings this account.
SERVICE_ACCOUNT = "postgres"


def _program(name: str) -> str:
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = str(versions[-1]) if versions else shutil.which(name)
    if found is None:
        raise RuntimeError(f"PostgreSQL's {name} is not installed (package postgresql)")
    return found


def _as_service(command: list[str]) -> list[str]:
    return ["runuser", "-u", SERVICE_ACCOUNT, "--", *command] if os.getuid() == 0 else command


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def private_cluster() -> Iterator[str]:
    """A running cluster; yields its base URL (`postgresql+psycopg://…:PORT`), without a database name."""
    folder = Path(tempfile.mkdtemp(prefix="kakazu-pg-"))
    if os.getuid() == 0:
        account = pwd.getpwnam(SERVICE_ACCOUNT)
        os.chown(folder, account.pw_uid, account.pw_gid)
    data, port = folder / "data", _free_port()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": True, "cwd": folder}
    subprocess.run(
        _as_service(
            [_program("initdb"), "-D", str(data), "-A", "trust", "-U", "kakazu", "-E", "UTF8", "--locale=C"]
        ),
        **quiet,
    )  # type: ignore[call-overload]
    # Tests kill our own processes, never PostgreSQL: it need not wait for the disk.
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c max_connections=200"
        " -c fsync=off -c full_page_writes=off"
    )
    control = [_program("pg_ctl"), "-D", str(data), "-w"]
    subprocess.run(_as_service([*control, "-o", options, "-l", str(folder / "log"), "start"]), **quiet)  # type: ignore[call-overload]
    try:
        yield f"postgresql+psycopg://kakazu@127.0.0.1:{port}"
    finally:
        subprocess.run(_as_service([*control, "-m", "immediate", "stop"]), **quiet)  # type: ignore[call-overload]
        shutil.rmtree(folder, ignore_errors=True)


def new_database(base_url: str, template: str = "template1") -> str:
    """Make a database in the cluster, empty or a copy of `template`, and return its URL."""
    name = f"kakazu_{uuid4().hex[:12]}"
    _administer(base_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    return f"{base_url}/{name}"


def drop_database(url: str) -> None:
    """Remove a database of the cluster with whoever is still connected to it."""
    base_url, _, name = url.rpartition("/")
    _administer(base_url, f'DROP DATABASE "{name}" WITH (FORCE)')


def template_database(base_url: str, name: str, fill: Callable[[str], None]) -> str:
    """The database to copy others from, made and filled at the first call for a cluster; gives its name."""
    if (base_url, name) not in _templates:
        _administer(base_url, f'CREATE DATABASE "{name}"')
        fill(f"{base_url}/{name}")
        _templates.add((base_url, name))
    return name


_templates: set[tuple[str, str]] = set()


def _administer(base_url: str, command: str) -> None:
    plain = base_url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(f"{plain}/postgres", autocommit=True) as connection:
        connection.execute(command.encode())
