"""Make each parser of requests once, however many threads ask for it first.

LocalStack keeps a parser for each service. `functools.cache` has no lock, and the first burst on a
cold lab asks for Lambda's from many executions at once: each of them made one, a quarter of a
second each, and all but one were thrown away.
"""

import threading
from collections.abc import Callable
from typing import Any

_making = threading.Lock()


def create_parser(made_once: Callable[..., Any], *service_and_protocol: Any) -> Any:
    """Return the parser of a service, after whoever is making one has finished.

    Args:
        made_once: LocalStack's function, which remembers its results.
        service_and_protocol: The service's model and, where it has several, the protocol.
    """
    with _making:
        return made_once(*service_and_protocol)
