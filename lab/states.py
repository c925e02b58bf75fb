"""Named states of the cloud: one file each, which a running lab writes and loads."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lab.console import err, inline
from lab.errors import LabError, UsageError
from lab.language import say
from lab.pages import bypass_proxies, get_page
from lab.paths import REPOSITORY, states_folder

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "/_lab/state"
FILE_PAGE = "/_lab/state/file"
RESET_PAGE = "/_lab/reset"
SUFFIX = ".lab"
TIMEOUT_SECONDS = 300
"""How long saving or loading may take."""

CONFLICT = 409
FORBIDDEN = 403
OK = 200

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_MOST_MANIFEST_BYTES = 1 << 20


@dataclass(frozen=True)
class NamedState:
    """A file that holds a state.

    Attributes:
        name: What it was saved as.
        bytes: The size of the file.
        saved_at: When, in Unix seconds.
        contains: How many of what it holds, such as `objects` and `functions`.
        left_out: What could not be saved, a line each.
    """

    name: str
    bytes: int
    saved_at: float
    contains: dict[str, int]
    left_out: list[str]


class ForeignCodeError(LabError):
    """A state holds code of functions that is not this repository's.

    Attributes:
        functions: Their ARNs, with the version.
        codes: What the lab calls their code: the SHA-256 of the archives.
    """

    def __init__(self, functions: list[str], codes: set[str]) -> None:
        self.functions = functions
        self.codes = codes
        super().__init__(
            say("Nothing was loaded: the file brings code that is not this repository's.")
        )


def file_of(name: str) -> Path:
    """Return the file of a named state, whether it is there or not.

    Raises:
        UsageError: It cannot be a name.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            say(
                "{name!r} cannot name a state: take up to 64 letters, digits, dots, hyphens and "
                "underscores, such as week2.",
                name=name,
            )
        )
    return states_folder() / f"{name}{SUFFIX}"


def all_states() -> list[NamedState]:
    """Return the named states that can be read, the newest first."""
    found = [_described(path) for path in states_folder().glob(f"*{SUFFIX}")]
    return sorted(filter(None, found), key=lambda each: each.saved_at, reverse=True)


def _described(path: Path) -> NamedState | None:
    try:
        with zipfile.ZipFile(path) as packed, packed.open("manifest.json") as entry:
            manifest = json.loads(entry.read(_MOST_MANIFEST_BYTES))
        contains = {str(what): int(count) for what, count in manifest["contains"].items()}
        saved_at = float(manifest["saved_at"])
        left_out = [str(line) for line in manifest.get("left_out", ())]
    except (OSError, ValueError, TypeError, LookupError, AttributeError, zipfile.BadZipFile):
        return None
    return NamedState(path.stem, path.stat().st_size, saved_at, contains, left_out)


def save(endpoint: str, file: Path) -> NamedState:
    """Write the present state of a lab to a file, and return what is in it.

    Raises:
        LabError: The lab could not take its state.
    """
    import requests

    bypass_proxies()
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}")
    with requests.get(endpoint + FILE_PAGE, timeout=TIMEOUT_SECONDS, stream=True) as answer:
        if answer.status_code != OK:
            raise LabError(say("Nothing was saved: {reason}.", reason=_reason(answer)))
        with draft.open("wb") as target:
            for piece in answer.iter_content(1 << 20):
                target.write(piece)
    draft.replace(file)
    saved = _described(file)
    assert saved is not None, f"{file} was written, and cannot be read"
    return saved


def load(endpoint: str, file: Path, trusted: set[str] | None) -> dict[str, Any]:
    """Put the state in a file in the place of the present one.

    Args:
        endpoint: Of the lab.
        file: The file.
        trusted: The SHA-256 of the code that may come with it; None trusts all.

    Returns:
        When it was saved, how long loading took, what goes on.

    Raises:
        ForeignCodeError: It brings other code. Nothing was changed.
        LabError: The lab refuses it. Nothing was changed.
    """
    import requests

    bypass_proxies()
    with file.open("rb") as content:
        answer = requests.post(
            endpoint + FILE_PAGE,
            params=None if trusted is None else {"trusted": ",".join(sorted(trusted))},
            data=content,
            headers={"Content-Type": "application/zip"},
            timeout=TIMEOUT_SECONDS,
        )
    if answer.status_code == FORBIDDEN and "foreign_code" in _told(answer):
        found = _told(answer)["foreign_code"]
        raise ForeignCodeError(
            [each["function"] for each in found], {each["code"] for each in found}
        )
    if answer.status_code != OK:
        raise LabError(say("Nothing was loaded: {reason}.", reason=_reason(answer)))
    return _told(answer)


def own_code() -> set[str]:
    """Return the SHA-256 of each function's archive that this repository makes."""
    import hashlib

    from provision.archive import folder_zip, function_zip
    from provision.sources import LAMBDAS, SHARED_PACKAGE

    packages = [path.parent for path in LAMBDAS.glob("*/handler.py")]
    archives = [function_zip(package, SHARED_PACKAGE) for package in packages]
    solutions = (REPOSITORY / "course").glob("week*/*/solution/*/lambda_function.py")
    archives += [folder_zip(path.parent) for path in solutions]
    return {hashlib.sha256(archive).hexdigest() for archive in archives}


def automatic_state(endpoint: str) -> dict[str, Any]:
    """Return what a lab says of its automatic state; nothing for a lab without the page."""
    import requests

    try:
        report: dict[str, Any] = get_page(endpoint, PAGE)
    except requests.RequestException:
        return {}
    return report


def save_before_the_stop(endpoint: str) -> list[str] | None:
    """Save the automatic state of a lab that keeps one, and let nothing change any more.

    Returns:
        What could not be saved, a line each; None if nothing was saved.

    Raises:
        LabError: It keeps one, and could not save it.
    """
    import requests

    bypass_proxies()
    try:
        answer = requests.post(endpoint + PAGE, json={"stop": True}, timeout=TIMEOUT_SECONDS)
    except requests.RequestException:
        return None  # it does not answer any more; the last state it saved stays
    if answer.status_code == OK:
        return [str(line) for line in _told(answer).get("left_out", ())]
    if answer.status_code == CONFLICT or "error" not in _told(answer):
        return None
    raise LabError(
        say(
            "The lab still runs, because its cloud could not be saved: {reason}. "
            "Run the same command again.",
            reason=_reason(answer),
        )
    )


def empty_and_provision(endpoint: str) -> bool:
    """Let a running lab empty its cloud and provision it again, without starting it anew.

    Returns:
        Whether it did. It cannot where it does not answer, or services are in use that its states
        do not have.
    """
    import requests

    bypass_proxies()
    try:
        answer = requests.post(endpoint + RESET_PAGE, timeout=TIMEOUT_SECONDS)
    except requests.RequestException:
        return False
    scripts = _told(answer).get("scripts", {})
    return answer.status_code == OK and set(scripts.values()) <= {"SUCCESSFUL"}


def tell_what_is_not_saved(left_out: list[str]) -> None:
    """Name what a state does not have, a line each."""
    for line in left_out:
        told = say("Not saved, because the lab cannot write its class: {what}", what=inline(line))
        err.print(f"[yellow]![/yellow] {told}", soft_wrap=True)


def _told(answer: Any) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _reason(answer: Any) -> str:
    told = _told(answer).get("error") or say("the lab answered {status}", status=answer.status_code)
    return str(told).rstrip(".")
