"""The stores of the ten services: where they are, what of them is state, and how it is put back.

LocalStack's providers name their stores themselves (`accept_state_visitor`). Two kinds are there:
LocalStack's own, with attributes by account and region, and moto's backends.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from localstack.services.plugins import SERVICE_PLUGINS
from localstack.services.stores import LOCAL_ATTR_PREFIX, AccountRegionBundle
from localstack.state import StateVisitor
from moto.core.base_backend import BackendDict
from moto.logs.models import LogEvent, logs_backends

from lab_engine.state import executions
from lab_engine.state.codec import Attributes

SERVICES = (
    "cloudwatch",
    "iam",
    "lambda",
    "logs",
    "s3",
    "ses",
    "sns",
    "sqs",
    "stepfunctions",
    "sts",
)
"""What is saved. Other services of LocalStack begin empty."""

_MADE_BY_MOTO: dict[str, frozenset[str]] = {
    "iam": frozenset({"aws_managed_policies", "policy_arn_regex", "account_summary"}),
}
"""Fields of a moto backend that its constructor fills in, by service."""

_OF_SERVICES_THAT_ARE_NOT_SAVED = frozenset({f"{LOCAL_ATTR_PREFIX}aws_managed_kms_key_id"})
"""Attributes of LocalStack's stores: S3 remembers the key that it has made in KMS, which begins
empty. Without it S3 makes another one."""

_OF_EVERY_BACKEND = frozenset({"account_id", "region_name", "partition"})
_ATTACHED = "lab_attached"
"""How often each of AWS's own policies is attached: all that is kept of them."""

Tree = dict[str, Any]


@dataclass
class Containers(StateVisitor):  # type: ignore[misc]
    """What a provider names: stores of LocalStack and backends of moto."""

    stores: list[Any] = field(default_factory=list)
    backends: list[Any] = field(default_factory=list)

    def visit(self, state_container: Any) -> None:
        """Take a container; folders of files are not stores."""
        if isinstance(state_container, AccountRegionBundle):
            self.stores.append(state_container)
        elif isinstance(state_container, BackendDict):
            self.backends.append(state_container)


def containers_of(service: str) -> Containers:
    """Return a service's containers; the service is started if it does not run yet."""
    found = Containers()
    SERVICE_PLUGINS.require(service).accept_state_visitor(found)
    return found


_EMPTIED: Final = ("xray",)
"""Services that are not saved, and that a new cloud begins without: `cloud` sees to it."""


def others_in_use() -> list[str]:
    """Return the services that run and can't be emptied."""
    running = (
        each for each in SERVICE_PLUGINS.list_available() if SERVICE_PLUGINS.is_running(each)
    )
    return sorted(set(running) - {*SERVICES, *_EMPTIED})


def run_hooks(name: str, services: tuple[str, ...] = SERVICES) -> None:
    """Call one of the hooks that LocalStack's providers have for a state that comes or goes."""
    for service in services:
        hook = SERVICE_PLUGINS.require(service).lifecycle_hook
        getattr(hook, name, lambda: None)()


# -- objects that exist on both sides --------------------------------------------------------


def named_objects(found: Containers) -> Iterator[tuple[str, Any]]:
    """Yield moto's backends and AWS's own policies, which a state refers to by name."""
    for bundle in found.backends:
        for account, regions in list(bundle.items()):
            for region, backend in list(regions.items()):
                name = f"{bundle.service_name}/{account}/{region}"
                yield name, backend
                for policy in getattr(backend, "aws_managed_policies", ()):
                    yield f"{name}#{policy.arn}", policy


# -- taking -------------------------------------------------------------------------------


def take(found: Containers) -> Tree:
    """Return the live objects of a service's containers, in plain dictionaries."""
    return {
        "stores": {bundle.service_name: _store_tree(bundle) for bundle in found.stores},
        "backends": {bundle.service_name: _backend_tree(bundle) for bundle in found.backends},
    }


def _store_tree(bundle: Any) -> Tree:
    return {
        "universal": Attributes(bundle._universal),
        "accounts": {
            account: {
                "global": Attributes(regions._global),
                "regions": {
                    region: Attributes(
                        (name, executions.written(value) if name == executions.ATTRIBUTE else value)
                        for name, value in store.__dict__.items()
                        if name.startswith(LOCAL_ATTR_PREFIX)
                    )
                    for region, store in regions.items()
                },
            }
            for account, regions in bundle.items()
        },
    }


def _backend_tree(bundle: Any) -> Tree:
    not_saved = _not_saved(bundle)
    tree: Tree = {}
    for account, regions in bundle.items():
        tree[account] = {}
        for region, backend in regions.items():
            fields = {k: v for k, v in backend.__dict__.items() if k not in not_saved}
            if bundle.service_name == "iam":
                fields |= _policies(backend)
            tree[account][region] = Attributes(fields)
    return tree


def _not_saved(bundle: Any) -> frozenset[str]:
    """Return the fields of a moto backend that its constructor fills in."""
    return _OF_EVERY_BACKEND | _MADE_BY_MOTO.get(bundle.service_name, frozenset())


def _policies(backend: Any) -> Tree:
    """Return the account's own policies whole, and of AWS's how often they are attached."""
    provided = {policy.arn: policy for policy in backend.aws_managed_policies}
    return {
        "managed_policies": {
            arn: policy for arn, policy in backend.managed_policies.items() if arn not in provided
        },
        _ATTACHED: {
            arn: policy.attachment_count
            for arn, policy in provided.items()
            if policy.attachment_count
        },
    }


# -- putting back -------------------------------------------------------------------------


def make_backends(found: Containers, tree: Any) -> None:
    """Make the moto backends that a state refers to.

    Raises:
        ValueError, KeyError: An account or a region is none.
    """
    for bundle in found.backends:
        for account, regions in tree["backends"].get(bundle.service_name, {}).items():
            for region in regions:
                bundle[account][region]


def check_places(found: Containers, tree: Mapping[str, Any]) -> None:
    """Refuse a state whose accounts, regions or fields are not those of the service's stores.

    Raises:
        ValueError: One is not; the message is one line.
    """
    for bundle in found.stores:
        saved = tree["stores"].get(bundle.service_name, {"universal": {}, "accounts": {}})
        for account, content in saved["accounts"].items():
            regions = bundle[account]
            for region, fields in content["regions"].items():
                regions[region]
                _require_attributes(bundle.store, fields, LOCAL_ATTR_PREFIX)
            _require_attributes(bundle.store, content["global"])
        _require_attributes(bundle.store, saved["universal"])
    for bundle in found.backends:
        for account, regions in tree["backends"].get(bundle.service_name, {}).items():
            for region, fields in regions.items():
                known = bundle[account][region].__dict__.keys() | {_ATTACHED}
                if unknown := fields.keys() - known:
                    raise ValueError(f"{bundle.service_name} has no {min(unknown)!r}")


def _require_attributes(store: type, fields: Mapping[str, Any], prefix: str = "") -> None:
    for name in fields:
        if not name.startswith(prefix) or name.removeprefix(prefix) not in vars(store):
            raise ValueError(f"{store.__name__} has no {name!r}")


def put_back(found: Containers, tree: Mapping[str, Any]) -> None:
    """Replace the content of a service's containers."""
    for bundle in found.stores:
        bundle.reset()
        if saved := tree["stores"].get(bundle.service_name):
            _fill_store(bundle, saved)
    for bundle in found.backends:
        saved = tree["backends"].get(bundle.service_name, {})
        for account, regions in list(bundle.items()):
            for region, backend in list(regions.items()):
                fields = saved.get(account, {}).get(region, {})
                if vars(backend).keys() - _not_saved(bundle) - fields.keys():
                    backend.reset()
                _fill_backend(backend, fields)
        if bundle.service_name == "logs":
            _count_on(bundle)


def _fill_store(bundle: Any, saved: Mapping[str, Any]) -> None:
    bundle._universal.update(saved["universal"])
    for account, content in saved["accounts"].items():
        regions = bundle[account]
        regions._global.update(content["global"])
        for region, fields in content["regions"].items():
            kept = fields.keys() - _OF_SERVICES_THAT_ARE_NOT_SAVED
            regions[region].__dict__.update((name, fields[name]) for name in kept)


def _fill_backend(backend: Any, fields: Mapping[str, Any]) -> None:
    own = dict(fields)
    attached = own.pop(_ATTACHED, None)
    if attached is not None:
        for policy in backend.aws_managed_policies:
            policy.attachment_count = attached.get(policy.arn, 0)
        provided = {policy.arn: policy for policy in backend.aws_managed_policies}
        own["managed_policies"] = provided | own.get("managed_policies", {})
    backend.__dict__.update(own)


def running_log_streams() -> list[Any]:
    """Return the log streams that there are now."""
    return [
        stream
        for regions in list(logs_backends.values())
        for backend in list(regions.values())
        for group in list(backend.groups.values())
        for stream in list(group.streams.values())
    ]


def log_streams(tree: Mapping[str, Any]) -> list[Any]:
    """Return the log streams in a decoded tree."""
    return [stream for group in log_groups(tree) for stream in group.streams.values()]


def log_groups(tree: Mapping[str, Any]) -> list[Any]:
    """Return the log groups in a decoded tree."""
    return [
        group
        for regions in tree["backends"].get("logs", {}).values()
        for fields in regions.values()
        for group in fields.get("groups", {}).values()
    ]


def _count_on(bundle: Any) -> None:
    """Let moto number new log events after those that came back."""
    numbers = (
        event.event_id
        for regions in bundle.values()
        for backend in regions.values()
        for group in backend.groups.values()
        for stream in group.streams.values()
        for event in stream.events
    )
    LogEvent._event_id = max(LogEvent._event_id, max(numbers, default=-1) + 1)
