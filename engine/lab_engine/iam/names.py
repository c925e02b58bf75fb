"""Find the ARN of a resource whose ARN does not end with its name.

A secret's ARN ends with six random characters, and an alias means a key.
"""

from typing import Final

_ARN_SEGMENTS: Final = 6
_NAMED: Final = ("arn:aws:secretsmanager:", "arn:aws:kms:")
_SUFFIX: Final = "-??????"
"""The end of a missing secret's ARN: it matches any six characters."""


def known(arn: str) -> str:
    """Return the ARN that policies use for a resource."""
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
