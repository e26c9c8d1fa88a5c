"""A PostgreSQL of the tests' own: private folder, private port, loopback only, stopped at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
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
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c max_connections=200"
    )
    control = [_program("pg_ctl"), "-D", str(data), "-w"]
    subprocess.run(_as_service([*control, "-o", options, "-l", str(folder / "log"), "start"]), **quiet)  # type: ignore[call-overload]
    try:
        yield f"postgresql+psycopg://kakazu@127.0.0.1:{port}"
    finally:
        subprocess.run(_as_service([*control, "-m", "immediate", "stop"]), **quiet)  # type: ignore[call-overload]
        shutil.rmtree(folder, ignore_errors=True)


def new_database(base_url: str) -> str:
    """Make an empty database in the cluster and return its URL."""
    name = f"kakazu_{uuid4().hex[:12]}"
    plain = base_url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(f"{plain}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return f"{base_url}/{name}"
