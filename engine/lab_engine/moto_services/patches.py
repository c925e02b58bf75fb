"""What the plugin replaces and starts for the services that moto answers."""

from localstack.services.lambda_.event_source_mapping.pollers.stream_poller import StreamPoller

from lab_engine.moto_services import names, streams
from lab_engine.patching import Replacement, Start, around

PATCHES: tuple[Replacement, ...] = (
    around(
        StreamPoller,
        "poll_events",
        streams.read_once_a_second,
        why="a shard is read a hundred times a second, whether there is anything or not",
    ),
)

STARTS: tuple[Start, ...] = (Start(names.choose),)
