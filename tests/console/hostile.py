"""Markup wherever an account takes text: what a page must show as it was written."""

import io
import json
import re
import time
import zipfile
from typing import Any

import requests

from tests.console.conftest import ACCOUNT, REGION
from tests.engine.conftest import LocalStack

MARKUP = "<img src=x onerror=\"document.title='hacked'\">{{7*7}}"

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["lambda.amazonaws.com", "states.amazonaws.com"]},
            "Action": "sts:AssumeRole",
        }
    ],
}
MACHINE = {
    "Comment": MARKUP,
    "StartAt": MARKUP,
    "States": {MARKUP: {"Type": "Fail", "Error": MARKUP, "Cause": MARKUP}},
}
CODE = f"""def handler(event, context):
    print({MARKUP!r})
    return {MARKUP!r}
"""
DASHBOARD = {
    "widgets": [
        {
            "type": "text",
            "x": 0,
            "y": 0,
            "width": 6,
            "height": 3,
            "properties": {"markdown": f"# {MARKUP}"},
        },
        {
            "type": "metric",
            "x": 0,
            "y": 3,
            "width": 6,
            "height": 3,
            "properties": {
                "title": MARKUP,
                "region": REGION,
                "metrics": [["AWS/Lambda", "Errors", "FunctionName", "hostile", {"label": MARKUP}]],
            },
        },
    ]
}


def fill_with_markup(localstack: LocalStack, account: str = ACCOUNT) -> None:
    """Put markup into an account, wherever its services take text."""

    def client(service: str) -> Any:
        return localstack.client(service, access_key=account, region=REGION)

    role = client("iam").create_role(
        RoleName="hostile", AssumeRolePolicyDocument=json.dumps(TRUST), Description=MARKUP
    )["Role"]["Arn"]
    _objects(client("s3"), f"hostile-{account}")
    sqs = client("sqs")
    queue = sqs.create_queue(QueueName="hostile")["QueueUrl"]
    sqs.send_message(QueueUrl=queue, MessageBody=MARKUP)
    _mails(localstack, client("sns"), account)
    _function(client("lambda"), role)
    _logs(client("logs"))
    states = client("stepfunctions")
    machine = states.create_state_machine(
        name="hostile", definition=json.dumps(MACHINE), roleArn=role
    )["stateMachineArn"]
    states.start_execution(stateMachineArn=machine, input=json.dumps({"text": MARKUP}))
    cloudwatch = client("cloudwatch")
    cloudwatch.put_dashboard(DashboardName="hostile", DashboardBody=json.dumps(DASHBOARD))
    cloudwatch.put_metric_alarm(
        AlarmName=MARKUP,
        AlarmDescription=MARKUP,
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions=[{"Name": "FunctionName", "Value": MARKUP}],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )


def _objects(s3: Any, bucket: str) -> None:
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=bucket, Key=f"{MARKUP}.csv", Body=f"{MARKUP},b\n1,2\n".encode())
    s3.put_object(Bucket=bucket, Key="folder/a.json", Body=json.dumps({MARKUP: MARKUP}).encode())


def _mails(localstack: LocalStack, sns: Any, account: str) -> None:
    topic = sns.create_topic(Name="hostile", Attributes={"DisplayName": MARKUP})["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=f"{account}@example.com")
    asked = next(
        each["Body"]["text_part"]
        for each in localstack.page("/_aws/ses")["messages"]
        if f"{account}@example.com" in each["Destination"]["ToAddresses"]
    )
    link = re.search(r"https?://\S+confirmation\S+", asked)
    assert link is not None
    requests.get(link[0], timeout=30).raise_for_status()
    sns.publish(TopicArn=topic, Subject=f"Mail {MARKUP}"[:99], Message=MARKUP)


def _function(functions: Any, role: str) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("hostile.py", CODE)
    functions.create_function(
        FunctionName="hostile",
        Runtime="python3.12",
        Role=role,
        Handler="hostile.handler",
        Code={"ZipFile": archive.getvalue()},
        Description=MARKUP,
        Environment={"Variables": {"TEXT": MARKUP}},
    )
    functions.get_waiter("function_active_v2").wait(FunctionName="hostile")
    functions.invoke(FunctionName="hostile", Payload=json.dumps(MARKUP))


def _logs(logs: Any) -> None:
    group, stream = "/hostile/group", "stream"
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    now = round(time.time() * 1000)
    lines = [MARKUP, json.dumps({"event": MARKUP, "job_id": MARKUP})]
    logs.put_log_events(
        logGroupName=group,
        logStreamName=stream,
        logEvents=[{"timestamp": now, "message": line} for line in lines],
    )
