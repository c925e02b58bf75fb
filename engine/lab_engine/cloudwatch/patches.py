"""What the plugin replaces in LocalStack's CloudWatch."""

from localstack.services.cloudwatch import provider_v2
from localstack.services.cloudwatch.alarm_scheduler import AlarmScheduler
from localstack.services.cloudwatch.cloudwatch_database_helper import CloudwatchDatabase
from localstack.services.cloudwatch.provider_v2 import CloudwatchProvider

from lab_engine.cloudwatch.alarms import notification, schedule
from lab_engine.cloudwatch.metrics import answers, database
from lab_engine.gaps import ALARMS, METRICS
from lab_engine.patching import Replacement, Start, around, instead

PATCHES: tuple[Replacement, ...] = (
    around(
        CloudwatchProvider,
        "_update_state",
        notification.stamp_in_utc,
        why="the local time is given as UTC, and in the history that of the state before",
        gap=ALARMS,
    ),
    around(
        provider_v2,
        "create_message_response_update_state_sns",
        notification.complete_notification,
        why="the region has no long name; DatapointsToAlarm is left out",
        gap=ALARMS,
    ),
    instead(
        AlarmScheduler,
        "schedule_metric_alarm",
        schedule.schedule_evaluation,
        why="an alarm is evaluated only every EvaluationPeriods x Period",
        gap=ALARMS,
    ),
    instead(
        CloudwatchProvider,
        "get_metric_data",
        answers.get_metric_data,
        why="percentiles and expressions end in InternalError",
        gap=METRICS,
    ),
    around(
        CloudwatchProvider,
        "get_metric_statistics",
        answers.get_metric_statistics,
        why="percentiles are not known",
        gap=METRICS,
    ),
    around(
        CloudwatchDatabase,
        "__init__",
        database.make_tables_alone,
        why="the first data points fail if two threads write them: both make the tables",
        gap=METRICS,
    ),
    instead(
        CloudwatchDatabase,
        "get_metric_data_stat",
        database.get_metric_data_stat,
        why="dimensions match by prefix, so state machine `m` also counts `mf`",
        gap=METRICS,
    ),
    instead(
        CloudwatchDatabase,
        "list_metrics",
        database.list_metrics,
        why="dimensions match by prefix",
        gap=METRICS,
    ),
    instead(
        CloudwatchDatabase,
        "add_metric_data",
        database.add_metric_data,
        why="a transaction for each data point",
    ),
    around(
        CloudwatchDatabase,
        "get_units_for_metric_data_stat",
        database.flush_first,
        why="what was recorded a moment ago counts",
    ),
    around(
        CloudwatchDatabase,
        "get_all_metric_data",
        database.flush_first,
        why="what was recorded a moment ago counts",
    ),
)

STARTS: tuple[Start, ...] = ()
