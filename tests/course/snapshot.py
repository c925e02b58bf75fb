"""An account as it was, so that a mistake leaves nothing behind for the next one."""

import contextlib
from dataclasses import dataclass
from typing import Self

from botocore.exceptions import ClientError

from course.resources import Resource, in_region, inventory, remove
from course.sandbox import Sandbox

Object = tuple[str, str]

_REGIONAL = ("function", "queue", "state machine", "topic", "alarm")


@dataclass(frozen=True)
class Snapshot:
    """What an account held at one moment: its resources, and the objects in its buckets."""

    sandbox: Sandbox
    resources: frozenset[Resource]
    objects: frozenset[Object]

    @classmethod
    def take(cls, sandbox: Sandbox) -> Self:
        """See what is there now."""
        return cls(sandbox, frozenset(inventory(sandbox)), frozenset(_objects(sandbox)))

    def remove_what_is_new(self) -> None:
        """Take away what came after it."""
        for resource in sorted(inventory(self.sandbox) - self.resources):
            with contextlib.suppress(ClientError):  # went with something it hung on
                remove(self.sandbox, resource)
        elsewhere = in_region(self.sandbox, "us-east-1")  # where a forgotten region leads
        for resource in inventory(elsewhere):
            if resource.kind in _REGIONAL:
                remove(elsewhere, resource)
        s3 = self.sandbox.client("s3")
        for bucket, key in _objects(self.sandbox) - self.objects:
            s3.delete_object(Bucket=bucket, Key=key)


def _objects(sandbox: Sandbox) -> set[Object]:
    s3 = sandbox.client("s3")
    return {
        (bucket["Name"], each["Key"])
        for bucket in s3.list_buckets()["Buckets"]
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket["Name"])
        for each in page.get("Contents", ())
    }
