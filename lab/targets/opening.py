"""The way to a target: its credentials, the guard, and a comparison with what was kept of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lab.advice import command
from lab.chosen import FIRST_ACCOUNT, TargetName
from lab.errors import LabError, UsageError
from lab.language import say, say_kept
from lab.running import PARTITION, RunningLab, take_up_the_users_aws
from lab.targets.record import TargetRecord, kept

if TYPE_CHECKING:
    from provision.guard import Guard


def open_target(name: TargetName, account: str = FIRST_ACCOUNT) -> RunningLab:
    """Return the pipeline at a target that is up.

    Args:
        name: Of the target.
        account: What the command was told, if not the usual account of labs.

    Raises:
        UsageError: Another account, or other names, are meant than those of the target.
        LabError: It is not up, does not answer, or is not what was kept of it.
    """
    record = kept_record(name)
    _refuse_others(record, account)
    return connect(record)


def kept_record(name: TargetName) -> TargetRecord:
    """Return what was kept of a target.

    Raises:
        LabError: Nothing was.
    """
    record = kept(name)
    if record is None:
        raise LabError(
            say(
                "No pipeline is known at target {target}. Bring it up: {up}",
                target=name,
                up=f"{command('up')} {_needed_for(name)}",
            )
        )
    return record


def connect(record: TargetRecord) -> RunningLab:
    """Return a target, if it is still the account that it was.

    Raises:
        LabError: It does not answer, or these are the credentials of another account.
    """
    from provision.errors import ProvisionError
    from provision.guard import SERVICES

    guard = guard_of(record)
    account = account_behind(guard, record)
    if account != record.account:
        raise LabError(
            say(
                "Target {target} is account {kept}, but these credentials are of account {found}. "
                "Nothing was asked there.",
                target=record.engine,
                kept=record.account,
                found=account,
            )
        )
    try:
        guard.confirm(account)
    except ProvisionError as error:
        raise LabError(say_kept(error.sentence, error.facts)) from error
    clients = {service: guard.client(service) for service in SERVICES}
    partition = guard.session.get_partition_for_region(record.region) or PARTITION
    return RunningLab(record, account, clients=clients, partition=partition)


def guard_of(record: TargetRecord) -> Guard:
    """Return the guard of a target, which makes its clients.

    Only for target aws it reads what the user's own AWS profile says.

    Raises:
        LabError: The endpoint is not on this machine, or there is no such profile.
    """
    from botocore.exceptions import BotoCoreError

    from provision.errors import ProvisionError
    from provision.guard import Guard

    if record.is_aws:
        take_up_the_users_aws(record.aws_profile or "")
    os.environ.update(record.access_to(record.account))
    try:
        return Guard(record.region)
    except ProvisionError as error:
        raise LabError(say_kept(error.sentence, error.facts)) from error
    except (BotoCoreError, ValueError) as error:  # no such profile; not a URL
        raise LabError(
            say("Target {target} cannot be asked: {problem}.", target=record.engine, problem=error)
        ) from error


def account_behind(guard: Guard, record: TargetRecord) -> str:
    """Return the account of a target's credentials, as STS tells.

    Raises:
        LabError: STS does not answer, or refuses them.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        account: str = guard.client("sts").get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        raise LabError(
            say(
                "{endpoint} does not tell whose account it is: {problem}",
                endpoint=record.endpoint,
                problem=error,
            )
        ) from error
    return account


def _refuse_others(record: TargetRecord, account: str) -> None:
    """Refuse a command that means another account or lab than the one that is kept."""
    if account != FIRST_ACCOUNT:
        require_given_account(record, account)
    refuse_other_names(record)


def require_given_account(record: TargetRecord, given: str) -> None:
    """Refuse a number on the command line that is another one than the account's.

    Raises:
        UsageError: It is.
    """
    if given != record.account:
        raise UsageError(
            say(
                "Target {target} is account {kept}, not {account}.",
                target=record.engine,
                kept=record.account,
                account=given,
            )
        )


def refuse_other_names(record: TargetRecord) -> None:
    """Refuse LAB_STUDENT and LAB_SUFFIX where they name another lab than the one that is kept.

    Raises:
        UsageError: One of them does.
    """
    from provision.settings import DEFAULT_STUDENT, DEFAULT_SUFFIX

    for variable, usual in (("LAB_STUDENT", DEFAULT_STUDENT), ("LAB_SUFFIX", DEFAULT_SUFFIX)):
        now = os.environ.get(variable) or usual
        if now not in (usual, record.variables.get(variable) or usual):
            raise UsageError(
                say(
                    "{variable} is {now!r}, but target {target} is lab {lab_id}. Set {variable} as "
                    "it was, or leave it out.",
                    variable=variable,
                    now=now,
                    target=record.engine,
                    lab_id=record.lab_id,
                )
            )


def _needed_for(name: TargetName) -> str:
    return "--aws-profile NAME" if name is TargetName.AWS else "--endpoint-url URL"
