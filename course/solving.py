"""What solutions share: resources that several steps make, and zips of a folder's code.

A solution is plain boto3 around `Changes.settle`: read what is there, say what is wanted, and call
AWS only where the two differ. So a solution mends whatever a student left, and a second run changes
nothing.
"""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from course.grants import policy_document
from course.sandbox import Sandbox
from provision.archive import code_sha256, folder_zip
from provision.changes import Changes
from provision.propagation import once_granted
from provision.target import unless_missing

LAMBDA_ROLE: Final = "pipeline-lambda-role"
LAMBDA_POLICY: Final = "pipeline-lambda-policy"
RUNTIME: Final = "python3.12"
METRIC_NAMESPACE: Final = "CSVPipeline"

NO_QUEUE: Final = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
_DOCUMENTS: Final = ("RedrivePolicy", "RedriveAllowPolicy", "Policy")
_MISSING: Final = "ResourceNotFoundException"
ACTIVE: Final = "function_active"
UPDATED: Final = "function_updated"
"""boto3's waiters by GetFunctionConfiguration. Those by GetFunction (`..._v2`) take three times as
long here: it signs an address from which the code can be loaded."""

_POLL: Final = {"Delay": 0.2, "MaxAttempts": 300}
_MOST_VERSIONS: Final = 5
"""Of a managed policy (IAM quotas)."""


def trust(service: str) -> dict[str, Any]:
    """Return a trust policy that lets one service assume a role."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        ],
    }


def ensure_role(sandbox: Sandbox, changes: Changes, name: str, service: str) -> str:
    """Afterwards a role exists that this service may assume; its ARN."""
    iam = sandbox.client("iam")
    role = unless_missing(lambda: iam.get_role(RoleName=name)["Role"], "NoSuchEntity")
    document = trust(service)

    def apply() -> None:
        if role is None:
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))
        else:
            iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(document))

    changes.settle(
        name, wanted=document, actual=role and role["AssumeRolePolicyDocument"], apply=apply
    )
    return sandbox.role_arn(name)


def ensure_policy(
    sandbox: Sandbox, changes: Changes, name: str, statements: list[dict[str, Any]]
) -> str:
    """Afterwards a managed policy holds these statements by their Sid; its ARN.

    Statements with another Sid stay as they are: later steps add theirs to the same policy.
    """
    iam = sandbox.client("iam")
    arn = sandbox.policy_arn(name)
    actual = unless_missing(lambda: policy_document(iam, arn), "NoSuchEntity")
    ours = {each["Sid"]: each for each in statements}
    kept = [each for each in _statements(actual) if each.get("Sid") not in ours]
    document = {"Version": "2012-10-17", "Statement": [*kept, *statements]}
    same = actual and _by_sid(actual) == _by_sid(document)

    def apply() -> None:
        if actual is None:
            iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document))
            return
        _make_room(iam, arn)
        iam.create_policy_version(
            PolicyArn=arn, PolicyDocument=json.dumps(document), SetAsDefault=True
        )

    changes.settle(name, wanted=document, actual=document if same else actual, apply=apply)
    return arn


def ensure_attached(sandbox: Sandbox, changes: Changes, role: str, policy_arn: str) -> None:
    """Afterwards a managed policy is attached to a role."""
    iam = sandbox.client("iam")
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    changes.settle(
        f"{policy_arn.rpartition('/')[2]} attached to {role}",
        wanted=True,
        actual=policy_arn in [each["PolicyArn"] for each in attached] or None,
        apply=lambda: iam.attach_role_policy(RoleName=role, PolicyArn=policy_arn),
    )


def ensure_only_policies(sandbox: Sandbox, changes: Changes, role: str, policy_arn: str) -> None:
    """Afterwards a role has this managed policy alone: no other one, and none inline."""
    iam = sandbox.client("iam")
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    others = [each["PolicyArn"] for each in attached if each["PolicyArn"] != policy_arn]
    inline: list[str] = iam.list_role_policies(RoleName=role)["PolicyNames"]

    def apply() -> None:
        for arn in others:
            iam.detach_role_policy(RoleName=role, PolicyArn=arn)
        for name in inline:
            iam.delete_role_policy(RoleName=role, PolicyName=name)

    changes.settle(f"other policies of {role}", wanted=[], actual=[*others, *inline], apply=apply)


def own_role(function: str) -> str:
    """Return the name of the role that only this function runs as."""
    return f"pipeline-{function}-role"


def ensure_own_role(
    sandbox: Sandbox, changes: Changes, function: str, grants: list[dict[str, Any]]
) -> None:
    """Afterwards a function's own role may do this, write its log, and nothing else.

    Args:
        sandbox: Where.
        changes: Takes up what was changed.
        function: Whose role.
        grants: Statements without Sid; the inline policy that holds them has the function's name.
    """
    iam = sandbox.client("iam")
    role = own_role(function)
    ensure_role(sandbox, changes, role, "lambda.amazonaws.com")
    log = f"log-group:/aws/lambda/{function}"
    logging = {
        "Effect": "Allow",
        "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": [sandbox.arn("logs", log), sandbox.arn("logs", f"{log}:*")],
    }
    document = {"Version": "2012-10-17", "Statement": [*grants, logging]}
    changes.settle(
        f"{function} of {role}",
        wanted=document,
        actual=unless_missing(
            lambda: iam.get_role_policy(RoleName=role, PolicyName=function)["PolicyDocument"],
            "NoSuchEntity",
        ),
        apply=lambda: iam.put_role_policy(
            RoleName=role, PolicyName=function, PolicyDocument=json.dumps(document)
        ),
    )


def ensure_queue(sandbox: Sandbox, changes: Changes, name: str, wanted: dict[str, Any]) -> str:
    """Afterwards a queue of this name has these attributes; its URL."""
    sqs = sandbox.client("sqs")
    url = unless_missing(lambda: sqs.get_queue_url(QueueName=name)["QueueUrl"], *NO_QUEUE)
    attributes = {
        key: json.dumps(value) if key in _DOCUMENTS else str(value) for key, value in wanted.items()
    }

    def apply() -> None:
        if url is None:
            sqs.create_queue(QueueName=name, Attributes=attributes)
        else:
            sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)

    there = url and _queue_attributes(sqs, url, wanted)
    changes.settle(name, wanted=attributes, actual=there or None, apply=apply)
    return queue_url(sandbox, name)


def queue_url(sandbox: Sandbox, name: str) -> str:
    """Return the URL of a queue of the account."""
    url: str = sandbox.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
    return url


def _queue_attributes(sqs: Any, url: str, wanted: dict[str, Any]) -> dict[str, Any]:
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return {
        key: json.dumps(json.loads(value)) if key in _DOCUMENTS else value
        for key, value in found.items()
        if key in wanted
    }


@dataclass(frozen=True)
class Function:
    """A function of the workshop's shape.

    Attributes:
        code: The folder with its `lambda_function.py`, named as the function is, with underscores.
        timeout_seconds: Its timeout, seconds.
        memory_mb: Its memory, MB.
        environment: Its variables.
        has_own_role: Whether it runs as a role of its own, `pipeline-<function>-role`.
    """

    code: Path
    timeout_seconds: int
    memory_mb: int
    environment: Mapping[str, str] = field(default_factory=dict)
    has_own_role: bool = False

    @property
    def name(self) -> str:
        """What Lambda calls it."""
        return self.code.name.replace("_", "-")

    @property
    def role(self) -> str:
        """The name of the role that it runs as."""
        return own_role(self.name) if self.has_own_role else LAMBDA_ROLE


def ensure_function(sandbox: Sandbox, changes: Changes, function: Function) -> None:
    """Afterwards a function holds this code and is ready to run."""
    client = sandbox.client("lambda")
    name = function.name
    found = unless_missing(lambda: client.get_function_configuration(FunctionName=name), _MISSING)
    archive = folder_zip(function.code)
    wanted: dict[str, Any] = {
        "Runtime": RUNTIME,
        "Handler": "lambda_function.lambda_handler",
        "Role": sandbox.role_arn(function.role),
        "Timeout": function.timeout_seconds,
        "MemorySize": function.memory_mb,
        "Environment": {"Variables": dict(function.environment)},
    }

    def apply() -> None:
        if found is None:
            once_granted(
                lambda: client.create_function(
                    FunctionName=name, Code={"ZipFile": archive}, **wanted
                )
            )
        else:
            client.update_function_configuration(FunctionName=name, **wanted)
            _wait(client, UPDATED, name)

    changes.settle(name, wanted=wanted, actual=found and _settings(found, wanted), apply=apply)
    if found is not None:
        _settle_code(sandbox, changes, found, archive)
    if found is None or found["State"] != "Active":
        _wait(client, ACTIVE, name)


def _settings(found: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """Return the wanted settings as they are; a function without variables has none to show."""
    there = {name: found.get(name) for name in wanted}
    return there | {"Environment": {"Variables": found.get("Environment", {}).get("Variables", {})}}


def ensure_permission(
    sandbox: Sandbox, changes: Changes, function: str, service: str, source: str
) -> None:
    """Afterwards one service may invoke a function, and nobody else by the function's own policy.

    Args:
        sandbox: Where.
        changes: Takes up what was changed.
        function: Which.
        service: Such as `events.amazonaws.com`.
        source: The ARN of what it may invoke it for; may end in `*`.
    """
    client = sandbox.client("lambda")
    sid = permission_id(service)
    wanted = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "lambda:InvokeFunction",
        "Resource": sandbox.arn("lambda", f"function:{function}"),
        "Condition": {"ArnLike": {"AWS:SourceArn": source}},
    }
    policy = unless_missing(
        lambda: json.loads(client.get_policy(FunctionName=function)["Policy"]), _MISSING
    )
    there = policy["Statement"] if policy else []

    def apply() -> None:
        for each in there:
            client.remove_permission(FunctionName=function, StatementId=each["Sid"])
        client.add_permission(
            FunctionName=function,
            StatementId=sid,
            Action="lambda:InvokeFunction",
            Principal=service,
            SourceArn=source,
        )

    changes.settle(
        f"permission of {service} on {function}", wanted=[wanted], actual=there or None, apply=apply
    )


def permission_id(service: str) -> str:
    """Return how the statement is called that lets a service invoke: `events-invokes`."""
    return f"{service.partition('.')[0]}-invokes"


def create_function(sandbox: Sandbox, name: str, code: Path) -> None:
    """Create a function under any name, with the course's settings."""
    client = sandbox.client("lambda")
    client.create_function(
        FunctionName=name,
        Runtime=RUNTIME,
        Handler="lambda_function.lambda_handler",
        Role=sandbox.role_arn(LAMBDA_ROLE),
        Code={"ZipFile": folder_zip(code)},
        Timeout=30,
        MemorySize=256,
    )
    _wait(client, ACTIVE, name)


def update_code(sandbox: Sandbox, name: str, code: Path) -> None:
    """Give a function the code in a folder."""
    _update_code(sandbox, name, folder_zip(code))


def change_code(sandbox: Sandbox, code: Path, changed: dict[str, str]) -> None:
    """Give a function its solution's code with passages replaced, as a student may write it."""
    _update_code(sandbox, code.name.replace("_", "-"), changed_zip(code, changed))


def changed_zip(code: Path, changed: dict[str, str]) -> bytes:
    """Zip a solution's code with passages replaced.

    Args:
        code: The folder of the solution.
        changed: New text by old text; each old one stands in `lambda_function.py` exactly once.

    Raises:
        ValueError: A passage is not there, or more than once: it would be another change.
    """
    text = (code / "lambda_function.py").read_text(encoding="utf-8")
    for old, new in changed.items():
        if text.count(old) != 1:
            message = f"{code}: {old!r} stands there {text.count(old)} times"
            raise ValueError(message)
        text = text.replace(old, new)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "lambda_function.py").write_text(text, encoding="utf-8")
        return folder_zip(Path(folder))


def ensure_code(sandbox: Sandbox, changes: Changes, name: str, archive: bytes) -> None:
    """Afterwards a function holds this code; its settings stay."""
    found = sandbox.client("lambda").get_function_configuration(FunctionName=name)
    _settle_code(sandbox, changes, found, archive)


def _settle_code(sandbox: Sandbox, changes: Changes, found: dict[str, Any], archive: bytes) -> None:
    name = found["FunctionName"]
    changes.settle(
        f"code of {name}",
        wanted=code_sha256(archive),
        actual=found["CodeSha256"],
        apply=lambda: _update_code(sandbox, name, archive),
    )


def _update_code(sandbox: Sandbox, name: str, archive: bytes) -> None:
    client = sandbox.client("lambda")
    client.update_function_code(FunctionName=name, ZipFile=archive)
    _wait(client, UPDATED, name)


def remove_policy_versions(iam: Any, arn: str) -> None:
    """Delete all versions of a managed policy but the default one."""
    for each in iam.list_policy_versions(PolicyArn=arn)["Versions"]:
        if not each["IsDefaultVersion"]:
            iam.delete_policy_version(PolicyArn=arn, VersionId=each["VersionId"])


def _make_room(iam: Any, arn: str) -> None:
    if len(iam.list_policy_versions(PolicyArn=arn)["Versions"]) >= _MOST_VERSIONS:
        remove_policy_versions(iam, arn)


def _statements(document: dict[str, Any] | None) -> list[dict[str, Any]]:
    found = (document or {}).get("Statement", [])
    return found if isinstance(found, list) else [found]


def _by_sid(document: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted(
        ((str(each.get("Sid")), each) for each in _statements(document)), key=lambda pair: pair[0]
    )


def _wait(client: Any, state: str, name: str) -> None:
    client.get_waiter(state).wait(FunctionName=name, WaiterConfig=_POLL)


def ensure_log_group(sandbox: Sandbox, changes: Changes, name: str) -> None:
    """Afterwards a log group is there, also before its function has run."""
    logs = sandbox.client("logs")
    groups = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    changes.settle(
        name,
        wanted=True,
        actual=bool(groups) or None,
        apply=lambda: logs.create_log_group(logGroupName=name),
    )


def ensure_metric_filter(
    sandbox: Sandbox, changes: Changes, group: str, metric: str, pattern: str
) -> None:
    """Afterwards a metric counts the lines of a log group that match a pattern."""
    logs = sandbox.client("logs")
    wanted = {
        "filterPattern": pattern,
        "metricTransformations": [
            {"metricName": metric, "metricNamespace": METRIC_NAMESPACE, "metricValue": "1"}
        ],
    }
    found: list[dict[str, Any]] = logs.describe_metric_filters(
        logGroupName=group, filterNamePrefix=metric
    )["metricFilters"]
    actual = {each["filterName"]: {name: each[name] for name in wanted} for each in found}
    changes.settle(
        f"metric filter {metric}",
        wanted=wanted,
        actual=actual.get(metric),
        apply=lambda: logs.put_metric_filter(logGroupName=group, filterName=metric, **wanted),
    )


def change_statement(
    sandbox: Sandbox, sid: str, *, policy: str = LAMBDA_POLICY, **changed: Any
) -> None:
    """Change one statement of a policy of the course's, as a student who edits it does.

    Args:
        sandbox: Where.
        sid: Which statement.
        policy: Of which policy.
        changed: Its new `Action` or `Resource`; `Effect=None` leaves the statement out.
    """
    iam = sandbox.client("iam")
    arn = sandbox.policy_arn(policy)
    document = policy_document(iam, arn)
    changing = [
        {**each, **changed} if each["Sid"] == sid else each for each in _statements(document)
    ]
    document["Statement"] = [each for each in changing if each["Effect"]]
    _make_room(iam, arn)
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(document), SetAsDefault=True)
