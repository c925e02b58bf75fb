"""Read botocore's list of regions once, not once for each service.

Each service's store asks a new boto session which regions the service has, and each session reads
the whole table of endpoints again: about a seventh of the time of a start. It also reads the
description of the service, for its name among the endpoints; LocalStack has that one already.
"""

import functools

from botocore.session import Session
from localstack.aws.spec import loader

_regions_of = Session.get_available_regions


def get_available_regions(
    _self: Session,
    service_name: str,
    partition_name: str = "aws",
    allow_non_regional: bool = False,
) -> list[str]:
    """List a service's regions, from a cache after the first time."""
    return list(_lists(service_name, partition_name, allow_non_regional))


@functools.cache
def _lists(service: str, partition: str, allow_non_regional: bool) -> tuple[str, ...]:
    return tuple(_regions_of(_shared_session(), service, partition, allow_non_regional))


@functools.cache
def _shared_session() -> Session:
    session = Session()
    session.register_component("data_loader", loader)
    return session
