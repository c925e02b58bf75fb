"""The environment of a function: the same queue under another host is no change."""

from provision.functions import with_known_queue_url

INSIDE = "http://127.0.0.1:4566/000000000000/pipeline-main-queue"
OUTSIDE = "http://127.0.0.1:4999/000000000000/pipeline-main-queue"
OTHER = "http://127.0.0.1:4999/000000000000/pipeline-dlq"


def test_the_same_queue_asked_for_at_another_port_keeps_its_known_url() -> None:
    wanted = with_known_queue_url({"QUEUE_URL": OUTSIDE, "A": "new"}, {"QUEUE_URL": INSIDE})
    assert wanted == {"QUEUE_URL": INSIDE, "A": "new"}


def test_another_queue_replaces_the_known_url() -> None:
    assert with_known_queue_url({"QUEUE_URL": OUTSIDE}, {"QUEUE_URL": OTHER}) == {
        "QUEUE_URL": OUTSIDE
    }


def test_a_function_without_a_queue_is_given_none() -> None:
    assert with_known_queue_url({"A": "1"}, {"QUEUE_URL": INSIDE}) == {"A": "1"}
    assert with_known_queue_url({"QUEUE_URL": OUTSIDE}, {}) == {"QUEUE_URL": OUTSIDE}
