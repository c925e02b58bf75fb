"""Which account, region and names a target gets when the pipeline comes up there."""

import os
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from lab.advice import command
from lab.chosen import TargetName
from lab.errors import UsageError
from lab.language import say, say_kept
from lab.targets.opening import refuse_other_names
from lab.targets.record import TargetRecord, kept

NAMED_BY = ("LAB_STUDENT", "LAB_SUFFIX", "LAB_EMAIL")
"""The variables that a target keeps; none of them is secret."""


@dataclass(frozen=True)
class Wanted:
    """What `up --target` was told.

    Attributes:
        target: Its name.
        profile: `workshop` or `quick`; None takes LAB_PROFILE or the usual one.
        endpoint_url: For target endpoint.
        aws_profile: For target aws.
        region: None takes the usual one.
    """

    target: TargetName
    profile: str | None = None
    endpoint_url: str | None = None
    aws_profile: str | None = None
    region: str | None = None


def record_for(wanted: Wanted) -> TargetRecord:
    """Return what was kept of a target, or for a new one what is wanted, without an account yet.

    Raises:
        UsageError: Something is missing or cannot be, or is not what was kept.
    """
    _refuse_the_wrong_options(wanted)
    known = kept(wanted.target)
    if known is None:
        return _new(wanted)
    _refuse_a_change(known, wanted)
    refuse_other_names(known)
    return known


def _refuse_the_wrong_options(wanted: Wanted) -> None:
    for option, given, target in (
        ("--endpoint-url", wanted.endpoint_url, TargetName.ENDPOINT),
        ("--aws-profile", wanted.aws_profile, TargetName.AWS),
    ):
        if given is not None and wanted.target is not target:
            raise UsageError(
                say("{option} is for --target {target} only.", option=option, target=target)
            )
    if wanted.endpoint_url is not None:
        _refuse_an_endpoint_elsewhere(wanted.endpoint_url)


def _refuse_an_endpoint_elsewhere(url: str) -> None:
    from provision.guard import is_on_this_machine

    if urlsplit(url).scheme not in ("http", "https") or not is_on_this_machine(url):
        raise UsageError(
            say(
                "{url} is not an address on this machine, such as http://127.0.0.1:4566. For AWS: "
                "--target aws --aws-profile NAME",
                url=url,
            )
        )


def _new(wanted: Wanted) -> TargetRecord:
    from provision.settings import DEFAULT_REGION, DEFAULT_SUFFIX

    variables = {name: os.environ[name] for name in NAMED_BY if os.environ.get(name)}
    if wanted.target is TargetName.AWS:
        if wanted.aws_profile is None:
            raise UsageError(
                say("Which credentials? Name a profile of ~/.aws: --target aws --aws-profile NAME")
            )
        if variables.get("LAB_SUFFIX", DEFAULT_SUFFIX) == DEFAULT_SUFFIX:
            # All accounts of AWS share the names of buckets.
            variables["LAB_SUFFIX"] = secrets.token_hex(4)
    elif wanted.endpoint_url is None:
        raise UsageError(
            say(
                "Which endpoint? Give its address: --target endpoint --endpoint-url "
                "http://127.0.0.1:4566"
            )
        )
    record = TargetRecord(
        engine=wanted.target,
        profile=wanted.profile or os.environ.get("LAB_PROFILE") or "workshop",
        variables=variables,
        region=wanted.region or DEFAULT_REGION,
        endpoint_url=wanted.endpoint_url,
        aws_profile=wanted.aws_profile,
    )
    _refuse_settings(record)
    return record


def _refuse_settings(record: TargetRecord) -> None:
    from provision.errors import ProvisionError
    from provision.guard import require_settings_for_aws

    settings = record.settings_of(record.account)
    if not record.is_aws:
        return
    try:
        require_settings_for_aws(settings)
    except ProvisionError as error:
        raise UsageError(say_kept(error.sentence, error.facts)) from error


def _refuse_a_change(known: TargetRecord, wanted: Wanted) -> None:
    """Refuse to leave what is kept for something else: it would be forgotten, and go on costing."""
    for option, was, now in (
        ("--endpoint-url", known.endpoint_url, wanted.endpoint_url),
        ("--aws-profile", known.aws_profile, wanted.aws_profile),
        ("--region", known.region, wanted.region),
        ("--profile", known.profile, wanted.profile),
    ):
        if now is not None and now != was:
            raise UsageError(
                say(
                    "Target {target} is lab {lab_id} already, with {option} {was}. Leave {option} "
                    "out, or remove that lab first: {destroy}",
                    target=known.engine,
                    lab_id=known.lab_id,
                    option=option,
                    was=was,
                    destroy=command("destroy"),
                )
            )
