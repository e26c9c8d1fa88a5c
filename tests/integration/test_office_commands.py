"""`kakazu officer`, `audit` and `application` as they are run in a shell."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import sys
import warnings
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import time_machine

from forms.signing.verification import verify as verify_pdf
from office import clock
from office.accounts.roles import Role
from office.audit import proofs
from office.audit.checkpoints import Signer
from office.cli import main
from office.records import cases, signing
from tests.support.ground import officer, opened
from tests.support.moving_in import CONSENT, family_interview, known_family, signature


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def _run(data: Path, *words: str, stdin: str = "") -> Done:
    """The whole command line in this process (a process of its own takes seconds to start)."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["kakazu", "--data", str(data), *words])
        patch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as ended:
            main()
    return Done(int(ended.value.code or 0), out.getvalue(), err.getvalue())


def _json(data: Path, *words: str) -> Any:
    done = _run(data, *words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A data folder with one filed application; its receipt number."""
    data = tmp_path_factory.mktemp("office") / "data"
    with time_machine.travel("2026-04-10T01:00:00Z"), warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint leaves its colour profile open
        platform = opened(data)
        actor = officer(platform.sessions, "mado", Role.COUNTER)
        with platform.sessions.begin() as session:
            known = known_family(clock.today())
            interview = family_interview(platform.catalogue, clock.today(), known, alone=True)
            case = cases.open_case(session, actor, platform.vault, interview)
            one = cases.show_documents(session, actor, platform, case, interview)[0]
            signing.sign(session, actor, platform, case, signature(), CONSENT, case.nonce or "")
        platform.engine.dispose()
    return data, one.receipt_number


def test_officers_are_added_and_listed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    words = ("officer", "add", "kanri", "--name", "管理 花子", "--role", "administrator", "--password-stdin")
    done = _run(data, *words, stdin="correct-horse\n")
    assert (done.returncode, done.stdout) == (0, "管理 花子（kanri）を登録しました。\n")
    again = _run(data, *words, stdin="correct-horse\n")
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr == "kakazu: 職員ID「kanri」はもう使われています。別のIDにしてください。\n"
    [listed] = _json(data, "officer", "list")
    assert (listed["login"], listed["roles"], listed["active"]) == ("kanri", ["administrator"], True)


def test_applications_are_listed_shown_and_given_out(filed: tuple[Path, str], tmp_path: Path) -> None:
    data, number = filed
    listed = _json(data, "application", "list")
    assert (listed["total"], listed["applications"][0]["receipt_number"]) == (1, number)
    assert _json(data, "application", "list", "--state", "granted")["total"] == 0
    shown = _json(data, "application", "show", number)
    assert (shown["procedure"], shown["state"], shown["filed_on"]) == ("moving-in", "filed", "2026-04-10")
    assert [document["kind"] for document in shown["documents"]] == ["sealed", "shown"]
    files = _json(data, "application", "export", number, "--out", str(tmp_path / "out"))["files"]
    assert [Path(file).suffix for file in files] == [".pdf", ".json", ".xml"]
    pdf, record, xml = (Path(file).read_bytes() for file in files)
    verdict = verify_pdf(pdf, (data / "keys" / "root.pem").read_bytes())
    assert verdict.ok, verdict.findings
    assert json.loads(record)["receipt_number"] == number
    assert b"<?xml" in xml[:10]
    missing = _run(data, "application", "show", "R8-999999")
    assert missing.returncode == 2
    assert missing.stderr.startswith("kakazu: 受付番号「R8-999999」の申請はありません。")


def test_the_journal_is_signed_proven_and_its_tampering_named(
    filed: tuple[Path, str], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(filed[0], data)
    early = _run(data, "audit", "proof", "0")
    assert early.returncode == 2
    made = _json(data, "audit", "checkpoint")
    assert made["size"] > 5
    signer = Signer.of(data / "keys", "999997")
    proof = _json(data, "audit", "proof", "1", "--out", str(tmp_path / "proof.txt"))
    assert proofs.check((tmp_path / "proof.txt").read_text(), signer.name, signer.public) is not None
    assert proof["key"] == signer.verifier
    assert _json(data, "audit", "verify")["ok"]
    with sqlite3.connect(data / "kakazu.db") as database:
        database.execute("DROP TRIGGER audit_entry_no_update")
    database.close()
    unguarded = _run(data, "audit", "verify")
    assert unguarded.returncode == 1
    assert "表 audit_entry を書き換えから守るしくみ" in unguarded.stdout
    with sqlite3.connect(data / "kakazu.db") as database:
        database.execute("UPDATE audit_entry SET body = replace(body, 'case', 'cast') WHERE seq = 1")
    database.close()
    done = _run(data, "audit", "verify")
    assert done.returncode == 1
    assert "1番の記録が書き換えられています。" in done.stdout
    assert _run(data, "audit", "proof", "99999").returncode == 2


def test_wrong_settings_stop_every_command(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("prot = 1\nhost = 2\n", encoding="utf-8")
    done = _run(tmp_path, "audit", "verify")
    assert done.returncode == 2
    assert "settings.toml: prot:" in done.stderr
    assert "settings.toml: host:" in done.stderr
    assert "Traceback" not in done.stderr
