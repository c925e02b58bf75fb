"""Where LocalStack listens."""

from ipaddress import ip_address

import psutil
import pytest

from tests.engine.conftest import LocalStack


@pytest.mark.gap(
    "runtime/listening", "only the address that was asked for is served", plain=r"0\.0\.0\.0"
)
def test_nobody_listens_beyond_the_address_that_was_asked_for(
    localstack_or_bare: LocalStack,
) -> None:
    connections = psutil.Process(localstack_or_bare.process.pid).net_connections("tcp")
    listening = {each.laddr for each in connections if each.status == psutil.CONN_LISTEN}

    assert ("127.0.0.1", localstack_or_bare.port) in listening
    beyond = {address for address, _ in listening if not ip_address(address).is_loopback}
    assert not beyond  # each function's Runtime API has a loopback address of its own
