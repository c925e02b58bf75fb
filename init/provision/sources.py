"""The sources of the pipeline: `lambdas/` and `asl/` are beside `init/`."""

from pathlib import Path
from typing import Final

_BESIDE_INIT: Final = Path(__file__).resolve().parents[2]

LAMBDAS: Final = _BESIDE_INIT / "lambdas"
SHARED_PACKAGE: Final = LAMBDAS / "pipeline"
STATE_MACHINES: Final = _BESIDE_INIT / "asl"


def shown(path: Path) -> str:
    """Return a source's path relative to the folder that contains `init/`."""
    return (
        path.relative_to(_BESIDE_INIT).as_posix()
        if path.is_relative_to(_BESIDE_INIT)
        else str(path)
    )
