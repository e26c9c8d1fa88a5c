"""The processes as an administrator starts them: web of the grown shape, bad settings, a clean stop."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.suite import KAKAZU, running_suite


def answer(address: str, seconds: float = 60) -> str:
    """The page at an address, as soon as somebody answers."""
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address) as page:
                return str(page.read().decode())
        except urllib.error.URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def test_the_grown_shape_serves_the_pages(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        bind = f"127.0.0.1:{probe.getsockname()[1]}"
    command = [str(KAKAZU), "--data", str(tmp_path / "data"), "web", "--bind", bind, "--workers", "1"]
    with (tmp_path / "log").open("w") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            page = answer(f"http://{bind}/sign-in")
        finally:
            process.terminate()
            process.wait(timeout=30)
    assert "サインイン" in page
    assert "はじめての方へ" not in page  # no sample city here, so no published passwords either


def test_the_suite_starts_with_the_sample_city_and_stops_cleanly(tmp_path: Path) -> None:
    with running_suite(tmp_path / "data") as address:
        assert "mihon-mado" in answer(f"{address}/sign-in")
        ledger = tmp_path / "data/ledgers/転入者台帳.xlsx"
        assert ledger.exists()
    with running_suite(tmp_path / "data") as address:  # a second start finds everything there
        assert "mihon-mado" in answer(f"{address}/sign-in")
        host = urlsplit(address)
        with ExitStack() as browsers:  # fifty tablets keep some connections each open
            for _ in range(150):
                browsers.enter_context(socket.create_connection((host.hostname or "", host.port or 0)))
            with urllib.request.urlopen(f"{address}/sign-in", timeout=60) as page:
                assert "mihon-mado" in page.read().decode()


def test_bad_settings_stop_the_start_and_are_all_named(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('hots = "0.0.0.0"\n', encoding="utf-8")
    done = subprocess.run(
        [str(KAKAZU), "--data", str(tmp_path), "up"],
        env={**os.environ, "KAKAZU_PORT": "many"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "hots" in done.stderr
    assert "KAKAZU_PORT" in done.stderr
    assert "Traceback" not in done.stderr
