"""Leave modules unimported that LocalStack's modules bring with them and hardly anybody uses.

A module in `LATE` is found and made as ever, but its code runs when somebody asks for one of its
names, or calls one of the functions that are imported by name.
"""

import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any, Final

from localstack import config

from lab_engine.runtime import no_validation

LATE: Final[Mapping[str, tuple[str, ...]]] = {
    # Step Functions needs one enumeration of it. Its models import all of EC2, with long lists.
    "moto.batch": (),
    # Lambda's asynchronous events need one function, for targets that are web addresses. It imports
    # API Gateway, and with it what checks OpenAPI documents.
    "localstack.services.apigateway.legacy.helpers": ("extract_query_string_params",),
    # What LocalStack's paid editions could do: asked where an operation is not implemented.
    "localstack.utils.catalog.plugins": ("get_aws_catalog",),
}
"""The modules, each with the functions that others import from it by name."""

_VALIDATION: Final = "localstack.aws.handlers.validation"
"""Checks requests to LocalStack's own pages, if it is told to. It imports the libraries for that
even where it does not check them, as is its default."""


def leave_out() -> None:
    """Put what stands for each module in its place, unless it is imported already."""
    sys.meta_path.insert(0, _Finder())
    if not (config.OPENAPI_VALIDATE_REQUEST or config.OPENAPI_VALIDATE_RESPONSE):
        sys.modules.setdefault(_VALIDATION, no_validation)


class _Finder(MetaPathFinder):
    """Finds the modules that are filled later."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where such a module is, with a loader that does not run its code yet."""
        spec = PathFinder.find_spec(name, path) if name in LATE else None
        if spec is not None and spec.loader is not None:
            spec.loader = _LateLoader(spec.loader)
        return spec


class _LateLoader(Loader):
    """Runs a module's code when somebody asks for a name in it.

    Args:
        loader: What runs it.
    """

    def __init__(self, loader: Loader) -> None:
        self._loader: Loader | None = loader
        self._filling = threading.RLock()

    def exec_module(self, module: ModuleType) -> None:
        """Leave the module empty, but for functions that fill it."""
        module.__class__ = _Unfilled
        for name in LATE[module.__name__]:
            setattr(module, name, self._late_function(module, name))

    def _late_function(self, module: ModuleType, name: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.fill(module)
            return getattr(module, name)(*args, **kwargs)

        return call

    def fill(self, module: ModuleType) -> None:
        """Run its code, the first time; others who ask wait meanwhile."""
        with self._filling:
            if loader := self._loader:
                self._loader = None  # its code may ask for names, too
                loader.exec_module(module)


class _Unfilled(ModuleType):
    """A module whose code may not have run."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what Python asks every module for
            raise AttributeError(name)
        loader: Any = self.__spec__ and self.__spec__.loader
        loader.fill(self)
        return self.__getattribute__(name)
