"""Where LocalStack listens."""

import psutil

from tests.engine.conftest import LocalStack


def test_nobody_listens_beyond_the_address_that_was_asked_for(localstack: LocalStack) -> None:
    connections = psutil.Process(localstack.process.pid).net_connections("tcp")
    listening = {each.laddr for each in connections if each.status == psutil.CONN_LISTEN}

    assert ("127.0.0.1", localstack.port) in listening
    assert {address for address, _ in listening} == {"127.0.0.1"}
