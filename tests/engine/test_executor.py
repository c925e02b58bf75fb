"""The process executor, seen through Lambda's and CloudWatch Logs' API."""

import base64
import contextlib
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
from botocore.exceptions import ClientError

from provision.waiting import GaveUpError
from tests.engine.conftest import ENGINE, REGION, LocalStack, start_localstack
from tests.engine.lambda_functions import Function, create_function, processes_with
from tests.engine.waiting import wait_for

LOG_SECONDS = 2.0
"""How long a log may take to be in CloudWatch Logs; usually a few milliseconds."""

AWS_VARIABLES = {
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_XRAY_CONTEXT_MISSING",
    "AWS_XRAY_DAEMON_ADDRESS",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
    "LANG",
    "PATH",
    "PYTHONPATH",
    "TZ",
    "_AWS_XRAY_DAEMON_ADDRESS",
    "_AWS_XRAY_DAEMON_PORT",
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
}
NOT_ON_AWS = {"AWS_ENDPOINT_URL", "HOME", "TMPDIR"}

CreateFunction = Callable[..., Function]


@pytest.fixture
def new_function(localstack: LocalStack) -> Iterator[CreateFunction]:
    """Creates functions of this test's own; deletes them afterwards."""
    functions: list[Function] = []

    def create(*arguments: Any, **settings: Any) -> Function:
        functions.append(create_function(localstack, *arguments, **settings))
        return functions[-1]

    yield create
    for function in functions:
        localstack.client("lambda").delete_function(FunctionName=function.name)


@pytest.fixture(scope="module")
def probe(localstack: LocalStack) -> Function:
    """A function for tests that leave it in good health."""
    return create_function(localstack, Environment={"Variables": {"OWN": "ของฉัน"}})


# --- what a function finds -----------------------------------------------------------------------


def test_the_environment_holds_what_aws_documents_and_the_functions_own(probe: Function) -> None:
    environment = probe.invoke().value["environment"]
    assert set(environment) == AWS_VARIABLES | NOT_ON_AWS | {"OWN"}
    assert environment["OWN"] == "ของฉัน"
    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"] == REGION
    assert environment["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.12"
    assert environment["AWS_ENDPOINT_URL"] == probe.localstack.endpoint
    assert environment["TZ"] == ":UTC"


def test_the_task_root_is_where_it_runs_and_where_it_imports_from(probe: Function) -> None:
    seen = probe.invoke().value
    task_root = seen["environment"]["LAMBDA_TASK_ROOT"]
    assert seen["folder"] == task_root == seen["import_path"][0]
    assert not [path for path in seen["import_path"] if "site-packages" in path]
    assert not [name for name in seen["modules"] if name.partition(".")[0] == "localstack"]


def test_its_credentials_are_the_roles_and_work(localstack: LocalStack, probe: Function) -> None:
    localstack.client("s3").create_bucket(
        Bucket="made-for-the-probe", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    answer = probe.invoke("call_aws", bucket="made-for-the-probe")
    assert answer.error is None, answer
    role = probe.configuration()["Role"].rpartition("/")[2]
    assert f":assumed-role/{role}/" in answer.value
    assert localstack.client("s3").list_objects_v2(Bucket="made-for-the-probe")["KeyCount"] == 1


def test_its_credentials_stand_in_no_log(new_function: CreateFunction) -> None:
    function = new_function()
    environment = function.invoke().value["environment"]
    request = function.invoke("fail").value["requestId"]
    wait_for("its log", lambda: any(request in event for event in function.log()), LOG_SECONDS)
    logs = [*function.log(), function.localstack.log]
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        assert not [text for text in logs if environment[name] in text], name


def test_the_context_tells_of_the_invocation(probe: Function) -> None:
    client_context = base64.b64encode(json.dumps({"custom": {"course": "workshop"}}).encode())
    answer = probe.invoke_with("{}", ClientContext=client_context.decode())
    context, environment = answer.value["context"], answer.value["environment"]
    assert f"START RequestId: {context.pop('aws_request_id')} Version: $LATEST\n" in answer.tail
    assert context == {
        "function_name": probe.name,
        "function_version": "$LATEST",
        "invoked_function_arn": probe.configuration()["FunctionArn"],
        "memory_limit_in_mb": "256",
        "log_group_name": f"/aws/lambda/{probe.name}",
        "log_stream_name": environment["AWS_LAMBDA_LOG_STREAM_NAME"],
    }
    assert 0 < answer.value["remaining_ms"] <= 10_000
    assert answer.value["custom"] == {"course": "workshop"}


@pytest.mark.parametrize("module", ["requests", "localstack", "lab_engine", "moto", "yaml"])
def test_what_awss_runtime_lacks_cannot_be_imported(
    new_function: CreateFunction, module: str
) -> None:
    answer = new_function(f"import {module}\ndef handler(event, context): pass").invoke()
    assert answer.error_type == "Runtime.ImportModuleError"
    assert answer.message == f"Unable to import module 'app': No module named '{module}'"


@pytest.mark.parametrize("payload", ["{}", ""])
def test_no_payload_is_an_empty_object(new_function: CreateFunction, payload: str) -> None:
    function = new_function("def handler(event, context): return [event]")
    assert function.invoke_with(payload).value == [{}]


@pytest.mark.gap("lambda_", "a function needs no Docker", plain="Docker is not available")
def test_a_function_is_a_process_of_this_machine(localstack_or_bare: LocalStack) -> None:
    function = create_function(localstack_or_bare)
    assert function.configuration()["State"] == "Active", localstack_or_bare.log[-1000:]
    assert function.invoke().value["pid"] in function.processes()


# --- reuse and concurrency ---------------------------------------------------------------------


def test_a_warm_environment_is_reused_with_its_temporary_folder(
    new_function: CreateFunction,
) -> None:
    function = new_function()
    first, second = function.invoke("write_file"), function.invoke("write_file")
    assert [first.value, second.value] == [False, True]
    assert "Init Duration" in first.report()
    assert "Init Duration" not in second.report()
    assert len(function.processes()) == 1


def test_concurrent_invocations_have_processes_and_folders_of_their_own(
    new_function: CreateFunction,
) -> None:
    function = new_function(Timeout=30)
    # Longer than the third waits for a busy environment to become free, on one core 4 s.
    with ThreadPoolExecutor(3) as pool:
        pids = list(pool.map(lambda _: function.invoke("sleep", seconds=6).value, range(3)))
    assert len(set(pids)) == 3
    with ThreadPoolExecutor(3) as pool:
        folders = pool.map(lambda _: function.invoke().value["temporary_folder"], range(3))
    assert all("/environments/" in folder for folder in folders)


def test_between_invocations_an_environment_stands_still(new_function: CreateFunction) -> None:
    function = new_function()
    function.invoke("keep_ticking")
    before = function.invoke("count_ticks").value
    time.sleep(1)
    assert function.invoke("count_ticks").value - before < 50, "100 ticks went by in the second"


def test_provisioned_environments_are_ready_before_they_are_invoked(
    new_function: CreateFunction,
) -> None:
    function = new_function()
    client = function.localstack.client("lambda")
    version = client.publish_version(FunctionName=function.name)["Version"]
    wanted = {"FunctionName": function.name, "Qualifier": version}
    client.put_provisioned_concurrency_config(**wanted, ProvisionedConcurrentExecutions=2)

    def status() -> str:
        return str(client.get_provisioned_concurrency_config(**wanted)["Status"])

    wait_for("provisioned concurrency", lambda: status() == "READY")
    assert len(function.processes()) == 2
    answer = function.invoke_with("{}", Qualifier=version)
    assert answer.value["environment"]["AWS_LAMBDA_INITIALIZATION_TYPE"] == (
        "provisioned-concurrency"
    )
    assert "Init Duration" not in answer.report()


# --- failures ------------------------------------------------------------------------------------


def test_a_handlers_exception_is_answered_and_logged_with_its_trace(probe: Function) -> None:
    answer = probe.invoke("fail")
    assert answer.error == "Unhandled"
    assert answer.error_type == "ValueError"
    assert answer.message == "ไฟล์เสีย"
    assert answer.value["requestId"] in answer.tail
    assert answer.value["stackTrace"][0].startswith('  File "/var/task/app.py", line ')

    def logged() -> list[str]:
        return [event for event in probe.log() if event.startswith("[ERROR] ValueError")]

    (event,) = wait_for("the error in the log", logged, LOG_SECONDS)
    assert event.splitlines()[1] == "Traceback (most recent call last):"
    assert "raise ValueError(message)" in event, "the stack trace is not one event"
    assert 'File "/var/task/app.py", line ' in event


def test_an_exception_leaves_the_process_in_use(probe: Function) -> None:
    before = probe.invoke().value["pid"]
    probe.invoke("fail")
    assert probe.invoke().value["pid"] == before


def test_a_timeout_kills_the_process_with_all_it_started(new_function: CreateFunction) -> None:
    function = new_function(Timeout=1)
    before = function.invoke().value["pid"]
    answer = function.invoke("leave_children_and_sleep")
    assert answer.error_type == "Sandbox.Timedout"
    assert re.fullmatch(r"RequestId: \S+ Error: Task timed out after 1.00 seconds", answer.message)
    assert re.search(r"^\S+Z \S+ Task timed out after 1.00 seconds$", answer.tail, re.MULTILINE)
    assert answer.report()["Duration"] == "1000.00 ms"
    assert answer.report()["Status"] == "timeout"
    assert not function.processes()
    assert function.invoke().value["pid"] != before


@pytest.mark.parametrize(
    ("action", "event"),
    [
        ("hoard", {"megabytes": 300, "seconds": 60}),
        ("hoard", {"megabytes": 300, "seconds": 0}),
        ("hoard_in_child", {}),
    ],
    ids=["for long", "for a moment", "in a child process"],
)
def test_more_memory_than_configured_ends_the_process(
    new_function: CreateFunction, action: str, event: dict[str, int]
) -> None:
    function = new_function(MemorySize=192)
    answer = function.invoke(action, **event)
    assert answer.error_type == "Runtime.OutOfMemory", answer
    assert answer.message.endswith("Error: Runtime exited with error: signal: killed")
    assert answer.report()["Max Memory Used"] == "192 MB"
    assert answer.report()["Error Type"] == "Runtime.OutOfMemory"
    assert not function.processes()
    assert function.invoke().error is None


def test_memory_below_the_limit_is_reported_as_used(new_function: CreateFunction) -> None:
    answer = new_function(MemorySize=512).invoke("hoard", megabytes=200, seconds=0)
    assert answer.error is None, answer
    assert 200 < int(answer.report()["Max Memory Used"].split()[0]) < 400


@pytest.mark.parametrize(
    ("action", "status", "reason"),
    [
        ("exit_at_once", 1, "Runtime exited with error: exit status 1"),
        ("exit_at_once", 0, "Runtime exited without providing a reason"),
        ("crash", None, "Runtime exited with error: signal: segmentation fault"),
    ],
)
def test_a_process_that_dies_is_reported_and_replaced(
    new_function: CreateFunction, action: str, status: int | None, reason: str
) -> None:
    function = new_function()
    answer = function.invoke(action, status=status)
    assert answer.error_type == "Runtime.ExitError"
    assert answer.message == f"RequestId: {answer.message.split()[1]} Error: {reason}"
    assert f"Error: {reason}\nRuntime.ExitError\n" in answer.tail
    assert ("about to exit\n" in answer.tail) == (action == "exit_at_once")
    assert function.invoke().error is None


def test_an_init_error_is_answered_and_logged_at_every_attempt(
    new_function: CreateFunction,
) -> None:
    function = new_function("print('loading')\nraise LookupError('no settings')")
    for _ in range(2):
        answer = function.invoke()
        assert answer.error_type == "LookupError"
        assert answer.message == "no settings"
        assert "loading\n" in answer.tail
        assert "[ERROR] LookupError: no settings\n" in answer.tail
        assert answer.report()["Error Type"] == "LookupError"

    def attempts() -> int:
        return sum(event.startswith("[ERROR] LookupError") for event in function.log())

    wait_for("both attempts in the log", lambda: attempts() == 2, LOG_SECONDS)


def test_an_init_phase_beyond_ten_seconds_is_cut_off_and_tried_again(
    new_function: CreateFunction,
) -> None:
    function = new_function(
        """
import pathlib, tempfile, time
tried = pathlib.Path(tempfile.gettempdir(), "tried")
if not tried.exists():
    tried.touch()
    time.sleep(60)

def handler(event, context):
    return "second time lucky"
""",
        Timeout=5,
    )
    answer = function.invoke()
    assert answer.value == "second time lucky"
    assert re.search(r"^INIT_REPORT Init Duration: 10000.00 ms\tPhase: init\tStatus: timeout$",
                     answer.tail, re.MULTILINE)  # fmt: skip


def test_a_runtime_other_than_python_fails_with_the_reason(localstack: LocalStack) -> None:
    # Not deleted afterwards: LocalStack cannot delete a function in the state Failed.
    configuration = create_function(localstack, Runtime="nodejs20.x").configuration()
    assert configuration["State"] == "Failed"
    assert "runs Python functions only, not nodejs20.x" in configuration["StateReason"]


# --- limits of size ------------------------------------------------------------------------------


def test_six_megabytes_of_answer_pass_and_more_is_an_error(probe: Function) -> None:
    assert len(probe.invoke("answer_bytes", bytes=6 * 1024 * 1024 - 2).value) == 6 * 1024 * 1024 - 2
    answer = probe.invoke("answer_bytes", bytes=6 * 1024 * 1024 + 100)
    assert answer.error_type == "Function.ResponseSizeTooLarge"
    assert answer.message == (
        "Response payload size exceeded maximum allowed payload size (6291556 bytes)."
    )
    assert probe.invoke().error is None


def test_a_request_above_six_megabytes_is_refused(probe: Function) -> None:
    with pytest.raises(ClientError) as refused:
        probe.invoke_with(json.dumps("x" * 6 * 1024 * 1024))
    assert refused.value.response["Error"]["Code"] == "RequestTooLargeException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413
    assert "6291458 byte payload is too large for the RequestResponse invocation type" in str(
        refused.value
    )


def test_a_payload_that_is_no_json_is_refused(probe: Function) -> None:
    with pytest.raises(ClientError) as refused:
        probe.invoke_with("{'single': 'quotes'}")
    assert refused.value.response["Error"]["Code"] == "InvalidRequestContentException"


# --- the log -------------------------------------------------------------------------------------


def test_the_log_holds_everything_in_order_one_event_a_line(new_function: CreateFunction) -> None:
    function = new_function()
    function.invoke("write_everywhere")

    def complete_log() -> list[str]:
        log = function.log()
        return log if any(event.startswith("REPORT") for event in log) else []

    log = wait_for("the REPORT line", complete_log, LOG_SECONDS)
    request_id = log[1].split()[2]
    patterns = [
        r"INIT_START Runtime Version: python:3\.12\tRuntime Version ARN: arn:aws:lambda:\S+\n",
        rf"START RequestId: {request_id} Version: \$LATEST\n",
        r"printed\n",
        r"to stderr\n",
        rf"\[WARNING\]\t[-0-9]+T[:0-9]+\.\d{{3}}Z\t{request_id}\tlogged\nin two lines\n",
        r"past Python\n",
        r"first\n",
        r"second\n",
        rf"END RequestId: {request_id}\n",
        rf"REPORT RequestId: {request_id}\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\t"
        r"Memory Size: 256 MB\tMax Memory Used: \d+ MB\tInit Duration: \d+\.\d\d ms\t\t?\n",
    ]
    assert len(log) == len(patterns), log
    for event, pattern in zip(log, patterns, strict=True):
        assert re.fullmatch(pattern, event), (event, pattern)


def test_the_log_that_a_caller_asks_for_begins_with_start_on_a_cold_start_too(
    new_function: CreateFunction,
) -> None:
    function = new_function()
    for answer in (function.invoke(), function.invoke()):
        assert answer.tail.startswith("START RequestId: "), answer.tail
    wait_for(
        "the start of its process in the log",
        lambda: sum(event.startswith("INIT_START") for event in function.log()) == 1,
        LOG_SECONDS,
    )


def test_a_long_log_arrives_whole(new_function: CreateFunction) -> None:
    function = new_function(Timeout=30)
    function.invoke("write_lines", lines=12_000)

    def lines() -> list[str]:
        return [event for event in function.log() if event.startswith("line ")]

    wait_for("every line", lambda: len(lines()) == 12_000)
    assert lines() == [f"line {number}\n" for number in range(12_000)]


def test_the_log_of_the_last_invocation_survives_an_update(new_function: CreateFunction) -> None:
    function = new_function()
    for number in range(5):
        function.invoke("write_lines", lines=200 + number)
    function.update(MemorySize=320)
    wait_for(
        "five REPORT lines",
        lambda: sum(event.startswith("REPORT") for event in function.log()) == 5,
        LOG_SECONDS,
    )


# --- change and end ------------------------------------------------------------------------------


def test_new_code_and_new_settings_take_effect_at_the_next_invocation(
    new_function: CreateFunction,
) -> None:
    code = "import os\ndef handler(event, context): return ['{}', os.environ.get('SETTING')]"
    function = new_function(code.format("old"))
    assert function.invoke().value == ["old", None]
    function.update(code.format("new"))
    assert function.invoke().value == ["new", None]
    function.update(Environment={"Variables": {"SETTING": "on"}})
    assert function.invoke().value == ["new", "on"]
    wait_for("the end of the old processes", lambda: len(function.processes()) == 1)


def test_a_deleted_function_leaves_no_process_and_no_folder(localstack: LocalStack) -> None:
    function = create_function(localstack)
    folder = Path(function.invoke().value["temporary_folder"])
    function.invoke("leave_children")
    assert len(function.processes()) == 3
    localstack.client("lambda").delete_function(FunctionName=function.name)
    wait_for("the end of its processes", lambda: not function.processes())
    wait_for("the end of its folder", lambda: not folder.parent.exists())


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_no_process_outlives_localstack(tmp_path: Path, how: str) -> None:
    with start_localstack(tmp_path) as localstack:
        function, replaced = create_function(localstack), create_function(localstack)
        idle = create_function(localstack)
        idle.invoke()
        function.invoke("leave_children")
        with ThreadPoolExecutor(2) as pool:
            busy = [pool.submit(each.invoke, "sleep", seconds=60) for each in (function, replaced)]
            wait_for("three processes", lambda: len(function.processes()) >= 3)
            wait_for("its process", replaced.processes)
            replaced.update(MemorySize=320)  # from now on it only ends what it has begun
            getattr(localstack, how)()
            for each in busy:
                assert each.exception() is not None or each.result().error
    running = f"TMPDIR={tmp_path}"
    wait_for("the end of all processes", lambda: not processes_with(running))
    assert not [*(tmp_path / "tmp").glob("lambda-environments-*")]


DISGUISED = {"AWS_LAMBDA_LOG_STREAM_NAME": "another", "LAMBDA_RUNTIME_DIR": "/elsewhere"}
OF_A_NEW_INTERPRETER = {"PYTHONHASHSEED": "1"}


@pytest.mark.parametrize(
    ("how", "helpers"),
    [
        (signal.SIGKILL, ["guard.py", "template.py"]),
        (signal.SIGKILL, ["guard.py"]),
        (signal.SIGKILL, ["template.py"]),
        (signal.SIGSTOP, ["guard.py"]),
        (signal.SIGSTOP, ["template.py"]),
    ],
)
def test_no_function_outlives_localstack_whatever_is_killed_or_stopped_with_it(
    tmp_path: Path, how: signal.Signals, helpers: list[str]
) -> None:
    """A function is stopped between invocations, so it does not notice an end by itself."""
    running = f"TMPDIR={tmp_path}/tmp"
    with contextlib.ExitStack() as at_the_end:  # also of a run that is interrupted
        localstack = at_the_end.enter_context(start_localstack(tmp_path))
        for variables in ({}, DISGUISED, OF_A_NEW_INTERPRETER):
            create_function(localstack, Environment={"Variables": variables}).invoke()
        started = psutil.Process(localstack.process.pid).children()
        hit = [p for p in started if any(name in " ".join(p.cmdline()) for name in helpers)]
        assert len(hit) == len(helpers)
        for process in hit:
            at_the_end.callback(_kill_if_it_is_there, process)
            process.send_signal(how)
        localstack.kill()
        guard = {p.pid for p in hit if how == signal.SIGSTOP and helpers == ["guard.py"]}
        wait_for("the end of all", lambda: set(processes_with(running)) <= guard)
        wait_for("the template's end", lambda: not processes_with(f"PYTHONPATH={tmp_path}"))


def _kill_if_it_is_there(process: psutil.Process) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.kill()


# --- the plugin itself ---------------------------------------------------------------------------


def test_the_engines_log_says_once_which_python_stands_in(
    localstack: LocalStack, probe: Function
) -> None:
    probe.invoke()
    log = localstack.log
    version = ".".join(map(str, sys.version_info[:3]))
    assert log.count("stands in for Lambda's python3.12") == 1
    assert f"Python {version} " in log
    assert "Falling back" not in log


def test_nothing_is_written_into_the_plugins_folder(probe: Function) -> None:
    probe.invoke()
    status = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=all", "--", str(ENGINE)],
        cwd=ENGINE,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "??" not in status.stdout, status.stdout


def test_another_version_of_localstack_is_refused_at_its_start(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "sitecustomize.py").write_text(
        "import localstack.version as it\nit.__version__ = it.version = '4.13.0'\n"
    )
    path = f"{tmp_path / 'other'}:{ENGINE}"
    with (
        pytest.raises(GaveUpError, match=r"lab_engine needs LocalStack 4\.14\.0 but this is 4\.13"),
        start_localstack(tmp_path, {"PYTHONPATH": path}),
    ):
        pass
