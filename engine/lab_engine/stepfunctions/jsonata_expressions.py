"""Evaluate JSONata without Java.

LocalStack runs jsonata-java. The official image has Java; the local engine does not, and every
expression failed there. jsonata-python is a port of jsonata-java, so it is used where it is
installed, in the local engine. Elsewhere LocalStack's own code stays.

Source of the functions: "Transforming data with JSONata in Step Functions", the functions that Step
Functions adds to the language.
"""

import hashlib
import importlib.util
import json
import random
import uuid
from typing import Any

from localstack.services.stepfunctions.asl.component.intrinsic import jsonata as intrinsic
from localstack.services.stepfunctions.asl.jsonata.jsonata import JSONataException
from localstack.services.stepfunctions.asl.utils.encoding import _DateTimeEncoder, to_json_str

_LIBRARY = "jsonata"
_TIMEOUT_MS = 60_000
"""An expression may loop for ever; after this time the state fails."""

_ALGORITHMS = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
}


def is_installed() -> bool:
    """Tell whether jsonata-python is installed."""
    return importlib.util.find_spec(_LIBRARY) is not None


def evaluate(expression: str) -> Any:
    """Evaluate an expression that contains its variables, as LocalStack writes it.

    Returns:
        The result as JSON; a value that JSON does not have, such as a function, is text.

    Raises:
        JSONataException: It cannot be evaluated.
    """
    from jsonata import Jsonata  # noqa: PLC0415 - only the local engine has it

    try:
        program = Jsonata(expression, timeout=_TIMEOUT_MS)
        for name, function in _FUNCTIONS.items():
            program.register_lambda(name, function)
        return json.loads(json.dumps(program.evaluate(None), default=str))
    except Exception as error:
        raise JSONataException("UNKNOWN", str(error)) from error


def declared_functions() -> dict[str, str]:
    """Return LocalStack's JSONata functions, without those that only say `not supported`."""
    declared: dict[str, str] = intrinsic._DECLARATION_BY_VARIABLE_REFERENCE
    own = {f"${name}" for name in _FUNCTIONS}
    return {name: text for name, text in declared.items() if name not in own}


def declare_variables(bindings: dict[str, Any]) -> str:
    """Return JSONata that declares variables; quotes and backslashes are escaped."""
    return "".join(
        f"{name}:={json.dumps(value, cls=_DateTimeEncoder, ensure_ascii=False)};"
        for name, value in bindings.items()
    )


def assigned_variables(self: Any) -> dict[str, str]:
    """Return the variables of a state as its history shows them, each as JSON."""
    return {
        name: to_json_str(self.get(name), separators=(",", ":"))
        for name in self._declaration_tracing
    }


def _hash(data: str, algorithm: str) -> str:
    return hashlib.new(_ALGORITHMS[algorithm], data.encode(), usedforsecurity=False).hexdigest()


def _uuid() -> str:
    return str(uuid.uuid4())


def _random(seed: float | None = None) -> float:
    """Return the same number for the same seed, as AWS does, but not AWS's number."""
    return random.Random(seed).random()  # noqa: S311 - JSONata's $random is not for secrets


_FUNCTIONS = {"hash": _hash, "uuid": _uuid, "random": _random}
