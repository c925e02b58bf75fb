"""A call as an `aws` command and as boto3."""

import ast
import shlex

from console.calls import Call, LocalFile, as_boto3, as_command

HOSTILE = "a b'; rm -rf ~ #\n$(id)`id`"


def test_a_call_is_the_command_that_the_documentation_shows() -> None:
    call = Call("sqs", "CreateQueue", {"QueueName": "main", "Attributes": {"DelaySeconds": "5"}})
    assert as_command(call) == (
        """aws sqs create-queue --queue-name main --attributes '{"DelaySeconds": "5"}'"""
    )
    assert as_boto3(call) == (
        'boto3.client("sqs").create_queue(QueueName="main", Attributes={"DelaySeconds": "5"})'
    )


def test_s3_is_s3api_and_a_file_is_a_file() -> None:
    call = Call("s3", "PutObject", {"Bucket": "b", "Key": "k", "Body": LocalFile("a b.csv", b"1")})
    assert as_command(call) == "aws s3api put-object --bucket b --key k --body 'a b.csv'"
    assert 'Body=open("a b.csv", "rb").read()' in as_boto3(call)
    assert call.arguments["Body"] == b"1"


def test_code_goes_into_the_option_that_the_command_line_has_for_it() -> None:
    call = Call("lambda", "CreateFunction", {"Code": {"ZipFile": LocalFile("code.zip", b"PK")}})
    assert as_command(call) == "aws lambda create-function --zip-file fileb://code.zip"
    assert call.arguments == {"Code": {"ZipFile": b"PK"}}
    assert [file.name for file in call.files] == ["code.zip"]


def test_yes_and_no_are_flags() -> None:
    call = Call("cloudwatch", "PutMetricAlarm", {"AlarmName": "a", "ActionsEnabled": False})
    assert "--no-actions-enabled" in as_command(call)


def test_a_hostile_value_stays_one_word_of_the_command() -> None:
    command = as_command(Call("sns", "Publish", {"Message": HOSTILE}))
    assert shlex.split(command)[-1] == HOSTILE


def test_a_value_that_looks_like_an_option_is_none() -> None:
    command = as_command(Call("sns", "Publish", {"Message": "--region"}))
    assert shlex.split(command)[-1] == "--message=--region"


def test_a_hostile_value_stays_one_literal_of_python() -> None:
    call = Call("sns", "Publish", {"Message": HOSTILE, "Subject": '"""' + "x" * 100})
    tree = ast.parse(as_boto3(call), mode="eval")
    assert isinstance(tree.body, ast.Call)
    assert {
        word.arg: ast.literal_eval(word.value) for word in tree.body.keywords
    } == call.parameters


def test_only_calls_that_change_nothing_count_as_reading() -> None:
    assert Call("s3", "ListBuckets").only_reads
    for service, operation in (
        ("sqs", "ReceiveMessage"),
        ("s3", "PutObject"),
        ("stepfunctions", "StartExecution"),
        ("lambda", "Invoke"),
    ):
        assert not Call(service, operation).only_reads
