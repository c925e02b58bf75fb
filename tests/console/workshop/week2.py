"""Week 2, clicked: two queues, a wider policy, the sender, the worker, and a dead letter."""

import json
import re

from course.sales import sales_file
from course.solving import LAMBDA_POLICY, LAMBDA_ROLE
from course.week1.step2_role.solve import statements as statements_of_week_1
from course.week1.step5_sample.solve import KEY, ROWS
from course.week2.step1_dlq.solve import A_DAY_SECONDS, DLQ
from course.week2.step1_dlq.solve import ATTRIBUTES as DLQ_ATTRIBUTES
from course.week2.step2_main_queue.solve import MAIN_QUEUE, RECEIVES, attributes
from course.week2.step3_policy.solve import statements
from course.week2.step4_validator.solve import CODE as VALIDATOR_CODE
from course.week2.step5_processor.solve import CODE as PROCESSOR_CODE
from course.week2.step5_processor.solve import TIMEOUT_SECONDS
from course.week2.step6_event_source.solve import BATCH_SIZE
from course.week2.step7_end_to_end.solve import TWICE
from course.week2.step8_dead_letters.solve import BODY
from tests.console.workshop.student import Student
from tests.console.workshop.week1 import VALIDATOR

PROCESSOR = "csv-processor"
FAULT_SECONDS = 300
"""How long the lab waits for the invocation whose answer it loses."""


def click(student: Student) -> None:
    """Click all steps of the week in an account where week 1 is done."""
    dead_letter_queue(student)
    main_queue(student)
    policy(student)
    validator(student)
    processor(student)
    event_source(student)
    end_to_end(student)
    dead_letter(student)


def dead_letter_queue(student: Student) -> None:
    student.open("sqs")
    with student.form("Create queue") as form:
        form.fill("Name", DLQ)
        form.fill("Visibility timeout", DLQ_ATTRIBUTES["VisibilityTimeout"])
        form.fill(
            "Message retention period", DLQ_ATTRIBUTES["MessageRetentionPeriod"] // A_DAY_SECONDS
        )
    student.sees(DLQ)


def main_queue(student: Student) -> None:
    wanted = attributes(student.sandbox)
    with student.form("Create queue") as form:
        form.fill("Name", MAIN_QUEUE)
        form.fill("Visibility timeout", wanted["VisibilityTimeout"])
        form.fill("Message retention period", wanted["MessageRetentionPeriod"] // A_DAY_SECONDS)
        form.fill("Receive message wait time", wanted["ReceiveMessageWaitTimeSeconds"])
        form.choose("Dead-letter queue", DLQ)
        form.fill("Maximum receives", RECEIVES)
    student.sees(MAIN_QUEUE)


def policy(student: Student) -> None:
    sandbox = student.sandbox
    document = {
        "Version": "2012-10-17",
        "Statement": [*statements_of_week_1(sandbox), *statements(sandbox)],
    }
    student.open("iam")
    student.follow(LAMBDA_POLICY)
    with student.form("Edit", submit="Save changes") as form:
        form.paste(json.dumps(document, indent=2))
    student.sees("KnowMissingFromForbidden")


def validator(student: Student) -> None:
    student.open("sqs/queue", queue=MAIN_QUEUE)
    url = student.fact("URL")
    student.open("lambda/function", function=VALIDATOR)
    student.deploy(VALIDATOR, VALIDATOR_CODE)
    student.open_tab("Configuration")
    with student.form("Edit environment variables", submit="Save") as form:
        form.fill(
            "Environment variables",
            f"QUEUE_URL={url}\nPROCESSED_BUCKET={student.sandbox.processed_bucket}",
        )
    student.sees("QUEUE_URL")


def processor(student: Student) -> None:
    student.open("lambda")
    with student.form("Create function") as form:
        form.fill("Function name", PROCESSOR)
        form.choose("Execution role", LAMBDA_ROLE)
        form.fill("Timeout", TIMEOUT_SECONDS)
        form.fill("Memory", 256)
    student.deploy(PROCESSOR, PROCESSOR_CODE)


def event_source(student: Student) -> None:
    student.open_tab("Configuration")
    with student.form("Add trigger", submit="Add") as form:
        form.choose("Source", "SQS")
        form.choose("SQS queue", MAIN_QUEUE)
        form.fill("Batch size", BATCH_SIZE)
        form.fill("Batch window", student.sandbox.times.window_seconds)
        form.tick("Report batch item failures")
    student.sees("Enabled")


def end_to_end(student: Student) -> None:
    """Go down to the sample's result; then lose an answer, so that a message comes twice."""
    sandbox = student.sandbox
    folder, _, name = KEY.partition("/")
    sample = sales_file(sandbox.seed(KEY), ROWS).body
    student.upload(sandbox.raw_bucket, f"{folder}/", name, sample)
    student.look_into(sandbox.processed_bucket, "processed/", *(3 * ["*/"]))
    student.sees("_summary.json")
    student.open("lab")
    with student.form("Switch on") as form:
        form.choose("Fault", re.compile("^kill"))
        form.choose("Function", PROCESSOR)
        form.choose("When", re.compile("^after"))
        form.fill("Calls, then it is over", 1)
        form.fill("Over after", FAULT_SECONDS)
    student.upload(sandbox.raw_bucket, f"{folder}/", TWICE.rpartition("/")[2], sample)


def dead_letter(student: Student) -> None:
    student.open("sqs/queue", queue=MAIN_QUEUE)
    with student.form("Send message") as form:
        form.fill("Message body", BODY)
    student.open("sqs/queue", queue=DLQ)
    student.sees_fact("Messages available", "1")
    student.press("Poll for messages")
    student.sees(BODY)
