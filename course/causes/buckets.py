"""S3: how things go wrong with buckets and what lies in them."""

from course.case import Case, Facts
from course.causes import causes
from course.probes.buckets import expiring_rules, prefix_of, region_of
from course.sales import COLUMNS
from provision.target import unless_missing


@causes
def bucket_in_other_region(case: Case, *, bucket: str) -> Facts | None:
    """The bucket is there, but in another region."""
    actual = region_of(case, bucket)
    return None if actual in (None, case.sandbox.region) else {"actual": actual}


@causes
def bucket_under_other_name(case: Case, *, bucket: str, word: str) -> Facts | None:
    """A bucket with this word in its name is there, but it is not named as the course names it."""
    names = [each["Name"] for each in case.client("s3").list_buckets()["Buckets"]]
    likely = [name for name in names if word in name and name != bucket]
    return {"actual": likely[0]} if likely and bucket not in names else None


@causes
def public_access_open(case: Case, *, buckets: list[str]) -> Facts | None:
    """At least one block of public access is off."""
    s3 = case.client("s3")
    for bucket in buckets:
        block = unless_missing(
            lambda: s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"],  # noqa: B023
            "NoSuchPublicAccessBlockConfiguration",
        )
        off = [name for name, on in (block or {"BlockPublicPolicy": False}).items() if not on]
        if off:
            return {"bucket": bucket, "actual": ", ".join(off)}
    return None


@causes
def key_without_slash(case: Case, *, bucket: str, key: str) -> Facts | None:
    """There is an object named like the folder, without the `/` that makes it one."""
    return _first_key(case, bucket, key.rstrip("/"))


@causes
def key_in_other_case(case: Case, *, bucket: str, key: str) -> Facts | None:
    """There is an object whose key differs only in upper and lower case."""
    found = case.client("s3").list_objects_v2(Bucket=bucket).get("Contents", ())
    likely = [
        each["Key"]
        for each in found
        if each["Key"] != key
        and each["Key"].lower().startswith(key.lower())
        and not each["Key"].startswith(key)
    ]
    return {"actual": likely[0]} if likely else None


@causes
def key_in_other_bucket(case: Case, *, bucket: str, key: str) -> Facts | None:
    """The object is there, but in another bucket."""
    return _first_key(case, bucket, key)


@causes
def key_at_top(case: Case, *, bucket: str, key: str) -> Facts | None:
    """The object lies at the top of the bucket, outside its folder."""
    return _first_key(case, bucket, key.rpartition("/")[2])


@causes
def body_not_utf8(case: Case) -> Facts | None:
    """The file is not UTF-8: a spreadsheet on a Thai Windows saves CP874."""
    body: bytes = case.seen.get("body", b"")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        return {"byte": f"0x{body[error.start]:02x}", "position": error.start}
    return None


@causes
def body_with_other_delimiter(case: Case, *, delimiter: str) -> Facts | None:
    """The header is separated by something else than a comma."""
    body: bytes = case.seen.get("body", b"")
    header = body.decode("utf-8", "replace").splitlines()[:1]
    return (
        {"actual": header[0]} if header and header[0].count(delimiter) >= len(COLUMNS) - 1 else None
    )


@causes
def body_lacks_columns(case: Case) -> Facts | None:
    """The header lacks columns that the pipeline needs."""
    body: bytes = case.seen.get("body", b"")
    header = (body.decode("utf-8", "replace").splitlines() or [""])[0]
    missing = [name for name in COLUMNS if name not in header]
    return {"missing": ", ".join(missing)} if missing else None


@causes
def rule_covers_everything(case: Case, *, bucket: str) -> Facts | None:
    """A lifecycle rule deletes whatever is in the bucket."""
    for each in expiring_rules(case, bucket):
        if not prefix_of(each):
            return {"days": each["Expiration"].get("Days")}
    return None


@causes
def rule_is_disabled(case: Case, *, bucket: str) -> Facts | None:
    """A lifecycle rule is there and switched off."""
    found = expiring_rules(case, bucket)
    return {} if any(each["Status"] == "Disabled" for each in found) else None


@causes
def rule_has_other_prefix(case: Case, *, bucket: str, prefix: str) -> Facts | None:
    """A lifecycle rule is limited to another prefix."""
    found = [prefix_of(each) for each in expiring_rules(case, bucket)]
    wrong = [each for each in found if each and each != prefix]
    return {"actual": wrong[0]} if wrong else None


def _first_key(case: Case, bucket: str, key: str) -> Facts | None:
    s3 = case.client("s3")
    found = unless_missing(
        lambda: s3.head_object(Bucket=bucket, Key=key), "404", "NoSuchKey", "NoSuchBucket"
    )
    return {"actual": f"s3://{bucket}/{key}"} if found else None
