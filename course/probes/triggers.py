"""S3's notifications: what calls csv-validator, and that it does."""

import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any, Final

from course.case import Case
from course.evidence import Invocation, invocations
from course.finding import NOTHING, Finding, failed, missing, passed
from course.language import Text
from course.probes import probes
from course.probes.functions import MISSING, configuration
from course.sales import sales_file
from provision.target import unless_missing

CALLED_WITHIN_SECONDS: Final = 20.0
"""S3 usually tells within a second or two; a cold function starts in one more."""

_ALL_CREATED: Final = "s3:ObjectCreated:*"


def notifications(case: Case, bucket: str, function: str) -> list[dict[str, Any]]:
    """The bucket's notifications that go to a function."""
    s3 = case.client("s3")
    found = unless_missing(
        lambda: s3.get_bucket_notification_configuration(Bucket=bucket), "NoSuchBucket"
    )
    return [
        each
        for each in (found or {}).get("LambdaFunctionConfigurations", ())
        if each["LambdaFunctionArn"].split(":")[6] == function
    ]


def filter_of(notification: dict[str, Any], name: str) -> str:
    """The prefix or suffix of a notification, empty without one."""
    rules = notification.get("Filter", {}).get("Key", {}).get("FilterRules", ())
    return next((rule["Value"] for rule in rules if rule["Name"].lower() == name), "")


def permissions(
    case: Case, function: str, service: str = "s3.amazonaws.com"
) -> list[dict[str, Any]]:
    """The statements of a function's own policy that let a service invoke it."""
    client = case.client("lambda")
    policy = unless_missing(
        lambda: json.loads(client.get_policy(FunctionName=function)["Policy"]), MISSING
    )
    return [
        each
        for each in (policy or {}).get("Statement", ())
        if each["Effect"] == "Allow"
        and isinstance(each["Principal"], dict)
        and each["Principal"].get("Service") == service
    ]


def limits_of(permission: dict[str, Any]) -> tuple[str, str]:
    """The source ARN and the source account that a permission is limited to, empty without."""
    limits = {
        key.lower(): str(value)
        for each in permission.get("Condition", {}).values()
        for key, value in each.items()
    }
    return limits.get("aws:sourcearn", ""), limits.get("aws:sourceaccount", "")


@probes
def s3_may_invoke(case: Case, *, function: str, bucket: str) -> Finding:
    """S3 may invoke a function, for this bucket of this account and no other."""
    if configuration(case, function) is None:
        return missing(function)
    wanted = (f"arn:aws:s3:::{bucket}", case.sandbox.account)
    found = permissions(case, function)
    if found and all(limits_of(each) == wanted for each in found):
        return passed()
    return failed(
        Text.same(f"s3.amazonaws.com, SourceArn {wanted[0]}, SourceAccount {wanted[1]}"),
        Text.same(", ".join(map(_limits_in_words, found))) if found else NOTHING,
        f"aws lambda get-policy --function-name {function}",
    )


@probes
def bucket_notifies(case: Case, *, bucket: str, function: str, prefix: str) -> Finding:
    """The bucket tells a function of each new object under a prefix, whatever its extension."""
    if configuration(case, function) is None:
        return missing(function)
    found = notifications(case, bucket, function)
    if any(_is_as_wanted(each, prefix) for each in found):
        return passed()
    return failed(
        Text(
            th=f"s3:ObjectCreated:* prefix {prefix} ไม่มี suffix → {function}",
            en=f"s3:ObjectCreated:*, prefix {prefix}, no suffix → {function}",
        ),
        Text.same("; ".join(map(_notification_in_words, found))) if found else NOTHING,
        f"aws s3api get-bucket-notification-configuration --bucket {bucket}",
    )


@probes
def upload_validated(case: Case, *, bucket: str, function: str, name: str, rows: int) -> Finding:
    """A sales file put under uploads/ is soon seen by a function, which reports its rows."""
    key = f"uploads/{secrets.token_hex(3)}-{name}"
    body = sales_file(case.sandbox.seed(name), rows).body
    return _upload(
        case,
        (bucket, function, key, body),
        lambda each: each.tells_rows(rows),
        Text(th=f"รายงานว่า {key} มี {rows} แถว", en=f"reports {rows} rows for {key}"),
    )


@probes
def upload_rejected(case: Case, *, bucket: str, function: str, name: str) -> Finding:
    """A file under uploads/ that is no CSV reaches a function too, which says so."""
    key = f"uploads/{secrets.token_hex(3)}-{name}"
    body = sales_file(case.sandbox.seed(name), 2).body  # it could be read, were it not for its name
    return _upload(
        case,
        (bucket, function, key, body),
        lambda each: each.tells_rejection,
        Text(th=f"รายงานว่าไม่รับ {key} (rejected)", en=f"reports {key} as rejected"),
    )


@probes
def upload_elsewhere_ignored(case: Case, *, bucket: str, function: str, folder: str) -> Finding:
    """A file outside uploads/ calls nothing.

    It is put first and one under uploads/ after it: when that one was seen, the first had its time.
    """
    token = secrets.token_hex(3)
    elsewhere, uploaded = f"{folder}{token}.csv", f"uploads/{token}-after.csv"
    body = sales_file(case.sandbox.seed(folder), 1).body
    s3 = case.client("s3")
    s3.put_object(Bucket=bucket, Key=elsewhere, Body=body)
    try:
        second = _upload(
            case, (bucket, function, uploaded, body), lambda _: True, Text.same(uploaded)
        )
    finally:
        s3.delete_object(Bucket=bucket, Key=elsewhere)
    called = next(_about(case, function, elsewhere), None)
    if called is None:
        return second
    return failed(
        Text(th=f"{elsewhere} ไม่เรียก {function}", en=f"{elsewhere} does not call {function}"),
        Text(th=f"{function} ถูกเรียก", en=f"{function} was called"),
        f"aws s3api get-bucket-notification-configuration --bucket {bucket}",
    )


def _upload(
    case: Case,
    upload: tuple[str, str, str, bytes],
    is_right: Callable[[Invocation], bool],
    expected: Text,
) -> Finding:
    """Put an object and wait until the function has said the right thing about it."""
    bucket, function, key, body = upload
    s3 = case.client("s3")
    if configuration(case, function) is None:
        return missing(function)
    s3.put_object(Bucket=bucket, Key=key, Body=body)
    try:
        right = case.wait_until(
            lambda: any(is_right(each) for each in _about(case, function, key)),
            within_seconds=CALLED_WITHIN_SECONDS,
        )
    finally:
        s3.delete_object(Bucket=bucket, Key=key)
    if right:
        return passed()
    lines = case.seen.get("lines")
    return failed(expected, Text.same(lines[-1][:200]) if lines else NOTHING, f"logs {function}")


def _about(case: Case, function: str, key: str) -> Iterator[Invocation]:
    """The invocations since the case began that speak of an object."""
    for each in invocations(case.client("logs"), function, case.began):
        if each.mentions(key):
            case.seen["lines"] = each.lines
            yield each


def _is_as_wanted(notification: dict[str, Any], prefix: str) -> bool:
    return (
        _ALL_CREATED in notification["Events"]
        and filter_of(notification, "prefix") == prefix
        and not filter_of(notification, "suffix")
    )


def _notification_in_words(notification: dict[str, Any]) -> str:
    said = ", ".join(notification["Events"])
    for name in ("prefix", "suffix"):
        if value := filter_of(notification, name):
            said += f", {name} {value}"
    return said


def _limits_in_words(permission: dict[str, Any]) -> str:
    arn, account = limits_of(permission)
    return f"s3.amazonaws.com, SourceArn {arn or '-'}, SourceAccount {account or '-'}"
