"""The names people use for AWS regions, from botocore's own table."""

import functools

import botocore.session


@functools.cache
def _names() -> dict[str, str]:
    partitions = botocore.session.get_session().get_data("endpoints")["partitions"]
    return {
        code: region["description"]
        for partition in partitions
        for code, region in partition["regions"].items()
    }


def long_region_name(region: str) -> str:
    """Name a region as AWS's mails do: `ap-southeast-1` is `Asia Pacific (Singapore)`."""
    return _names().get(region, region)
