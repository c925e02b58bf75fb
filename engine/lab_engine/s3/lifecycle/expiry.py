"""Delete expired objects and abort unfinished uploads, every minute and after each push.

S3 does it about once a day. Current versions only; noncurrent ones and transitions are left alone.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError
from localstack.aws.connect import connect_to
from localstack.services.s3 import provider
from localstack.services.s3.models import s3_stores

from lab_engine.s3.lifecycle.clock import CLOCK
from lab_engine.s3.lifecycle.rules import StoredObject, aborts_at, expires_at

LOG = logging.getLogger(__name__)

_LOOK_SECONDS = 60


def start_looking() -> None:
    """Start the thread that looks for expired objects every minute."""
    threading.Thread(target=_look_regularly, name="s3-lifecycle", daemon=True).start()


def expire(account: str | None = None) -> list[str]:
    """Delete all objects that have expired by the clock of their account.

    Args:
        account: Look at this account only.

    Returns:
        Their S3 URIs.
    """
    expired = []
    for owner, bucket, key in list(_expired(account)):
        _client(owner, bucket).delete_object(Bucket=bucket.name, Key=key)
        expired.append(f"s3://{bucket.name}/{key}")
    if expired:
        LOG.info("lifecycle rules expired %d objects", len(expired))
    return expired


def abort_unfinished(account: str | None = None) -> list[str]:
    """Abort the multipart uploads that were not completed within the days of a rule.

    Args:
        account: Look at this account only.

    Returns:
        The S3 URIs of their objects.
    """
    aborted = []
    for owner, bucket, upload in list(_overdue(account)):
        key = upload.object.key
        with suppress(ClientError):  # completed or aborted meanwhile
            _client(owner, bucket).abort_multipart_upload(
                Bucket=bucket.name, Key=key, UploadId=upload.id
            )
            aborted.append(f"s3://{bucket.name}/{key}")
    if aborted:
        LOG.info("lifecycle rules aborted %d multipart uploads", len(aborted))
    return aborted


def _client(owner: str, bucket: Any) -> Any:
    return connect_to(aws_access_key_id=owner, region_name=bucket.bucket_region).s3


def choose_enabled(
    choose: Callable[..., Any], rules: list[dict[str, Any]], *arguments: object
) -> Any:
    """Leave disabled rules out of the expiry dates in S3's answers."""
    return choose([rule for rule in rules if rule["Status"] == "Enabled"], *arguments)


def _expired(account: str | None) -> Iterator[tuple[str, Any, str]]:
    for owner, store, bucket in _buckets_with_rules(account):
        now = CLOCK.now(owner)
        for stored in _objects(store, bucket):
            moment = expires_at(bucket.lifecycle_rules, stored)
            if moment and moment <= now:
                yield owner, bucket, stored.key


def _overdue(account: str | None) -> Iterator[tuple[str, Any, Any]]:
    for owner, _store, bucket in _buckets_with_rules(account):
        now = CLOCK.now(owner)
        for upload in list(bucket.multiparts.values()):
            moment = aborts_at(bucket.lifecycle_rules, upload.object.key, upload.initiated)
            if moment and moment <= now:
                yield owner, bucket, upload


def _buckets_with_rules(account: str | None) -> Iterator[tuple[str, Any, Any]]:
    seen = set()
    for owner, _region, store in s3_stores.iter_stores():
        if account not in (None, owner):
            continue
        for bucket in list(store.buckets.values()):
            if bucket.name not in seen and bucket.lifecycle_rules:
                seen.add(bucket.name)
                yield owner, store, bucket


def _objects(store: Any, bucket: Any) -> Iterator[StoredObject]:
    for record in bucket.objects.values():
        key_id = provider.get_unique_key_id(bucket.name, record.key, record.version_id)
        tags = store.tags.get_tags(key_id)
        yield StoredObject(record.key, record.size or 0, record.last_modified, tags or {})


def _look_regularly() -> None:
    while True:
        time.sleep(_LOOK_SECONDS)
        try:
            expire()
            abort_unfinished()
        except Exception:
            LOG.exception("lifecycle rules could not be applied")
