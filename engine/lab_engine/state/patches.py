"""What the plugin replaces in LocalStack so that the cloud can be saved and loaded."""

from localstack.aws.handlers.service import ServiceRequestRouter
from localstack.services.cloudwatch.cloudwatch_database_helper import CloudwatchDatabase
from localstack.services.s3.notifications import NotificationDispatcher
from localstack.services.sns.publisher import PublishDispatcher

from lab_engine.gaps import STATE
from lab_engine.patching import Replacement, Start, around
from lab_engine.state import datapoints, deliveries, instant, page, settings

PATCHES: tuple[Replacement, ...] = (
    around(
        ServiceRequestRouter,
        "__call__",
        instant.take_turns,
        why="a request may be half done when the state is taken",
        gap=STATE,
    ),
    around(
        CloudwatchDatabase,
        "clear_tables",
        datapoints.forget_pages,
        why="rows that were counted are another table's then",
        gap=STATE,
    ),
    around(
        NotificationDispatcher,
        "_submit_notification",
        deliveries.submit_event,
        why="an event that waits for its thread is in no store",
        gap=STATE,
    ),
    around(
        PublishDispatcher,
        "_submit_notification",
        deliveries.submit_message,
        why="a message that waits for its thread is in no store",
        gap=STATE,
    ),
)

STARTS: tuple[Start, ...] = (Start(settings.check), Start(page.serve))
