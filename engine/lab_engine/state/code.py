"""Which code a state would bring into this lab: a function's code runs on this machine."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from localstack.services.lambda_.invocation.lambda_models import HotReloadingCode, S3Code

from lab_engine.state.objects import Place


@dataclass(frozen=True)
class Code:
    """The code of a version of a function.

    Attributes:
        function: The function's ARN, with its version.
        digest: The SHA-256 of its archive, computed from the archive itself; for code that is read
            from a folder of this machine, that folder.
    """

    function: str
    digest: str


def code_in(
    functions: Iterator[Any], names: Mapping[Place, str], content: Callable[[str], bytes]
) -> list[Code]:
    """Return the code of all functions in a state.

    Args:
        functions: The functions.
        names: The content's name at each place, which is its SHA-256.
        content: Returns a content by its name; it checks that.
    """
    found = []
    for function in functions:
        for version in function.versions.values():
            codes = [version.config.code, *(layer.code for layer in version.config.layers)]
            found += [
                Code(version.id.qualified_arn(), _digest(code, names, content))
                for code in codes
                if code is not None
            ]
    return found


def _digest(
    code: S3Code | HotReloadingCode, names: Mapping[Place, str], content: Callable[[str], bytes]
) -> str:
    if isinstance(code, HotReloadingCode):
        return f"the folder {code.host_path}"
    name = names.get(Place(code.s3_bucket, code.s3_key, code.s3_object_version))
    if name is None:
        return "missing"
    content(name)
    return name
