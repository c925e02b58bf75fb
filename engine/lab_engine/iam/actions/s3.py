"""S3: the permission that an operation needs often has another name.

Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3",
and "Required permissions for Amazon S3 API operations".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, unquote

from lab_engine.iam.actions.requirement import ANY_RESOURCE, Requirement

if TYPE_CHECKING:
    from lab_engine.iam.actions.requirement import Parameters, Scope

_RENAMED: Final = {
    "HeadObject": "GetObject",
    "SelectObjectContent": "GetObject",
    "HeadBucket": "ListBucket",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListParts": "ListMultipartUploadParts",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "PostObject": "PutObject",
    "ListBuckets": "ListAllMyBuckets",
    "PutBucketLifecycle": "PutLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "GetBucketLifecycle": "GetLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketCors": "PutBucketCORS",
    "GetBucketCors": "GetBucketCORS",
    "DeleteBucketCors": "PutBucketCORS",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "PutBucketReplication": "PutReplicationConfiguration",
    "GetBucketReplication": "GetReplicationConfiguration",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
}
_OF_VERSIONS: Final = {
    "GetObject": "GetObjectVersion",
    "GetObjectAcl": "GetObjectVersionAcl",
    "GetObjectTagging": "GetObjectVersionTagging",
    "GetObjectAttributes": "GetObjectVersionAttributes",
    "PutObjectAcl": "PutObjectVersionAcl",
    "PutObjectTagging": "PutObjectVersionTagging",
    "DeleteObject": "DeleteObjectVersion",
    "DeleteObjectTagging": "DeleteObjectVersionTagging",
}
"""The action that is needed instead if the request names a version."""
_REPORTS: Final = ("Analytics", "IntelligentTiering", "Inventory", "Metrics")
_CONDITION_KEYS: Final = {
    "Prefix": "s3:prefix",
    "Delimiter": "s3:delimiter",
    "MaxKeys": "s3:max-keys",
    "VersionId": "s3:versionid",
    "ACL": "s3:x-amz-acl",
    "ServerSideEncryption": "s3:x-amz-server-side-encryption",
    "SSEKMSKeyId": "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "StorageClass": "s3:x-amz-storage-class",
    "CopySource": "s3:x-amz-copy-source",
    "MetadataDirective": "s3:x-amz-metadata-directive",
}


def required(operation: str, parameters: Parameters, scope: Scope) -> tuple[Requirement, ...]:
    """Return what an operation of S3 needs.

    A copy needs permissions on both objects; DeleteObjects needs one for each object. CreateBucket
    means a bucket of the caller's own, also where the name is taken, which S3 itself says.
    """
    bucket, key = parameters.get("Bucket"), parameters.get("Key")
    context = {
        condition_key: str(parameters[name])
        for name, condition_key in _CONDITION_KEYS.items()
        if parameters.get(name) is not None
    }
    if bucket is None:
        return (Requirement(f"s3:{_action(operation)}", ANY_RESOURCE, context),)
    if operation == "DeleteObjects":
        return tuple(
            Requirement(
                f"s3:{_versioned('DeleteObject', entry)}", object_arn(bucket, entry["Key"]), context
            )
            for entry in parameters["Delete"]["Objects"]
        )
    if key is None:
        account = scope.account if operation == "CreateBucket" else ""
        return (Requirement(f"s3:{_action(operation)}", bucket_arn(bucket), context, account),)
    target = object_arn(bucket, key)
    if operation in ("CopyObject", "UploadPartCopy"):
        return (
            _read_of_source(parameters["CopySource"], context),
            Requirement("s3:PutObject", target, context),
            *_extras(parameters, target, context),
        )
    needed = [Requirement(f"s3:{_versioned(_action(operation), parameters)}", target, context)]
    if operation == "GetObjectAttributes":
        needed.insert(0, Requirement(f"s3:{_versioned('GetObject', parameters)}", target, context))
    if operation == "DeleteObject" and parameters.get("IfMatch") not in (None, "*"):
        # The answer tells whether the object has the ETag (S3 user guide, "How to perform
        # conditional deletes").
        needed.append(Requirement("s3:GetObject", target, context))
    if operation in ("PutObject", "CreateMultipartUpload", "PostObject"):
        needed += _extras(parameters, target, context)
    return tuple(needed)


def bucket_arn(bucket: str) -> str:
    """Return the ARN of a bucket."""
    return f"arn:aws:s3:::{bucket}"


def object_arn(bucket: str, key: str) -> str:
    """Return the ARN of an object."""
    return f"arn:aws:s3:::{bucket}/{key}"


def _action(operation: str) -> str:
    if operation in _RENAMED:
        return _RENAMED[operation]
    for report in _REPORTS:
        name = f"{report}Configuration"
        if operation in (f"ListBucket{name}s", f"GetBucket{name}"):
            return f"Get{name}"
        if operation in (f"PutBucket{name}", f"DeleteBucket{name}"):
            return f"Put{name}"
    return operation


def _versioned(action: str, parameters: Parameters) -> str:
    return _OF_VERSIONS.get(action, action) if parameters.get("VersionId") else action


def _read_of_source(copy_source: str, context: dict[str, str]) -> Requirement:
    path, _, query = copy_source.partition("?")
    bucket, _, key = unquote(path).removeprefix("/").partition("/")
    versioned = "versionId" in parse_qs(query)
    return Requirement(
        "s3:GetObjectVersion" if versioned else "s3:GetObject", object_arn(bucket, key), context
    )


def _extras(parameters: Parameters, target: str, context: dict[str, str]) -> list[Requirement]:
    """Return what an object with tags or an ACL needs in addition."""
    extras = []
    if parameters.get("Tagging"):
        extras.append(Requirement("s3:PutObjectTagging", target, context))
    grants = [name for name, value in parameters.items() if name.startswith("Grant") and value]
    if parameters.get("ACL") or grants:
        extras.append(Requirement("s3:PutObjectAcl", target, context))
    return extras
