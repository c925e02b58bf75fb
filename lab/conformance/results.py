"""What the tests of the suite gave, kept in files, and two configurations compared."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lab.conformance.suite import TESTS
from lab.errors import LabError
from lab.paths import STATE

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = STATE / "conformance" / "results"
OTHERWISE = Path(__file__).with_name("otherwise.toml")

PLAIN = "plain"
"""The configuration that the others are compared with."""

NOT_RUN = frozenset({"skipped", "xfailed"})


@dataclass(frozen=True)
class Result:
    """How one test went under one configuration.

    Attributes:
        test: its id, from the folder of the service on: `sns/test_sns.py::TestSNS::test_x[y]`.
        outcome: `passed`, `failed`, `skipped` or `xfailed`; passed when it once did in its run.
        why: what the failure said, or why it was skipped.
        at: when it ended.
    """

    test: str
    outcome: str
    why: str
    at: datetime

    @property
    def service(self) -> str:
        """The part of the suite it belongs to."""
        return self.test.partition("/")[0].rstrip("_")


def results_file(configuration: str) -> Path:
    """Return where the lines of a configuration are kept, all runs one after the other."""
    return FOLDER / f"{configuration}.jsonl"


def read_results(file: Path) -> dict[str, Result]:
    """Read the newest run of each test.

    A test that ran more than once in a run counts as passed when it once passed: what is measured
    is what the emulator can do, and a busy machine makes a test late now and then.
    """
    newest: dict[str, Result] = {}
    runs: dict[str, str] = {}
    for line in file.read_text("utf-8").splitlines() if file.exists() else ():
        entry = json.loads(line)
        test = entry["test"].removeprefix(f"{TESTS}/")
        is_again = runs.get(test) == entry["run"]
        if not (is_again and newest[test].outcome == "passed"):
            at = datetime.fromtimestamp(entry["at"], UTC)
            newest[test] = Result(test, entry["outcome"], entry["why"], at)
        runs[test] = entry["run"]
    return newest


def read_otherwise(file: Path = OTHERWISE) -> dict[str, str]:
    """Read which tests the lab rightly answers otherwise, and why.

    Raises:
        LabError: an entry has no reason.
    """
    listed: dict[str, str] = {}
    for group in tomllib.loads(file.read_text("utf-8")).get("otherwise", []):
        reason = str(group.get("reason", "")).strip()
        if not reason:
            raise LabError(f"{file.name}: {group.get('tests')} has no reason.")
        listed.update(dict.fromkeys(group["tests"], reason))
    return listed


@dataclass
class Comparison:
    """What one configuration can that another cannot.

    Attributes:
        run: by service and configuration, how many tests ran.
        passed: the same, how many of them passed.
        not_run: by reason, how many tests ran nowhere.
        compared: by configuration, how many tests ran on plain LocalStack too.
        regressions: tests that plain LocalStack passes and the lab does not, by configuration.
        gains: the other way round.
        rightly: regressions with a reason in `otherwise.toml`, by configuration.
        failing: tests that pass nowhere.
        unused: entries of `otherwise.toml` whose tests ran and are no regression any more.
    """

    run: Counter[tuple[str, str]] = field(default_factory=Counter)
    passed: Counter[tuple[str, str]] = field(default_factory=Counter)
    not_run: Counter[str] = field(default_factory=Counter)
    compared: Counter[str] = field(default_factory=Counter)
    regressions: dict[str, list[str]] = field(default_factory=dict)
    gains: dict[str, list[str]] = field(default_factory=dict)
    rightly: dict[str, list[str]] = field(default_factory=dict)
    failing: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)


def compare(
    plain: Mapping[str, Result],
    others: Mapping[str, Mapping[str, Result]],
    otherwise: Mapping[str, str],
) -> Comparison:
    """Compare configurations of the lab with plain LocalStack.

    A test that ran under one of them only is counted there and compared with nothing.

    Args:
        plain: the results of LocalStack alone.
        others: the results of the lab, by the configuration's name.
        otherwise: reasons by test.
    """
    found = Comparison(
        regressions={name: [] for name in others},
        gains={name: [] for name in others},
        rightly={name: [] for name in others},
    )
    differing: set[str] = set()
    entries: set[str] = set()
    configurations = {PLAIN: plain, **others}
    for test in sorted(set().union(*configurations.values())):
        of_the_test = {
            name: results[test] for name, results in configurations.items() if test in results
        }
        one = next(iter(of_the_test.values()))
        if all(each.outcome in NOT_RUN for each in of_the_test.values()):
            found.not_run[one.why] += 1
            continue
        can = {name: each.outcome == "passed" for name, each in of_the_test.items()}
        for name, passes in can.items():
            found.run[one.service, name] += 1
            found.passed[one.service, name] += passes
        if not any(can.values()):
            found.failing.append(test)
        entry = entry_of(test, otherwise)
        for name in can.keys() - {PLAIN} if PLAIN in can else ():
            found.compared[name] += 1
            entries.add(entry)
            if can[PLAIN] and not can[name]:
                differing.add(entry)
                (found.rightly if entry in otherwise else found.regressions)[name].append(test)
            elif can[name] and not can[PLAIN]:
                found.gains[name].append(test)
    found.unused = sorted(entry for entry in otherwise if entry in entries - differing)
    return found


def entry_of(test: str, otherwise: Mapping[str, str]) -> str:
    """Return the name that `otherwise.toml` may have for a test: one for all its parameters."""
    return test if test in otherwise else test.partition("[")[0]
