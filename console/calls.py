"""An AWS call as data: a form shows it as a command, sends it, and the journal remembers it."""

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

import botocore.session
from botocore import xform_name
from botocore.model import OperationModel, ServiceModel, Shape

from console.reading import only_reads

_CLI_NAMES: Final = {"s3": "s3api"}
"""Services that the AWS command line calls otherwise than botocore does."""

_OUTPUT_FILES: Final = {("lambda", "Invoke"): "answer.json", ("s3", "GetObject"): "object"}
"""Operations whose command must be told a file for the answer."""

_OPTIONS: Final = {("sns", "Subscribe", "Endpoint"): "notification-endpoint"}
"""Parameters whose option is called otherwise, because each command has its own such option
(awscli/customizations/argrename.py, of what the console calls)."""

_LONGEST_LINE: Final = 88
_INDENT: Final = "    "


@dataclass(frozen=True)
class LocalFile:
    """Bytes that a call sends; in commands they are a file.

    Args:
        name: Of the file in commands.
        content: What is sent.
    """

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Call:
    """One AWS call.

    Args:
        service: As botocore names it, for example `s3`.
        operation: As the API names it, for example `CreateBucket`.
        parameters: As botocore takes them, with `LocalFile` for bytes.
    """

    service: str
    operation: str
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def only_reads(self) -> bool:
        """Whether the call changes nothing in the cloud."""
        return only_reads(_operation(self))

    @property
    def method(self) -> str:
        """The name of the boto3 method."""
        return xform_name(self.operation)

    @property
    def arguments(self) -> dict[str, Any]:
        """The parameters with the content of the files."""
        arguments: dict[str, Any] = _mapped(self.parameters, lambda file: file.content)
        return arguments

    @property
    def files(self) -> list[LocalFile]:
        """The files that the call sends."""
        return _files_in(self.parameters)

    def with_files(self, name: Callable[[LocalFile], str]) -> "Call":
        """Return the same call with other names for its files.

        Args:
            name: Gives the name of a file.
        """
        renamed = _mapped(self.parameters, lambda file: LocalFile(name(file), file.content))
        return Call(self.service, self.operation, renamed)


@dataclass(frozen=True)
class LabCall:
    """A request to a page that only the lab has: AWS knows no faults and no clock to push.

    Args:
        words: What does the same on the command line, after `scripts/lab`.
        method: Of the request.
        path: Of the page.
        body: Sent as JSON; None for none.
        query: After the question mark.
    """

    words: list[str]
    method: str
    path: str
    body: dict[str, Any] | None = None
    query: dict[str, str] = field(default_factory=dict)

    only_reads: ClassVar[bool] = False


def as_command(call: Call | LabCall) -> str:
    """Return the command that makes a call, for a POSIX shell: `aws`, or `scripts/lab`."""
    if isinstance(call, LabCall):
        return shlex.join(["scripts/lab", *call.words])
    operation = _operation(call)
    words = ["aws", _CLI_NAMES.get(call.service, call.service), xform_name(call.operation, "-")]
    shapes = operation.input_shape.members if operation.input_shape else {}
    options = [
        _option(shapes[name], _option_name(call, name), value)
        for name, value in call.parameters.items()
    ]
    if output := _OUTPUT_FILES.get((call.service, call.operation)):
        options.append(output)
    line = " ".join([*words, *options])
    if len(line) <= _LONGEST_LINE:
        return line
    return f" \\\n{_INDENT}".join([" ".join(words), *options])


def as_boto3(call: Call | LabCall) -> str:
    """Return the Python statement that makes a call, with boto3 where it is AWS's."""
    if isinstance(call, LabCall):
        path = f"{call.path}?{urlencode(call.query)}" if call.query else call.path
        sent = f", json={_literal(call.body)}" if call.body is not None else ""
        return f"requests.{call.method.lower()}(endpoint + {_literal(path)}{sent})"
    client = f"boto3.client({json.dumps(call.service)}).{call.method}"
    arguments = [f"{name}={_literal(value)}" for name, value in call.parameters.items()]
    line = f"{client}({', '.join(arguments)})"
    if len(line) <= _LONGEST_LINE:
        return line
    laid_out = [f"{name}={_literal(value, _INDENT)}" for name, value in call.parameters.items()]
    return "\n".join([f"{client}(", *(f"{_INDENT}{each}," for each in laid_out), ")"])


@cache
def session() -> botocore.session.Session:
    """Return the only session: it keeps the descriptions of services, which are large."""
    return botocore.session.get_session()


@cache
def service_model(service: str) -> ServiceModel:
    """Return botocore's description of a service."""
    return session().get_service_model(service)


def _operation(call: Call) -> OperationModel:
    return service_model(call.service).operation_model(call.operation)


def _option_name(call: Call, name: str) -> str:
    return _OPTIONS.get((call.service, call.operation, name), xform_name(name, "-"))


def _option(shape: Shape, name: str, value: Any) -> str:
    option = f"--{name}"
    match value:
        case bool():
            return option if value else f"--no-{option[2:]}"
        case LocalFile():
            return f"{option} {_file_argument(shape, value)}"
        case {"ZipFile": LocalFile() as code}:  # the command line has an option of its own for it
            return f"--zip-file {shlex.quote(f'fileb://{code.name}')}"
        case list() if value and all(isinstance(each, str) for each in value):
            return f"{option} {' '.join(map(shlex.quote, value))}"
        case dict() | list():
            written = shlex.quote(_json(value))
        case _:
            written = shlex.quote(str(value))
    # What begins with a dash would be read as the next option.
    return f"{option}={written}" if str(value).startswith("-") else f"{option} {written}"


def _file_argument(shape: Shape, file: LocalFile) -> str:
    is_stream = bool(getattr(shape, "serialization", {}).get("streaming"))
    return shlex.quote(file.name if is_stream else f"fileb://{file.name}")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _literal(value: Any, indent: str = "") -> str:
    """Write a value as Python source, over several lines where one is too long."""
    match value:
        case LocalFile():
            return f'open({json.dumps(value.name, ensure_ascii=False)}, "rb").read()'
        case str():
            return json.dumps(value, ensure_ascii=False)
        case dict() if value:
            parts = [f"{_literal(k)}: {_literal(v, indent + _INDENT)}" for k, v in value.items()]
            return _bracketed("{", parts, "}", indent)
        case list() if value:
            return _bracketed("[", [_literal(v, indent + _INDENT) for v in value], "]", indent)
        case _:
            return repr(value)


def _bracketed(opening: str, parts: list[str], closing: str, indent: str) -> str:
    line = f"{opening}{', '.join(parts)}{closing}"
    if len(indent) + len(line) <= _LONGEST_LINE and "\n" not in line:
        return line
    inner = indent + _INDENT
    return "\n".join([opening, *(f"{inner}{part}," for part in parts), f"{indent}{closing}"])


def _mapped(value: Any, change: Callable[[LocalFile], Any]) -> Any:
    match value:
        case LocalFile():
            return change(value)
        case dict():
            return {name: _mapped(each, change) for name, each in value.items()}
        case list():
            return [_mapped(each, change) for each in value]
        case _:
            return value


def _files_in(value: Any) -> list[LocalFile]:
    match value:
        case LocalFile():
            return [value]
        case dict():
            return [file for each in value.values() for file in _files_in(each)]
        case list():
            return [file for each in value for file in _files_in(each)]
        case _:
            return []
