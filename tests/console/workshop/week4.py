"""Week 4, clicked: mail, dashboard and alarms, and a broken function that all of them tell of."""

import json
import re
from typing import Any

from playwright.sync_api import expect

from course.sales import sales_file
from course.sandbox import Sandbox
from course.solving import LAMBDA_POLICY, LAMBDA_ROLE
from course.state_machines import read_definition
from course.week1.step2_role.solve import statements as statements_of_week_1
from course.week1.step5_sample.solve import KEY, ROWS
from course.week2.step3_policy.solve import statements as statements_of_week_2
from course.week3.step1_functions.solve import SIZES
from course.week3.step2_policy.solve import MACHINE, MACHINE_POLICY
from course.week3.step2_policy.solve import statements as statements_of_week_3
from course.week4.step1_topic.solve import DISPLAY_NAME, TOPIC
from course.week4.step2_policy.solve import FUNCTION, statement
from course.week4.step3_notification.solve import CODE
from course.week4.step4_state_machine.solve import DEFINITION
from course.week4.step5_dashboard.solve import DASHBOARD, body
from course.week4.step6_alarms.solve import FAILURES, alarms
from course.week4.step7_end_to_end.solve import HANDLER as BROKEN_HANDLER
from course.week4.step7_end_to_end.solve import KEY as BROKEN_KEY
from tests.console.clicking import Form
from tests.console.workshop.student import LONG_MS, Student

PARSE: str = "parse-csv"
HANDLER: str = "lambda_function.lambda_handler"
BAD_CSV: bytes = b"order_id,product\n1,Widget A\n"
PERIODS = {10: "10 seconds", 60: "1 minute", 300: "5 minutes"}
GOOD_SILENCE: str = "Treat missing data as good (not breaching threshold)"


def click(student: Student) -> None:
    """Click all steps of the week in an account where week 3 is done."""
    topic(student)
    policy(student)
    notification(student)
    workflow(student)
    dashboard(student)
    alarms_that_tell(student)
    end_to_end(student)


def topic(student: Student) -> None:
    student.open("sns")
    with student.form("Create topic") as form:
        form.choose("Type", "Standard")
        form.fill("Name", TOPIC)
        form.fill("Display name", DISPLAY_NAME)
    student.follow(TOPIC)
    with student.form("Create subscription") as form:
        form.choose("Protocol", "Email")
        form.fill("Endpoint", student.sandbox.email)
    student.sees("Pending confirmation")
    topic_page = student.tab.url

    open_letter(student, "Subscription Confirmation")
    with student.tab.context.expect_page() as opened:
        student.tab.get_by_role("link", name=re.compile("sns.confirmation")).click()
    expect(opened.value.get_by_role("heading", name="Subscription confirmed!")).to_be_visible()
    opened.value.close()
    student.tab.goto(topic_page)
    student.sees("Confirmed")


def open_letter(student: Student, subject: str) -> None:
    """Wait for a letter whose subject has these words, and open it."""
    student.open("inbox")
    letter = student.tab.get_by_role("button", name=re.compile(re.escape(subject)))
    expect(letter.first).to_be_visible(timeout=LONG_MS)
    letter.first.click()
    expect(student.tab.get_by_role("article")).to_contain_text(subject)


def policy(student: Student) -> None:
    sandbox = student.sandbox
    before = (statements_of_week_1, statements_of_week_2, statements_of_week_3)
    granted = [each for statements in before for each in statements(sandbox)]
    edit_policy(student, LAMBDA_POLICY, [*granted, statement(sandbox)])
    functions = [sandbox.arn("lambda", f"function:{name}") for name in (*SIZES, FUNCTION)]
    invoke = {
        "Sid": "InvokeTasks",
        "Effect": "Allow",
        "Action": ["lambda:InvokeFunction"],
        "Resource": functions,
    }
    edit_policy(student, MACHINE_POLICY, [invoke])


def edit_policy(student: Student, name: str, statements: list[dict[str, Any]]) -> None:
    student.open("iam")
    student.follow(name)
    with student.form("Edit", submit="Save changes") as form:
        form.paste(json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2))
    student.sees(re.compile(f"{TOPIC}|{FUNCTION}"))


def notification(student: Student) -> None:
    student.open("lambda")
    with student.form("Create function") as form:
        form.fill("Function name", FUNCTION)
        form.choose("Runtime", "python3.12")
        form.choose("Execution role", LAMBDA_ROLE)
        form.fill("Timeout", 25)
        form.fill("Environment variables", f"TOPIC_ARN={student.sandbox.arn('sns', TOPIC)}")
    student.deploy(FUNCTION, CODE)


def workflow(student: Student) -> None:
    student.open("states")
    student.follow(MACHINE)
    definition = read_definition(student.sandbox, DEFINITION)
    with student.form("Edit", submit="Save") as form:
        form.paste(json.dumps(definition, indent=2, ensure_ascii=False))
    student.sees("week 4: every file ends in one mail")


def dashboard(student: Student) -> None:
    """Add the five widgets as the workshop lists them, over all seven functions."""
    student.open("cloudwatch")
    with student.form("Create dashboard") as form:
        form.fill("Dashboard name", DASHBOARD)
    wanted = body(student.sandbox)["widgets"]
    for number, widget in enumerate(wanted, 1):
        properties = widget["properties"]
        metrics = properties["metrics"]
        with student.form("Add widget", submit="Create widget") as form:
            form.choose("Widget type", "Number" if "Dead" in properties["title"] else "Line")
            form.fill("Title", properties["title"])
            choose_metrics(
                form,
                namespace=metrics[0][0],
                dimension=metrics[0][2],
                names=list(dict.fromkeys(metric[1] for metric in metrics)),
                values=list(dict.fromkeys(metric[3] for metric in metrics)),
            )
            form.choose("Statistic", properties["stat"])
            form.choose("Period", PERIODS[properties["period"]])
        expect(student.tab.locator(".widget")).to_have_count(number)
        student.sees(properties["title"])


def alarms_that_tell(student: Student) -> None:
    student.open("cloudwatch/alarms")
    for name, alarm in alarms(student.sandbox).items():
        with student.form("Create alarm") as form:
            (dimension,) = alarm["Dimensions"]
            choose_metrics(
                form,
                namespace=alarm["Namespace"],
                dimension=dimension["Name"],
                names=[alarm["MetricName"]],
                values=[dimension["Value"]],
            )
            form.choose("Statistic", alarm["Statistic"])
            form.choose("Period", PERIODS[alarm["Period"]])
            form.choose("Whenever the metric is", "Greater (>)")
            form.fill("Threshold", f"{alarm['Threshold']:g}")
            form.choose("Missing data treatment", GOOD_SILENCE)
            form.choose("In alarm: send a notification to", TOPIC)
            form.fill("Alarm name", name)
        student.sees(name)


def choose_metrics(
    form: Form, *, namespace: str, dimension: str, names: list[str], values: list[str]
) -> None:
    """Choose metrics in a form, by typing: some have no data yet, and are not offered."""
    for label, texts in (
        ("Namespace", [namespace]),
        ("Dimensions", [dimension]),
        ("Metric name", names),
        (dimension, values),
    ):
        field = form.place.get_by_label(label, exact=True)
        for text in texts:
            field.click()
            field.fill(text)
            field.press("Enter")
        form.tab.keyboard.press("Escape")


def end_to_end(student: Student) -> None:
    """Upload a good file, one without its columns, and one while parse-csv is broken."""
    sandbox = student.sandbox
    sample = sample_of(sandbox, KEY, ROWS)
    student.upload(sandbox.raw_bucket, "uploads/", "sample_sales.csv", sample)
    open_letter(student, "✅ Pipeline สำเร็จ — sample_sales.csv")
    student.upload(sandbox.raw_bucket, "uploads/", "no_columns.csv", BAD_CSV)
    open_letter(student, "❌ Pipeline ล้มเหลว — no_columns.csv")

    set_handler(student, BROKEN_HANDLER)
    folder, _, name = BROKEN_KEY.partition("/")
    student.upload(sandbox.raw_bucket, f"{folder}/", name, sample_of(sandbox, BROKEN_KEY, 3))
    open_letter(student, f"❌ Pipeline ล้มเหลว — {name}")
    set_handler(student, HANDLER)

    student.open("cloudwatch/alarm", alarm=FAILURES)
    student.sees(re.compile("Alarm updated from .* to ALARM"))
    open_letter(student, f'ALARM: "{FAILURES}"')


def sample_of(sandbox: Sandbox, key: str, rows: int) -> bytes:
    return sales_file(sandbox.seed(key), rows).body


def set_handler(student: Student, handler: str) -> None:
    student.open("lambda/function", function=PARSE, tab="Configuration")
    with student.form("Edit general configuration", submit="Save") as form:
        form.fill("Handler", handler)
    student.sees(handler)
