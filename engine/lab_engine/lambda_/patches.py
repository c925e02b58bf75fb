"""What the plugin replaces in LocalStack's Lambda; the executor itself is at its plugin point."""

from localstack.services.lambda_.invocation import execution_environment, version_manager
from localstack.services.lambda_.invocation.assignment import AssignmentService
from localstack.services.lambda_.invocation.counting_service import CountingService
from localstack.services.lambda_.invocation.event_manager import Poller
from localstack.services.lambda_.invocation.execution_environment import ExecutionEnvironment
from localstack.services.lambda_.invocation.lambda_models import S3Code
from localstack.services.lambda_.invocation.lambda_service import LambdaService
from localstack.services.lambda_.invocation.logs import LogHandler
from localstack.services.lambda_.invocation.version_manager import LambdaVersionManager

from lab_engine.gaps import BURSTS, EXECUTOR, METRICS, TRACES
from lab_engine.lambda_ import (
    asynchronous_events,
    client_context,
    log_delivery,
    metrics,
    replaced_versions,
    request_checks,
    stopping,
    timers,
    warm_environments,
)
from lab_engine.patching import Replacement, Start, around, instead
from lab_engine.xray import invocations

PATCHES: tuple[Replacement, ...] = (
    around(
        ExecutionEnvironment,
        "invoke",
        client_context.keep_client_context,
        why="the caller's ClientContext is lost on the way",
        gap=EXECUTOR,
        in_plain=True,
    ),
    around(
        ExecutionEnvironment,
        "invoke",
        invocations.keep_trace,
        why="every invocation is told that it is sampled, and nothing is sent",
        gap=TRACES,
    ),
    instead(
        LogHandler,
        "run_log_loop",
        log_delivery.run_log_loop,
        why="each line is an event of its own, and the last ones of a replaced function are lost",
        gap=EXECUTOR,
        in_plain=True,
    ),
    around(
        LambdaService,
        "invoke",
        request_checks.invoke_checked,
        why="payloads that are too large or not JSON are accepted",
        gap=EXECUTOR,
        in_plain=True,
    ),
    instead(
        Poller,
        "run",
        asynchronous_events.poll,
        why="an event that comes while a function is changed waits for a minute and a half",
        gap=EXECUTOR,
        in_plain=True,
    ),
    around(
        LambdaService,
        "get_lambda_event_manager",
        asynchronous_events.event_manager_when_ready,
        why="an event that comes while a function is changed finds no queue",
        gap=EXECUTOR,
        in_plain=True,
    ),
    around(
        LambdaVersionManager,
        "__init__",
        replaced_versions.begin,
        why="a version that is replaced kills its running invocations",
        gap=EXECUTOR,
        in_plain=True,
    ),
    around(
        LambdaVersionManager,
        "invoke",
        replaced_versions.invoke_accepted,
        why="a version that is replaced kills its running invocations",
        gap=EXECUTOR,
        in_plain=True,
    ),
    around(
        LambdaVersionManager,
        "stop",
        replaced_versions.end_after_accepted,
        why="a version that is replaced kills its running invocations",
        gap=EXECUTOR,
        in_plain=True,
    ),
    around(
        LambdaService,
        "update_version_state",
        replaced_versions.replace,
        why="an invocation that comes at this moment fails",
        gap=EXECUTOR,
        in_plain=True,
    ),
    around(
        LambdaService,
        "stop",
        replaced_versions.end_all,
        why="a stop must not wait for replaced versions",
        gap=EXECUTOR,
        in_plain=True,
    ),
    around(
        S3Code,
        "destroy",
        replaced_versions.destroy_code,
        why="the code of a version that still runs is deleted",
        gap=EXECUTOR,
        in_plain=True,
    ),
    around(
        version_manager,
        "start_thread",
        metrics.start_unless_for_metrics,
        why="a thread and two API calls for each invocation, which is counted below",
    ),
    instead(
        execution_environment,
        "Timer",
        timers.Timer,
        why="a thread for each invocation, which waits ten minutes to stop the environment",
    ),
    around(
        LambdaVersionManager,
        "invoke",
        metrics.count_invocation,
        why="invocations and errors are counted without zeros",
        gap=METRICS,
    ),
    around(
        ExecutionEnvironment, "invoke", metrics.measure_duration, why="no Duration", gap=METRICS
    ),
    around(
        CountingService,
        "get_invocation_lease",
        metrics.count_lease,
        why="no Throttles and no ConcurrentExecutions",
        gap=METRICS,
    ),
    around(
        AssignmentService,
        "get_environment",
        warm_environments.get_environment,
        why="each of many concurrent callers starts an environment",
        gap=BURSTS,
    ),
    around(
        LambdaService, "stop", stopping.end_long_polls, why="a stop waits for a long poll of 2 s"
    ),
)

STARTS: tuple[Start, ...] = (Start(stopping.skip_last_collection),)
