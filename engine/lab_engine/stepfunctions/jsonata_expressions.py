"""Evaluates JSONata where no Java is.

LocalStack starts a Java with jsonata-java in it. The official image brings both; the local engine
has neither, and there every expression failed. jsonata-python is a port of jsonata-java, so it is
used wherever it is installed, which is in the local engine; elsewhere LocalStack's own way stays.

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
_LONGEST_MS = 60_000
"""An expression may loop for ever; this one ends, and the state fails."""

_ALGORITHMS = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
}


def is_installed() -> bool:
    """Whether this LocalStack can do without Java."""
    return importlib.util.find_spec(_LIBRARY) is not None


def evaluate(expression: str) -> Any:
    """Evaluate an expression that carries its variables in itself, as LocalStack writes it.

    Returns:
        The result as JSON has it: what is none of JSON's types, such as a function, is text.

    Raises:
        JSONataException: what LocalStack makes of an expression that cannot be evaluated.
    """
    from jsonata import Jsonata  # noqa: PLC0415 - only the local engine has it

    try:
        program = Jsonata(expression, timeout=_LONGEST_MS)
        for name, function in _FUNCTIONS.items():
            program.register_lambda(name, function)
        return json.loads(json.dumps(program.evaluate(None), default=str))
    except Exception as error:
        raise JSONataException("UNKNOWN", str(error)) from error


def declared_functions() -> dict[str, str]:
    """LocalStack's functions in JSONata, without those that only say that they are not there."""
    declared: dict[str, str] = intrinsic._DECLARATION_BY_VARIABLE_REFERENCE
    own = {f"${name}" for name in _FUNCTIONS}
    return {name: text for name, text in declared.items() if name not in own}


def declare_variables(bindings: dict[str, Any]) -> str:
    """Write variables into an expression; in text, quotes and backslashes are escaped."""
    return "".join(
        f"{name}:={json.dumps(value, cls=_DateTimeEncoder, ensure_ascii=False)};"
        for name, value in bindings.items()
    )


def assigned_variables(self: Any) -> dict[str, str]:
    """The variables of a state as its history shows them: each as JSON."""
    return {
        name: to_json_str(self.get(name), separators=(",", ":"))
        for name in self._declaration_tracing
    }


def _hash(data: str, algorithm: str) -> str:
    return hashlib.new(_ALGORITHMS[algorithm], data.encode(), usedforsecurity=False).hexdigest()


def _uuid() -> str:
    return str(uuid.uuid4())


def _random(seed: float | None = None) -> float:
    """The same number for the same seed, as AWS promises; not the same as AWS's."""
    return random.Random(seed).random()  # noqa: S311 - JSONata's $random is for no secret


_FUNCTIONS = {"hash": _hash, "uuid": _uuid, "random": _random}
