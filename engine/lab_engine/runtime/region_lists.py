"""Reads botocore's list of regions once, not once for each service.

Each service's store asks a new boto session which regions the service has, and each session reads
the whole table of endpoints again: about a seventh of the time of a start.
"""

import functools

from botocore.session import Session
from localstack.utils.patch import Patch


def install() -> None:
    """Remembers the lists for as long as LocalStack runs: they come from a file that stays."""
    regions_of = Session.get_available_regions

    @functools.cache
    def lists(service: str, partition: str, allow_non_regional: bool) -> tuple[str, ...]:
        return tuple(regions_of(_shared_session(), service, partition, allow_non_regional))

    def get_available_regions(
        _self: Session,
        service_name: str,
        partition_name: str = "aws",
        allow_non_regional: bool = False,
    ) -> list[str]:
        return list(lists(service_name, partition_name, allow_non_regional))

    Patch(Session, "get_available_regions", get_available_regions).apply()


@functools.cache
def _shared_session() -> Session:
    return Session()
