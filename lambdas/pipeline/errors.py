"""The errors of the pipeline: permanent ones, and those that may pass.

No message contains a cell or a column name of a user's file, because messages reach execution
histories, logs and mails. The state machine uses the class names (Retry names
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
    """A message or an execution input is not a complete job."""


class TransientServiceError(PipelineError):
    """An AWS service throttled, failed or did not answer; the same call may work later."""


class CopyNotVerifiedError(PipelineError):
    """The copy under failed/ is not the object that was read, so the original stays."""


@dataclass(frozen=True)
class Rejection:
    """Why a file is refused permanently, or why its job failed.

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
