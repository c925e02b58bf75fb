"""CloudWatch in real Chromium: logs, metrics, dashboards and alarms, and markup in each."""

import contextlib
import json
import re
import time
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from provision.waiting import wait_until
from tests.console.clicking import button, dialog, form
from tests.console.conftest import ACCOUNT, REGION, Console

pytestmark = pytest.mark.console

MARKUP = "<img src=x onerror=\"document.title='hacked'\">{{7*7}}"
LINES = 1200
ALARM_MS = 60_000


def client(console: Console, service: str) -> Any:
    return console.localstack.client(service, access_key=ACCOUNT, region=REGION)


def nothing_of_it_ran(tab: Page) -> None:
    """A hostile text is there as it was written, and no element came of it."""
    expect(tab.get_by_text(MARKUP).first).to_be_visible()
    assert tab.locator("img[src=x]").count() == 0
    assert "hacked" not in tab.title()


def write_lines(console: Console, group: str, *lines: str, stream: str = "one") -> None:
    """Write lines into a log group, which is made if it is not there."""
    logs = client(console, "logs")
    for make, name in (
        (logs.create_log_group, {}),
        (logs.create_log_stream, {"logStreamName": stream}),
    ):
        with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
            make(logGroupName=group, **name)
    now = int(time.time() * 1000)
    events = [{"timestamp": now + n, "message": line} for n, line in enumerate(lines)]
    for first in range(0, len(events), 1000):
        batch = events[first : first + 1000]
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=batch)


def put_metric(console: Console, name: str, value: float, queue: str = "q") -> None:
    client(console, "cloudwatch").put_metric_data(
        Namespace="Clicked",
        MetricData=[
            {
                "MetricName": name,
                "Dimensions": [{"Name": "QueueName", "Value": queue}],
                "Value": value,
            }
        ],
    )


def choose_metric(tab: Page, name: str, value: str) -> None:
    """Choose a metric of the test's namespace in the open form."""
    for label, option in (("Namespace", "Clicked"), ("Metric name", name), ("QueueName", value)):
        dialog(tab).get_by_label(label, exact=True).click()
        tab.get_by_role("option", name=option, exact=True).click()
        tab.keyboard.press("Tab")


def line(tab: Page, text: str) -> Locator:
    """A log line as it stands in its list."""
    return tab.locator("tr.log-line").filter(has_text=text)


# --- logs --------------------------------------------------------------------------------------


def test_a_long_stream_is_read_in_pages_and_searched(tab: Page, console: Console) -> None:
    group = "/aws/lambda/long"
    write_lines(console, group, *(f"line {n} of many" for n in range(LINES)), MARKUP)
    tab.goto(console.url("cloudwatch/groups"))
    tab.get_by_role("link", name=group).click()
    tab.get_by_role("link", name="one", exact=True).click()
    nothing_of_it_ran(tab)
    expect(line(tab, f"line {LINES - 1} of many")).to_be_visible()

    button(tab, "Older").click()
    expect(line(tab, f"line {LINES - 501} of many")).to_be_visible()
    write_lines(console, group, '{"event": "came later"}')
    button(tab, "Newer").click()
    expect(line(tab, f"line {LINES - 500} of many")).to_be_visible()
    button(tab, "Newer").click()
    expect(line(tab, "came later")).to_be_visible()

    tab.get_by_label("Filter events").fill('"line 77 of"')
    tab.get_by_label("Filter events").press("Enter")
    expect(tab.locator("tr.log-line")).to_have_count(1)
    tab.locator("tr.log-line").click()
    expect(tab.locator(".log-lines .preformatted")).to_be_visible()
    expect(tab.locator(".log-lines .preformatted")).to_have_text("line 77 of many")


def test_live_tail_follows_several_groups_through_a_filter(tab: Page, console: Console) -> None:
    first, second = "/aws/lambda/tail-one", "/aws/lambda/tail-two"
    write_lines(console, first, "START")
    write_lines(console, second, "START")
    tab.goto(console.url(f"cloudwatch/tail?groups={first},{second}&filter=job-7"))
    expect(tab.get_by_text("Waiting for lines.")).to_be_visible()
    write_lines(console, first, "job-7 is read", "job-8 is read")
    write_lines(console, second, f"job-7 {MARKUP}")
    expect(tab.locator("tr.log-line")).to_have_count(2)
    expect(tab.locator("tr.log-line").first).to_contain_text("tail-one")
    assert tab.locator("img[src=x]").count() == 0
    button(tab, "Stop").click()
    write_lines(console, first, "job-7 again")
    button(tab, "Start").click()
    expect(line(tab, "job-7 again")).to_be_visible()


def test_a_metric_filter_is_tried_out_made_and_counts(tab: Page, console: Console) -> None:
    group = "/aws/lambda/counted"
    write_lines(console, group, '{"event": "file_validated"}', '{"event": "other"}')
    tab.goto(console.url(f"cloudwatch/group?group={group}"))
    with form(tab, "Edit retention setting", "Save") as retention:
        retention.choose("Expire events after", "7 days")
        expect(retention.command).to_contain_text("--retention-in-days 7")
    expect(tab.get_by_text("7 days")).to_be_visible()

    with form(tab, "Create metric filter") as made:
        made.fill("Filter name", "valid-files")
        made.fill("Filter pattern", '{ $.event = "file_validated" }')
        button(made.place, "Test pattern").click()
        expect(made.place.get_by_text("1 lines match, such as:")).to_be_visible()
        made.fill("Metric namespace", "CsvPipeline")
        made.fill("Metric name", "FilesValid")
    expect(tab.get_by_text("CsvPipeline / FilesValid")).to_be_visible()
    write_lines(console, group, '{"event": "file_validated"}')
    cloudwatch = client(console, "cloudwatch")
    wait_until(
        "the metric",
        lambda: cloudwatch.list_metrics(Namespace="CsvPipeline")["Metrics"],
        within=20,
    )


# --- metrics and dashboards --------------------------------------------------------------------


def test_metrics_are_found_by_namespace_and_drawn(tab: Page, console: Console) -> None:
    put_metric(console, "Depth", 42, "explored")
    put_metric(console, MARKUP, 1, "explored")
    tab.goto(console.url("cloudwatch/metrics"))
    tab.get_by_role("link", name="Clicked").click()
    nothing_of_it_ran(tab)
    row = tab.get_by_role("row").filter(has_text="explored").filter(has_text="Depth")
    row.get_by_role("checkbox").click()
    expect(tab.get_by_role("img", name="Depth: 42")).to_be_visible()
    expect(tab.locator(".chart svg").get_by_text("Depth")).to_be_visible()
    button(tab, "Create alarm").click()
    expect(dialog(tab).get_by_label("Metric name")).to_have_value("Depth")


LAB_DASHBOARD = {
    "widgets": [
        {
            "type": "metric",
            "x": 0,
            "y": 0,
            "width": 12,
            "height": 6,
            "properties": {
                "title": MARKUP,
                "region": REGION,
                "stat": "Sum",
                "period": 60,
                "view": "timeSeries",
                "metrics": [
                    [{"expression": "m1 * 2", "label": "twice", "id": "e1"}],
                    ["Clicked", "Depth", "QueueName", "drawn", {"id": "m1", "visible": False}],
                ],
                "annotations": {"horizontal": [{"label": "enough", "value": 5}]},
            },
        },
        {
            "type": "text",
            "width": 24,
            "height": 3,
            "properties": {"markdown": f"# Runbook\n\n{MARKUP}\n\n![](http://elsewhere.example/a)"},
        },
        {"type": "new-kind", "width": 6, "height": 3, "properties": {"title": MARKUP}},
    ]
}


def test_a_dashboard_is_drawn_from_its_json_and_what_is_hostile_in_it_is_text(
    tab: Page, console: Console
) -> None:
    put_metric(console, "Depth", 21, "drawn")
    client(console, "cloudwatch").put_dashboard(
        DashboardName="drawn", DashboardBody=json.dumps(LAB_DASHBOARD)
    )
    tab.goto(console.url("cloudwatch"))
    tab.get_by_role("link", name="drawn").click()
    expect(tab.get_by_role("img", name="twice: 42; enough: 5")).to_be_visible()
    expect(tab.get_by_role("heading", name="Runbook")).to_be_visible()
    expect(tab.get_by_text("Not drawn here:")).to_be_visible()
    nothing_of_it_ran(tab)
    assert tab.locator(".markdown").get_by_text(MARKUP).count() == 1


def test_a_dashboard_is_made_of_widgets_and_edited(tab: Page, console: Console) -> None:
    put_metric(console, "Depth", 3, "made")
    put_metric(console, "Age", 5, "made")
    write_lines(console, "/aws/lambda/shown", "a line to show")
    tab.goto(console.url("cloudwatch"))
    with form(tab, "Create dashboard") as made:
        made.fill("Dashboard name", "made-by-clicks")
        expect(made.command).to_contain_text("aws cloudwatch put-dashboard")
    tab.wait_for_url(re.compile("dashboard=made-by-clicks"))
    with form(tab, "Add widget", "Create widget") as widget:
        widget.fill("Title", "Depth and age")
        choose_metric(tab, "Depth", "made")
        widget.place.get_by_label("Metric name", exact=True).click()
        tab.get_by_role("option", name="Age", exact=True).click()
        tab.keyboard.press("Tab")
        expect(widget.command).to_contain_text("Depth and age")
    expect(tab.get_by_role("img", name="Depth: 3; Age: 5")).to_be_visible()
    with form(tab, "Add widget", "Create widget") as widget:
        widget.choose("Widget type", "Number")
        widget.fill("Title", "How deep")
        choose_metric(tab, "Depth", "made")
    expect(tab.locator(".number-value")).to_have_text("3")
    with form(tab, "Add widget", "Create widget") as widget:
        widget.choose("Widget type", "Logs table")
        widget.fill("Title", "Newest lines")
        widget.choose_several("Log groups", "/aws/lambda/shown")
    expect(line(tab, "a line to show")).to_be_visible()

    tab.get_by_role("button", name="How deep menu").click()
    tab.get_by_role("menuitem", name="Delete").click()
    button(dialog(tab), "Delete").click()
    expect(tab.locator(".widget")).to_have_count(2)
    with form(tab, "View/edit source", "Save dashboard") as source:
        source.paste("{")
        expect(source.command).to_contain_text("Not a dashboard")
        source.paste('{"widgets": [{"type": "text", "properties": {"markdown": "# Only text"}}]}')
    expect(tab.get_by_role("heading", name="Only text")).to_be_visible()
    with form(tab, "Delete dashboard", "Delete"):
        pass
    tab.wait_for_url(re.compile("cloudwatch$"))
    expect(tab.get_by_role("link", name="made-by-clicks")).to_have_count(0)


# --- alarms ------------------------------------------------------------------------------------


def test_an_alarm_going_off_is_seen_on_its_page_with_its_line_and_reason(
    tab: Page, console: Console
) -> None:
    sns = client(console, "sns")
    topic = sns.create_topic(Name="alarm-topic")["TopicArn"]
    put_metric(console, "Depth", 0, "watched")
    tab.goto(console.url("cloudwatch/alarms"))
    with form(tab, "Create alarm") as made:
        choose_metric(tab, "Depth", "watched")
        made.choose("Statistic", "Maximum")
        made.choose("Period", "10 seconds")
        made.fill("Threshold", "2.5")
        made.choose(
            "Missing data treatment", "Treat missing data as good (not breaching threshold)"
        )
        made.choose("In alarm: send a notification to", "alarm-topic")
        made.fill("Alarm name", "clicked-alarm")
        made.fill("Alarm description", MARKUP)
        expect(made.command).to_contain_text("aws cloudwatch put-metric-alarm")
    (found,) = client(console, "cloudwatch").describe_alarms(AlarmNames=["clicked-alarm"])[
        "MetricAlarms"
    ]
    assert (found["Threshold"], found["Period"], found["Statistic"]) == (2.5, 10, "Maximum")
    assert found["AlarmActions"] == [topic]

    tab.get_by_role("link", name="clicked-alarm").click()
    nothing_of_it_ran(tab)
    expect(tab.locator(".state").get_by_text("OK", exact=True)).to_be_visible(timeout=ALARM_MS)
    put_metric(console, "Depth", 7, "watched")
    expect(tab.locator(".state").get_by_text("In alarm", exact=True)).to_be_visible(
        timeout=ALARM_MS
    )
    expect(tab.get_by_text(re.compile("Threshold Crossed.*7.0")).first).to_be_visible()
    expect(tab.locator(".chart svg").get_by_text("Depth > 2.5")).to_be_visible()
    expect(tab.get_by_role("img", name=re.compile("Depth: 7; Depth > 2.5: 2.5"))).to_be_visible()
    expect(tab.get_by_text("Alarm updated from OK to ALARM")).to_be_visible()


def test_an_alarm_is_set_for_a_test_silenced_changed_and_deleted(
    tab: Page, console: Console
) -> None:
    cloudwatch = client(console, "cloudwatch")
    name = f"silenced {MARKUP}"
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="Clicked",
        MetricName="Depth",
        Dimensions=[{"Name": "QueueName", "Value": "silenced"}],
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=1000.5,
        ComparisonOperator="GreaterThanThreshold",
    )
    put_metric(console, "Depth", 1, "silenced")

    def alarm() -> Any:
        return cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]

    tab.goto(console.url("cloudwatch/alarms"))
    tab.get_by_role("link", name=name).click()
    nothing_of_it_ran(tab)
    with form(tab, "Set alarm state") as state:
        state.fill("Reason", "only a test")
    expect(tab.get_by_text("only a test").first).to_be_visible()
    with form(tab, "Disable actions"):
        pass
    expect(tab.get_by_text("Actions disabled")).to_be_visible()
    with form(tab, "Edit", "Update alarm") as changed:
        expect(changed.place.get_by_label("Threshold")).to_have_value("1000.5")
        changed.fill("Threshold", "3")
    assert (alarm()["Threshold"], alarm()["Dimensions"][0]["Value"]) == (3.0, "silenced")
    assert not alarm()["ActionsEnabled"]
    with form(tab, "Enable actions"):
        pass
    assert alarm()["ActionsEnabled"]
    with form(tab, "Delete"):
        pass
    tab.wait_for_url(re.compile("cloudwatch/alarms"))
    assert cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"] == []


@pytest.mark.parametrize(("width", "language"), [(390, "th"), (1280, "en")])
def test_no_page_of_cloudwatch_is_wider_than_the_screen(
    tab: Page, console: Console, width: int, language: str
) -> None:
    client(console, "cloudwatch").put_dashboard(
        DashboardName="narrow", DashboardBody=json.dumps(LAB_DASHBOARD)
    )
    write_lines(console, "/aws/lambda/wide", "x" * 500)
    tab.context.add_cookies(
        [{"name": "console_language", "value": language, "url": console.address}]
    )
    tab.set_viewport_size({"width": width, "height": 844})
    for path in (
        "cloudwatch",
        "cloudwatch/dashboard?dashboard=narrow",
        "cloudwatch/alarms",
        "cloudwatch/metrics",
        "cloudwatch/groups",
        "cloudwatch/events?group=/aws/lambda/wide&stream=one",
        "cloudwatch/tail",
    ):
        tab.goto(console.url(path))
        expect(tab.get_by_role("heading", level=1)).to_be_visible()
        expect(tab.locator(".q-spinner:visible")).to_have_count(0)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, path
