"""The cost pages state what their assumptions and the state machine make (checklist item 47)."""

import json
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from lab.costs import (
    FREE_MAILS,
    FREE_REQUESTS,
    FREE_TRANSITIONS,
    GETS_A_FILE,
    POLLERS,
    PRICES_IN,
    PRICES_OF,
    PUTS_A_FILE,
    TRANSITIONS_A_FILE,
    USD_PER_GB_MONTH,
    USD_PER_GET,
    USD_PER_MAIL,
    USD_PER_PUT,
    USD_PER_TRANSITION,
    idle_requests_a_day,
    usd_of_files,
)
from provision.arns import Arns
from provision.logs import COUNTED_EVENTS
from provision.observation import dashboard_body
from provision.settings import TASK_FUNCTIONS, WORKSHOP, Settings
from provision.sources import STATE_MACHINES

DOCS = Path(__file__).parents[3] / "docs"
SETTINGS = Settings(profile=WORKSHOP)

FILES_A_DAY, DAYS = 100, 30
FILES = FILES_A_DAY * DAYS
WORKSHOP_TRANSITIONS = 7
START = 1
POLLERS_WHEN_QUIET = 2


@pytest.fixture(params=["costs.md", "costs.th.md"])
def page(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return (DOCS / name).read_text("utf-8")


def happy_path() -> list[str]:
    """The states a good file enters: Choices lead on, those that look for a rejection do not."""
    path = STATE_MACHINES / f"{SETTINGS.state_machine_name}.asl.json"
    definition = json.loads(path.read_text("utf-8"))
    states: dict[str, Any] = definition["States"]
    names = [definition["StartAt"]]
    while states[names[-1]]["Type"] != "Succeed":
        state = states[names[-1]]
        if state["Type"] == "Choice":
            rule = state["Choices"][0]
            good = state["Default"] if rule.get("Variable") == "$.rejection" else rule["Next"]
            names.append(good)
        else:
            names.append(state["Next"])
    return names


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def usd(amount: Decimal) -> str:
    return str(cents(amount))


def transitions_row(each: int) -> str:
    month = FILES_A_DAY * each * DAYS
    billable = month - FREE_TRANSITIONS
    return (
        f"| {each} | {FILES_A_DAY} × {each} × {DAYS} = {month:,} | {FREE_TRANSITIONS:,} "
        f"| {billable:,} | {usd(billable * USD_PER_TRANSITION)} |"
    )


def states_usd() -> Decimal:
    month = FILES * (len(happy_path()) + START)
    return (month - FREE_TRANSITIONS) * USD_PER_TRANSITION


def s3_usd() -> Decimal:
    puts, gets = PUTS_A_FILE * FILES, GETS_A_FILE * FILES
    return USD_PER_GB_MONTH + puts * USD_PER_PUT + gets * USD_PER_GET


def test_47_the_workshops_machine_makes_21_000_transitions_of_which_17_000_are_billed(
    page: str,
) -> None:
    row = transitions_row(WORKSHOP_TRANSITIONS)
    assert "= 21,000 | 4,000 | 17,000 | 0.43 |" in row
    assert row in page


def test_47_the_transitions_of_this_machine_are_those_of_its_definition(page: str) -> None:
    states = happy_path()
    assert len(states) + START == TRANSITIONS_A_FILE
    assert transitions_row(len(states) + START) in page
    assert ", ".join(states) in " ".join(page.split())
    without_start = FILES_A_DAY * len(states) * DAYS
    assert f"{FILES_A_DAY} × {len(states)} × {DAYS} = {without_start:,}" in page
    more = (len(states) + START - WORKSHOP_TRANSITIONS) * FILES * USD_PER_TRANSITION
    assert f"{usd(more)} USD" in page


def test_47_idle_polling_makes_about_648_000_requests(page: str) -> None:
    polls_a_minute = 60 // SETTINGS.main_queue.receive_wait_seconds
    idle = POLLERS * polls_a_minute * 60 * 24 * DAYS
    assert idle == 648_000
    assert idle == idle_requests_a_day(SETTINGS.main_queue.receive_wait_seconds) * DAYS
    assert f"{POLLERS} × {polls_a_minute} × 60 × 24 × {DAYS} = {idle:,}" in page
    assert f"{idle // POLLERS * POLLERS_WHEN_QUIET:,}" in page
    assert idle + 3 * FILES < FREE_REQUESTS < 2 * idle
    assert f"| SQS | {idle + 3 * FILES:,} request" in page


def test_47_mails_beyond_the_free_thousand_are_billed(page: str) -> None:
    billable = FILES - FREE_MAILS
    (row,) = [line for line in page.splitlines() if line.startswith("| SNS")]
    assert f"{FILES:,}" in row
    assert f"{billable:,}" in row
    assert row.endswith(f"| {usd(billable * USD_PER_MAIL)} |")


def test_47_the_sum_is_that_of_its_lines(page: str) -> None:
    total = cents(s3_usd()) + cents(states_usd()) + cents((FILES - FREE_MAILS) * USD_PER_MAIL)
    assert f"**{usd(total)}**" in page
    assert f"| {usd(s3_usd())} |" in page
    assert f"{PUTS_A_FILE * FILES:,} PUT, {GETS_A_FILE * FILES:,} GET" in page
    invocations = 2 + len([name for name in happy_path() if name in TASKS_ON_THE_WAY])
    assert f"{invocations} × {FILES:,} = {invocations * FILES:,}" in page
    assert invocations == len(TASK_FUNCTIONS) + 1  # all but move-to-failed, and the two before


TASKS_ON_THE_WAY = ("ParseCSV", "ValidateSchema", "TransformData", "SendSuccessNotification")


def test_47_what_cloudwatch_gives_free_covers_the_pipeline(page: str) -> None:
    (row,) = [line for line in page.splitlines() if line.startswith("| CloudWatch")]
    counts = [len(SETTINGS.alarms), len(COUNTED_EVENTS), 1]
    for count, free in zip(counts, (10, 10, 3), strict=True):
        assert str(count) in row.split("|")[2]
        assert count <= free
    metrics = [
        metric
        for widget in dashboard_body(SETTINGS, Arns("aws", "123456789012", SETTINGS))["widgets"]
        for metric in widget["properties"]["metrics"]
    ]
    assert len(metrics) <= 50, "a free dashboard shows at most 50 metrics"


def test_47_a_day_without_files_and_a_hundred_files_are_what_up_says(page: str) -> None:
    idle = idle_requests_a_day(SETTINGS.main_queue.receive_wait_seconds)
    assert f"{idle:,}" in page
    states, mails = 100 * TRANSITIONS_A_FILE * USD_PER_TRANSITION, 100 * USD_PER_MAIL
    puts, gets = 100 * PUTS_A_FILE * USD_PER_PUT, 100 * GETS_A_FILE * USD_PER_GET
    assert usd_of_files(100) == states + mails + puts + gets
    parts = " + ".join(f"{part:.4f}" for part in (states, mails, puts + gets))
    assert f"{parts} = {usd_of_files(100):.4f}" in page
    assert f"{usd(usd_of_files(100))} USD" in page


def test_47_free_offers_are_dated(page: str) -> None:
    text = " ".join(page.split())
    assert PRICES_OF == "November 2026"
    assert PRICES_OF in text or "พฤศจิกายน 2026" in text
    assert PRICES_IN in text
    assert "15 July 2025" in page or "15 กรกฎาคม 2025" in page
    assert "200 USD" in page
