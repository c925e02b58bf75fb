"""Finds the ARN of what a request calls by a name that its ARN does not end in.

A secret's ARN ends in six characters that Secrets Manager chose, and an alias stands for a key.
"""

from __future__ import annotations

from typing import Final

_ARN_SEGMENTS: Final = 6
_NAMED: Final = ("arn:aws:secretsmanager:", "arn:aws:kms:")
_SUFFIX: Final = "-??????"
"""Of a secret that is not there yet: like any that it may get."""


def known(arn: str) -> str:
    """The ARN that policies mean; the given one where it is that already."""
    if not arn.startswith(_NAMED):
        return arn
    segments = arn.split(":", _ARN_SEGMENTS - 1)
    if len(segments) < _ARN_SEGMENTS:
        return arn
    _, _, service, region, account, resource = segments
    if service == "secretsmanager":
        return _secret(arn, account, region, resource.partition(":")[2])
    if service == "kms" and resource.startswith("alias/"):
        return _key(arn, account, region, resource)
    return arn


def _secret(arn: str, account: str, region: str, name: str) -> str:
    # Few labs use these services; their models would make each start slower.
    from moto.secretsmanager.models import secretsmanager_backends  # noqa: PLC0415

    if account in secretsmanager_backends and region in secretsmanager_backends[account]:
        for secret in secretsmanager_backends[account][region].secrets.values():
            if name in (secret.name, secret.arn.rpartition(":")[2]):
                return str(secret.arn)
    return arn + _SUFFIX


def _key(arn: str, account: str, region: str, alias: str) -> str:
    from localstack.services.kms.models import kms_stores  # noqa: PLC0415 - as above

    store = kms_stores[account][region] if account in kms_stores else None
    found = store.aliases.get(alias) if store else None
    key = found.metadata["TargetKeyId"] if found else None
    return f"arn:aws:kms:{region}:{account}:key/{key}" if key else arn
