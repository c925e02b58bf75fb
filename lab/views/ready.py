"""What is shown when a pipeline is up: where its files go, and what to try next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.console import out, padded
from lab.language import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provision.settings import Settings

_NAME_CHARACTERS = 11


def buckets_of(settings: Settings) -> dict[str, str]:
    """Return rows that say where files go, by what they are called."""
    return {
        say("upload to"): f"s3://{settings.raw_bucket}/{settings.uploads_prefix}",
        say("results in"): f"s3://{settings.processed_bucket}/{settings.processed_prefix}",
        say("failed in"): f"s3://{settings.raw_bucket}/{settings.failed_prefix}",
    }


def show_rows(rows: Mapping[str, str]) -> None:
    """Print values, each after what it is called."""
    for name, value in rows.items():
        out.print(f"  {padded(name, _NAME_CHARACTERS)}{value}", soft_wrap=True)


def show_tips(tips: Mapping[str, str]) -> None:
    """Print commands, each before what it is for."""
    out.print("\n" + say("Try next:"))
    width = max(map(len, tips))
    for words, meaning in tips.items():
        out.print(f"  {words:<{width}}  {meaning}", soft_wrap=True)
