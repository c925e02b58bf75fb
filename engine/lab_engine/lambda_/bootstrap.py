"""The runtime client: runs a handler against the Lambda Runtime API, as AWS's Python client does.

It is started as a script in every execution environment and uses only the standard library, so that
the handler's import path has exactly what AWS's runtime has. The file name matters: as in
AWS's own client (awslambdaric), frames of `bootstrap.py` are cut from the stack traces that users
see. Behaviour follows awslambdaric, and tests/engine/test_conformance.py compares the two.
"""

import importlib
import json
import logging
import math
import os
import re
import site
import socket
import sys
import time
import traceback
from collections.abc import Callable
from decimal import Decimal
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
    SourcelessFileLoader,
)
from types import TracebackType
from typing import Any, NamedTuple, NoReturn

Handler = Callable[[Any, "LambdaContext"], Any]

TASK_ROOT_ON_AWS = "/var/task"
LIBRARY_ON_AWS = f"/var/lang/lib/python{sys.version_info.major}.{sys.version_info.minor}"

NO_BREAK_SPACE = "\u00a0"
LINE_END_WITHIN_EVENT = "\r"
"""Keeps a text of several lines one log event, as awslambdaric does when it writes to stdout."""

UNHANDLED_INIT_EXCEPTION = (
    "LAMBDA_WARNING: Unhandled exception. The most likely cause is an issue in the function code. "
    "However, in rare cases, a Lambda runtime update can cause unexpected function behavior. For "
    "functions using managed runtimes, runtime updates can be triggered by a function change, or "
    "can be applied automatically. To determine if the runtime has been updated, check the runtime "
    "version in the INIT_START log entry. If this error correlates with a change in the runtime "
    "version, you may be able to mitigate this error by temporarily rolling back to the previous "
    "runtime version. For more information, see "
    "https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html\r"
)


class LambdaRuntimeError(Exception):
    """An error of the runtime, not of the handler; AWS names its type `Runtime.<something>`."""

    def __init__(self, error_type: str, message: str, stack_trace: list[str] | None = None) -> None:
        super().__init__(message)
        self.error_type = error_type
        self.message = message
        self.stack_trace = stack_trace or []

    def describe(self, request_id: str = "") -> dict[str, Any]:
        """Return the error in the form of AWS's answer."""
        return {
            "errorMessage": self.message,
            "errorType": self.error_type,
            "requestId": request_id,
            "stackTrace": self.stack_trace,
        }


# --- the Runtime API -------------------------------------------------------------------------


class ApiResponse(NamedTuple):
    """What the Runtime API answered."""

    status: int
    headers: dict[str, str]
    body: bytes


class RuntimeApiClient:
    """A client of the Runtime API: HTTP/1.1 over one connection.

    Importing `http.client` instead (with `email` and `ssl`) would double the cold start.
    """

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._address = address
        self._connection = socket.create_connection((host, int(port)))
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = self._connection.makefile("rb")

    def next_invocation(self) -> ApiResponse:
        """Wait without a limit for the next invocation."""
        return self._call("GET", "invocation/next")

    def respond(self, request_id: str, body: bytes | str, content_type: str) -> None:
        """Send what the handler returned.

        Raises:
            RuntimeError: The answer is refused because of its size; this ends the process, as on
                AWS.
        """
        encoded = body.encode() if isinstance(body, str) else body
        response = self._call(
            "POST", f"invocation/{request_id}/response", encoded, {"Content-Type": content_type}
        )
        if response.status != 202:  # noqa: PLR2004 - Accepted
            message = (
                "Failed to post handler success response. "
                f"Http response code: {response.status}. {response.body.decode()}"
            )
            raise RuntimeError(message)

    def report_error(self, request_id: str, error: dict[str, Any]) -> None:
        """Send the error in which an invocation ended."""
        self._post_error(f"invocation/{request_id}/error", error)

    def report_init_error(self, error: dict[str, Any]) -> None:
        """Report that no handler could be loaded."""
        self._post_error("init/error", error)

    def _post_error(self, path: str, error: dict[str, Any]) -> None:
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Function-Error-Type": error["errorType"],
        }
        self._call("POST", path, to_json(error).encode(errors="replace"), headers)

    def _call(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> ApiResponse:
        lines = [
            f"{method} /2018-06-01/runtime/{path} HTTP/1.1",
            f"Host: {self._address}",
            f"Content-Length: {len(body)}",
            *(f"{name}: {value}" for name, value in (headers or {}).items()),
        ]
        head = "\r\n".join(lines) + "\r\n\r\n"
        self._connection.sendall(head.encode() + body)
        return self._read_response()

    def _read_response(self) -> ApiResponse:
        status_line = self._received.readline()
        if not status_line:
            sys.exit("the Runtime API has gone away")
        headers = {}
        while line := self._received.readline().strip():
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        body = self._received.read(int(headers.get("content-length", 0)))
        return ApiResponse(int(status_line.split()[1]), headers, body)


# --- what the handler is given ---------------------------------------------------------------


class NamedFields:
    """Named fields, None if the caller gave no value; printed as AWS's runtime prints them."""

    fields: tuple[str, ...] = ()

    def __init__(self, values: dict[str, Any]) -> None:
        for field in self.fields:
            setattr(self, field, values.get(field))

    def __repr__(self) -> str:
        """Return all fields, on one line."""
        values = ",".join(f"{field}={getattr(self, field)}" for field in self.fields)
        return f"{type(self).__name__}([{values}])"


class CognitoIdentity(NamedFields):
    """The caller's Cognito identity; always empty, as for every invocation without one."""

    fields = ("cognito_identity_id", "cognito_identity_pool_id")


class Client(NamedFields):
    """The mobile client, in a client context."""

    fields = (
        "installation_id",
        "app_title",
        "app_version_name",
        "app_version_code",
        "app_package_name",
    )


class ClientContext(NamedFields):
    """What the caller passed as ClientContext."""

    fields = ("custom", "env", "client")

    def __init__(self, values: dict[str, Any]) -> None:
        client = values.get("client")
        super().__init__({**values, "client": None if client is None else Client(client)})


class LambdaContext(NamedFields):
    """The handler's second argument.

    See https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
    """

    fields = (
        "aws_request_id",
        "log_group_name",
        "log_stream_name",
        "function_name",
        "memory_limit_in_mb",
        "function_version",
        "invoked_function_arn",
        "client_context",
        "identity",
        "tenant_id",
    )

    def __init__(self, headers: dict[str, str]) -> None:
        super().__init__(
            {
                "aws_request_id": headers["lambda-runtime-aws-request-id"],
                "invoked_function_arn": headers["lambda-runtime-invoked-function-arn"],
                "function_name": os.environ.get("AWS_LAMBDA_FUNCTION_NAME"),
                "function_version": os.environ.get("AWS_LAMBDA_FUNCTION_VERSION"),
                "memory_limit_in_mb": os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"),
                "log_group_name": os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME"),
                "log_stream_name": os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME"),
                "client_context": parse_client_context(headers),
                "identity": CognitoIdentity({}),
            }
        )
        self._deadline_ms = int(headers["lambda-runtime-deadline-ms"])

    def get_remaining_time_in_millis(self) -> int:
        """Return milliseconds until the invocation times out, never negative."""
        return max(0, self._deadline_ms - int(time.time() * 1000))

    def log(self, message: object) -> None:
        """Write a message to the log, without adding a line end."""
        sys.stdout.write(str(message))


def parse_client_context(headers: dict[str, str]) -> ClientContext | None:
    """Return the client context, if there is one.

    Raises:
        LambdaRuntimeError: It is not JSON.
    """
    text = headers.get("lambda-runtime-client-context")
    if not text:
        return None
    try:
        values = json.loads(text)
    except ValueError as error:
        raise LambdaRuntimeError(
            "Runtime.LambdaContextUnmarshalError", f"Unable to parse Client Context JSON: {error}"
        ) from error
    return ClientContext(values)


# --- JSON in and out -------------------------------------------------------------------------


class Encoder(json.JSONEncoder):
    """JSON as AWS's runtime writes it: a Decimal as the number it is, bytes as their text.

    The standard encoder cannot write a Decimal as a number. So it is written as a marked string,
    and the mark and the quotes are removed from the encoded text.
    """

    def __init__(self) -> None:
        super().__init__(ensure_ascii=False, allow_nan=True)
        self._mark = f"decimal-{os.urandom(16).hex()}:"

    def default(self, value: Any) -> Any:
        """Encode the types that the standard library does not."""
        if isinstance(value, Decimal):
            return math.nan if value.is_nan() else f"{self._mark}{value}"
        if isinstance(value, bytes):
            return value.decode()
        return super().default(value)

    def encode(self, value: Any) -> str:
        """Encode a value."""
        text = super().encode(value)
        if self._mark not in text:  # as a rule: compiling an expression takes longer than encoding
            return text
        return re.sub(f'"{self._mark}([^"]*)"', r"\1", text)


def to_json(value: Any) -> str:
    """Return the JSON text of a value."""
    return Encoder().encode(value)


def parse_event(body: bytes) -> Any:
    """Return the handler's first argument."""
    try:
        return json.loads(body, parse_constant=refuse_constant)
    except ValueError as error:
        raise LambdaRuntimeError(
            "Runtime.UnmarshalError", f"Unable to unmarshal input: {error}"
        ) from error


def refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python's JSON reader accepts and JSON does not have."""
    message = f"{name} is not a JSON value"
    raise ValueError(message)


def encode_result(result: Any) -> tuple[bytes | str, str]:
    """Return what the handler returned, as body and content type."""
    if isinstance(result, bytes):
        return result, "application/unknown"
    try:
        return to_json(result), "application/json"
    except Exception as error:
        raise LambdaRuntimeError(
            "Runtime.MarshalError", f"Unable to marshal response: {error}"
        ) from error


# --- the names of files ----------------------------------------------------------------------


class TaskFileLoader(SourceFileLoader):
    """Imports from the task root under the names that files have there on AWS.

    Code objects carry this name, so stack traces, log records and warnings show it. `__file__` is
    the real name: a function finds the files in its package.
    """

    task_root = ""
    """The task root on this machine."""

    def get_filename(self, name: str | None = None) -> str:
        """Return the name on AWS, which this loader uses everywhere."""
        return TASK_ROOT_ON_AWS + super().get_filename(name).removeprefix(self.task_root)

    def get_data(self, path: str) -> bytes:
        """Return the content of a file, source or compiled."""
        return super().get_data(self.real_name(path))

    def path_stats(self, path: str) -> Any:
        """Return time and size of a source file."""
        return super().path_stats(self.real_name(path))

    def set_data(self, path: str, data: Any, *, _mode: int = 0o666) -> None:
        """Store a compiled file."""
        super().set_data(self.real_name(path), data, _mode=_mode)

    def real_name(self, path: str) -> str:
        """Return a file's name on this machine, from that name or from its name on AWS."""
        if not is_within(path, TASK_ROOT_ON_AWS):
            return path
        return self.task_root + path.removeprefix(TASK_ROOT_ON_AWS)


def import_as_on_aws(task_root: str) -> None:
    """Give modules of the task root the file names that they have on AWS."""
    TaskFileLoader.task_root = task_root
    find_in = FileFinder.path_hook(
        (ExtensionFileLoader, EXTENSION_SUFFIXES),
        (TaskFileLoader, SOURCE_SUFFIXES),
        (SourcelessFileLoader, BYTECODE_SUFFIXES),
    )

    def find_in_task(path: str) -> Any:
        if not is_within(os.path.abspath(path), task_root):  # noqa: PTH100 - not to import pathlib
            raise ImportError
        return find_in(path)

    sys.path_hooks.insert(0, find_in_task)
    sys.path_importer_cache.clear()


def is_within(path: str, folder: str) -> bool:
    """Tell whether a path is a folder or inside it."""
    return path == folder or path.startswith(f"{folder}/")


def name_on_aws(path: str) -> str:
    """Return the name on AWS of a file of the interpreter, of boto3 or of its dependencies."""
    for folder, on_aws in (
        (os.environ.get("LAMBDA_RUNTIME_DIR", ""), f"{LIBRARY_ON_AWS}/site-packages"),
        (os.__file__.rpartition("/")[0], LIBRARY_ON_AWS),
    ):
        if folder and is_within(path, folder):
            return on_aws + path.removeprefix(folder)
    return path


# --- errors ----------------------------------------------------------------------------------


def describe_exception(error: Exception, request_id: str = "") -> dict[str, Any]:
    """Return an exception of the user's code in the form of AWS's answer."""
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": request_id,
        "stackTrace": traceback.format_list(frames_of_user_code(error.__traceback__)),
    }


def frames_of_user_code(tb: TracebackType | None) -> list[Any]:
    """Return the stack, from the first frame outside this module."""
    frames = [
        (name_on_aws(frame.filename), frame.lineno, frame.name, frame.line)
        for frame in traceback.extract_tb(tb)
    ]
    for index, frame in enumerate(frames):
        if "/bootstrap.py" not in frame[0]:
            return frames[index:]
    return frames


def log_error(error: dict[str, Any]) -> None:
    """Write an error to the log, as one event."""
    head = "[ERROR]"
    if error["errorType"]:
        head += f" {error['errorType']}"
    if error["errorMessage"]:
        head += f"{':' if error['errorType'] else ''} {error['errorMessage']}"
    lines = [head, "Traceback (most recent call last):"]
    for entry in error["stackTrace"]:
        lines += [indent_visibly(line) for line in entry.splitlines()]
    sys.stdout.write(LINE_END_WITHIN_EVENT.join(lines) + "\n")


def indent_visibly(line: str) -> str:
    """Replace leading spaces by no-break spaces, which log viewers keep."""
    text = line.lstrip(" ")
    return NO_BREAK_SPACE * (len(line) - len(text)) + text


# --- logging ---------------------------------------------------------------------------------


class CurrentRequest(logging.Filter):
    """Gives every log record the id of the request being handled."""

    request_id = ""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the id and accept every record."""
        record.aws_request_id = self.request_id
        return True


class StandardOutput(logging.Handler):
    """Writes to whatever `sys.stdout` is at the moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record as one log event."""
        text = self.format(record).replace("\n", LINE_END_WITHIN_EVENT)
        sys.stdout.write(text + "\n")


def set_up_logging() -> CurrentRequest:
    """Configure the root logger as AWS's runtime does, before user modules are imported."""
    current_request = CurrentRequest()
    handler = StandardOutput()
    formatter = logging.Formatter(
        "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s",
        "%Y-%m-%dT%H:%M:%S",
    )
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    handler.addFilter(current_request)
    logging.getLogger().addHandler(handler)
    return current_request


# --- running the handler ---------------------------------------------------------------------


def load_handler(name: str) -> Handler:
    """Import the handler's module and return its function.

    Args:
        name: The value of `_HANDLER`.

    Raises:
        LambdaRuntimeError: There is no such module or function; the message is AWS's.
    """
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError as error:
        raise LambdaRuntimeError(
            "Runtime.MalformedHandlerName", f"Bad handler '{name}': {error}"
        ) from error
    if module_name.split(".")[0] in sys.builtin_module_names:
        raise LambdaRuntimeError(
            "Runtime.BuiltInModuleConflict",
            f"Cannot use built-in module {module_name} as a handler module",
        )
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise LambdaRuntimeError(
            "Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}"
        ) from error
    except SyntaxError as error:
        raise LambdaRuntimeError(
            "Runtime.UserCodeSyntaxError",
            f"Syntax error in module '{module_name}': {error}",
            [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}'],
        ) from error
    try:
        handler: Handler = getattr(module, function_name)
    except AttributeError as error:
        raise LambdaRuntimeError(
            "Runtime.HandlerNotFound",
            f"Handler '{function_name}' missing on module '{module_name}'",
        ) from error
    return handler


def initialise(api: RuntimeApiClient) -> Handler:
    """Run the init phase: return the handler, or report the error and end the process."""
    try:
        return load_handler(os.environ["_HANDLER"])
    except LambdaRuntimeError as runtime_error:
        error = runtime_error.describe()
    except Exception as exception:  # noqa: BLE001 - whatever the user's module raises
        error = describe_exception(exception)
    logging.warning(UNHANDLED_INIT_EXCEPTION)
    log_error(error)
    api.report_init_error(error)
    sys.exit(1)


def handle(api: RuntimeApiClient, handler: Handler, invocation: ApiResponse) -> None:
    """Run one invocation, from event to answer."""
    request_id = invocation.headers["lambda-runtime-aws-request-id"]
    try:
        context = LambdaContext(invocation.headers)
        result = handler(parse_event(invocation.body), context)
        body, content_type = encode_result(result)
    except LambdaRuntimeError as runtime_error:
        error = runtime_error.describe(request_id)
    except Exception as exception:  # noqa: BLE001 - whatever the handler raises
        error = describe_exception(exception, request_id)
    else:
        api.respond(request_id, body, content_type)
        return
    log_error(error)
    api.report_error(request_id, error)


def provide_interactive_builtins() -> None:
    """Define exit() and the like for handlers: Python was started without `site`."""
    site.setquit()
    site.setcopyright()
    site.sethelper()


def main() -> NoReturn:
    """Serve invocations until the process is ended."""
    os.environ.pop("PYTHONCOERCECLOCALE", None)
    provide_interactive_builtins()
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    import_as_on_aws(os.environ["LAMBDA_TASK_ROOT"])
    current_request = set_up_logging()
    api = RuntimeApiClient(os.environ["AWS_LAMBDA_RUNTIME_API"])
    handler = initialise(api)
    while True:
        invocation = api.next_invocation()
        current_request.request_id = invocation.headers["lambda-runtime-aws-request-id"]
        os.environ["_X_AMZN_TRACE_ID"] = invocation.headers.get("lambda-runtime-trace-id", "")
        handle(api, handler, invocation)


if __name__ == "__main__":
    main()
