"""Clues: what a trigger, a log line or a refusal says about why a file got no further.

Pure functions: what they are given was read from the AWS API before.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from course.grants import NO_ACTIONS
from lab.language import say
from lab.story.story import Clue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.grants import Role

NOT_FOUND = re.compile(r"NoSuchKey|AccessDenied|\b404\b|\b403\b|Not Found|Forbidden")
"""How S3 answers for a key that nobody has: AccessDenied without s3:ListBucket (S3 API reference,
GetObject, "Permissions")."""

_REFUSED = re.compile(r"not authorized to perform: ([\w:*]+)(?: on resource: \"?([^\s\"]+)\"?)?")
_TIMED_OUT = re.compile(r"Task timed out after ([\d.]+) seconds|Status: timeout")
_CANNOT_START = re.compile(r"Runtime\.\w+")
_RAISED = re.compile(r"\[ERROR\]\s*([\w.]+(?:Error|Exception)?: .*|.+)|Runtime exited")
_TOO_MUCH_STATE = "States.DataLimitExceeded"


def encoded(key: str) -> str:
    """Return a key as S3 writes it into an event (S3 user guide, "Event message structure")."""
    return quote_plus(key, safe="/")


def trigger_misses(trigger: Mapping[str, Any], key: str) -> str | None:
    """Return why a trigger of a bucket does not go off for a key; None when it does.

    Args:
        trigger: One of the `LambdaFunctionConfigurations` of a bucket.
        key: Of the object that was put.
    """
    rules = {
        rule["Name"].lower(): rule["Value"]
        for rule in trigger.get("Filter", {}).get("Key", {}).get("FilterRules", ())
    }
    prefix, suffix = rules.get("prefix", ""), rules.get("suffix", "")
    if not key.startswith(prefix):
        return say("its prefix is {prefix}, and the key does not begin so", prefix=prefix)
    if not key.endswith(suffix):
        return say("its suffix is {suffix}, and the key does not end so", suffix=suffix)
    events = trigger.get("Events", ())
    if not any(event in ("s3:ObjectCreated:*", "s3:ObjectCreated:Put") for event in events):
        return say("it goes off for {events} only", events=", ".join(events))
    return None


def failure_in(lines: Sequence[str]) -> str | None:
    """Return what a function said when it failed, as one line; None when it did not."""
    for line in lines:
        if found := _TIMED_OUT.search(line):
            return found[0]
        if found := _RAISED.search(line):
            return (found[1] or found[0]).strip()
    return None


def clue_in(
    lines: Sequence[str], *, function: str, key: str, role: Role | None, denied: Sequence[str] = ()
) -> Clue | None:
    """Return why a function failed, by what it logged and what IAM refused; None without a clue.

    Args:
        lines: What it logged.
        function: Its name.
        key: Of the file.
        role: The function's own, where it can be read.
        denied: What IAM refused to this role on the encoded key, as ARNs.
    """
    text = "\n".join(lines)
    wrong_key = encoded(key)
    refused = _REFUSED.search(text)
    asked_for = (
        wrong_key in text
        or any(each.endswith(wrong_key) for each in denied)
        # Where a key is not there, AWS asks for the permission to list the bucket.
        or (refused is not None and refused[1] == "s3:ListBucket")
    )
    if wrong_key != key and asked_for and NOT_FOUND.search(text):
        return Clue(
            say(
                "{function} may not read it: the key in the event is encoded. It asked S3 for "
                "{encoded}, and no object is called so.",
                function=function,
                encoded=wrong_key,
            ),
            "key = urllib.parse.unquote_plus(record['s3']['object']['key'])",
        )
    if refused:
        return refusal_clue(refused[1], refused[2] or "*", role)
    if found := _TIMED_OUT.search(text):
        return Clue(say("It took longer than its timeout allows, so Lambda ended it."))
    if _TOO_MUCH_STATE in text:
        return data_limit_clue()
    if found := _CANNOT_START.search(text):
        return Clue(
            say(
                "Lambda could not start its code ({error}): look at the handler's name, and at "
                "what the zip holds.",
                error=found[0],
            )
        )
    return None


def refusal_clue(action: str, resource: str, role: Role | None) -> Clue:
    """Return which statement is missing for a request that IAM refused.

    Args:
        action: As the refusal spells it; SQS spells its own in small letters.
        resource: The ARN that was asked for.
        role: Who asked, where that can be read.
    """
    who = role.name if role else "role"
    why = say("{role} may not {action} on {resource}.", role=who, action=action, resource=resource)
    statements = role.statements if role else ()
    written = {each for statement in statements for each in statement.actions}
    no_actions = [each for each in sorted(written) if NO_ACTIONS.get(each) == action]
    if no_actions:
        why += " " + say("{action} in its policy is no action of IAM.", action=no_actions[0])
    if any(each.effect == "Deny" and each.covers(action, resource) for each in statements):
        return Clue(why + " " + say("A statement of its policies denies it."))
    statement = {"Effect": "Allow", "Action": action, "Resource": widened(resource)}
    return Clue(
        why + " " + say("This statement is missing:"), json.dumps(statement, ensure_ascii=False)
    )


def widened(resource: str) -> str:
    """Return the ARN that a statement names: of an object all under its first folder."""
    bucket, slash, key = resource.partition("/")
    if not resource.startswith("arn:aws:s3:::") or not slash:
        return resource
    folder, slash, _ = key.partition("/")
    return f"{bucket}/{folder}/*" if slash else f"{bucket}/*"


def data_limit_clue() -> Clue:
    """Return why an execution ends in States.DataLimitExceeded."""
    return Clue(
        say(
            "The state carries the file's rows, and a state holds 262,144 bytes at most. Write the "
            "rows to S3 and hand on where they are: bucket and key."
        )
    )
