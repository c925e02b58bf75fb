"""What destroying did, or would do: resources removed, and those that are not the lab's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from provision import tags
from provision.target import unless_missing

if TYPE_CHECKING:
    from collections.abc import Callable

    from provision.target import Target

_GONE: Final = (
    "404",
    "AWS.SimpleQueueService.NonExistentQueue",
    "NoSuchBucket",
    "NoSuchEntity",
    "NotFound",
    "QueueDoesNotExist",
    "ResourceNotFound",
    "ResourceNotFoundException",
    "StateMachineDoesNotExist",
)
"""By which the services say that what is to be removed is gone already."""


@dataclass
class Removals:
    """What became of the resources of one group.

    Attributes:
        looking: Remove nothing; only record what would be removed.
        removed: What was, or would be.
        kept: What has the name of one of the lab's resources, but is not known as its own.
    """

    looking: bool = False
    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def remove(
        self,
        target: Target,
        resource: str,
        arn: str,
        delete: Callable[[], object],
    ) -> None:
        """Remove a resource if it exists and has the lab's tags.

        Args:
            target: Where.
            resource: Its name for people.
            arn: What has the tags: itself, or what it is a part of.
            delete: Removes it; may be called for one that has just gone.
        """
        found = tags.read_tags(target, arn)
        if found is not None:
            self.remove_if(tags.is_own(target.settings, found), resource, delete)

    def remove_if(self, is_own: bool, resource: str, delete: Callable[[], object]) -> None:
        """Remove a resource that exists, if it is the lab's own.

        Args:
            is_own: Whether it is.
            resource: Its name for people.
            delete: Removes it; may be called for one that has just gone.
        """
        if not is_own:
            self.kept.append(resource)
            return
        if not self.looking:
            unless_missing(delete, *_GONE)
        self.removed.append(resource)
