"""AWS's own runtime client and the lab's run the same handlers and must give the same answers.

Both speak to the same Runtime API, the lab's. Where awslambdaric is the judge, what it posts is
what AWS shows; only times and the order of JSON's white space are not compared.
"""

import json
import os
import re
import shutil
import signal
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lab_engine.lambda_.bootstrap import NO_BREAK_SPACE
from lab_engine.lambda_.engine_folder import (
    RUNTIME_PACKAGES,
    interpreter_variables,
    link_runtime_packages,
    start_template,
)
from lab_engine.lambda_.forking import TemplateClient
from lab_engine.lambda_.process import Child, Exited, Outcome, RuntimeProcess
from lab_engine.lambda_.runtime_api import Answered, InitFailed, Invocation, Ready
from tests.child_process import ChildProcess
from tests.engine.handlers import specimens
from tests.engine.waiting import wait_for

SPECIMENS = Path(specimens.__file__)
SECONDS = 30
CLIENTS = ("aws", "lab")
RAW = ("utf-8", "surrogateescape")
"""An answer may be any bytes."""


class Runtime:
    """A process of one client with one handler."""

    def __init__(
        self,
        client: str,
        handler: str,
        folder: Path,
        runtime_folder: Path,
        template: TemplateClient,
    ) -> None:
        variables = {
            **interpreter_variables(runtime_folder),
            "_HANDLER": handler,
            "LAMBDA_TASK_ROOT": str(folder),
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.12",
            "AWS_LAMBDA_LOG_STREAM_NAME": "2026/11/23/[$LATEST]specimens",
            "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/specimens",
            "AWS_LAMBDA_FUNCTION_NAME": "specimens",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        }

        def start(runtime_api: str) -> Child:
            reachable = {**variables, "AWS_LAMBDA_RUNTIME_API": runtime_api}
            if client == "lab":
                return template.fork(reachable, folder)
            import_path = {"PYTHONPATH": f"{folder}:{runtime_folder}", "PATH": os.environ["PATH"]}
            # As awslambdaric is meant to be started.
            command = [sys.executable, "-m", "awslambdaric", handler]
            return ChildProcess(command, reachable | import_path, folder)

        # AWS's client says where it found a file. On AWS that is in these folders.
        library = f"python{sys.version_info.major}.{sys.version_info.minor}"
        self._folders = {
            str(folder): "/var/task",
            os.__file__.removesuffix("/os.py"): f"/var/lang/lib/{library}",
        }
        self._client = client
        self.process = RuntimeProcess(
            environment_id=f"conformance-{client}",
            start=start,
            memory_bytes=512 * 1024 * 1024,
        )

    def wait(self) -> Outcome:
        outcome = self.process.wait(time.monotonic() + SECONDS)
        match outcome:
            case Answered(body=body):
                return replace(outcome, body=self._as_on_aws(body.decode(*RAW)).encode(*RAW))
            case InitFailed(error=error):
                return InitFailed(self._as_on_aws(error.decode()).encode())
            case _:
                return outcome

    def log(self) -> list[str]:
        """The lines it has written, without their times."""
        return log_lines(self._as_on_aws(self.process.take_output()))

    def _as_on_aws(self, text: str) -> str:
        if self._client == "aws":
            for folder, on_aws in self._folders.items():
                text = text.replace(f"{folder}/", f"{on_aws}/")
        return text

    def invoke(self, event: bytes, client_context: str | None = None) -> tuple[Outcome, list[str]]:
        self.process.take_output()
        self.process.send(
            Invocation(
                request_id="0d1e2f3a-0000-4000-8000-000000000001",
                function_arn="arn:aws:lambda:ap-southeast-1:000000000000:function:specimens",
                event=event,
                deadline_ms=int((time.time() + SECONDS) * 1000),
                trace_id="Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1",
                client_context=client_context,
            )
        )
        outcome = self.wait()
        return outcome, self.log()


def log_lines(output: str) -> list[str]:
    """The lines of a log without its times; a multi-line event counts as its lines."""
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "<time>", output)
    return [line for line in re.split(r"[\r\n]", text) if line]


StartRuntimes = Callable[..., dict[str, Runtime]]


@pytest.fixture(scope="module")
def runtime_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runtime")
    link_runtime_packages(folder)
    return folder


@pytest.fixture(scope="module")
def template(
    tmp_path_factory: pytest.TempPathFactory, runtime_folder: Path
) -> Iterator[TemplateClient]:
    template = start_template(tmp_path_factory.mktemp("template"), runtime_folder)
    yield template
    template.close()


@pytest.fixture(scope="module")
def runtimes(
    tmp_path_factory: pytest.TempPathFactory, runtime_folder: Path, template: TemplateClient
) -> Iterator[dict[str, Runtime]]:
    """Both clients, ready, with the same handler at the same place."""
    folder = tmp_path_factory.mktemp("task")
    shutil.copy(SPECIMENS, folder)
    pair = {
        client: Runtime(client, "specimens.handler", folder, runtime_folder, template)
        for client in CLIENTS
    }
    try:
        for runtime in pair.values():
            assert runtime.wait() == Ready(), runtime.process.take_output()
        yield pair
    finally:
        for runtime in pair.values():
            runtime.process.end()


@pytest.fixture
def fresh_runtimes(
    tmp_path: Path, runtime_folder: Path, template: TemplateClient
) -> Iterator[StartRuntimes]:
    """Starts both clients for a handler that does not survive its test."""
    started: list[Runtime] = []

    def start(
        handler: str, code: str | None = None, files: Mapping[str, str] | None = None
    ) -> dict[str, Runtime]:
        for name, text in (files or {}).items():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(text)
        if code is None:
            shutil.copy(SPECIMENS, tmp_path)
        else:
            (tmp_path / "app.py").write_text(textwrap.dedent(code))
        pair = {
            client: Runtime(client, handler, tmp_path, runtime_folder, template)
            for client in CLIENTS
        }
        started.extend(pair.values())
        return pair

    yield start
    for runtime in started:
        runtime.process.end()


def answers(
    runtimes: dict[str, Runtime], event: Any, client_context: str | None = None
) -> list[tuple[Answered, list[str]]]:
    """What both clients answer and log, AWS's first."""
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    both = []
    for client in ("aws", "lab"):
        outcome, log = runtimes[client].invoke(body, client_context)
        assert isinstance(outcome, Answered), (client, outcome, log)
        both.append((outcome, log))
    return both


def as_data(body: bytes) -> object:
    """JSON in a form in which NaN equals itself and 1.50 differs from 1.5."""
    return json.loads(body, parse_float=str, parse_constant=str)


@pytest.mark.parametrize("case", specimens.RETURNED)
def test_a_returned_value_is_answered_alike(runtimes: dict[str, Runtime], case: str) -> None:
    (aws, _), (lab, _) = answers(runtimes, {"case": case})
    assert not aws.is_error
    assert not lab.is_error
    if case == "bytes":
        assert lab.body == aws.body == b"raw \xff bytes"
    else:
        assert as_data(lab.body) == as_data(aws.body)


@pytest.mark.parametrize("case", specimens.FAILING)
def test_an_error_has_the_same_type_message_trace_and_log(
    runtimes: dict[str, Runtime], case: str
) -> None:
    (aws, aws_log), (lab, lab_log) = answers(runtimes, {"case": case})
    assert aws.is_error
    assert lab.is_error
    assert json.loads(lab.body) == json.loads(aws.body)
    assert set(json.loads(lab.body)) == {"errorType", "errorMessage", "requestId", "stackTrace"}
    assert lab_log == aws_log
    assert lab_log[0].startswith("[ERROR] ")


@pytest.mark.parametrize("case", ["raises", "raises_nested", "logs"])
def test_traces_and_log_records_name_files_as_on_aws(
    runtimes: dict[str, Runtime], case: str
) -> None:
    """Those of the runtime client, and those that the function logs itself."""
    outcome, log = runtimes["lab"].invoke(json.dumps({"case": case}).encode())
    assert isinstance(outcome, Answered)
    text = "\n".join(log).replace(NO_BREAK_SPACE, " ")
    assert '  File "/var/task/specimens.py", line ' in text
    assert str(Path(tempfile.gettempdir())) not in text + outcome.body.decode()
    if outcome.is_error:
        *_, last = json.loads(outcome.body)["stackTrace"]
        assert re.fullmatch(r'  File "/var/task/specimens\.py", line \d+, in \S+\n    \S.*\n', last)


def test_a_function_finds_its_own_files_and_its_source(fresh_runtimes: StartRuntimes) -> None:
    """Only the names in code are AWS's: what opens files gets those that are there."""
    runtimes = fresh_runtimes(
        "app.handler",
        """
        import importlib.resources, inspect, pathlib, pkgutil, sys
        import package.inner

        def handler(event, context):
            here = pathlib.Path(__file__).parent
            return [
                handler.__code__.co_filename,
                package.inner.where(),
                inspect.getsource(package.inner.where).splitlines()[0],
                (here / "package" / "data.txt").read_text(),
                importlib.resources.files("package").joinpath("data.txt").read_text(),
                pkgutil.get_data("package", "data.txt").decode(),
                sorted(module.name for module in pkgutil.iter_modules([str(here)])),
                pathlib.Path(package.inner.__spec__.cached).exists(),
            ]
        """,
        {
            "package/__init__.py": "",
            "package/inner.py": "def where():\n    return where.__code__.co_filename\n",
            "package/data.txt": "found",
        },
    )
    for runtime in runtimes.values():
        assert runtime.wait() == Ready()
    (aws, _), (lab, _) = answers(runtimes, {})
    assert as_data(lab.body) == as_data(aws.body)
    assert as_data(lab.body) == [
        "/var/task/app.py",
        "/var/task/package/inner.py",
        "def where():",
        *3 * ["found"],
        ["app", "package"],
        True,
    ]


@pytest.mark.parametrize("case", ["logs", "context_log"])
def test_prints_and_log_records_come_out_alike_and_in_order(
    runtimes: dict[str, Runtime], case: str
) -> None:
    (_, aws_log), (_, lab_log) = answers(runtimes, {"case": case})
    assert lab_log == aws_log
    assert lab_log


@pytest.mark.parametrize(
    "client_context",
    [None, '{"custom": {"a": "b"}, "env": {"c": "d"}, "client": {"app_title": "lab"}}'],
)
def test_the_context_says_the_same(
    runtimes: dict[str, Runtime], client_context: str | None
) -> None:
    (aws, _), (lab, _) = answers(runtimes, {"case": "context"}, client_context)
    assert json.loads(lab.body) == json.loads(aws.body)
    assert json.loads(lab.body)["has_time_left"] is True


@pytest.mark.parametrize("event", ["null", '"text"', "[1, 2.50]", '{"ชื่อ": 1e3}'])
def test_any_json_event_arrives_alike(runtimes: dict[str, Runtime], event: str) -> None:
    (aws, _), (lab, _) = answers(runtimes, event.encode())
    assert as_data(lab.body) == as_data(aws.body)


def test_a_broken_client_context_is_refused_alike(runtimes: dict[str, Runtime]) -> None:
    (aws, _), (lab, _) = answers(runtimes, {"case": "nothing"}, client_context="{broken")
    assert json.loads(lab.body)["errorType"] == json.loads(aws.body)["errorType"]
    assert json.loads(lab.body)["errorType"] == "Runtime.LambdaContextUnmarshalError"


@pytest.mark.parametrize("event", ["{broken", "", "NaN"])
def test_an_event_that_is_no_json_is_refused_alike(
    runtimes: dict[str, Runtime], event: str
) -> None:
    (aws, _), (lab, _) = answers(runtimes, event.encode())
    assert json.loads(lab.body)["errorType"] == json.loads(aws.body)["errorType"]
    assert json.loads(lab.body)["errorType"] == "Runtime.UnmarshalError"


@pytest.mark.parametrize(
    ("handler", "code", "error_type"),
    [
        ("app.handler", "import a_module_nobody_has", "Runtime.ImportModuleError"),
        ("nowhere.handler", "", "Runtime.ImportModuleError"),
        ("app.handler", "def other(): pass", "Runtime.HandlerNotFound"),
        ("app.handler", "def handler(:\n", "Runtime.UserCodeSyntaxError"),
        ("apphandler", "", "Runtime.MalformedHandlerName"),
        ("sys.exit", "", "Runtime.BuiltInModuleConflict"),
        ("app.handler", "raise LookupError('at import')", "LookupError"),
        ("app.handler", "print('before')\n{}['x']", "KeyError"),
    ],
)
def test_an_init_error_is_reported_alike(
    fresh_runtimes: StartRuntimes, handler: str, code: str, error_type: str
) -> None:
    runtimes = fresh_runtimes(handler, code)
    aws, lab = (runtimes[client].wait() for client in ("aws", "lab"))
    assert isinstance(aws, InitFailed)
    assert isinstance(lab, InitFailed)
    assert json.loads(lab.error) == json.loads(aws.error)
    assert json.loads(lab.error)["errorType"] == error_type
    logs = [runtimes[client].log() for client in ("aws", "lab")]
    assert logs[1] == logs[0]
    assert [runtimes[client].wait() for client in ("aws", "lab")] == [Exited(1), Exited(1)]


@pytest.mark.parametrize("way", ["sys_exit", "builtin_exit", "os_exit"])
@pytest.mark.parametrize("status", [0, 3])
def test_a_handler_that_ends_its_process_ends_it_alike(
    fresh_runtimes: StartRuntimes, way: str, status: int
) -> None:
    runtimes = fresh_runtimes("specimens.ending_handler")
    for runtime in runtimes.values():
        assert runtime.wait() == Ready()
    event = json.dumps({"way": way, "status": status}).encode()
    outcomes = {client: runtime.invoke(event)[0] for client, runtime in runtimes.items()}
    assert outcomes == {"aws": Exited(status), "lab": Exited(status)}


def test_an_answer_above_six_megabytes_ends_both_alike(fresh_runtimes: StartRuntimes) -> None:
    runtimes = fresh_runtimes("specimens.large_handler")
    for runtime in runtimes.values():
        assert runtime.wait() == Ready()
    (aws, _), (lab, _) = answers(runtimes, {"bytes": 6 * 1024 * 1024 + 200})
    assert lab == aws
    assert json.loads(lab.body)["errorType"] == "Function.ResponseSizeTooLarge"
    assert [runtimes[client].wait() for client in ("aws", "lab")] == [Exited(1), Exited(1)]


def test_the_runtime_folder_holds_boto3_and_what_it_stands_on_only(runtime_folder: Path) -> None:
    modules = {
        path.name.removesuffix(".py")
        for path in runtime_folder.iterdir()
        if path.suffix != ".dist-info" and path.name != "__pycache__"  # that of six.py
    }
    assert modules == set(RUNTIME_PACKAGES)


# --- forked or new, a function cannot tell ---------------------------------------------------


def test_a_function_that_bundles_a_module_of_the_runtimes_gets_its_own(
    fresh_runtimes: StartRuntimes, tmp_path: Path
) -> None:
    """As on AWS, where many bring a boto3 of their own."""
    (tmp_path / "jmespath.py").write_text("ORIGIN = 'bundled'")
    pair = fresh_runtimes(
        "app.handler",
        """
        import jmespath
        def handler(event, context):
            return jmespath.ORIGIN
        """,
    )
    for runtime in pair.values():
        assert runtime.wait() == Ready()
    (aws, _), (lab, _) = answers(pair, {})
    assert as_data(aws.body) == as_data(lab.body) == "bundled"


def test_what_is_forked_shares_nothing_random_and_nothing_of_its_siblings(
    runtime_folder: Path, template: TemplateClient, tmp_path: Path
) -> None:
    (tmp_path / "app.py").write_text(
        "import os, random, uuid\n"
        "def handler(event, context):\n"
        "    return [random.random(), str(uuid.uuid4()), sorted(os.listdir('/proc/self/fd'))]"
    )
    siblings = [Runtime("lab", "app.handler", tmp_path, runtime_folder, template) for _ in range(2)]
    try:
        seen = []
        for sibling in siblings:
            assert sibling.wait() == Ready()
            outcome, _ = sibling.invoke(b"{}")
            assert isinstance(outcome, Answered)
            seen.append(json.loads(outcome.body))
    finally:
        for sibling in siblings:
            sibling.process.end()
    assert seen[0][0] != seen[1][0]
    assert seen[0][1] != seen[1][1]
    assert seen[0][2] == seen[1][2] == ["0", "1", "2", "3", "4"]  # its connection, the folder


def test_a_template_that_is_killed_takes_its_processes_along_and_is_started_again(
    runtime_folder: Path, tmp_path: Path
) -> None:
    shutil.copy(SPECIMENS, tmp_path)
    (tmp_path / "template").mkdir()
    template = start_template(tmp_path / "template", runtime_folder)
    try:
        lost = Runtime("lab", "specimens.handler", tmp_path, runtime_folder, template)
        assert lost.wait() == Ready()
        os.kill(parent_of(lost.process.pid), signal.SIGKILL)
        assert lost.wait() == Exited(-signal.SIGKILL)
        lost.process.end()
        wait_for("its death", lambda: state_of(lost.process.pid) in ("Z", None))

        replaced = Runtime("lab", "specimens.handler", tmp_path, runtime_folder, template)
        assert replaced.wait() == Ready()
        replaced.process.end()
    finally:
        template.close()


def state_of(pid: int) -> str | None:
    """`Z` while init has not reaped it, None once it has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return None


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
