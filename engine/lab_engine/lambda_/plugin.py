"""The entry point by which LocalStack finds the executor (LAMBDA_RUNTIME_EXECUTOR=process)."""

from typing import TYPE_CHECKING, Any

from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin

if TYPE_CHECKING:
    from lab_engine.lambda_.executor import ProcessRuntimeExecutor


class ProcessRuntimeExecutorPlugin(RuntimeExecutorPlugin):  # type: ignore[misc]
    """Hands LocalStack the executor class when it asks for the name `process`."""

    name = "process"

    def load(self, *_args: Any, **_kwargs: Any) -> "type[ProcessRuntimeExecutor]":
        """Returns the executor; imported here so that listing plugins stays cheap."""
        from lab_engine.lambda_.executor import ProcessRuntimeExecutor  # noqa: PLC0415

        return ProcessRuntimeExecutor
