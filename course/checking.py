"""Runs the checks of a step and recognises known mistakes in those that fail."""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from course.case import Case, Facts
from course.causes import causes
from course.finding import Finding, Verdict, failed, not_yet
from course.language import Text, fill
from course.probes import probes
from course.sandbox import Sandbox, found_names
from course.step import Check, Mistake, Step


@dataclass(frozen=True)
class Result:
    """How one check ended.

    Attributes:
        check: The check.
        finding: What its probe saw.
        mistake: The known mistake that it shows, if any.
        says: That mistake's words, with its facts filled in.
        seconds: How long it took.
    """

    check: Check
    finding: Finding
    mistake: Mistake | None = None
    says: Text | None = None
    seconds: float = 0.0

    @property
    def verdict(self) -> Verdict:
        """Pass, fail or not yet."""
        return self.finding.verdict


def run_checks(
    step: Step,
    sandbox: Sandbox,
    tell: Callable[[Result], None] = lambda _: None,
    believed: Collection[str] = (),
    begin: Callable[[Check], None] = lambda _: None,
) -> list[Result]:
    """Run all checks of a step.

    Args:
        step: Which.
        sandbox: The student's account.
        tell: Told of each result as soon as it is known.
        believed: Probes without which the checks that need them are run all the same.
        begin: Told of each check before it is made.

    Raises:
        botocore.exceptions.EndpointConnectionError: Nobody answers at the sandbox's endpoint.
    """
    names = found_names(sandbox)
    results: list[Result] = []
    for check in step.checks:
        begin(check)
        first = [each for each in results if each.check.probe not in believed]
        result = _run_check(check, sandbox, names, first)
        tell(result)
        results.append(result)
    return results


def all_passed(results: list[Result]) -> bool:
    """Whether every check passed."""
    return all(result.verdict is Verdict.PASS for result in results)


def _run_check(
    check: Check, sandbox: Sandbox, names: Mapping[str, object], earlier: list[Result]
) -> Result:
    missing = [
        each.check.title
        for each in earlier
        if each.check.id in check.needs and each.verdict is not Verdict.PASS
    ]
    if missing:
        return Result(check, not_yet(_needs(missing[0]).filled(names)))
    began = time.monotonic()
    case = Case(sandbox, names)
    case.mistake_shows = lambda: _recognise(check, case) is not None
    try:
        finding = probes[check.probe](case, **_filled(check.arguments, names))
    except ClientError as error:
        finding = _refused(check, error)
    recognised = _recognise(check, case) if finding.verdict is Verdict.FAIL else None
    mistake, facts = recognised or (None, {})
    return Result(
        check,
        finding,
        mistake,
        mistake.says.filled({**names, **facts}) if mistake else None,
        time.monotonic() - began,
    )


def _recognise(check: Check, case: Case) -> tuple[Mistake, Facts] | None:
    """Return the first of the check's mistakes that shows in the account, with what was found."""
    for mistake in check.mistakes:
        try:
            facts = causes[mistake.cause](case, **_filled(mistake.arguments, case.names))
        except ClientError:
            continue  # what this cause looks at is not there, so it is not this mistake
        if facts is not None:
            return mistake, facts
    return None


def _filled(value: Any, names: Mapping[str, object]) -> Any:
    """Arguments of step.yaml with the names of this account filled in."""
    if isinstance(value, str):
        return fill(value, names)
    if isinstance(value, list):
        return [_filled(each, names) for each in value]
    if isinstance(value, dict):
        return {key: _filled(each, names) for key, each in value.items()}
    return value


def _needs(title: Text) -> Text:
    return Text(th=f"ต้องผ่านข้อนี้ก่อน: {title.th}", en=f"this comes first: {title.en}")


def _refused(check: Check, error: ClientError) -> Finding:
    said = error.response["Error"]
    return failed(
        check.title,
        Text.same(f"{error.operation_name}: {said['Code']}: {said.get('Message', '')}".strip()),
    )
