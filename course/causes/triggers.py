"""S3's notifications: how a trigger goes wrong."""

from course.case import Case, Facts
from course.causes import causes
from course.probes.triggers import filter_of, limits_of, notifications, permissions


@causes
def trigger_has_suffix(case: Case, *, bucket: str, function: str) -> Facts | None:
    """The trigger looks at the end of the name, so other files never arrive."""
    found = [filter_of(each, "suffix") for each in notifications(case, bucket, function)]
    suffixes = [suffix for suffix in found if suffix]
    return {"actual": suffixes[0]} if suffixes else None


@causes
def trigger_has_no_prefix(case: Case, *, bucket: str, function: str) -> Facts | None:
    """The trigger watches the whole bucket."""
    found = notifications(case, bucket, function)
    return {} if any(not filter_of(each, "prefix") for each in found) else None


@causes
def trigger_has_other_prefix(
    case: Case, *, bucket: str, function: str, prefix: str
) -> Facts | None:
    """The trigger watches another prefix: without the slash, or with one in front."""
    found = [filter_of(each, "prefix") for each in notifications(case, bucket, function)]
    wrong = [each for each in found if each and each != prefix]
    return {"actual": wrong[0]} if wrong else None


@causes
def trigger_has_other_events(case: Case, *, bucket: str, function: str) -> Facts | None:
    """The trigger watches some ways of creating an object only, or none."""
    found = [each["Events"] for each in notifications(case, bucket, function)]
    wrong = [events for events in found if "s3:ObjectCreated:*" not in events]
    return {"actual": ", ".join(wrong[0])} if wrong else None


@causes
def trigger_on_other_bucket(case: Case, *, bucket: str, function: str) -> Facts | None:
    """Another bucket has the trigger."""
    if notifications(case, bucket, function):
        return None
    names = [each["Name"] for each in case.client("s3").list_buckets()["Buckets"]]
    others = [each for each in names if each != bucket and notifications(case, each, function)]
    return {"actual": others[0]} if others else None


@causes
def permission_without_source_arn(case: Case, *, function: str) -> Facts | None:
    """Any bucket may invoke the function."""
    return {} if any(not limits_of(each)[0] for each in permissions(case, function)) else None


@causes
def permission_without_account(case: Case, *, function: str) -> Facts | None:
    """The permission names a bucket, but not whose it must be."""
    found = [limits_of(each) for each in permissions(case, function)]
    return {} if any(arn and not account for arn, account in found) else None


@causes
def permission_for_other_bucket(case: Case, *, function: str, bucket: str) -> Facts | None:
    """The permission is for another bucket."""
    found = [limits_of(each)[0] for each in permissions(case, function)]
    wrong = [arn for arn in found if arn and arn != f"arn:aws:s3:::{bucket}"]
    return {"actual": wrong[0]} if wrong else None
