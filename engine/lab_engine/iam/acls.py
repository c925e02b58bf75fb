"""Read what the ACLs of S3 open to everybody, as a policy.

Source: S3 user guide, "Access control list (ACL) overview", for the groups and for the actions that
a permission stands for. LocalStack keeps ACLs and lets none count; all its accounts have one
canonical user, so grants to single accounts cannot be told apart and open nothing here.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from localstack.services.s3.constants import ALL_USERS_ACL_GROUP, AUTHENTICATED_USERS_ACL_GROUP

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from localstack.services.s3.models import S3Bucket

_DISABLED: Final = "BucketOwnerEnforced"
"""The setting of ObjectOwnership, by default on, with which no ACL counts."""
_EVERY_PERMISSION: Final = "FULL_CONTROL"
_OF_A_BUCKET: Final = {
    "READ": ("s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"),
    "READ_ACP": ("s3:GetBucketAcl",),
    "WRITE_ACP": ("s3:PutBucketAcl",),
}
_OF_A_BUCKET_FOR_ITS_OBJECTS: Final = {"WRITE": ("s3:PutObject",)}
_OF_AN_OBJECT: Final = {
    "READ": ("s3:GetObject",),
    "READ_ACP": ("s3:GetObjectAcl",),
    "WRITE_ACP": ("s3:PutObjectAcl",),
}
"""For the current version: each version has an ACL of its own, and an ARN names none."""
_CONDITIONS: Final[dict[str, dict[str, Any]]] = {
    ALL_USERS_ACL_GROUP: {},
    # An unsigned request has no such key.
    AUTHENTICATED_USERS_ACL_GROUP: {"Condition": {"Null": {"aws:PrincipalArn": "false"}}},
}


def policy_of(bucket: S3Bucket, key: str) -> str | None:
    """Return what the ACLs open of a bucket or an object; None if they open nothing.

    Args:
        bucket: With its ACL and its objects.
        key: Of the object; empty for the bucket itself.
    """
    if bucket.object_ownership == _DISABLED or _ignores_public_acls(bucket):
        return None
    if key:
        target = bucket.objects.get(key)
        statements = [
            *_statements(bucket.acl, _OF_A_BUCKET_FOR_ITS_OBJECTS),
            # The marker of a deletion has none.
            *_statements(getattr(target, "acl", None), _OF_AN_OBJECT),
        ]
    else:
        statements = list(_statements(bucket.acl, _OF_A_BUCKET))
    return json.dumps({"Statement": statements}) if statements else None


def _ignores_public_acls(bucket: S3Bucket) -> bool:
    blocked = bucket.public_access_block
    return bool(blocked and blocked.get("IgnorePublicAcls"))


def _statements(acl: Any, actions_of: Mapping[str, tuple[str, ...]]) -> Iterator[dict[str, Any]]:
    for grant in acl["Grants"] if acl else ():
        group, permission = grant["Grantee"].get("URI"), grant["Permission"]
        actions = [
            action
            for name, opened in actions_of.items()
            if permission in (name, _EVERY_PERMISSION)
            for action in opened
        ]
        if group in _CONDITIONS and actions:
            yield {
                "Sid": "ACL",
                "Effect": "Allow",
                "Principal": "*",
                "Action": actions,
                "Resource": "*",  # it is read for its own resource only
                **_CONDITIONS[group],
            }
