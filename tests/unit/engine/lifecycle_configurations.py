"""Lifecycle rules in the form of PutBucketLifecycleConfiguration."""

from typing import Any


def rule(condition: dict[str, Any], status: str = "Enabled", days: int = 30) -> dict[str, Any]:
    return {"ID": "r", "Status": status, "Filter": condition, "Expiration": {"Days": days}}


def abort_rule(prefix: str, days: int = 1, status: str = "Enabled") -> dict[str, Any]:
    return {
        "ID": f"abort-{prefix}",
        "Status": status,
        "Filter": {"Prefix": prefix},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": days},
    }
