"""A state: saved, loaded, brought back; and files that are refused."""

import hashlib
import io
import json
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from lab_engine.state.services import SERVICES
from tests.engine.conftest import REGION, LocalStack, start_localstack
from tests.engine.every_resource import make_everything
from tests.engine.functions import create_function, create_state_machine, only
from tests.engine.hostile_states import HOSTILE, OUTSIDE, nodes, packed, unpacked
from tests.engine.inventory import differences, inventory
from tests.engine.waiting import wait_for_execution

OTHER = "222222222222"
ACCOUNTS = ("000000000000", OTHER)
PART_BYTES = 5 << 20
KEY = "ไฟล์ a+b.txt"
AWS_POLICY = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def download(localstack: LocalStack) -> bytes:
    answer = requests.get(f"{localstack.endpoint}/_lab/state/file", timeout=60)
    assert answer.status_code == requests.codes.ok, f"{answer.status_code} {answer.text}"
    return answer.content


def load(localstack: LocalStack, file: bytes, **query: str) -> requests.Response:
    return requests.post(
        f"{localstack.endpoint}/_lab/state/file", params=query, data=file, timeout=120
    )


# -- by hand ------------------------------------------------------------------------------


def make_all_by_hand(localstack: LocalStack, account: str) -> dict[str, Any]:
    """What students make, in each of the services; returns what is not in an inventory."""

    def client(service: str) -> Any:
        return localstack.client(service, account)

    mine = f"mine-{account}"
    _make_objects(client("s3"), mine)
    kept = _make_queues(client("sqs"))
    topic = client("sns").create_topic(Name="mine", Tags=[{"Key": "a", "Value": "b"}])["TopicArn"]
    for protocol, address in (("email", "me@example.com"), ("sqs", kept["queue_arn"])):
        client("sns").subscribe(TopicArn=topic, Protocol=protocol, Endpoint=address)
    client("sns").publish(TopicArn=topic, Subject="hello", Message="สวัสดี")
    kept |= _make_identities(localstack, account)
    client("logs").create_log_group(logGroupName="mine")
    client("logs").create_log_stream(logGroupName="mine", logStreamName="s")
    client("logs").put_log_events(
        logGroupName="mine",
        logStreamName="s",
        logEvents=[
            {"timestamp": int(time.time() * 1000) + n, "message": f"line {n}"} for n in range(3)
        ],
    )
    cloudwatch = client("cloudwatch")
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)  # in a minute that is evaluated already
    cloudwatch.put_metric_data(
        Namespace="Mine",
        MetricData=[{"MetricName": "m", "Value": 5, "Timestamp": an_hour_ago}],
    )
    cloudwatch.put_dashboard(DashboardName="mine", DashboardBody='{"widgets": []}')
    cloudwatch.put_metric_alarm(
        AlarmName="mine",
        Namespace="Mine",
        MetricName="m",
        Statistic="Sum",
        Period=86400,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    cloudwatch.set_alarm_state(AlarmName="mine", StateValue="ALARM", StateReason="by hand")
    requests.post(
        f"{localstack.endpoint}/_lab/clock", json={"push": "+3d", "account": account}, timeout=60
    )
    return kept


def _make_objects(s3: Any, bucket: str) -> None:
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for number in range(3):
        s3.put_object(
            Bucket=bucket, Key=KEY, Body=b"v%d" % number, Metadata={"n": str(number)}, Tagging="a=b"
        )
    s3.put_object(Bucket=bucket, Key="large", Body=bytes(range(256)) * 4096)
    s3.delete_object(Bucket=bucket, Key=KEY)
    parts = []
    done = s3.create_multipart_upload(Bucket=bucket, Key="in parts")["UploadId"]
    for number in (1, 2):
        part = s3.upload_part(
            Bucket=bucket, Key="in parts", UploadId=done, PartNumber=number, Body=b"x" * PART_BYTES
        )
        parts.append({"PartNumber": number, "ETag": part["ETag"]})
    s3.complete_multipart_upload(
        Bucket=bucket, Key="in parts", UploadId=done, MultipartUpload={"Parts": parts}
    )
    begun = s3.create_multipart_upload(Bucket=bucket, Key="begun")["UploadId"]
    s3.upload_part(Bucket=bucket, Key="begun", UploadId=begun, PartNumber=1, Body=b"y" * PART_BYTES)


def _make_queues(sqs: Any) -> dict[str, Any]:
    fifo = sqs.create_queue(
        QueueName="mine.fifo",
        Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"},
    )["QueueUrl"]
    for number in range(3):
        sqs.send_message(QueueUrl=fifo, MessageBody=f"m{number}", MessageGroupId="g")
    sqs.receive_message(QueueUrl=fifo, VisibilityTimeout=3600)  # its group waits for this one
    url = sqs.create_queue(QueueName="mine", tags={"who": "me"})["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=900)
    for number in range(2):
        sqs.send_message(QueueUrl=url, MessageBody=f"m{number}")
    (taken,) = sqs.receive_message(QueueUrl=url, VisibilityTimeout=3600)["Messages"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    return {"url": url, "receipt": taken["ReceiptHandle"], "queue_arn": attributes["QueueArn"]}


def _make_identities(localstack: LocalStack, account: str) -> dict[str, Any]:
    """A user, who uses what is allowed and what is not, and a role, which the user takes."""
    iam = localstack.client("iam", account)
    arn = iam.create_user(UserName="somchai", Tags=[{"Key": "a", "Value": "b"}])["User"]["Arn"]
    iam.create_group(GroupName="students")
    iam.add_user_to_group(GroupName="students", UserName="somchai")
    key = iam.create_access_key(UserName="somchai")["AccessKey"]["AccessKeyId"]
    allow = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    own = iam.create_policy(PolicyName="own", PolicyDocument=_policy(allow))["Policy"]["Arn"]
    iam.create_policy_version(
        PolicyArn=own, PolicyDocument=_policy(allow | {"Action": "s3:Get*"}), SetAsDefault=False
    )
    iam.attach_group_policy(GroupName="students", PolicyArn=own)
    service = {"Service": "lambda.amazonaws.com"}
    trust = {"Effect": "Allow", "Principal": service, "Action": "sts:AssumeRole"}
    taken = trust | {"Principal": {"AWS": arn}}
    iam.create_role(RoleName="hand", AssumeRolePolicyDocument=_policy(trust, taken))
    iam.attach_role_policy(RoleName="hand", PolicyArn=AWS_POLICY)
    iam.put_user_policy(
        UserName="somchai",
        PolicyName="takes-the-role",
        PolicyDocument=_policy(allow | {"Action": "sts:AssumeRole"}),
    )
    session = localstack.client("sts", key).assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/hand", RoleSessionName="somchai"
    )["Credentials"]["AccessKeyId"]
    kept = {"key": key, "session": session}
    assert _who_may_what(localstack, kept) == WHO_MAY_WHAT
    return kept


WHO_MAY_WHAT = {
    "key s3": True, "key sqs": "AccessDenied",
    "session s3": "AccessDenied", "session sqs": "AccessDenied",
}  # fmt: skip


def _who_may_what(localstack: LocalStack, kept: dict[str, Any]) -> dict[str, Any]:
    """Ask as the user and as the role, which the journal then shows."""
    found: dict[str, Any] = {}
    for who in ("key", "session"):
        for service, operation in (("s3", "list_buckets"), ("sqs", "list_queues")):
            try:
                found[f"{who} {service}"] = bool(
                    getattr(localstack.client(service, kept[who]), operation)()
                )
            except ClientError as error:
                found[f"{who} {service}"] = error.response["Error"]["Code"].removesuffix(
                    "Exception"
                )
    return found


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


def kept_by(home: Path) -> dict[str, str]:
    return {"LAB_PERSIST": "on", "LAB_STATE_DIR": str(home / "state")}


def _make_executions(localstack: LocalStack, function: Any) -> None:
    """Executions that ended in each way, with histories of several states."""
    states = localstack.client("stepfunctions")
    task = {"Type": "Task", "Resource": function["FunctionArn"], "Next": "Chosen"}
    succeeds = create_state_machine(
        localstack,
        {
            "StartAt": "Work",
            "States": {
                "Work": task,
                "Chosen": {
                    "Type": "Choice",
                    "Choices": [{"Variable": "$.fails", "BooleanEquals": True, "Next": "Failed"}],
                    "Default": "Mapped",
                },
                "Failed": {"Type": "Fail", "Error": "Own.Error", "Cause": "ไม่สำเร็จ"},
                "Mapped": {
                    "Type": "Map",
                    "ItemsPath": "$.items",
                    "Iterator": only({"Type": "Pass", "End": True}),
                    "End": True,
                },
            },
        },
    )
    waits = create_state_machine(localstack, only({"Type": "Wait", "Seconds": 3600, "End": True}))
    for number, given in enumerate(({"fails": True}, {"fails": False, "items": [1, 2]})):
        started = states.start_execution(
            stateMachineArn=succeeds, name=f"e{number}", input=json.dumps(given)
        )
        wait_for_execution(localstack, started["executionArn"])
    aborted = states.start_execution(stateMachineArn=waits, name="aborted")["executionArn"]
    states.stop_execution(executionArn=aborted, error="Mine", cause="by hand")
    wait_for_execution(localstack, aborted)
    version = states.publish_state_machine_version(stateMachineArn=succeeds)
    states.create_state_machine_alias(
        name="live",
        routingConfiguration=[
            {"stateMachineVersionArn": version["stateMachineVersionArn"], "weight": 100}
        ],
    )


def assert_has_what_students_make(found: dict[str, Any]) -> None:
    """An inventory that lacks something would be equal as well."""
    told = json.dumps(found, default=str)
    for each in ("mine.fifo", "PendingConfirmation", "user somchai", "group students", "begun",
                 '"ALARM"', "line 2", "in parts"):  # fmt: skip
        assert each in told, each
    assert {(use[1], use[2]) for use in found["journal"]} >= {
        ("s3:ListAllMyBuckets", True), ("sqs:ListQueues", False),
    }  # fmt: skip
    assert found["clock"] == 3 * 86400
    assert found["mails"]
    assert found["metrics"]
    assert found["dashboards"]


def state_of_the_key_of_s3(localstack: LocalStack, account: str) -> str:
    """The key that S3 makes in KMS, which is not saved, for who names none."""
    made = localstack.client("s3", account).put_object(
        Bucket=f"mine-{account}", Key="encrypted", Body=b"a", ServerSideEncryption="aws:kms"
    )
    key = localstack.client("kms", account).describe_key(KeyId=made["SSEKMSKeyId"])
    state: str = key["KeyMetadata"]["KeyState"]
    return state


def test_all_that_was_made_by_hand_is_the_same_after_a_stop_and_a_start(
    home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with start_localstack(tmp_path_factory.mktemp("first"), kept_by(home)) as first:
        kept = {account: make_all_by_hand(first, account) for account in ACCOUNTS}
        function = create_function(
            first,
            "def handler(event, context):\n    return event\n",
            Environment={"Variables": {"A": "1"}},
            Publish=True,
        )
        lambda_ = first.client("lambda")
        lambda_.create_alias(FunctionName=function, Name="live", FunctionVersion="1")
        lambda_.create_event_source_mapping(
            FunctionName=function, EventSourceArn=kept[ACCOUNTS[0]]["queue_arn"], Enabled=False
        )
        _make_executions(first, lambda_.get_function(FunctionName=function)["Configuration"])
        for account in ACCOUNTS:
            assert state_of_the_key_of_s3(first, account) == "Enabled"
            assert_has_what_students_make(inventory(first, account))
        before = {account: inventory(first, account) for account in ACCOUNTS}
        answer = requests.post(f"{first.endpoint}/_lab/state", json={"stop": True}, timeout=60)
        assert answer.status_code == requests.codes.ok, answer.text

    with start_localstack(tmp_path_factory.mktemp("second"), kept_by(home)) as second:
        report = second.page("/_lab/state")
        assert report["brought_back"], (report, second.log[-4000:])
        for account in ACCOUNTS:
            after = json.loads(
                json.dumps(inventory(second, account), default=str).replace(
                    str(second.port), str(first.port)
                )
            )
            expected = json.loads(json.dumps(before[account], default=str))
            assert differences(expected, after) == []
        for account in ACCOUNTS:
            sqs = second.client("sqs", account)
            url = kept[account]["url"].replace(str(first.port), str(second.port))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=kept[account]["receipt"])
            attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])[
                "Attributes"
            ]
            assert attributes["ApproximateNumberOfMessagesNotVisible"] == "0"
            assert _who_may_what(second, kept[account]) == WHO_MAY_WHAT
            assert state_of_the_key_of_s3(second, account) == "Enabled"
        told = second.client("lambda").invoke(FunctionName=f"{function}:live", Payload=b'{"x": 1}')
        assert json.load(told["Payload"]) == {"x": 1}


def test_of_one_resource_of_each_kind_nothing_is_left_out(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with start_localstack(tmp_path_factory.mktemp("every"), kept_by(tmp_path)) as localstack:
        maker = make_everything(localstack)
        assert maker.made.keys() == set(SERVICES), maker.refused
        saved = requests.post(f"{localstack.endpoint}/_lab/state", timeout=60)
        assert saved.json()["left_out"] == [], saved.text

        before = inventory(localstack, ACCOUNTS[0])
        answer = load(localstack, download(localstack))
        assert answer.status_code == requests.codes.ok, answer.text
        after = inventory(localstack, ACCOUNTS[0])
        assert differences(before, after) == [], "\n".join(differences(before, after))


@pytest.fixture(scope="module")
def begun_empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """A lab that found a damaged state, and that counts how often its init scripts run."""
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "state").mkdir()
    (folder / "state" / "cloud.lab").write_bytes(b"not a zip")
    for stage in ("start", "ready"):
        scripts = folder / "etc" / "localstack" / "init" / f"{stage}.d"
        scripts.mkdir(parents=True)
        line = f"open({str(folder / 'stages')!r}, 'a').write('{stage} ')\n"
        (scripts / "10_note.py").write_text(line)
    with start_localstack(folder, kept_by(folder)) as localstack:
        yield localstack


def test_a_damaged_state_is_kept_aside_and_the_lab_begins_empty(begun_empty: LocalStack) -> None:
    report = begun_empty.page("/_lab/state")
    assert report["brought_back"] is None
    assert "damaged" in report["refused"]
    assert begun_empty.client("s3").list_buckets()["Buckets"] == []
    assert (begun_empty.folder / "state" / "cloud.damaged-1").read_bytes() == b"not a zip"


def put_trace(localstack: LocalStack) -> str:
    """Sends a segment to X-Ray; returns the id of its trace."""
    trace = "1-65a1b2c3-0123456789abcdef01234567"
    segment = {"id": "0" * 16, "name": "one", "trace_id": trace, "start_time": 1, "end_time": 2}
    xray = localstack.client("xray")
    xray.put_trace_segments(TraceSegmentDocuments=[json.dumps(segment)])
    assert has_trace(localstack, trace)
    return trace


def has_trace(localstack: LocalStack, trace: str) -> bool:
    return bool(localstack.client("xray").batch_get_traces(TraceIds=[trace])["Traces"])


def reset(localstack: LocalStack) -> requests.Response:
    return requests.post(f"{localstack.endpoint}/_lab/reset", timeout=120)


def test_a_reset_leaves_nothing_and_runs_the_scripts_of_the_start_again(
    begun_empty: LocalStack,
) -> None:
    before = {account: inventory(begun_empty, account) for account in ACCOUNTS}
    for account in ACCOUNTS:
        make_all_by_hand(begun_empty, account)
    fault = {"kind": "throttle", "target": "s3", "seconds": 600}
    requests.post(f"{begun_empty.endpoint}/_lab/faults", json=fault, timeout=60)
    assert differences(before, {each: inventory(begun_empty, each) for each in ACCOUNTS})
    trace = put_trace(begun_empty)
    answer = reset(begun_empty)
    assert answer.status_code == requests.codes.ok, answer.text
    assert list(answer.json()["scripts"].values()) == ["SUCCESSFUL"]
    after = {account: inventory(begun_empty, account) for account in ACCOUNTS}
    assert differences(before, after) == [], "\n".join(differences(before, after))
    assert begun_empty.page("/_lab/faults")["faults"] == []
    assert not has_trace(begun_empty, trace)
    assert (begun_empty.folder / "stages").read_text() == "start ready start ready "
    report = begun_empty.page("/_lab/state")
    assert (report["refused"], report["brought_back"]) == (None, None)
    saved = requests.post(f"{begun_empty.endpoint}/_lab/state", timeout=60)
    assert saved.status_code == requests.codes.ok, saved.text


def test_a_lab_in_which_more_is_used_than_states_have_is_not_emptied(
    begun_empty: LocalStack,
) -> None:
    begun_empty.client("sqs").create_queue(QueueName="stays")
    begun_empty.client("kms").list_keys()
    answer = reset(begun_empty)
    assert answer.status_code == requests.codes.conflict
    assert "kms" in answer.json()["error"]
    assert begun_empty.client("sqs").list_queues()["QueueUrls"]


def test_a_loaded_state_comes_without_the_traces_of_the_cloud_before(
    begun_empty: LocalStack,
) -> None:
    trace = put_trace(begun_empty)
    assert load(begun_empty, download(begun_empty)).ok
    assert not has_trace(begun_empty, trace)


# -- files that are refused ---------------------------------------------------------------


@pytest.mark.gap("state", "the cloud is saved to one file", plain="404")
def test_the_cloud_is_one_readable_file(localstack: LocalStack) -> None:
    with zipfile.ZipFile(io.BytesIO(download(localstack))) as packed_file:
        manifest = json.loads(packed_file.read("manifest.json"))
    assert manifest["localstack"] == "4.14.0"
    assert manifest["contains"].keys() >= {"buckets", "objects", "functions"}


@pytest.fixture(scope="module")
def good(localstack: LocalStack) -> Iterator[bytes]:
    """A state with something of each kind that the hostile files change."""
    s3, sqs = localstack.client("s3"), localstack.client("sqs")
    s3.create_bucket(
        Bucket="for-hostile-states", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    s3.put_object(Bucket="for-hostile-states", Key="a", Body=b"content")
    begun = s3.create_multipart_upload(Bucket="for-hostile-states", Key="begun")["UploadId"]
    s3.upload_part(
        Bucket="for-hostile-states", Key="begun", UploadId=begun, PartNumber=1, Body=b"part"
    )
    sqs.create_queue(QueueName="for-hostile-states")
    _make_what_grows_old(localstack)
    create_function(localstack, "def handler(event, context):\n    return event\n")
    yield download(localstack)
    s3.abort_multipart_upload(Bucket="for-hostile-states", Key="begun", UploadId=begun)
    s3.delete_object(Bucket="for-hostile-states", Key="a")
    s3.delete_bucket(Bucket="for-hostile-states")


def _make_what_grows_old(localstack: LocalStack) -> None:
    """A log line in a group that keeps its lines for a day, and an execution that has ended."""
    logs = localstack.client("logs")
    names = {"logGroupName": "for-hostile-states", "logStreamName": "s"}
    logs.create_log_group(logGroupName="for-hostile-states")
    logs.put_retention_policy(logGroupName="for-hostile-states", retentionInDays=1)
    logs.create_log_stream(**names)
    line = {"timestamp": int(time.time() * 1000), "message": "a line"}
    logs.put_log_events(**names, logEvents=[line])
    machine = create_state_machine(localstack, only({"Type": "Pass", "End": True}))
    started = localstack.client("stepfunctions").start_execution(stateMachineArn=machine)
    wait_for_execution(localstack, started["executionArn"])


def test_there_are_enough_hostile_files() -> None:
    assert len(HOSTILE) >= 40


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_in_one_line_and_changes_nothing(
    localstack: LocalStack, good: bytes, what: str
) -> None:
    answer = load(localstack, HOSTILE[what](unpacked(good)))
    assert answer.status_code == requests.codes.bad_request, answer.text
    sentence = answer.json()["error"]
    assert "\n" not in sentence
    assert "\x1b" not in sentence
    assert 0 < len(sentence) < 300
    s3 = localstack.client("s3")
    body = s3.get_object(Bucket="for-hostile-states", Key="a")["Body"].read()
    assert body == b"content"
    assert not Path("/tmp/lab-hostile").exists()
    assert not any(OUTSIDE.rpartition("/")[2] in path.name for path in localstack.folder.rglob("*"))


def test_code_that_nobody_trusts_is_named_and_not_loaded(
    localstack: LocalStack, good: bytes
) -> None:
    answer = load(localstack, good, trusted=hashlib.sha256(b"mine").hexdigest())
    assert answer.status_code == requests.codes.forbidden, answer.text
    assert all(
        each["function"].startswith("arn:aws:lambda:") for each in answer.json()["foreign_code"]
    )


def test_code_in_a_folder_of_this_machine_is_never_trusted_by_its_hash(
    localstack: LocalStack, good: bytes
) -> None:
    entries = unpacked(good)
    tree = json.loads(entries["services/lambda.json"])
    for node in nodes(tree):
        if str(node.get("$", "")).endswith(":S3Code"):
            hash_ = node["f"]["code_sha256"]
            node["$"] = node["$"].replace("S3Code", "HotReloadingCode")
            node["f"] = {"host_path": "/etc", "code_sha256": hash_, "code_size": 0}
    entries["services/lambda.json"] = json.dumps(tree).encode()
    answer = load(localstack, packed(entries), trusted="0" * 64)
    assert answer.status_code == requests.codes.forbidden, answer.text
    assert any("/etc" in each["code"] for each in answer.json()["foreign_code"])
