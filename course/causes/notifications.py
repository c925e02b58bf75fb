"""SNS: how topics, subscriptions and what people are told go wrong."""

import json

from course.case import Case, Facts
from course.causes import causes
from course.notifications import subscriptions
from course.probes.notifications import (
    CUSTOMER,
    PENDING,
    passes,
    sms_filters,
    times_in,
    topic_attributes,
    utc_minutes,
)
from course.sandbox import OTHER_REGIONS


@causes
def topic_in_other_region(case: Case, *, topic: str) -> Facts | None:
    """The topic is there, but in another region."""
    for region in OTHER_REGIONS:
        if topic_attributes(case, topic, region=region):
            return {"actual": region}
    return None


@causes
def display_name_missing(case: Case, *, topic: str) -> Facts | None:
    """The topic has no display name."""
    found = topic_attributes(case, topic)
    return {} if found and not found.get("DisplayName") else None


@causes
def subscription_is_pending(case: Case, *, topic: str) -> Facts | None:
    """An address is subscribed, and nobody has opened the letter."""
    for each in subscriptions(case.sandbox, topic):
        if each["Protocol"] == "email" and each["SubscriptionArn"] == PENDING:
            return {"actual": each["Endpoint"]}
    return None


@causes
def subscription_has_protocol(case: Case, *, topic: str, protocol: str) -> Facts | None:
    """A subscription is there that is no plain e-mail."""
    found = [each for each in subscriptions(case.sandbox, topic) if each["Protocol"] == protocol]
    return {"actual": protocol} if found else None


@causes
def subject_tells_success(case: Case) -> Facts | None:
    """A failure was published under the subject of a success."""
    told = case.seen.get("told")
    return {"actual": told.subject} if told and "✅" in told.subject else None


@causes
def message_lacks(case: Case, *, word: str) -> Facts | None:
    """The message does not have this word."""
    told = case.seen.get("told")
    return {"missing": word} if told and word not in told.text else None


@causes
def message_has_utc_time(case: Case) -> Facts | None:
    """The message tells the time of UTC."""
    told = case.seen.get("told")
    found = [each for each in times_in(told) if each in utc_minutes()] if told else []
    return {"actual": "UTC"} if found else None


@causes
def message_tells_rows(case: Case) -> Facts | None:
    """The message holds a customer's name."""
    told = case.seen.get("told")
    return {"actual": CUSTOMER} if told and CUSTOMER in told.text else None


@causes
def sms_unfiltered(case: Case, *, topic: str) -> Facts | None:
    """A phone gets every message."""
    return {} if None in sms_filters(case, topic) else None


@causes
def sms_filter_refuses(case: Case, *, topic: str, wanted: str) -> Facts | None:
    """A phone's filter lets the wanted status not pass."""
    for policy in sms_filters(case, topic):
        if policy is not None and not passes(policy, wanted):
            return {"actual": json.dumps(policy)}
    return None
