"""Week 3, clicked: four functions, two policies, a state machine beside its graph, three runs."""

import json
import re

from playwright.sync_api import expect

from course.sales import sales_file
from course.solving import LAMBDA_POLICY, LAMBDA_ROLE
from course.state_machines import read_definition
from course.week1.step2_role.solve import statements as statements_of_week_1
from course.week1.step5_sample.solve import KEY, ROWS
from course.week2.step3_policy.solve import statements as statements_of_week_2
from course.week3.step1_functions.solve import SIZES
from course.week3.step1_functions.solve import code as code_of
from course.week3.step2_policy.solve import MACHINE, MACHINE_POLICY, MACHINE_ROLE, statements
from course.week3.step3_state_machine.solve import DEFINITION
from course.week3.step4_processor.solve import CODE as PROCESSOR_CODE
from course.week3.step5_try.solve import BAD_BODY, BAD_KEY
from tests.console.clicking import button
from tests.console.workshop.student import LONG_MS, Student
from tests.console.workshop.week2 import PROCESSOR

HAND_MADE = "started-by-hand"


def click(student: Student) -> None:
    """Click all steps of the week in an account where weeks 1 and 2 are done."""
    functions(student)
    policies(student)
    state_machine(student)
    processor(student)
    two_files(student)
    run_by_hand(student)


def functions(student: Student) -> None:
    for name, (timeout_s, memory_mb) in SIZES.items():
        student.open("lambda")
        with student.form("Create function") as form:
            form.fill("Function name", name)
            form.choose("Execution role", LAMBDA_ROLE)
            form.fill("Timeout", timeout_s)
            form.fill("Memory", memory_mb)
        student.deploy(name, code_of(name))


def policies(student: Student) -> None:
    sandbox = student.sandbox
    weeks = (statements_of_week_1, statements_of_week_2, statements)
    document = [statement for of_week in weeks for statement in of_week(sandbox)]
    student.open("iam")
    student.follow(LAMBDA_POLICY)
    with student.form("Edit", submit="Save changes") as form:
        form.paste(policy(*document))
    student.sees("StartWorkflow")

    invoke = {
        "Sid": "InvokeTasks",
        "Effect": "Allow",
        "Action": ["lambda:InvokeFunction"],
        "Resource": [sandbox.arn("lambda", f"function:{name}") for name in SIZES],
    }
    student.open("iam")
    with student.form("Create policy") as form:
        form.fill("Policy name", MACHINE_POLICY)
        form.paste(policy(invoke))
    student.sees(MACHINE_POLICY)
    with student.form("Create role") as form:
        form.choose("Trusted entity", "Step Functions")
        form.choose_several("Permissions policies", MACHINE_POLICY)
        form.fill("Role name", MACHINE_ROLE)
    student.sees(MACHINE_ROLE)


def policy(*statements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2)


def state_machine(student: Student) -> None:
    """Paste the definition; the graph beside it is drawn before anything is created."""
    student.open("states")
    definition = read_definition(student.sandbox, DEFINITION)
    with student.form("Create state machine") as form:
        form.fill("State machine name", MACHINE)
        form.choose("Execution role", MACHINE_ROLE)
        form.paste(json.dumps(definition, indent=2, ensure_ascii=False))
        for name in definition["States"]:
            node = form.place.locator("g.node").filter(has_text=re.compile(rf"^{name}\b"))
            expect(node.first).to_be_visible()
    student.sees(MACHINE)


def processor(student: Student) -> None:
    student.open("states")
    student.follow(MACHINE)
    arn = student.fact("ARN")
    student.open("lambda/function", function=PROCESSOR)
    student.deploy(PROCESSOR, PROCESSOR_CODE)
    student.open_tab("Configuration")
    with student.form("Edit environment variables", submit="Save") as form:
        form.fill("Environment variables", f"STATE_MACHINE_ARN={arn}")
    student.sees("STATE_MACHINE_ARN")


def two_files(student: Student) -> None:
    """Upload a good file and one without its columns, and follow what became of both."""
    sandbox = student.sandbox
    sample = sales_file(sandbox.seed(KEY), ROWS).body
    for key, body in ((KEY, sample), (BAD_KEY, BAD_BODY)):
        folder, _, name = key.partition("/")
        student.upload(sandbox.raw_bucket, f"{folder}/", name, body)
    student.open("states")
    student.follow(MACHINE)
    rows = student.card("Executions").get_by_role("row")
    for status in ("SUCCEEDED", "FAILED"):
        expect(rows.filter(has_text=status).first).to_be_visible(timeout=LONG_MS)
    rows.filter(has_text="FAILED").first.get_by_role("link").click()
    student.tab.wait_for_url(re.compile("states/execution"))  # the machine's page has a graph too
    for name in ("MoveToFailed", "ValidationFailed"):
        expect(student.tab.locator("g.node").filter(has_text=name)).to_be_visible()
    expect(student.tab.locator("g.node.succeeded").filter(has_text="MoveToFailed")).to_be_visible()
    expect(student.tab.locator("g.node.failed").filter(has_text="ValidationFailed")).to_be_visible()


def run_by_hand(student: Student) -> None:
    """Start an execution about the sample with the input that the workshop gives."""
    sandbox = student.sandbox
    given = {
        "job_id": HAND_MADE,
        "source_bucket": sandbox.raw_bucket,
        "source_key": KEY,
        "destination_bucket": sandbox.processed_bucket,
        "submitted_at": "2024-01-15T10:00:00",
    }
    student.open("states")
    student.follow(MACHINE)
    with student.form("Start execution") as form:
        form.fill("Name", HAND_MADE)
        form.paste(json.dumps(given, indent=2))
    student.tab.wait_for_url(re.compile(f"execution.*{HAND_MADE}"))
    student.sees("SUCCEEDED")
    node = student.tab.locator("g.node.succeeded").filter(has_text="TransformData")
    expect(node).to_be_visible()
    node.click()
    expect(student.card("State")).to_contain_text("output_key")
    expect(button(student.tab, "Stop execution")).to_be_disabled()
