"""Save the whole cloud, and put a saved one in the place of the present one."""

import gc
import logging
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from localstack import config
from localstack.aws.api.lambda_ import State
from localstack.services.cloudwatch.cloudwatch_database_helper import CloudwatchDatabase
from localstack.services.lambda_.invocation.models import lambda_stores
from localstack.services.plugins import SERVICE_PLUGINS
from localstack.services.s3.models import s3_stores
from localstack.services.s3.storage.ephemeral import S3_MAX_FILE_SIZE_BYTES
from localstack.services.sqs.models import sqs_stores

from lab_engine.cloudwatch.alarms.schedule import HOLD
from lab_engine.startup import SUPPORTED_LOCALSTACK
from lab_engine.state import (
    archive,
    checks,
    code,
    datapoints,
    deliveries,
    executions,
    instant,
    log_lines,
    objects,
    plugin,
    retention,
    services,
    settings,
)
from lab_engine.state.codec import Attributes, RefusedError, Sealed, StateDecoder, StateEncoder
from lab_engine.xray.executions import RUNNING
from lab_engine.xray.storage import TRACES

LOG = logging.getLogger(__name__)

TURN = threading.RLock()
"""One state is saved or loaded at a time."""

_RULES = {**executions.RULES, **log_lines.RULES}

_INTERNAL = config.INTERNAL_RESOURCE_ACCOUNT
"""LocalStack's own account, in which it keeps the code of functions."""

_FUNCTIONS_SECONDS = 120
_POLL_SECONDS = 0.05

_RESTARTED_BY_HOOKS = ("cloudwatch", "lambda", "s3")
"""Services whose hook for a loaded state does what the one for a reset does, and more."""


# -- saving -------------------------------------------------------------------------------


@dataclass
class Taken:
    """A state as it was at one instant, in memory.

    Attributes:
        snapshot: The state; the names of its contents are filled in by `name_contents`.
        stored: The contents of S3's objects.
        sealed: The sealed parts with their nodes.
        running: How many executions ran.
        paused: For how many seconds the other threads stood still.
    """

    snapshot: archive.Snapshot
    stored: list[objects.Content]
    sealed: list[tuple[dict[str, Any], Sealed]]
    running: int
    paused: float

    def name_contents(self, *, anew: bool) -> None:
        """Compute the names that are not known, and complete the state with them.

        Args:
            anew: Compute those of sealed parts and of rows in any case: they will be written, and
                might not be written as they were when they got their names.
        """
        self.snapshot.contents = [_named(each, anew=anew) for each in self.snapshot.contents]
        for node, part in self.sealed:
            node["v"] = part.digest
        self.snapshot.parts[archive.OBJECTS] = objects.index(self.stored)


@dataclass
class Made:
    """The JSON of a sealed part or of rows, which was made to get its name and is written next.

    Attributes:
        digest: Its name.
        data: The JSON.
    """

    digest: str
    data: bytes

    def pieces(self) -> Iterator[bytes]:
        """Yield the JSON."""
        yield self.data

    def name(self, digest: str) -> None:
        """Note the name."""
        self.digest = digest


def _named(content: archive.NamedContent, *, anew: bool) -> archive.NamedContent:
    """Return a content that has a name.

    JSON that has none yet is new, so it is made once for its name and for its file. All JSON of a
    cloud together can be too much to be kept: it is made again when it is written.
    """
    is_json = not isinstance(content, objects.Content)
    if content.digest and not (anew and is_json):
        return content
    if anew or not is_json:
        content.name(objects.digest_of(content.pieces()))
        return content
    data = b"".join(content.pieces())
    content.name(objects.digest_of([data]))
    return Made(content.digest, data)


@contextmanager
def taken(*, whole: bool = False, close_for_good: bool = False) -> Iterator[Taken]:
    """Take the state at one instant.

    Args:
        whole: All of it will be written, also what earlier saves have written.
        close_for_good: Let no request in any more: what it changed would not be saved.

    Yields:
        The state. Its large files stay open meanwhile.

    Raises:
        BusyError: There was no quiet instant in time.
        CannotEncodeError: Something outside of stores is of a class that is not listed.
    """
    found = {name: services.containers_of(name) for name in services.SERVICES}
    contents = objects.Contents(objects.storage())
    with TURN:
        try:
            _prepare()
            with instant.DOOR.closed():
                instant.NOTICE.changed.clear()
                with datapoints.counted() as counted:
                    result = _take_quietly(found, contents)
                if close_for_good:
                    instant.DOOR.close_for_good()
            result.snapshot.contents += [p for pages in counted.pages.values() for p in pages]
            result.name_contents(anew=whole)
            result.snapshot.parts[archive.METRICS] = counted.written()
            yield result
        finally:
            contents.close()


def _prepare() -> None:
    """Encode what has changed and will not change again, so that the instant need not last."""
    executions.prepare()
    objects.prepare()
    log_lines.prepare(services.running_log_streams())


def _take_quietly(found: dict[str, services.Containers], contents: objects.Contents) -> Taken:
    names = {
        name: {id(each): key for key, each in services.named_objects(containers)}
        for name, containers in found.items()
    }
    with instant.PATIENCE.hold(contents.prepare) as began:
        stored = contents.take()
        encoders = {name: StateEncoder(names[name], _RULES, objects.TREES) for name in found}
        parts = {
            f"services/{name}.json": encoders[name].encode(services.take(containers), name)
            for name, containers in found.items()
        }
        own = {
            "plugin": Attributes(plugin.take()),
            "deliveries": Attributes(deliveries.take()),
            "data_points": datapoints.pending(),
        }
        encoders["lab"] = StateEncoder()
        parts[archive.PLUGIN] = encoders["lab"].encode(own, "lab")
        paused = time.perf_counter() - began
    sealed = [part for encoder in encoders.values() for part in encoder.sealed]
    manifest = {
        "format": archive.FORMAT,
        "localstack": SUPPORTED_LOCALSTACK,
        "saved_at": time.time(),
        "variables": settings.provisioned_by(),
        "contains": _summary(),
        "not_saved": services.others_in_use(),
        "left_out": [line for encoder in encoders.values() for line in encoder.left_out],
    }
    snapshot = archive.Snapshot(manifest, parts, [*stored, *(part for _, part in sealed)])
    return Taken(snapshot, stored, sealed, executions.running(), paused)


def _summary() -> dict[str, int]:
    """Return how much of what is in the state: what `scripts/lab states` lists."""
    accounts = {name: regions for name, regions in list(s3_stores.items()) if name != _INTERNAL}
    buckets = [
        bucket
        for regions in accounts.values()
        for bucket in list(regions._global.get("buckets", {}).values())
    ]
    return {
        "accounts": len(accounts),
        "buckets": len(buckets),
        "objects": sum(len(bucket.objects.values()) for bucket in buckets),
        "functions": sum(len(store.functions) for _, _, store in lambda_stores.iter_stores()),
        "executions": executions.count(),
    }


# -- loading ------------------------------------------------------------------------------


@dataclass
class Loaded:
    """What came of loading a state.

    Attributes:
        manifest: What the state is.
        seconds: How long it took.
        delivered: How many events and messages were on their way and are again.
        resumed: The executions that go on.
    """

    manifest: Mapping[str, Any]
    seconds: float
    delivered: int
    resumed: executions.Resumed

    def report(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "saved_at": self.manifest["saved_at"],
            "seconds": round(self.seconds, 3),
            "delivered": self.delivered,
            "resumed": len(self.resumed),
            "resumed_at": self.resumed,
        }


class ForeignCodeError(RefusedError):
    """A state holds code that nobody has trusted.

    Attributes:
        codes: The code.
    """

    def __init__(self, codes: list[code.Code]) -> None:
        super().__init__(f"it holds code that is not this repository's: {codes[0].function}")
        self.codes = codes


@dataclass
class Decoded:
    """A state that was decoded and checked; nothing was changed by that.

    Attributes:
        saved: What was decoded.
        found: Where it goes, by service.
        trees: The stores, by service.
        own: What the plugin keeps.
        names: The content's name at each place.
        small: The contents that LocalStack keeps in memory, by their names.
        data_points: The database of CloudWatch's data points.
    """

    saved: archive.Saved
    found: dict[str, services.Containers]
    trees: dict[str, Any] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)
    names: dict[objects.Place, str] = field(default_factory=dict)
    small: dict[str, bytes] = field(default_factory=dict)
    data_points: bytes = b""

    def content(self, name: str) -> bytes:
        """Return a content by its name."""
        return self.small[name] if name in self.small else self.saved.content(name)


def load(saved: archive.Saved, trusted: Collection[str] | None = None) -> Loaded:
    """Put a saved state in the place of the present one. If it is refused, nothing has changed.

    Args:
        saved: The state.
        trusted: The SHA-256 of the archives whose code may run here; None trusts all.

    Raises:
        RefusedError: The state is not as a lab writes it, or holds code that is not trusted.
    """
    began = time.perf_counter()
    with TURN, _no_collection():
        decoded = decode(saved)
        if trusted is not None:
            foreign = [each for each in codes_of(decoded) if each.digest not in trusted]
            if foreign:
                raise ForeignCodeError(foreign)
        with instant.DOOR.closed(refusing=True):
            _replace(decoded)
        delivered, resumed = _revive(decoded)
    instant.NOTICE.changed.set()
    return Loaded(saved.manifest, time.perf_counter() - began, delivered, resumed)


def empty() -> None:
    """Put a cloud in which nothing is in the place of the present one."""
    found = {name: services.containers_of(name) for name in services.SERVICES}
    nothing = archive.Saved({}, {archive.METRICS: {}}, _no_content, lambda _: None, stays=False)
    trees: dict[str, Any] = {name: {"stores": {}, "backends": {}} for name in found}
    own = {"plugin": plugin.NOTHING, "deliveries": deliveries.NOTHING, "data_points": []}
    no_points = datapoints.read({}, _no_content)
    with TURN:
        with instant.DOOR.closed(refusing=True):
            _replace(Decoded(nothing, found, trees, own, data_points=no_points))
        services.run_hooks("on_after_state_reset")
        HOLD.end()
    instant.NOTICE.changed.set()


def _no_content(name: str) -> bytes:
    raise archive.missing(name)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Look for no garbage meanwhile: nearly all that is made stays, and is looked at each time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def decode(saved: archive.Saved) -> Decoded:
    """Decode a state and check it.

    Raises:
        RefusedError: It is not as a lab writes it.
    """
    found = {name: services.containers_of(name) for name in services.SERVICES}
    decoded = Decoded(saved, found)
    sealed: list[Sealed] = []
    try:
        for name, containers in found.items():
            tree = saved.parts[f"services/{name}.json"]
            services.make_backends(containers, tree)
            known = dict(services.named_objects(containers))
            decoder = StateDecoder(known, saved.content, keeps_names=saved.stays)
            decoded.trees[name] = decoder.decode(tree)
            sealed += decoder.unread
            services.check_places(containers, decoded.trees[name])
        executions.open_sealed(decoded.trees["stepfunctions"])
        for stream in services.log_streams(decoded.trees["logs"]):
            log_lines.open_sealed(stream)
        decoder = StateDecoder(content=saved.content, keeps_names=saved.stays)
        decoded.own = decoder.decode(saved.parts[archive.PLUGIN])
        plugin.open_sealed(decoded.own["plugin"])
        plugin.check(decoded.own["plugin"])
        deliveries.check(decoded.own["deliveries"])
        datapoints.check_pending(decoded.own["data_points"])
        decoded.names = objects.read_index(saved.parts[archive.OBJECTS])
        checks.check_all(decoded.trees, decoded.names)
        decoded.data_points = datapoints.read(saved.parts[archive.METRICS], saved.content)
        _forget_old(decoded)
        saved.verify({part.digest for part in sealed if part.is_unread})
        decoded.small = saved.verify(set(decoded.names.values()), keep=S3_MAX_FILE_SIZE_BYTES)
    except RefusedError:
        raise
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        said = f"{type(error).__name__}: {error}"[:100]
        raise RefusedError(f"it is not as a lab writes it ({said!a})") from error
    return decoded


def codes_of(decoded: Decoded) -> list[code.Code]:
    """Return the code that a state brings with it."""
    functions = (function for _, function in checks.stored(decoded.trees["lambda"], "functions"))
    return code.code_in(functions, decoded.names, decoded.saved.content)


def _forget_old(decoded: Decoded) -> None:
    """Leave out what AWS would have forgotten by now."""
    now = datetime.now(UTC)
    groups = services.log_groups(decoded.trees["logs"])
    lines = retention.forget_lines(groups, now)
    ended = sum(
        retention.forget_executions(each, now)
        for each in executions.in_tree(decoded.trees["stepfunctions"])
    )
    if lines or ended:
        LOG.info("older than AWS keeps them: %d log lines, %d executions", lines, ended)


def _replace(decoded: Decoded) -> None:
    """Replace all stores. No request is inside, and nothing of the old state runs on."""
    executions.abandon()
    deliveries.forget()
    TRACES.clear()
    RUNNING.clear()
    services.run_hooks("on_before_state_reset")
    for _account, _region, store in sqs_stores.iter_stores():
        for queue in list(store.queues.values()):
            queue.shutdown()  # who waits for a message of it waits no longer
    for name, containers in decoded.found.items():
        services.put_back(containers, decoded.trees[name])
    objects.put_back(decoded.names, decoded.content, decoded.saved.path_of)
    metrics = decoded.saved.parts[archive.METRICS]
    datapoints.put_back(decoded.data_points, decoded.own["data_points"])
    if decoded.saved.stays:
        datapoints.keep_names(metrics)
    plugin.put_back(decoded.own["plugin"])


def _revive(decoded: Decoded) -> tuple[int, executions.Resumed]:
    """Start what a store alone does not start."""
    others = tuple(each for each in services.SERVICES if each not in _RESTARTED_BY_HOOKS)
    services.run_hooks("on_after_state_reset", others)
    SERVICE_PLUGINS.require("cloudwatch")._provider.cloudwatch_database = CloudwatchDatabase()
    revisions = _revisions()
    HOLD.begin()
    services.run_hooks("on_after_state_load")
    _wait_for_functions()
    _keep(revisions)
    delivered = deliveries.put_back(decoded.own["deliveries"])
    return delivered, executions.go_on()


def _wait_for_functions() -> None:
    """Wait until each function can take events, or has failed to start.

    LocalStack waits for five seconds, which a busy machine may need for one function. An event for
    a function that does not run yet would be lost.
    """
    for _ in range(int(_FUNCTIONS_SECONDS / _POLL_SECONDS)):
        if all(each.config.state.state is not State.Pending for each in _versions()):
            return
        time.sleep(_POLL_SECONDS)
    LOG.warning("some functions did not start within %d s", _FUNCTIONS_SECONDS)


def _revisions() -> dict[str, str]:
    return {each.id.qualified_arn(): each.config.revision_id for each in _versions()}


def _keep(revisions: Mapping[str, str]) -> None:
    """Keep the RevisionIds of functions: LocalStack counts the new start as a change."""
    for each in _versions():
        if kept := revisions.get(each.id.qualified_arn()):
            object.__setattr__(each.config, "revision_id", kept)


def _versions() -> list[Any]:
    return [
        version
        for _account, _region, store in lambda_stores.iter_stores()
        for function in list(store.functions.values())
        for version in list(function.versions.values())
    ]
