"""LocalStack's runtime executor that runs each execution environment as a process."""

import contextlib
import logging
import os
import platform
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from localstack import config
from localstack.aws.api.lambda_ import PackageType
from localstack.services.lambda_.invocation.executor_endpoint import StatusErrorException
from localstack.services.lambda_.invocation.lambda_models import (
    FunctionVersion,
    InitializationType,
    InvocationResult,
)
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

from lab_engine.faults.fault import Point
from lab_engine.faults.requests import remember_environment
from lab_engine.faults.switchboard import switchboard
from lab_engine.lambda_ import guard, report
from lab_engine.lambda_.engine_folder import engine_folder, interpreter_variables
from lab_engine.lambda_.forking import ForkedProcess
from lab_engine.lambda_.invocation_log import InvocationLog, split_output
from lab_engine.lambda_.process import Outcome, RuntimeProcess, TimedOut
from lab_engine.lambda_.runtime_api import Answered, Invocation, Ready
from lab_engine.xray.invocations import Ended, Received

LOG = logging.getLogger(__name__)

INIT_SECONDS = 10.0
"""The init phase's limit; https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html"""

FINAL_OUTPUT_SECONDS = 1.0
"""How long a runtime that ends itself may take to write the reason."""

STARTS_AT_ONCE = threading.BoundedSemaphore(2 * (os.cpu_count() or 1))
"""A burst of cold starts shares the processors."""

LONGEST_WAIT_TO_START_SECONDS = 1.0
"""After this a process is started anyway: a slow module must not delay the others."""

AWS_VARIABLES = frozenset(
    {
        "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
        "AWS_XRAY_CONTEXT_MISSING", "AWS_XRAY_DAEMON_ADDRESS", "TZ", "_AWS_XRAY_DAEMON_ADDRESS",
        "_AWS_XRAY_DAEMON_PORT", "_HANDLER",
    }
)  # fmt: skip
"""The variables of LocalStack's own runtime that AWS documents, and the endpoint."""


class UnsupportedFunctionError(Exception):
    """The process executor cannot run this kind of function."""


class ProcessRuntimeExecutor(RuntimeExecutor):  # type: ignore[misc]
    """One execution environment: a folder, and at most one process at a time.

    The first invocation starts the process, and so does the one after a failure. The folder exists
    as long as the environment, as /tmp does on AWS.
    """

    function_version: FunctionVersion

    def __init__(self, id: str, function_version: FunctionVersion) -> None:  # noqa: A002
        super().__init__(id=id, function_version=function_version)
        self.client_context: str | None = None
        """JSON; set before each invocation, see client_context.py."""
        self.trace_header: str | None = None
        """Set before each invocation, see xray/invocations.py, and so is `received`."""
        self.received: Received | None = None
        self._folder = engine_folder().path / "environments" / id
        self._variables: dict[str, str] = {}
        self._process: RuntimeProcess | None = None
        self._in_use = threading.Lock()
        self._stopped = False
        self._log = InvocationLog([])

    # --- what LocalStack asks ----------------------------------------------------------------

    def start(self, env_vars: dict[str, str]) -> None:
        """Prepare the environment; start a process only if concurrency is provisioned."""
        for name in ("home", "tmp"):
            (self._folder / name).mkdir(parents=True)
        self._variables = self._process_variables(env_vars)
        engine_folder().keep_guard()
        remember_environment(env_vars["AWS_ACCESS_KEY_ID"], self)
        provisioned = InitializationType.provisioned_concurrency
        if env_vars["AWS_LAMBDA_INITIALIZATION_TYPE"] == provisioned:
            self._initialise_ahead()

    def stop(self) -> None:
        """End the environment, and the invocation that it may be running."""
        self._stopped = True
        if process := self._process:
            process.interrupt()
        with self._in_use:
            self._end_process()
        shutil.rmtree(self._folder, ignore_errors=True)

    def kill_process(self) -> None:
        """Kill the process, whatever it is doing, because a fault asks for it."""
        if process := self._process:
            process.interrupt()

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        """Run one invocation and return its answer with its log."""
        with self._in_use:
            return self._invoke(payload)

    def get_logs(self) -> str:
        """Return the log of the last invocation."""
        return self._log

    def get_address(self) -> str:
        """Return the address of the processes, which run where LocalStack runs."""
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        """Return LocalStack's address as the processes see it."""
        host: str = config.GATEWAY_LISTEN[0].host
        return "127.0.0.1" if host in ("", "0.0.0.0", "::") else host  # noqa: S104 - not bound

    def get_runtime_endpoint(self) -> str:
        """Return the callback address of LocalStack's own runtime; it is not used here."""
        return f"http://{self.get_endpoint_from_executor()}:{config.GATEWAY_LISTEN[0].port}"

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        """Unpack the code.

        Raises:
            UnsupportedFunctionError: It is an image, or its runtime is not Python. The function
                goes into the state Failed with this message.
        """
        settings = function_version.config
        if settings.package_type != PackageType.Zip:
            message = "the process executor runs Zip packages only, not container images"
            raise UnsupportedFunctionError(message)
        if not (settings.runtime or "").startswith("python"):
            message = f"the process executor runs Python functions only, not {settings.runtime}"
            raise UnsupportedFunctionError(message)
        announce_interpreter(settings.runtime)
        settings.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """Do nothing: LocalStack deletes the code itself."""

    # --- one invocation ----------------------------------------------------------------------

    def _invoke(self, payload: dict[str, str]) -> InvocationResult:
        request_id, timeout = payload["invoke-id"], self.function_version.config.timeout
        log: list[str] = []
        outcome: Outcome
        if self._process is not None and self._process.has_exited():  # since the last answer
            self._end_process()
        if self._process is None:
            process, outcome = self._initialise(log)
            init_seconds = process.ready_after
        else:
            process, outcome, init_seconds = self._process, Ready(), None

        log.append(report.start_line(request_id, self.function_version.id.qualifier))
        started = time.monotonic()
        deadline = started + timeout
        if isinstance(outcome, TimedOut):  # init runs again, in the function's own time
            self._end_process()
            process = self._start_process()
            outcome = process.wait(deadline)
        if isinstance(outcome, Ready):
            self._send_event(process, self._invocation(payload, timeout))
            outcome = process.wait(deadline)
        duration_seconds = timeout if isinstance(outcome, TimedOut) else time.monotonic() - started
        if isinstance(outcome, Answered) and outcome.is_last:
            process.wait(time.monotonic() + FINAL_OUTPUT_SECONDS)

        log += split_output(process.take_output())
        memory_mb = self.function_version.config.memory_size
        usage = report.Usage(duration_seconds, memory_mb, process.peak_bytes, init_seconds)
        assert not isinstance(outcome, Ready), "a runtime becomes ready once"
        return self._conclude(request_id, outcome, usage, log)

    def _send_event(self, process: RuntimeProcess, invocation: Invocation) -> None:
        """Send the event to the process, unless a fault kills it first."""
        function = self.function_version.id
        account, name = function.account, function.function_name
        if switchboard.strike_process(account, name, Point.BEFORE):
            process.interrupt()
            return
        loses_answer = switchboard.strike_process(account, name, Point.AFTER) is not None
        if switchboard.strike_memory(account, name):
            process.exceed_memory()
        process.send(invocation, loses_answer=loses_answer)

    def _conclude(
        self,
        request_id: str,
        outcome: Answered | report.Failure,
        usage: report.Usage,
        log: list[str],
    ) -> InvocationResult:
        timeout = self.function_version.config.timeout
        failure: report.Failure | None = None
        if isinstance(outcome, Answered):
            body, is_error, is_last = outcome.body, outcome.is_error, outcome.is_last
        else:
            failure = outcome
            body = report.failure_payload(request_id, failure, timeout)
            is_error = is_last = True
            log += report.failure_events(request_id, failure, timeout)
        if is_last:
            self._end_process()
        log.append(report.end_line(request_id))
        log.append(report.report_line(request_id, usage, failure))
        self._log = InvocationLog(log)
        if self.received is not None:
            error = body if is_error else None
            seconds, init_seconds = usage.duration_seconds, usage.init_seconds
            version = self.function_version
            Ended(self.received, version, request_id, error, seconds, init_seconds).send()
        return InvocationResult(request_id, body, is_error, self._log)

    def _initialise(self, log: list[str]) -> tuple[RuntimeProcess, Outcome]:
        """Run the init phase: start a process and wait until it is ready or has failed."""
        settings = self.function_version.config
        version_arn = (settings.runtime_version_config or {}).get("RuntimeVersionArn", "")
        log.append(report.init_start_line(settings.runtime, version_arn))
        with share_of_starts():
            process = self._start_process()
            outcome = process.wait(process.started_at + INIT_SECONDS)
        log += split_output(process.take_output())
        if isinstance(outcome, TimedOut):
            log.append(report.init_timeout_line(INIT_SECONDS))
        return process, outcome

    def _initialise_ahead(self) -> None:
        log: list[str] = []
        _, outcome = self._initialise(log)
        self._log = InvocationLog(log)
        if not isinstance(outcome, Ready | Answered):
            self._end_process()
            payload = report.failure_payload(self.id, outcome, int(INIT_SECONDS))
            raise StatusErrorException("Environment startup failed", payload=payload)

    def _invocation(self, payload: dict[str, str], timeout: int) -> Invocation:
        return Invocation(
            request_id=payload["invoke-id"],
            function_arn=payload["invoked-function-arn"],
            event=payload["payload"].encode(),
            deadline_ms=int((time.time() + timeout) * 1000),
            trace_id=self.trace_header or payload["trace-id"],
            client_context=self.client_context,
        )

    # --- the process -------------------------------------------------------------------------

    def _start_process(self) -> RuntimeProcess:
        if self._stopped:
            message = f"execution environment {self.id} has been stopped"
            raise RuntimeError(message)
        self._process = RuntimeProcess(
            environment_id=self.id,
            start=self._fork,
            memory_bytes=self.function_version.config.memory_size * report.MEGABYTE,
        )
        if self._stopped:  # stop() may have run before the process was there
            self._process.interrupt()
        return self._process

    def _fork(self, runtime_api: str) -> ForkedProcess:
        variables = {**self._variables, "AWS_LAMBDA_RUNTIME_API": runtime_api}
        return engine_folder().template.fork(variables, self._task_root)

    def _end_process(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None

    @property
    def _task_root(self) -> Path:
        return Path(self.function_version.config.code.get_unzipped_code_location())

    def _process_variables(self, env_vars: dict[str, str]) -> dict[str, str]:
        """Return the environment of a process.

        See https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
        """
        settings = self.function_version.config
        variables = {name: str(env_vars[name]) for name in AWS_VARIABLES if name in env_vars}
        variables |= {
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{settings.runtime}",
            "LAMBDA_TASK_ROOT": str(self._task_root),
            "LAMBDA_RUNTIME_DIR": str(engine_folder().runtime),
            **interpreter_variables(engine_folder().runtime),
            "TMPDIR": str(self._folder / "tmp"),
            # AWS sets none and its user has no home, but `~/.aws` here would be the student's.
            "HOME": str(self._folder / "home"),
        }
        found_by = {name: variables[name] for name in guard.FOUND_BY}
        return variables | (settings.environment or {}) | found_by


@contextlib.contextmanager
def share_of_starts() -> Iterator[None]:
    """Limit how many processes of a burst of cold starts are started at once."""
    acquired = STARTS_AT_ONCE.acquire(timeout=LONGEST_WAIT_TO_START_SECONDS)
    try:
        yield
    finally:
        if acquired:
            STARTS_AT_ONCE.release()


@cache
def announce_interpreter(runtime: str) -> None:
    """Log once which Python is used in place of a runtime."""
    version = platform.python_version()
    LOG.info("Python %s (%s) stands in for Lambda's %s", version, sys.executable, runtime)
