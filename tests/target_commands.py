"""`scripts/lab --target` in this process, by a user whose home and environment are full of AWS."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from lab import chosen, cli, language, paths, running
from tests.network import elsewhere, watched

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


def commands_of(
    home: Path,
    endpoint: str,
    profiles: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., tuple[Any, str, str]]:
    """Return what runs a command of a user, who must ask nobody but this machine.

    Args:
        home: The user's, and the folder of the lab's state.
        endpoint: To which the user's profiles lead.
        profiles: Each with the account that it is of.
        monkeypatch: Of the test.
        capsys: Of the test.

    Returns:
        Takes the words of a command; answers its status and what it printed, by the two streams.
    """
    folder = home / ".aws"
    folder.mkdir()
    (folder / "config").write_text(
        "[default]\nregion = eu-west-1\nendpoint_url = https://aws.example.com\n"
        + "".join(f"[profile {name}]\nendpoint_url = {endpoint}\n" for name in profiles)
    )
    (folder / "credentials").write_text(
        "".join(
            f"[{name}]\naws_access_key_id = {account}\naws_secret_access_key = test\n"
            for name, account in profiles.items()
        )
    )
    users_own = {
        "HOME": str(home),
        "AWS_PROFILE": "default",
        "AWS_ACCESS_KEY_ID": "AKIREAL",
        "AWS_SECRET_ACCESS_KEY": "real",  # pragma: allowlist secret
        "HTTPS_PROXY": "http://192.0.2.1:3128",
        "LAB_EMAIL": "malee@example.org",
        "NO_COLOR": "1",
    }
    monkeypatch.setattr(paths, "STATE", home / "state")

    def command(*words: str) -> tuple[Any, str, str]:
        monkeypatch.setattr("sys.argv", ["lab", *words])
        monkeypatch.setattr(chosen, "_THIS_COMMAND", chosen._Command())
        monkeypatch.setattr(language, "_THIS_COMMAND", language._Speaker())
        monkeypatch.setattr(running, "_SET_BY_THE_USER", {})
        around = dict(os.environ)
        for name in [name for name in os.environ if name.startswith(("AWS_", "LAB_"))]:
            del os.environ[name]
        os.environ |= users_own
        with watched() as seen, pytest.raises(SystemExit) as left:
            cli.main()
        os.environ.clear()
        os.environ.update(around)
        assert [each for each in elsewhere(seen) if each[1] != sys.executable] == []
        printed = capsys.readouterr()
        return left.value.code, printed.out, printed.err

    return command
