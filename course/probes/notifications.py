"""SNS: the topic, who is subscribed, and what people are told."""

import json
import re
import secrets
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from course.case import Case
from course.finding import NOTHING, Finding, failed, missing, passed
from course.language import Text
from course.notifications import Notification, listening, subscriptions
from course.probes import probes
from course.probes.functions import configuration, invoke, last_words
from provision.target import unless_missing

FUNCTION: Final = "send-notification"
TOPIC: Final = "pipeline-notifications"
TOLD_WITHIN_SECONDS: Final = 10.0
PENDING: Final = "PendingConfirmation"
CUSTOMER: Final = "สมหญิง รักเรียน"
REASON: Final = "missing_columns"

_FAILED: Final = re.compile(r"❌|ล้มเหลว|ไม่สำเร็จ|fail|error", re.IGNORECASE)
_SUCCEEDED: Final = re.compile(r"✅|สำเร็จ|success|done|complete", re.IGNORECASE)
_BANGKOK: Final = timezone(timedelta(hours=7))
_REVENUE: Final = 34567.5


def topic_attributes(case: Case, topic: str, *, region: str | None = None) -> dict[str, str] | None:
    """A topic's attributes, None when there is no such topic."""
    arn = f"arn:aws:sns:{region or case.sandbox.region}:{case.sandbox.account}:{topic}"
    sns = case.client("sns", region=region)
    return unless_missing(lambda: sns.get_topic_attributes(TopicArn=arn)["Attributes"], "NotFound")


@probes
def topic_exists(case: Case, *, topic: str) -> Finding:
    """There is a topic of this name, in the course's region."""
    if topic_attributes(case, topic):
        return passed()
    return failed(Text.same(f"{topic} ({case.sandbox.region})"), NOTHING, "aws sns list-topics")


@probes
def topic_has_display_name(case: Case, *, topic: str, name: str) -> Finding:
    """The topic has a display name."""
    found = topic_attributes(case, topic)
    if found is None:
        return missing(topic)
    actual = found.get("DisplayName", "")
    if actual:
        return passed(Text.same(actual))
    return failed(
        Text.same(f"DisplayName {name}"), Text.same("DisplayName -"), "aws sns list-topics"
    )


@probes
def email_confirmed(case: Case, *, topic: str) -> Finding:
    """An e-mail address is subscribed to the topic, and its owner has confirmed."""
    found = subscriptions(case.sandbox, topic)
    if any(
        each["Protocol"] == "email" and each["SubscriptionArn"].startswith("arn:") for each in found
    ):
        return passed()
    return failed(
        Text(th="subscription แบบ email ที่ยืนยันแล้ว", en="a confirmed e-mail subscription"),
        Text.same(", ".join(f"{each['Protocol']} {_state(each)}" for each in found))
        if found
        else NOTHING,
        "aws sns list-subscriptions",
    )


@probes
def sms_takes(case: Case, *, topic: str, wanted: str, unwanted: str) -> Finding:
    """A phone is subscribed, by a filter that one status passes and another does not."""
    found = sms_filters(case, topic)
    fitting = [
        each for each in found if each and passes(each, wanted) and not passes(each, unwanted)
    ]
    if fitting and len(fitting) == len(found):
        return passed(Text.same(json.dumps(fitting[0])))
    return failed(
        Text.same(f'sms, FilterPolicy: {{"status": ["{wanted}"]}}'),
        Text.same(", ".join(f"sms, FilterPolicy: {json.dumps(each)}" for each in found))
        if found
        else NOTHING,
        "aws sns list-subscriptions",
    )


def sms_filters(case: Case, topic: str) -> list[dict[str, Any] | None]:
    """The filter policies of the phones that are subscribed to a topic."""
    sns = case.client("sns")
    policies = []
    for each in subscriptions(case.sandbox, topic):
        if each["Protocol"] == "sms":
            arn = each["SubscriptionArn"]
            found = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
            policies.append(json.loads(found.get("FilterPolicy") or "null"))
    return policies


def passes(policy: dict[str, Any], status: str) -> bool:
    """Whether a message of this status passes a filter policy, as far as plain values go."""
    return status in policy.get("status", ())


@probes
def success_told(case: Case) -> Finding:
    """Told of a success, the function publishes the file's name and its total."""
    job = finished_job("told.csv")
    told = _tell(case, "success", job)
    if isinstance(told, Finding):
        return told
    sums = (f"{_REVENUE:,.2f}", f"{_REVENUE:.2f}", f"{_REVENUE}")
    if (
        any(each in told.text for each in sums)
        and _SUCCEEDED.search(told.subject)
        and not _FAILED.search(told.subject)
    ):
        return passed(Text.same(told.subject))
    return failed(
        Text.same(f"✅ ... {_name(job)}; {sums[0]}"), Text.same(_shown(told)), f"logs {FUNCTION}"
    )


@probes
def failure_told(case: Case) -> Finding:
    """Told of a failure, the function publishes that it is one, and why."""
    job = failed_job("told.csv")
    told = _tell(case, "failed", job)
    if isinstance(told, Finding):
        return told
    if _FAILED.search(told.subject) and (REASON in told.text or "order_id" in told.text):
        return passed(Text.same(told.subject))
    return failed(
        Text.same(f"❌ ... {_name(job)}; {REASON}"), Text.same(_shown(told)), f"logs {FUNCTION}"
    )


@probes
def odd_name_told(case: Case) -> Finding:
    """A long file name with a line break in it is published all the same."""
    job = finished_job(f"{'x' * 150}\n.csv")
    told = _tell(case, "success", job)
    if isinstance(told, Finding):
        return told
    return passed(Text.same(str(len(told.subject))))


@probes
def bangkok_time_told(case: Case) -> Finding:
    """The time in the message is Thailand's."""
    told = _tell(case, "success", finished_job("timed.csv"))
    if isinstance(told, Finding):
        return told
    if any(each in told.text for each in _minutes(datetime.now(_BANGKOK))):
        return passed()
    return failed(
        Text.same("HH:MM (UTC+7)"), Text.same(", ".join(times_in(told)) or "-"), f"logs {FUNCTION}"
    )


@probes
def no_rows_told(case: Case) -> Finding:
    """Whatever is in the state, no customer's name is in a message."""
    for outcome, job in (("success", finished_job("rows.csv")), ("failed", failed_job("rows.csv"))):
        row = {"customer_name": CUSTOMER, "quantity": "1"}
        told = _tell(case, outcome, {**job, "data": [row], "rows": [row]})
        if isinstance(told, Finding):
            return told
        if CUSTOMER in told.text:
            return failed(
                Text(th="ไม่มีชื่อลูกค้า", en="no customer's name"),
                Text.same(CUSTOMER),
                f"logs {FUNCTION}",
            )
    return passed()


def finished_job(name: str) -> dict[str, Any]:
    """The state of a job that ended well; its file's name begins with what tells it apart."""
    token = secrets.token_hex(3)
    return {
        "job_id": f"job-{token}",
        "source_bucket": "pipeline-raw",
        "source_key": f"uploads/{token}-{name}",
        "destination_bucket": "pipeline-processed",
        "submitted_at": "2026-01-15T10:00:00.000Z",
        "transform_status": "success",
        "total_rows": 12,
        "valid_rows": 11,
        "rejected_rows": 1,
        "total_revenue": _REVENUE,
        "output_key": f"processed/2026/01/15/{token}_result.json",
    }


def failed_job(name: str) -> dict[str, Any]:
    """The state of a job that was refused, and whose file was moved."""
    job = finished_job(name)
    for key in ("transform_status", "output_key", "total_revenue", "total_rows", "rejected_rows"):
        del job[key]
    why = {"reason": REASON, "message": "Missing columns: order_id"}
    return {
        **job,
        "schema_valid": False,
        "missing_columns": ["order_id"],
        "rejection": why,
        "failure": why,
        "failed_key": "failed/2026/01/15/a.csv",
        "move_status": "success",
    }


def times_in(told: Notification) -> list[str]:
    """The times of day that a message tells."""
    return re.findall(r"\b\d\d:\d\d\b", told.text)


def utc_minutes() -> list[str]:
    """How a clock of UTC reads now, and read a minute ago."""
    return _minutes(datetime.now(UTC))


def _tell(case: Case, outcome: str, job: dict[str, Any]) -> Notification | Finding:
    """Invoke the function with a job's end; what it published, or why it published nothing."""
    if configuration(case, FUNCTION) is None or topic_attributes(case, TOPIC) is None:
        return missing(FUNCTION if configuration(case, FUNCTION) is None else TOPIC)
    token = _name(job).partition("-")[0]
    with listening(case.sandbox, case.sandbox.arn("sns", TOPIC)) as listener:
        answered = invoke(case, FUNCTION, {"outcome": outcome, "job": job})
        heard = case.wait_until(
            lambda: listener.about(token),
            within_seconds=0 if "FunctionError" in answered else TOLD_WITHIN_SECONDS,
        )
    case.seen["told"] = heard[0] if heard else None
    if heard:
        return heard[0]
    return failed(
        Text(th=f"ข้อความถึง {TOPIC}", en=f"a message to {TOPIC}"),
        Text.same(last_words(answered)),
        f"logs {FUNCTION}",
    )


def _name(job: dict[str, Any]) -> str:
    return str(job["source_key"]).removeprefix("uploads/")


def _minutes(now: datetime) -> list[str]:
    return [f"{now - timedelta(minutes=back):%H:%M}" for back in (0, 1)]


def _shown(told: Notification) -> str:
    return f"{told.subject}; {' / '.join(told.message.splitlines())}"[:200]


def _state(subscription: dict[str, Any]) -> str:
    arn: str = subscription["SubscriptionArn"]
    return "OK" if arn.startswith("arn:") else arn
