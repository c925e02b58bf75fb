"""Deletes what has expired: whenever the clock was pushed, and every minute.

S3 does it about once a day. Current versions only; noncurrent ones, transitions and abandoned
multipart uploads are left alone.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from localstack.aws.connect import connect_to
from localstack.services.s3 import provider
from localstack.services.s3.models import s3_stores

from lab_engine.s3.lifecycle.clock import CLOCK
from lab_engine.s3.lifecycle.rules import StoredObject, expires_at

LOG = logging.getLogger(__name__)

_LOOK_SECONDS = 60


def start_looking() -> None:
    """Look for what has expired every minute from now on."""
    threading.Thread(target=_look_regularly, name="s3-lifecycle", daemon=True).start()


def expire(account: str | None = None) -> list[str]:
    """Deletes all objects that have expired by the clock of their account.

    Args:
        account: looks at this one only.

    Returns:
        Their S3 URIs.
    """
    expired = []
    for owner, bucket, key in list(_expired(account)):
        client = connect_to(aws_access_key_id=owner, region_name=bucket.bucket_region).s3
        client.delete_object(Bucket=bucket.name, Key=key)
        expired.append(f"s3://{bucket.name}/{key}")
    if expired:
        LOG.info("lifecycle rules expired %d objects", len(expired))
    return expired


def choose_enabled(choose: Callable[..., Any], rules: list[dict[str, Any]], *arguments: Any) -> Any:
    """Take disabled rules out of the expiry dates that S3 answers with."""
    return choose([rule for rule in rules if rule["Status"] == "Enabled"], *arguments)


def _expired(account: str | None) -> Iterator[tuple[str, Any, str]]:
    seen = set()
    for owner, _region, store in s3_stores.iter_stores():
        if account not in (None, owner):
            continue
        now = CLOCK.now(owner)
        for bucket in list(store.buckets.values()):
            if bucket.name in seen or not bucket.lifecycle_rules:
                continue
            seen.add(bucket.name)
            for stored in _objects(store, bucket):
                moment = expires_at(bucket.lifecycle_rules, stored)
                if moment and moment <= now:
                    yield owner, bucket, stored.key


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
        except Exception:
            LOG.exception("lifecycle rules could not be applied")
