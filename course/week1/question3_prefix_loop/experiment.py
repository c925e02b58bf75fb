"""A function that writes where its trigger looks: in a bucket of its own, for three rounds."""

import io
import json
import zipfile

from course.language import Text
from course.question import Tell
from course.resources import Resource, remove
from course.sandbox import Sandbox
from course.solving import RUNTIME, ensure_role
from provision.changes import Changes
from provision.propagation import once_granted
from provision.waiting import poll

NAME = "pipeline-loop-experiment"
ROUNDS = 3
PATIENCE_SECONDS = 30.0

CODE = f'''
import boto3

s3 = boto3.client("s3")


def lambda_handler(event, context):
    """Write the next round under the same prefix."""
    upload = event["Records"][0]["s3"]
    number = int(upload["object"]["key"].rpartition("/")[2])
    if number < {ROUNDS}:
        s3.put_object(Bucket=upload["bucket"]["name"], Key=f"uploads/{{number + 1}}")
'''


def run(sandbox: Sandbox, tell: Tell) -> str:
    """Put one object; `b` when it made the function call itself."""
    s3 = sandbox.client("s3")
    bucket = f"{NAME}-{sandbox.account}"
    tell(Text(th="สร้าง bucket และฟังก์ชันชั่วคราว", en="A bucket and a function for a while ..."))
    try:
        _build(sandbox, bucket)
        s3.put_object(Bucket=bucket, Key="uploads/0")

        def objects() -> int:
            return int(s3.list_objects_v2(Bucket=bucket, Prefix="uploads/")["KeyCount"])

        poll(lambda: objects() > ROUNDS, within=PATIENCE_SECONDS)
        found = objects()
    finally:
        for resource in (
            Resource("function", NAME),
            Resource("bucket", bucket),
            Resource("role", NAME),
        ):
            remove(sandbox, resource)
    tell(
        Text(
            th=f"วางหนึ่งไฟล์ กลายเป็น {found} ไฟล์ (โค้ดนี้หยุดเองที่รอบที่ {ROUNDS})",
            en=f"One object was put, and there were {found} (this code stops after {ROUNDS}).",
        )
    )
    return "b" if found > 1 else "a"


def _build(sandbox: Sandbox, bucket: str) -> None:
    iam, s3, client = (sandbox.client(each) for each in ("iam", "s3", "lambda"))
    s3.create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": sandbox.region}
    )
    role = ensure_role(sandbox, Changes(), NAME, "lambda.amazonaws.com")
    write = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    iam.put_role_policy(
        RoleName=NAME,
        PolicyName="write",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [write]}),
    )
    function = once_granted(
        lambda: client.create_function(
            FunctionName=NAME,
            Runtime=RUNTIME,
            Handler="loop.lambda_handler",
            Role=role,
            Code={"ZipFile": _zip()},
        )
    )["FunctionArn"]
    client.get_waiter("function_active_v2").wait(FunctionName=NAME)
    client.add_permission(
        FunctionName=NAME,
        StatementId="bucket",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn=f"arn:aws:s3:::{bucket}",
        SourceAccount=sandbox.account,
    )
    rules = [{"Name": "prefix", "Value": "uploads/"}]
    notification = {
        "LambdaFunctionArn": function,
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": rules}},
    }
    once_granted(
        lambda: s3.put_bucket_notification_configuration(
            Bucket=bucket,
            NotificationConfiguration={"LambdaFunctionConfigurations": [notification]},
        )
    )


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("loop.py", CODE)
    return buffer.getvalue()
