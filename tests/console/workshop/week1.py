"""Week 1, clicked: buckets, role, function, trigger, two uploads and a test by hand.

Where the course puts right what the workshop says (no suffix, no action that does not exist), the
course's own words and code are what is clicked.
"""

import json

from course.s3_event import s3_event
from course.sales import sales_file
from course.solving import LAMBDA_POLICY, LAMBDA_ROLE
from course.week1.step1_buckets.solve import FOLDERS
from course.week1.step2_role.solve import statements
from course.week1.step3_function.solve import CODE
from course.week1.step5_sample.solve import KEY, ROWS
from course.week1.step7_by_hand.solve import KEY as MISSING_KEY
from course.week1.step7_by_hand.solve import REFUSED, TAG
from tests.console.workshop.student import Student

VALIDATOR = "csv-validator"
LIMITS = {"Timeout": 30, "Memory": 256}


def click(student: Student) -> None:
    """Click all steps of the week in an empty account."""
    buckets_and_folders(student)
    role(student)
    function(student)
    code(student)
    trigger(student)
    sample_and_text(student)
    test_by_hand(student)


def buckets_and_folders(student: Student) -> None:
    sandbox = student.sandbox
    student.open("s3")
    for bucket in (sandbox.raw_bucket, sandbox.processed_bucket):
        with student.form("Create bucket") as form:
            form.fill("Bucket name", bucket)
    student.follow(sandbox.raw_bucket)
    for folder in FOLDERS:
        with student.form("Create folder") as form:
            form.fill("Folder name", folder)
        student.sees(folder)


def role(student: Student) -> None:
    student.open("iam")
    document = {"Version": "2012-10-17", "Statement": statements(student.sandbox)}
    with student.form("Create policy") as form:
        form.fill("Policy name", LAMBDA_POLICY)
        form.paste(json.dumps(document, indent=2))
    student.sees(LAMBDA_POLICY)
    with student.form("Create role") as form:
        form.choose("Trusted entity", "Lambda")
        form.choose_several("Permissions policies", LAMBDA_POLICY)
        form.fill("Role name", LAMBDA_ROLE)
    student.sees(LAMBDA_ROLE)


def function(student: Student) -> None:
    student.open("lambda")
    with student.form("Create function") as form:
        form.fill("Function name", VALIDATOR)
        form.choose("Runtime", "python3.12")
        form.choose("Execution role", LAMBDA_ROLE)


def code(student: Student) -> None:
    student.open("lambda/function", function=VALIDATOR)
    student.deploy(VALIDATOR, CODE)
    student.open_tab("Configuration")
    with student.form("Edit general configuration", submit="Save") as form:
        for label, value in LIMITS.items():
            form.fill(label, value)


def trigger(student: Student) -> None:
    student.open("lambda/function", function=VALIDATOR, tab="Configuration")
    with student.form("Add trigger", submit="Add") as form:
        form.choose("Source", "S3")
        form.choose("Bucket", student.sandbox.raw_bucket)
        form.choose("Event types", "All object create events")
        form.fill("Prefix", "uploads/")
        form.acknowledge()
    student.sees("prefix: uploads/")


def sample_and_text(student: Student) -> None:
    bucket = student.sandbox.raw_bucket
    sample = sales_file(student.sandbox.seed(KEY), ROWS).body
    folder, _, name = KEY.partition("/")
    student.upload(bucket, f"{folder}/", name, sample)
    student.upload(bucket, f"{folder}/", "test.txt", b"This is no table.\n")


def test_by_hand(student: Student) -> None:
    student.open("lambda/function", function=VALIDATOR, tab="Test")
    event = s3_event(student.sandbox.raw_bucket, MISSING_KEY, 312, student.sandbox.region)
    student.test_with("test-s3-event", json.dumps(event, indent=2))
    student.sees("file_received")
    student.open("iam/role", role=LAMBDA_ROLE)
    student.sees(REFUSED)
    student.open("lambda/function", function=VALIDATOR, tab="Configuration")
    with student.form("Manage tags", submit="Save") as form:
        form.fill("Tags", f"{TAG}={REFUSED}")
