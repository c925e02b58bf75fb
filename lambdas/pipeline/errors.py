"""The errors of the pipeline: what is wrong for good, and what may pass.

No message here ever carries a cell or a column name of a user's file: messages reach execution
histories, logs and mails. The class names are part of the state machine (Retry names
`TransientServiceError`).
"""

from dataclasses import dataclass, field
from typing import Any

from pipeline.reasons import FileReason, file_sentence
from pipeline.state import RejectionValue


class PipelineError(Exception):
    """Base of every error the pipeline raises itself; its message is safe to show."""


class ConfigurationError(PipelineError):
    """A function was deployed with a missing or malformed environment variable."""


class MalformedJobError(PipelineError):
    """A message or an execution input lacks what a job needs."""


class TransientServiceError(PipelineError):
    """An AWS service was throttling, failing or out of reach; the same call may work later."""


class CopyNotVerifiedError(PipelineError):
    """The copy under failed/ is not the object that was read, so the original stays."""


@dataclass(frozen=True)
class Rejection:
    """Why a file is refused for good, or why its job failed.

    Attributes:
        reason: the stable code.
        details: facts for the sentence; recognised column names and numbers only.
    """

    reason: FileReason
    details: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> RejectionValue:
        """Return the JSON value that messages and states carry."""
        return {
            "reason": self.reason.value,
            "message": file_sentence(self.reason, self.details),
            "details": self.details,
        }


class FileRejectedError(PipelineError):
    """A file breaks a rule; carries the Rejection to the handler."""

    def __init__(self, reason: FileReason, **details: Any) -> None:
        super().__init__(reason)
        self.rejection = Rejection(reason, details)
