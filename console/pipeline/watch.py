"""The pipeline of one account as it is now, looked at once for all tabs that show it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from console.errors import ConsoleError
from console.pipeline.parts import Pipeline
from console.pipeline.reading import Structure
from console.pipeline.traffic import Traffic, read_traffic
from console.pipeline.uploads import Stored, Upload, Uploads

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from console.cloud import Cloud

UPLOADS_SECONDS: Final = 0.6
"""How often a page asks for uploads: a new one is on the map within a second."""

FRESH_SECONDS: Final = 0.5
"""How old an answer may be that another page was given; less than pages wait before they ask again,
else a page that asks a little too soon would wait twice as long."""

STRUCTURE_SECONDS: Final = 10.0
"""How often to look for parts that somebody made elsewhere."""

BUSY_TRAFFIC_SECONDS: Final = 1.5
IDLE_TRAFFIC_SECONDS: Final = 6.0
IDLE_EXECUTIONS_SECONDS: Final = 2.0
"""While files come or jobs go on, their executions are looked at as often as the uploads."""

BUSY_SECONDS: Final = 10.0
"""How long after the last change it still counts as busy."""


@dataclass(frozen=True)
class Seen:
    """What was found.

    Args:
        pipeline: The parts and what leads where.
        traffic: The numbers at each.
        stored: How much is where files are put, by bucket and prefix.
        uploads: The last ones, the newest first.
    """

    pipeline: Pipeline
    traffic: Traffic
    stored: dict[tuple[str, str], Stored]
    uploads: list[Upload]


class Watch:
    """Looks at an account as often as its pages need it, however many of them are open.

    Args:
        cloud: The account.
    """

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._structure = Structure(cloud)
        self._uploads = Uploads(cloud)
        self._pipeline = Pipeline()
        self._traffic = Traffic()
        self._seen: Seen | None = None
        self._looking = asyncio.Lock()
        self._asked: dict[str, float] = {}
        self._changed_at = 0.0
        self._clicks = cloud.clicks

    async def read(self) -> Seen:
        """Return what is there, as it was less than a second ago; after a click, as it is now.

        Raises:
            ConsoleError: The cloud does not answer.
        """
        async with self._looking:
            if self._clicks != self._cloud.clicks:
                self._clicks = self._cloud.clicks
                self._asked.clear()
                self._uploads.hurry()
            if self._is_due("uploads", FRESH_SECONDS) or self._seen is None:
                try:
                    self._seen = await self._look()
                except ConsoleError:
                    self._asked.clear()
                    raise
            return self._seen

    async def _look(self) -> Seen:
        if self._is_due("structure", STRUCTURE_SECONDS):
            self._pipeline = await self._structure.read()
        is_busy = time.monotonic() - self._changed_at < BUSY_SECONDS
        asked: list[Coroutine[Any, Any, None]] = [self._uploads.list_objects(self._pipeline)]
        if is_busy or self._is_due("executions", IDLE_EXECUTIONS_SECONDS):
            asked.append(self._uploads.list_executions(self._pipeline))
        if self._is_due("traffic", BUSY_TRAFFIC_SECONDS if is_busy else IDLE_TRAFFIC_SECONDS):
            asked.append(self._read_traffic())
        await asyncio.gather(*asked)
        uploads, stored = self._uploads.recent(), dict(self._uploads.stored)
        if self._seen is None or (uploads, stored) != (self._seen.uploads, self._seen.stored):
            self._changed_at = time.monotonic()
        return Seen(self._pipeline, self._traffic, stored, uploads)

    async def _read_traffic(self) -> None:
        self._traffic = await read_traffic(self._cloud, self._pipeline)

    def _is_due(self, what: str, seconds: float) -> bool:
        """Return whether something was not asked for so long, and count it as asked now."""
        now = time.monotonic()
        if now - self._asked.get(what, -seconds) < seconds:
            return False
        self._asked[what] = now
        return True
