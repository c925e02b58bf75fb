"""The command of a provisioner: provision, say what would be changed, or remove all of it."""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import TYPE_CHECKING

from provision.errors import ProvisionError
from provision.pipeline import changed, destroy, plan, provision
from provision.settings import Settings
from provision.target import Target

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from provision.pipeline import Group, GroupReport, RemovalReport


def run(name: str, groups: Sequence[Group], arguments: Sequence[str] | None = None) -> int:
    """Provision these groups at the endpoint of boto3's environment, or plan it.

    Args:
        name: The beginning of each line.
        groups: What to provision.
        arguments: `plan` writes what would be done to stdout as JSON, and changes nothing;
            `destroy` removes what is the lab's own, with `--dry-run` nothing; `--replace` replaces
            on AWS, too, what was changed by hand; with `--json` progress and failures are JSON on
            stdout, too, one object a line, for a program that says them in its own words; with
            `--when-told` no request is made before a line comes on stdin, and none at all without
            one. The command's own arguments by default.

    Returns:
        The exit status.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {name}")
    parser.add_argument("action", nargs="?", choices=["apply", "plan", "destroy"], default="apply")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--dry-run", action="store_true", help="of destroy: remove nothing")
    parser.add_argument(
        "--replace", action="store_true", help="on AWS: replace what was changed by hand"
    )
    parser.add_argument(
        "--when-told", action="store_true", help="get ready, then wait for a line on stdin"
    )
    given = parser.parse_args(arguments)
    is_read_only = given.action == "plan" or given.dry_run
    try:
        target = Target(Settings.from_environment(), is_read_only=is_read_only)
        if given.when_told:
            target.make_clients()
            if not sys.stdin.readline():
                return 0
        if given.action == "plan":
            _write_json(plan(target, groups))
        elif given.action == "destroy":
            return _destroy(name, target, groups, as_json=given.json)
        else:
            _apply(name, target, groups, as_json=given.json, replace=given.replace)
    except ProvisionError as error:
        if given.json:
            _write_json({"failed": {"sentence": error.sentence, "facts": error.facts}})
        else:
            sys.stderr.write(f"{name}: failed: {error}\n")
        return 1
    return 0


def _destroy(name: str, target: Target, groups: Sequence[Group], *, as_json: bool) -> int:
    """Remove what is the lab's own; the exit status tells whether anything of it is left."""
    verb = "would be removed" if target.is_read_only else "removed"

    def tell(report: RemovalReport) -> None:
        removed = report.removals.removed
        error = report.error and str(report.error)
        if as_json:
            seconds = report.seconds
            _write_json(
                {"group": report.group, "seconds": seconds, "removed": removed, "error": error}
            )
            return
        if removed:
            resources = ", ".join(removed)
            _write(f"{name}: {report.group:<12} {report.seconds:5.2f} s  {verb}: {resources}")
        if error:
            sys.stderr.write(f"{name}: {error}\n")

    rest = destroy(target, tell, groups)
    left = [] if target.is_read_only else rest.removed
    if as_json:
        _write_json({"left": left, "kept": rest.kept})
    else:
        for resource in rest.kept:
            _write(f"{name}: left alone, because it does not have the lab's tags: {resource}")
        for resource in left:
            sys.stderr.write(f"{name}: still there: {resource}\n")
        if not left:
            _write(f"{name}: done: nothing else of lab {target.settings.lab_id} is left")
    return 1 if left else 0


def _apply(
    name: str, target: Target, groups: Sequence[Group], *, as_json: bool, replace: bool
) -> None:
    started = time.monotonic()

    def tell(report: GroupReport) -> None:
        if as_json:
            _write_json({"group": report.group, "seconds": report.seconds, **report.changes.counts})
        else:
            _write(f"{name}: {report.group:<12} {report.seconds:5.2f} s  {report.changes}")

    reports = provision(target, tell, groups, replace=replace)
    done = {
        "changed": changed(reports),
        "resources": sum(len(report.changes.settled) for report in reports),
        "profile": target.settings.profile.name,
        "seconds": time.monotonic() - started,
    }
    if as_json:
        _write_json({"done": done})
    else:
        _write(
            name
            + ": done: {changed} of {resources} resources changed, "
            "profile {profile}, {seconds:.1f} s".format_map(done)
        )


def _write_json(value: Mapping[str, object]) -> None:
    _write(json.dumps(value, ensure_ascii=False))


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
