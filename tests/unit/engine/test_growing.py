"""A dictionary that is listed while it grows."""

from lab_engine.growing import Growing


def test_values_may_be_added_while_they_are_looped_over() -> None:
    growing = Growing(first=1)

    for value in growing.values():
        growing["second"] = value + 1

    assert growing == {"first": 1, "second": 2}
