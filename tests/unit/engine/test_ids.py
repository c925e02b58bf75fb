"""Random ids of bytes that are asked for in one go."""

import uuid
from concurrent.futures import ThreadPoolExecutor

from lab_engine.runtime import ids


def test_ids_are_random_uuids_and_no_two_are_the_same() -> None:
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: ids.uuid4(), range(5_000)))

    assert len(set(made)) == len(made)
    assert {each.version for each in made} == {4}
    assert {each.variant for each in made} == {uuid.RFC_4122}
