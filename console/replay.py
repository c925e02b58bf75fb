"""What was done in the console as a script and as a program that do it again in another account."""

import io
import itertools
import json
import re
import shlex
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from console.calls import LocalFile, as_boto3, as_command
from console.journal import Entry

_FILES: Final = "files"
"""The folder of the files in the archive: there no name is one of the archive's own, nor of those
that the `aws` commands write."""

_UNSAFE: Final = re.compile(r"[/\\:$\x00-\x1f\x7f]|^\.+$")
"""What a file's name may not hold on some system, or what the command line would replace in it."""

_MADE: Final = {
    ("lambda", "CreateEventSourceMapping"): "UUID",
    ("sns", "Subscribe"): "SubscriptionArn",
    ("sqs", "CreateQueue"): "QueueUrl",
    ("stepfunctions", "StartExecution"): "executionArn",
}
"""Names that AWS makes up, by what makes them: later calls speak of them, and elsewhere they are
others."""

_WAITERS: Final = {
    ("lambda", "CreateFunction"): "function_active_v2",
    ("lambda", "UpdateFunctionCode"): "function_updated_v2",
    ("lambda", "UpdateFunctionConfiguration"): "function_updated_v2",
}
"""What to wait for: until then Lambda refuses the next change (Lambda developer guide, "Lambda
function states")."""


_TELLING: Final = (("lambda", "Invoke"),)
"""Calls whose file is text that names resources: it is adapted to the account as the words are."""


@dataclass(frozen=True)
class Origin:
    """Where the calls were made, and where they are made again unless the environment says so.

    Args:
        endpoint: The AWS endpoint.
        account: Twelve digits.
        region: As AWS names it.
    """

    endpoint: str
    account: str
    region: str


_SCRIPT: Final = """\
#!/usr/bin/env bash
# What was done in the console, as commands: bash replay.sh
# In another account: AWS_ACCESS_KEY_ID=222222222222 bash replay.sh
set -euo pipefail
cd "$(dirname "$0")"
export AWS_ACCESS_KEY_ID=${{AWS_ACCESS_KEY_ID:-{account}}}
export AWS_SECRET_ACCESS_KEY=${{AWS_SECRET_ACCESS_KEY:-test}} AWS_PAGER=
export AWS_DEFAULT_REGION=${{AWS_DEFAULT_REGION:-{region}}}
endpoint=${{AWS_ENDPOINT_URL:-{endpoint}}}

# What is called otherwise in this account than where the commands were made.
there=() here=()
aws() {{
  local words=("$@") i
  for ((i = ${{#there[@]}} - 1; i >= 0; i--)); do
    words=("${{words[@]//"${{there[i]}}"/${{here[i]}}}}")
  done
  command aws --endpoint-url "$endpoint" "${{words[@]}}"
}}
# A file that names what is called otherwise here; its text as it was stays beside it.
adapt() {{
  local text i
  [ -e "$1.as-it-was" ] || cp "$1" "$1.as-it-was"
  text=$(<"$1.as-it-was")
  for ((i = ${{#there[@]}} - 1; i >= 0; i--)); do
    text=${{text//"${{there[i]}}"/${{here[i]}}}}
  done
  printf '%s' "$text" >"$1"
}}
made=$(aws sts get-caller-identity --query Account --output text)
there+=({account}) here+=("$made")
"""

_PROGRAM: Final = '''\
"""What was done in the console, with boto3: python3 replay.py

In another account: AWS_ACCESS_KEY_ID=222222222222 python3 replay.py
"""

import os

import boto3

os.chdir(os.path.dirname(os.path.abspath(__file__)))
os.environ.setdefault("AWS_ACCESS_KEY_ID", {account})
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
os.environ.setdefault("AWS_DEFAULT_REGION", {region})
os.environ.setdefault("AWS_ENDPOINT_URL", {endpoint})

here = {{}}
"""What is called otherwise in this account than where the calls were made."""


def as_here(value):
    """Return a value with the names that it has in this account."""
    if isinstance(value, dict):
        return {{name: as_here(each) for name, each in value.items()}}
    if isinstance(value, list):
        return [as_here(each) for each in value]
    if isinstance(value, str):
        for old, new in reversed(here.items()):
            value = value.replace(old, new)
    return value


boto3.setup_default_session()
boto3.DEFAULT_SESSION.events.register(
    "provide-client-params", lambda params, **_: as_here(params)
)
here[{account}] = boto3.client("sts").get_caller_identity()["Account"]

'''


def as_script(entries: Sequence[Entry], origin: Origin) -> str:
    """Return a shell script that makes the calls again, in any account.

    Args:
        entries: The calls in their order.
        origin: Where they were made.
    """
    head = _SCRIPT.format(
        account=origin.account,
        region=shlex.quote(origin.region),
        endpoint=shlex.quote(origin.endpoint),
    )
    return "\n".join([head, *map(_command, entries), ""])


def as_program(entries: Sequence[Entry], origin: Origin) -> str:
    """Return a Python program that makes the calls again with boto3, in any account.

    Args:
        entries: The calls in their order.
        origin: Where they were made.
    """
    head = _PROGRAM.format(
        account=json.dumps(origin.account),
        region=json.dumps(origin.region),
        endpoint=json.dumps(origin.endpoint),
    )
    return "\n".join([head, *map(_statement, entries), ""])


def as_archive(entries: Sequence[Entry], origin: Origin) -> bytes:
    """Return a zip with the script, the program and the files that they send."""
    named, files = _with_own_names(entries)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("replay.sh", as_script(named, origin))
        zipped.writestr("replay.py", as_program(named, origin))
        for name, content in files.items():
            zipped.writestr(name, content)
    return archive.getvalue()


def _command(entry: Entry) -> str:
    written = as_command(entry.call)
    if _tells(entry):
        adapted = [f"adapt {shlex.quote(file.name)}" for file in entry.call.files]
        return "\n".join([*adapted, written])
    if made := _made(entry):
        field, name = made
        told = f"{written} --query {field} --output text"
        return f'made=$({told})\nthere+=({shlex.quote(name)}) here+=("$made")'
    if waiter := _waiter(entry):
        function = shlex.quote(entry.call.parameters["FunctionName"])
        written += f"\naws lambda wait {waiter.replace('_', '-')} --function-name {function}"
    return written


def _statement(entry: Entry) -> str:
    written = as_boto3(entry.call)
    if _tells(entry):  # as text, so that `as_here` reads it
        return written.replace(', "rb").read()', ', encoding="utf-8").read()')
    if made := _made(entry):
        field, name = made
        return f"here[{json.dumps(name)}] = {written}[{json.dumps(field)}]"
    if waiter := _waiter(entry):
        function = json.dumps(entry.call.parameters["FunctionName"])
        waiting = f'boto3.client("lambda").get_waiter("{waiter}")'
        written += f"\n{waiting}.wait(FunctionName={function})"
    return written


def _made(entry: Entry) -> tuple[str, str] | None:
    """Return the field of the answer with the name that AWS made up, and that name."""
    field = _MADE.get((entry.call.service, entry.call.operation))
    return (field, str(entry.answer[field])) if field and field in entry.answer else None


def _tells(entry: Entry) -> bool:
    return (entry.call.service, entry.call.operation) in _TELLING


def _waiter(entry: Entry) -> str | None:
    return _WAITERS.get((entry.call.service, entry.call.operation))


def _with_own_names(entries: Sequence[Entry]) -> tuple[list[Entry], dict[str, bytes]]:
    """Give each content a name of its own: files of one name may have been sent again, changed."""
    names: dict[tuple[str, bytes], str] = {}
    files: dict[str, bytes] = {}

    def own_name(file: LocalFile) -> str:
        key = (file.name, file.content)
        if key not in names:
            safe = _UNSAFE.sub("_", file.name) or "_"
            taken = {name.casefold() for name in files}  # some file systems know no case
            numbers = itertools.count(2)
            name = f"{_FILES}/{safe}"
            while name.casefold() in taken:
                name = f"{_FILES}/{next(numbers)}-{safe}"
            names[key] = name
            files[name] = file.content
        return names[key]

    return [replace(entry, call=entry.call.with_files(own_name)) for entry in entries], files
