"""The live graph of a run: its colours, the way it took, and what each state was given."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.console.conftest import ACCOUNT, REGION, Console
from tests.engine.conftest import LocalStack
from tests.engine.functions import create_function, create_role

pytestmark = pytest.mark.console

FLAKY = """
import json, os, pathlib

def handler(event, context):
    print(json.dumps({"job_id": event["job_id"], "told": "<b>tried</b>"}))
    mark = pathlib.Path("/tmp") / ("tried-" + context.function_name + event["job_id"])
    if event["fail"] == "always" or not mark.exists():
        mark.touch()
        raise ValueError("not this time <img src=x>")
    mark.unlink()
    return event
"""
JOB = "job-of-the-live-graph"


def task(function: str, fail: str, **more: Any) -> dict[str, Any]:
    given = {"job_id.$": "$.job_id", "fail": fail}
    return {"Type": "Task", "Resource": function, "Parameters": given, "ResultPath": None, **more}


def definition(function: str) -> dict[str, Any]:
    """Return a machine with a retry, a Parallel, a Map, a catch and a Choice."""
    retry = [{"ErrorEquals": ["ValueError"], "IntervalSeconds": 1, "MaxAttempts": 2}]
    catch = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Sorry"}]
    branches = [
        {"StartAt": "Left", "States": {"Left": {"Type": "Pass", "End": True}}},
        {"StartAt": "Right", "States": {"Right": {"Type": "Wait", "Seconds": 1, "End": True}}},
    ]
    items = {"StartAt": "Item", "States": {"Item": {"Type": "Pass", "End": True}}}
    return {
        "StartAt": "Flaky",
        "States": {
            "Flaky": task(function, "once", Retry=retry, Next="Both"),
            "Both": {"Type": "Parallel", "Branches": branches, "ResultPath": None, "Next": "Each"},
            "Each": {
                "Type": "Map",
                "ItemsPath": "$.items",
                "ItemProcessor": items,
                "ResultPath": None,
                "Next": "Broken",
            },
            "Broken": task(function, "always", Catch=catch, Next="Unused"),
            "Unused": {"Type": "Pass", "End": True},
            "Sorry": {"Type": "Pass", "Next": "Long"},
            "Long": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.long", "BooleanEquals": True, "Next": "Hold"}],
                "Default": "Done",
            },
            "Hold": {"Type": "Wait", "Seconds": 300, "End": True},
            "Done": {"Type": "Succeed"},
        },
    }


@pytest.fixture(scope="module")
def machine(localstack: LocalStack) -> Iterator[str]:
    """A machine in the account; its ARN."""
    function = create_function(localstack, FLAKY, account=ACCOUNT)
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}"
    states = localstack.client("stepfunctions", access_key=ACCOUNT, region=REGION)
    made = states.create_state_machine(
        name="live-graph",
        definition=json.dumps(definition(arn)),
        roleArn=create_role(localstack, "states", account=ACCOUNT),
    )
    yield str(made["stateMachineArn"])
    states.delete_state_machine(stateMachineArn=made["stateMachineArn"])


def start(console: Console, machine: str, **given: Any) -> str:
    states = console.localstack.client("stepfunctions", access_key=ACCOUNT, region=REGION)
    started = states.start_execution(
        stateMachineArn=machine, input=json.dumps({"job_id": JOB, "items": [1, 2, 3], **given})
    )
    return str(started["executionArn"])


def node(tab: Page, name: str, status: str) -> Locator:
    """A state in the picture, if it has this colour."""
    return tab.locator(f"g.node.{status}, g.cluster.{status}Frame").filter(
        has_text=re.compile(rf"^{name}\b")
    )


def test_a_run_with_a_retry_a_catch_a_parallel_and_a_map_is_drawn_as_it_went(
    tab: Page, console: Console, machine: str
) -> None:
    arn = start(console, machine)
    tab.goto(console.url(f"states/execution?arn={arn}"))
    expect(tab.get_by_text("SUCCEEDED", exact=True)).to_be_visible()
    for name in ("Flaky", "Both", "Left", "Right", "Each", "Item", "Sorry", "Long", "Done"):
        expect(node(tab, name, "succeeded"), name).to_have_count(1)
    expect(node(tab, "Broken", "caught")).to_have_count(1)
    for name in ("Unused", "Hold"):
        expect(node(tab, name, "waiting")).to_have_count(1)
    expect(node(tab, "Flaky", "succeeded")).to_contain_text("↻ 1/2")
    expect(node(tab, "Each", "succeeded")).to_contain_text("× 3")

    node(tab, "Broken", "caught").click()
    details = tab.locator(".card").filter(has=tab.get_by_role("heading", name="State", exact=True))
    expect(details).to_contain_text("ValueError")
    expect(details).to_contain_text("<b>tried</b>")  # the function's log, as it was written
    node(tab, "Each", "succeeded").locator("text").first.click()
    expect(details).to_contain_text("3 items")
    node(tab, "Item", "succeeded").click()
    expect(details.get_by_label("One of 3 times")).to_be_visible()
    assert tab.locator("img[src=x]").count() == 0


def test_a_run_is_blue_where_it_is_and_grey_once_it_is_stopped(
    tab: Page, console: Console, machine: str
) -> None:
    arn = start(console, machine, long=True)
    tab.goto(console.url(f"states/execution?arn={arn}"))
    expect(node(tab, "Hold", "running")).to_have_count(1)
    tab.get_by_role("button", name="Stop execution", exact=True).click()
    dialog = tab.get_by_role("dialog")
    expect(dialog.locator(".command")).to_contain_text("stop-execution")
    dialog.get_by_role("button", name="Stop execution", exact=True).click()
    expect(tab.get_by_text("ABORTED", exact=True)).to_be_visible()
    expect(node(tab, "Hold", "aborted")).to_have_count(1)
    expect(tab.get_by_role("button", name="Stop execution", exact=True)).to_be_disabled()

    tab.goto(console.url(f"states/machine?arn={machine}"))
    tab.get_by_text("Runs by states").click()
    grid = tab.locator("table.grid")
    expect(grid.get_by_role("row").filter(has_text="Hold").locator(".state-idle")).to_have_count(1)
