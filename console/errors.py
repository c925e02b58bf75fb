"""What can go wrong, each in one sentence for the person who clicked."""

from typing import Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own
    HTTPClientError,
    ReadTimeoutError,
)

from console.language import Language, in_language

_PAGE: Final = ("<!doctype", "<html")
"""How a web page begins: what an emulator may send for an operation that it does not know."""


class ConsoleError(Exception):
    """Something a person can put right, said in both languages.

    Args:
        en: The sentence in English.
        th: The sentence in Thai.
    """

    def __init__(self, en: str, th: str) -> None:
        super().__init__(en)
        self.en = en
        self.th = th


class NoAnswerError(ConsoleError):
    """The cloud does not answer, or not in time."""


class RefusedError(ConsoleError):
    """AWS refused a call.

    Args:
        code: AWS's own code of the error, for example `NoSuchBucket`.
        message: AWS's own sentence.
    """

    def __init__(self, code: str, message: str) -> None:
        sentence = message.strip().rstrip(".")
        super().__init__(f"AWS refused: {sentence} ({code}).", f"AWS ปฏิเสธ: {sentence} ({code})")
        self.code = code


class ReadOnlyError(ConsoleError):
    """The console may only look."""

    def __init__(self) -> None:
        super().__init__(
            "This console is read-only: it was started to look, not to change.",
            "console นี้อ่านได้อย่างเดียว เพราะเปิดมาเพื่อดู ไม่ใช่เพื่อแก้ไข",
        )


def explained(error: Exception, endpoint: str) -> ConsoleError:
    """Return what an error of botocore means to the person who clicked.

    Args:
        error: As botocore raised it.
        endpoint: Where the request went.
    """
    match error:
        case ConsoleError():
            return error
        case ClientError():
            said = error.response.get("Error", {})
            message = str(said.get("Message") or error)
            if message.lstrip().lower().startswith(_PAGE):
                message = "the endpoint has an error of its own; its log may say which"
            return RefusedError(str(said.get("Code", "Unknown")), message)
        case ConnectionError() | HTTPClientError():
            return _no_answer(error, endpoint)
        case BotoCoreError():
            problem = str(error).rstrip(".").replace("\n", "; ")
            return ConsoleError(f"Not sent: {problem}.", f"ยังไม่ได้ส่ง: {problem}")
        case _:
            problem = f"{type(error).__name__}: {error}"
            return ConsoleError(
                f"The console itself failed: {problem}.", f"console ทำงานผิดพลาด: {problem}"
            )


def _no_answer(error: Exception, endpoint: str) -> NoAnswerError:
    if isinstance(error, ReadTimeoutError):
        return NoAnswerError(f"{endpoint} did not answer in time.", f"{endpoint} ไม่ตอบภายในเวลาที่รอ")
    return no_answer(endpoint)


def no_answer(endpoint: str) -> NoAnswerError:
    """Return what to say when nobody takes a connection."""
    return NoAnswerError(
        f"Nothing answers at {endpoint}. Is the lab running? scripts/lab up starts it.",
        f"ไม่มีใครตอบที่ {endpoint} แล็บเปิดอยู่หรือไม่ เปิดด้วย scripts/lab up",
    )


def sentence(error: ConsoleError, language: Language) -> str:
    """Return an error's sentence in a language."""
    return in_language(language, error.en, error.th)
