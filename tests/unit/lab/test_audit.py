"""The audit of the locked packages: pip-audit itself, asking a stand-in for the list."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import typer
from pip_audit._dependency_source import RequirementSource

from lab.audit import Vulnerability, data_address, read_allowed
from lab.commands import checks
from lab.errors import LabError

KNOWN = Vulnerability("old-one", "1.2", ("GHSA-1", "CVE-2026-1"), ("1.3",))


def entry(vulnerability: Vulnerability) -> dict[str, Any]:
    """As OSV answers."""
    events = [{"introduced": "0"}, *({"fixed": version} for version in vulnerability.fixed_in)]
    package = {"name": vulnerability.package, "ecosystem": "PyPI"}
    return {
        "id": vulnerability.ids[0],
        "aliases": list(vulnerability.ids[1:]),
        "summary": "bad",
        "published": "2026-01-02T03:04:05Z",
        "affected": [{"package": package, "ranges": [{"type": "ECOSYSTEM", "events": events}]}],
    }


class _List(BaseHTTPRequestHandler):
    """Knows one vulnerability; `status` is what it answers with."""

    status = 200

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        package = (asked["package"]["name"], asked["version"])
        known = {"vulns": [entry(KNOWN)]} if package == (KNOWN.package, KNOWN.version) else {}
        body = json.dumps(known).encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_List]]:
    """The stand-in; closed again at the end."""

    class Own(_List):
        pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Own) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setenv("PIP_AUDIT_OSV_URL", f"http://127.0.0.1:{server.server_port}/v1/query")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield Own
        server.shutdown()


@pytest.fixture
def run_audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Runs the command with an allow-list of its own; its status."""

    def run(allowed: str = "") -> int:
        page = tmp_path / "audit-allowed.txt"
        page.write_text(allowed)
        monkeypatch.setattr(checks, "ALLOWED", page)
        monkeypatch.setattr(checks, "CACHES", tmp_path)
        try:
            checks.audit()
        except typer.Exit as left:
            return left.exit_code
        return 0

    return run


@pytest.mark.usefixtures("listed")
def test_a_known_vulnerability_in_a_lock_fails_the_audit_and_is_listed(
    run_audit: Callable[..., int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lock = tmp_path / "other.txt"
    lock.write_text(f"{KNOWN.package}=={KNOWN.version} --hash=sha256:{'0' * 64}\n")
    monkeypatch.setattr(checks, "ENVIRONMENTS", [[*checks.ENVIRONMENTS[0], lock], [lock]])
    assert run_audit() == 1
    told = capsys.readouterr().out
    for cell in (KNOWN.package, KNOWN.version, *KNOWN.ids, *KNOWN.fixed_in, "1 known"):
        assert cell in told
    assert "localstack-core" not in told


def test_every_lock_is_audited_and_has_one_version_of_each_package() -> None:
    audited = [lock for locks in checks.ENVIRONMENTS for lock in locks]
    assert sorted(audited) == sorted(set(checks.REQUIREMENTS.glob("*.txt")) - {checks.ALLOWED})
    for locks in checks.ENVIRONMENTS:
        assert list(RequirementSource(locks, disable_pip=True).collect()), locks


def test_what_is_let_stand_is_listed_with_its_reason_and_fails_nothing(
    run_audit: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("lab.audit.known_vulnerabilities", lambda *_: [KNOWN])
    assert run_audit(f"# decided\n{KNOWN.ids[1]}  our use never reads it\nCVE-2020-9  gone\n") == 0
    told = capsys.readouterr().out
    assert "our use never reads it" in told
    assert "0 known vulnerabilities, 1 let stand" in told
    assert "CVE-2020-9 matches nothing any more" in told


@pytest.mark.usefixtures("listed")
def test_an_audit_that_breaks_off_is_a_failure_and_no_skip(
    run_audit: Callable[..., int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho harmless is not pinned >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(broken))
    with pytest.raises(LabError, match="did not finish: harmless is not pinned"):
        run_audit()


@pytest.mark.parametrize("status", [403, 503, None])
def test_a_list_out_of_reach_is_told_in_one_line_and_fails_nothing(
    run_audit: Callable[..., int],
    listed: type[_List],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    status: int | None,
) -> None:
    if status:
        listed.status = status
    else:
        monkeypatch.setenv("PIP_AUDIT_OSV_URL", "http://127.0.0.1:9/nobody-listens")
    assert run_audit() == 0
    told = capsys.readouterr().out
    assert told.startswith("SKIPPED: nothing was audited: ")
    assert told.count("\n") == 1
    assert data_address() in told


def test_every_line_of_an_allow_list_has_its_reason_and_stands_there_once(tmp_path: Path) -> None:
    page = tmp_path / "audit-allowed.txt"
    for text in ("GHSA-1\n", "GHSA-1  why\nGHSA-1  again\n"):
        page.write_text(text)
        with pytest.raises(LabError, match=r"audit-allowed.txt, line \d: GHSA-1"):
            read_allowed(page)
    page.write_text("# why\n\nGHSA-1  because of this\n")
    assert read_allowed(page) == {"GHSA-1": "because of this"}


def test_the_projects_allow_list_is_well_formed() -> None:
    assert all(read_allowed(checks.ALLOWED).values())
