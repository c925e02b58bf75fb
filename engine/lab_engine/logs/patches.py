"""What the plugin replaces in LocalStack's CloudWatch Logs."""

from localstack.services.logs import provider
from moto.logs.models import LogsBackend

from lab_engine.gaps import LOGS
from lab_engine.logs import ingestion, matching, tagging
from lab_engine.patching import Replacement, Start, around, instead

PATCHES: tuple[Replacement, ...] = (
    instead(
        provider,
        "get_pattern_matcher",
        matching.pattern_matcher,
        why="FilterLogEvents and subscription filters take any pattern as matching",
        gap=LOGS,
    ),
    around(
        LogsBackend,
        "put_metric_filter",
        matching.put_metric_filter_once,
        why="a malformed pattern is accepted, and a filter of the same name is added a second time",
        gap=LOGS,
    ),
    instead(
        provider.LogsProvider,
        "put_log_events",
        ingestion.put_log_events,
        why="a metric filter counts every line of every group; embedded metrics are not known",
        gap=LOGS,
    ),
    around(
        provider.LogsProvider,
        "tag_resource",
        tagging.tag_resource,
        why="the first tags of a log group that was made without any are lost",
        gap=LOGS,
    ),
    around(
        provider.LogsProvider,
        "tag_log_group",
        tagging.tag_log_group,
        why="the same, by the older operation",
        gap=LOGS,
    ),
)

STARTS: tuple[Start, ...] = ()
