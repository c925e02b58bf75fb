"""The end of a forked process, as its template tells it."""

import os
import select
import signal
import socket

import pytest

from lab_engine.lambda_.forking import ForkedProcess, TemplateGoneError


def forked(*told: bytes) -> tuple[ForkedProcess, socket.socket]:
    """A process of which the template has told this much, and the template's end of the line."""
    output, _ = os.pipe()
    ours, line = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for each in told:
        line.send(each)
    if not told:
        line.close()
    return ForkedProcess(output, ours), line


def test_an_end_that_one_thread_has_seen_is_there_for_another_that_waits() -> None:
    process, _line = forked(b"pid 123", b"7")
    assert process.pid == 123
    assert process.poll() == 7
    readable, _, _ = select.select([process], [], [], 0)
    assert readable == [process]
    assert process.wait() == 7


def test_a_process_whose_template_is_gone_counts_as_killed() -> None:
    process, line = forked(b"pid 123")
    assert process.poll() is None
    line.close()
    assert process.wait() == -signal.SIGKILL


def test_a_template_that_tells_no_id_is_gone() -> None:
    with pytest.raises(TemplateGoneError):
        forked()
