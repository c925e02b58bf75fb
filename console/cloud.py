"""One account and region of an AWS endpoint, asked without ever blocking a page."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from botocore.config import Config
from botocore.model import OperationModel
from botocore.response import StreamingBody

from console.calls import Call, LabCall, session
from console.errors import (
    ConsoleError,
    NoAnswerError,
    ReadOnlyError,
    RefusedError,
    explained,
    no_answer,
)
from console.journal import Journal
from console.lab import Lab
from console.language import Language
from console.reading import only_reads
from console.telling import Teller, Told

CONNECT_SECONDS: Final = 2
READ_SECONDS: Final = 10
"""How long a page waits for an answer that it shows."""

MAKE_SECONDS: Final = 120
"""How long a click may take: Lambda's Test waits for the function."""

PAGE_SECONDS: Final = 5
THREADS: Final = 24

Answer = dict[str, Any]


AWS: Final = "aws"
"""The endpoint that is AWS itself, each service at its own address."""


def _is_aws(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == "https" and (parts.hostname or "").endswith(".amazonaws.com")


@dataclass
class Endpoint:
    """Where AWS clients go, and all accounts of it that this console has opened.

    Args:
        url: The AWS endpoint; `AWS` goes to AWS itself, as whoever the environment says.
        read_only: Whether calls that change something are refused.
        public_url: Where a browser finds it, if elsewhere: in a container the lab has another name.
        lab: What the lab told a console that it started; None for any other console.
    """

    url: str
    read_only: bool = False
    public_url: str = ""
    lab: Lab | None = None
    teller: Teller | None = None
    """Who knows more of the pipeline than AWS says, where somebody does."""

    answers: bool = True
    """Whether the last request was answered at all."""

    def __post_init__(self) -> None:
        """Begin without clients."""
        self.public_url = self.public_url or self.url
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="aws")
        self._session = session()
        self._making = threading.Lock()  # a session is not safe to share between threads
        self._clients: dict[tuple[str, str, str, int], Any] = {}
        self._clouds: dict[tuple[str, str], Cloud] = {}

    def cloud(self, account: str, region: str) -> "Cloud":
        """Return an account in a region, the same one each time."""
        return self._clouds.setdefault((account, region), Cloud(self, account, region))

    def opened_accounts(self) -> list[str]:
        """Return the accounts that somebody has looked at, in order."""
        return sorted({account for account, _ in self._clouds})

    async def page(self, path: str) -> Any:
        """Return what one of the emulator's own pages says; None where there is no such page."""
        if self.url == AWS:
            return None
        try:
            async with httpx.AsyncClient(timeout=PAGE_SECONDS, trust_env=False) as client:
                answer = await client.get(f"{self.url}{path}")
            return answer.json() if answer.is_success else None
        except (httpx.HTTPError, ValueError):
            return None

    async def download(self, address: str) -> bytes | None:
        """Return what is at an address that AWS gave, such as a function's code; None for nothing.

        An emulator may name itself otherwise than it was reached, so it is asked where it answers,
        and nobody else is.
        """
        if not _is_aws(address):
            if self.url == AWS:
                return None
            there = urlsplit(address)
            address = f"{self.url}{there.path}?{there.query}"
        try:
            async with httpx.AsyncClient(timeout=PAGE_SECONDS, trust_env=False) as client:
                answer = await client.get(address)
            return answer.content if answer.is_success else None
        except (httpx.HTTPError, ValueError):
            return None

    async def send(self, call: LabCall) -> Answer:
        """Return what one of the emulator's own pages says to a request that changes something.

        Raises:
            ConsoleError: It refused; the sentence is its own. Or it is not there.
        """
        try:
            async with httpx.AsyncClient(timeout=MAKE_SECONDS, trust_env=False) as client:
                answer = await client.request(
                    call.method, f"{self.url}{call.path}", params=call.query, json=call.body
                )
            told = answer.json()
        except httpx.HTTPError as error:
            raise no_answer(self.url) from error
        except ValueError as error:
            raise _no_such_page() from error
        if not answer.is_success:
            refusal = str(told.get("error", answer.reason_phrase)).rstrip(".")
            raise ConsoleError(f"The lab refused: {refusal}.", f"แล็บปฏิเสธ: {refusal}")
        return Answer(told)

    async def in_thread[T](self, ask: Callable[[], T]) -> T:
        """Run what waits for an answer outside the event loop.

        Raises:
            ConsoleError: What went wrong, in a sentence.
        """
        try:
            found = await asyncio.get_running_loop().run_in_executor(self._threads, ask)
        except Exception as error:
            told = explained(error, self.url)
            self.answers = not isinstance(told, NoAnswerError)
            raise told from error
        self.answers = True
        return found

    def client(self, service: str, account: str, region: str, patience: int) -> Any:
        """Return a client, made once."""
        key = (service, account, region, patience)
        with self._making:
            if key not in self._clients:
                self._clients[key] = self._session.create_client(
                    service,
                    region_name=region,
                    **self._whose(account),
                    config=Config(
                        connect_timeout=CONNECT_SECONDS,
                        read_timeout=patience,
                        # A page asks again by itself; a click is never made twice.
                        retries={"mode": "standard", "total_max_attempts": 1},
                        max_pool_connections=THREADS,
                        s3={"addressing_style": "path"},
                    ),
                )
                if self.read_only:
                    refuse_to_change(self._clients[key])
            return self._clients[key]

    def _whose(self, account: str) -> dict[str, Any]:
        """Return where a client goes and as whom: what AWS itself needs says the environment."""
        if self.url == AWS:
            return {}
        return {
            "endpoint_url": self.url,
            "aws_access_key_id": account,
            "aws_secret_access_key": "test",  # what any LocalStack takes
        }


def refuse_to_change(client: Any) -> None:
    """Let a client of botocore make no call that changes something, whoever asks it to."""

    def refuse(model: OperationModel, **_: Any) -> None:
        if not only_reads(model):
            raise ReadOnlyError

    client.meta.events.register_first("provide-client-params.*.*", refuse)


@dataclass
class Cloud:
    """One account in one region.

    Args:
        endpoint: Where it is.
        account: Twelve digits; in LocalStack the access key of the account's root.
        region: As AWS names it.
    """

    endpoint: Endpoint
    account: str
    region: str
    journal: Journal = field(default_factory=Journal)
    read_letters: set[str] = field(default_factory=set)
    """Which mails of the inbox were opened since the console was started."""

    clicks: int = 0
    """How many clicks may have changed something: what was read before them is old."""

    _kept: dict[Any, Any] = field(default_factory=dict)

    def kept[T](self, make: Callable[["Cloud"], T]) -> T:
        """Return what all pages of this account share; the first of them makes it."""
        if make not in self._kept:
            self._kept[make] = make(self)
        kept: T = self._kept[make]
        return kept

    def arn(self, service: str, rest: str) -> str:
        """Return an ARN in this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"

    async def ask(self, service: str, operation: str, **parameters: Any) -> Answer:
        """Return what a reading call answers.

        Raises:
            ConsoleError: What went wrong, in a sentence.
        """
        call = Call(service, operation, parameters)
        return await self.endpoint.in_thread(lambda: self._answer(call, READ_SECONDS))

    async def use[T](self, service: str, ask: Callable[[Any], T]) -> T:
        """Return what a function makes of a service's client, for what takes several calls.

        Raises:
            ConsoleError: What went wrong, in a sentence.
        """
        return await self.endpoint.in_thread(lambda: ask(self._client(service, READ_SECONDS)))

    async def told_of(self, key: str, language: Language) -> list[Told]:
        """Return what became of a file, told by who knows more; nothing where nobody does.

        Args:
            key: Of the file.
            language: Of what is told.
        """
        tell = self.endpoint.teller
        if tell is None:
            return []
        told = await self.endpoint.in_thread(
            lambda: tell(self.endpoint.url, self.account, key, language)
        )
        return [Told(*each) for each in told]

    async def make(self, call: Call | LabCall) -> Answer:
        """Make a call that somebody clicked for, and remember it if it is AWS's.

        Raises:
            ReadOnlyError: The console may only look.
            ConsoleError: What went wrong, in a sentence.
        """
        if self.endpoint.read_only and not call.only_reads:
            raise ReadOnlyError
        try:
            if isinstance(call, LabCall):
                return await self.endpoint.send(call)
            answer = await self.endpoint.in_thread(lambda: self._answer(call, MAKE_SECONDS))
        except ConsoleError as error:
            if isinstance(call, Call):
                self.journal.add(call, error.code if isinstance(error, RefusedError) else "-")
            raise
        finally:
            self.clicks += 1
        self.journal.add(call, answer=answer)
        return answer

    def _answer(self, call: Call, patience: int) -> Answer:
        answer: Answer = getattr(self._client(call.service, patience), call.method)(
            **call.arguments
        )
        answer.pop("ResponseMetadata", None)  # differs each time, and would look like a change
        return {
            name: value.read() if isinstance(value, StreamingBody) else value
            for name, value in answer.items()
        }

    def _client(self, service: str, patience: int) -> Any:
        return self.endpoint.client(service, self.account, self.region, patience)


def _no_such_page() -> ConsoleError:
    return ConsoleError("This endpoint has no such page.", "endpoint นี้ไม่มีหน้านี้")
