"""What the plugin replaces in LocalStack for SQS and its event source mapping."""

from localstack import config
from localstack.services.lambda_.event_source_mapping.esm_worker import EsmWorker
from localstack.services.lambda_.event_source_mapping.esm_worker_factory import EsmWorkerFactory
from localstack.services.lambda_.event_source_mapping.pollers.sqs_poller import SqsPoller
from localstack.services.lambda_.provider import LambdaProvider
from localstack.services.sqs import provider

from lab_engine.gaps import EVENT_SOURCE, METRICS
from lab_engine.patching import Replacement, Start, around, instead
from lab_engine.sqs import batching, metrics, succession, visibility_rule

PATCHES: tuple[Replacement, ...] = (
    around(
        EsmWorkerFactory,
        "get_esm_worker",
        batching.give_slots,
        why="one batch at a time; MaximumConcurrency is ignored",
        gap=EVENT_SOURCE,
    ),
    around(
        EsmWorkerFactory,
        "get_esm_worker",
        succession.give_turn,
        why="a changed mapping says Enabled while its old poller still polls",
        gap=EVENT_SOURCE,
    ),
    around(
        EsmWorker,
        "poller_loop",
        succession.poll_in_turn,
        why="a changed mapping says Enabled while its old poller still polls",
        gap=EVENT_SOURCE,
    ),
    around(
        SqsPoller,
        "poll_events",
        batching.poll_in_slots,
        why="a batch window of up to 20 s is ignored",
        gap=EVENT_SOURCE,
    ),
    around(
        SqsPoller,
        "close",
        batching.close_slots,
        why="the slots of a deleted mapping end with it",
        gap=EVENT_SOURCE,
    ),
    around(
        LambdaProvider,
        "validate_event_source_mapping",
        visibility_rule.check_visibility,
        why="a visibility timeout below the function's timeout is accepted",
        gap=EVENT_SOURCE,
    ),
    instead(
        config,
        "SQS_CLOUDWATCH_METRICS_REPORT_INTERVAL",
        metrics.DEPTH_INTERVAL_SECONDS,
        why="alarms with a period of 10 s need a queue's depth as often; LocalStack takes 60 s",
        gap=METRICS,
    ),
    instead(
        provider.CloudwatchDispatcher,
        "dispatch_sqs_metric",
        metrics.record_metric,
        why="an API call and a write to disk for each message",
    ),
    instead(
        provider,
        "publish_sqs_metric_batch",
        metrics.record_metrics,
        why="the same for the depths of all queues",
    ),
)

STARTS: tuple[Start, ...] = ()
