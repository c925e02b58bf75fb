"""Every call of AWS that the provisioner makes in this process, as its clients are asked for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provision.target import Target

if TYPE_CHECKING:
    import pytest

Calls = list[tuple[str, str, dict[str, Any]]]
"""Service and operation, as botocore names them, and the parameters."""


def record_calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Record from now on, until the end of the test.

    Args:
        monkeypatch: Of the test.

    Returns:
        A list that grows with each call.
    """
    made: Calls = []
    new_client = Target._new_client

    def watched(target: Target, service: str) -> Any:
        client = new_client(target, service)

        def keep(params: dict[str, Any], model: Any, **_: object) -> None:
            made.append((service, model.name, params))

        client.meta.events.register("before-parameter-build.*.*", keep)
        return client

    monkeypatch.setattr(Target, "_new_client", watched)
    return made
