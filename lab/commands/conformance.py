"""conformance: LocalStack's own test suite against LocalStack alone and against the lab."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lab.console import err, out
from lab.errors import FAILED, LabError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rich.table import Table

    from lab.conformance.results import Comparison, Result
    from lab.conformance.run import Configuration, Run

Checkout = Annotated[
    Path, typer.Argument(help="A checkout of localstack/localstack at v4.14.0.", show_default=False)
]
Wanted = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[SERVICE]...",
        help="Services, or files and tests such as sns/test_sns.py. Default: all that the lab is "
        "compared in.",
        show_default=False,
    ),
]
Only = Annotated[
    list[str] | None,
    typer.Option(
        help="plain, iam-off or lab; may be repeated. The others' last results are compared with. "
        "Default: all three, one after the other."
    ),
]
TableOnly = Annotated[bool, typer.Option("--table", help="Run nothing; show what ran last.")]
Again = Annotated[
    bool,
    typer.Option("--again", help="Run only what went differently last time."),
]
Downloads = Annotated[
    bool, typer.Option("--downloads", help="Let LocalStack fetch what it lacks, such as a Java.")
]


def conformance(  # noqa: PLR0913, PLR0917 - a command has as many arguments as it has options
    path: Checkout,
    services: Wanted = None,
    only: Only = None,
    table: TableOnly = False,
    again: Again = False,
    downloads: Downloads = False,
) -> None:
    """Run LocalStack's own tests against LocalStack alone and against the lab; compare.

    Takes hours for all services, and minutes for one. Needs no Docker and no root.
    """
    from lab.conformance.run import CONFIGURATIONS
    from lab.conformance.suite import open_suite

    unknown = [name for name in only or () if name not in CONFIGURATIONS]
    if unknown:
        raise UsageError(f"{unknown[0]} is none of {', '.join(CONFIGURATIONS)}")
    with err.status("comparing the checkout with the LocalStack that is installed"):
        chosen = open_suite(path).choose(services or [])
    failures: list[str] = []
    if not table:
        meant = [CONFIGURATIONS[name] for name in only or CONFIGURATIONS]
        failures = _run_all(_prepare(path, downloads), chosen, meant, again=again)
    status = _report(chosen)
    for failure in failures:
        err.print(f"Not wholly run: {failure}", markup=False, soft_wrap=True)
    raise typer.Exit(FAILED if failures else status)


def _prepare(path: Path, downloads: bool) -> Run:
    from lab.conformance.run import ENVIRONMENT, Run
    from lab.conformance.suite import open_suite

    if not ENVIRONMENT.is_made():
        err.print(f"Installing what the suite's tests import into {ENVIRONMENT.folder} ...")
    with err.status("installing what the suite's tests import"):
        python = ENVIRONMENT.make()
    number = time.strftime("%Y-%m-%dT%H:%M:%S")
    return Run(open_suite(path), python, number, downloads)


def _run_all(
    run: Run,
    chosen: Mapping[str, Sequence[str]],
    configurations: Sequence[Configuration],
    *,
    again: bool,
) -> list[str]:
    """Run all, or what differs only.

    Returns:
        What could not be run, by service; it does not keep the others from running.
    """
    failures = []
    for service, tests in chosen.items():
        try:
            if not again:
                for configuration in configurations:
                    _run_one(run, service, tests, configuration)
            _run_again_what_differs(run, service, configurations)
        except LabError as error:
            failures.append(f"{service.rstrip('_')}: {error}")
            err.print(failures[-1], markup=False, soft_wrap=True)
    return failures


def _run_one(run: Run, service: str, tests: Sequence[str], configuration: Configuration) -> None:
    started = time.monotonic()
    label = f"{service.rstrip('_')}, {configuration.name}"
    last = ""
    with err.status(label) as line:

        def tell(what: str) -> None:
            nonlocal last
            last = what
            line.update(f"{label}: {what}, {time.monotonic() - started:.0f} s")

        run.of(configuration, tests, tell)
    err.print(f"{label}: {last} in {time.monotonic() - started:.0f} s")


def _run_again_what_differs(
    run: Run, service: str, configurations: Sequence[Configuration]
) -> None:
    """Give each test that is not alike everywhere a second chance: it may just have been late."""
    from lab.conformance.suite import TESTS

    results = _results()
    ran = [results[each.name] for each in configurations]
    named = service.rstrip("_")
    tests = [
        f"{TESTS}/{test}"
        for test in ran[0]
        if ran[0][test].service == named
        and len({other[test].outcome for other in results.values() if test in other}) > 1
    ]
    if tests:
        err.print(f"{named}: {len(tests)} tests went differently; once more")
        for configuration in configurations:
            _run_one(run, service, tests, configuration)


def _results() -> dict[str, dict[str, Result]]:
    from lab.conformance.results import read_results, results_file
    from lab.conformance.run import CONFIGURATIONS

    return {name: read_results(results_file(name)) for name in CONFIGURATIONS}


def _report(chosen: Mapping[str, Sequence[str]]) -> int:
    """Print the comparison of the chosen services; the exit status."""
    from lab.conformance.results import PLAIN, compare, entry_of, read_otherwise

    named = {service.rstrip("_") for service in chosen}
    results = {
        name: {test: result for test, result in found.items() if result.service in named}
        for name, found in _results().items()
    }
    others = {name: found for name, found in results.items() if name != PLAIN and found}
    if not results[PLAIN] and not others:
        raise UsageError("There are no results of these services yet. Leave --table away")
    otherwise = read_otherwise()
    found = compare(results[PLAIN], others, otherwise)
    out.print(_table(found, [PLAIN, *others]))
    out.print(_dates(results))
    for name in others:
        out.print(
            f"{name}: of {found.compared[name]} tests that ran on plain too "
            f"{len(found.regressions[name])} regressions, {len(found.rightly[name])} rightly "
            f"otherwise, {len(found.gains[name])} gains"
        )
    _list_differences(found, lambda test: otherwise[entry_of(test, otherwise)])
    for reason, count in found.not_run.most_common():
        out.print(f"not run: {count} tests: {reason}", markup=False, soft_wrap=True)
    for test in found.unused:
        err.print(f"otherwise.toml: {test} is no difference any more", markup=False, soft_wrap=True)
    return FAILED if any(found.regressions.values()) else 0


def _table(found: Comparison, configurations: Sequence[str]) -> Table:
    """Return the table in the form that Markdown takes too."""
    from rich import box
    from rich.table import Table

    table = Table("service", box=box.MARKDOWN)
    for name in configurations:
        table.add_column(f"{name}: pass of run", justify="right")
    services = sorted({service for service, _ in found.run})

    def add(title: str, of: Sequence[str]) -> None:
        cells = []
        for name in configurations:
            passed, run = (
                sum(count[service, name] for service in of) for count in (found.passed, found.run)
            )
            cells.append(f"{passed} of {run}" if run else "-")
        table.add_row(title, *cells)

    for service in services:
        add(service, [service])
    add("all", services)
    return table


def _dates(results: Mapping[str, Mapping[str, Result]]) -> str:
    from lab.console import bangkok

    parts = []
    for name, found in results.items():
        days = sorted({bangkok(result.at, "%Y-%m-%d") for result in found.values()})
        if days:
            parts.append(f"{name} on {' to '.join(dict.fromkeys([days[0], days[-1]]))}")
    return "Measured: " + ", ".join(parts)


def _list_differences(found: Comparison, reason: Callable[[str], str]) -> None:
    listed: list[tuple[str, dict[str, list[str]], Callable[[str], str]]] = [
        ("regression", found.regressions, lambda _: ""),
        ("rightly otherwise", found.rightly, lambda test: f" ({reason(test)})"),
        ("gain", found.gains, lambda _: ""),
    ]
    for what, by_configuration, remark in listed:
        for name, tests in by_configuration.items():
            for test in tests:
                line = f"{what}, {name}: {test}{remark(test)}"
                out.print(line, markup=False, soft_wrap=True)
    out.print(f"{len(found.failing)} tests pass nowhere")
