"""IAM policies as they are typed: what IAM would refuse, and what it takes but grants nothing."""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Kind = Literal["identity", "trust"]
"""What a role may do, or who may assume it."""

VERSION: Final = "2012-10-17"
_VERSIONS: Final = (VERSION, "2008-10-17")
_DOCUMENT_KEYS: Final = ("Version", "Id", "Statement")
_STATEMENT_KEYS: Final = (
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
)
_SID: Final = re.compile(r"[0-9A-Za-z]*")
_ARN_SEGMENTS: Final = 6
_PLACEHOLDER: Final = re.compile(r"[\[<][^\]>]+[\]>]")
_BRACKETS: Final = re.compile(r"([\[\]])")


@dataclass(frozen=True)
class Problem:
    """Something in a policy that is not as it must be.

    Args:
        en: What, in English.
        th: The same in Thai.
        start: Where it begins in the text; None where it stands for what is missing.
        end: Where it ends.
    """

    en: str
    th: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Vocabulary:
    """The actions that exist.

    Args:
        actions: As AWS writes them, by the prefix of the service.
        calls: Operations whose name is no action, with the actions that they need.
    """

    actions: Mapping[str, tuple[str, ...]]
    calls: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def has(self, pattern: str) -> bool:
        """Tell whether an action, perhaps with wildcards, matches any; unknown services do."""
        service, _, name = pattern.lower().partition(":")
        known = self.actions.get(service)
        wanted = _BRACKETS.sub(r"[\1]", name)
        return known is None or any(fnmatchcase(each.lower(), wanted) for each in known)

    def needed_by(self, action: str) -> tuple[str, ...]:
        """Return what a call needs whose name was taken for an action; nothing if it is none."""
        return self.calls.get(action.lower(), ())

    def nearest(self, action: str) -> str | None:
        """Return the action that may have been meant."""
        service, _, name = action.partition(":")
        lowered = {each.lower(): each for each in self.actions.get(service.lower(), ())}
        found = difflib.get_close_matches(name.lower(), lowered, 1)
        return f"{service.lower()}:{lowered[found[0]]}" if found else None


def read_vocabulary(page: Any) -> Vocabulary | None:
    """Return the vocabulary that an endpoint lists; None where it lists none."""
    if not isinstance(page, dict):
        return None
    return Vocabulary(
        {service: tuple(each["actions"]) for service, each in page.items()},
        {
            f"{service}:{call}".lower(): tuple(needed)
            for service, each in page.items()
            for call, needed in each["calls"].items()
        },
    )


def check(text: str, kind: Kind, vocabulary: Vocabulary | None) -> list[Problem]:
    """Return what is wrong with a policy, in the order of its text as far as that is known.

    Args:
        text: As it is typed.
        kind: What kind of policy.
        vocabulary: The actions that exist; without it they are not looked at.

    Source: IAM user guide, "Grammar of the IAM JSON policy language".
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"{error.lineno}:{error.colno}"
        return [
            Problem(
                f"This is not JSON: {error.msg}, line {error.lineno} column {error.colno}.",
                f"ไม่ใช่ JSON ที่บรรทัดและคอลัมน์ {where}: {error.msg}",
                *_one_character(text, error.pos),
            )
        ]
    except RecursionError:
        return [Problem("This is nested too deeply.", "ซ้อนกันลึกเกินไป")]
    if not isinstance(document, dict):
        return [
            Problem("A policy is an object: {...}.", "policy ต้องเป็น object: {...}", 0, len(text))
        ]
    found = [*_of_document(text, document, kind), *_of_actions(text, document, vocabulary)]
    return sorted(found, key=lambda each: -1 if each.start is None else each.start)


def is_json(text: str) -> bool:
    """Tell whether a text can be sent as a policy at all."""
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def document(statements: list[dict[str, Any]]) -> str:
    """Return a policy with these statements, laid out."""
    return json.dumps({"Version": VERSION, "Statement": statements}, ensure_ascii=False, indent=2)


def trust_of(service: str) -> str:
    """Return the trust policy that lets one service assume a role."""
    principal = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return document([principal])


def allowing(action: str, resource: str) -> dict[str, Any]:
    """Return the statement that allows what was refused."""
    service, _, name = action.partition(":")
    sid = re.sub(r"[^0-9A-Za-z]", "", f"Allow{service.title()}{name}")
    return {"Sid": sid, "Effect": "Allow", "Action": [action], "Resource": [resource]}


def with_statement(text: str, statement: dict[str, Any]) -> str:
    """Return a policy with one statement more, under a Sid that is still free."""
    policy = json.loads(text)
    there = _statements(policy)
    taken = {each.get("Sid") for each in there}
    sids = [statement["Sid"], *(f"{statement['Sid']}{n}" for n in range(2, len(there) + 3))]
    free = next(each for each in sids if each not in taken)
    added = {**policy, "Statement": [*there, {**statement, "Sid": free}]}
    return json.dumps(added, ensure_ascii=False, indent=2)


def _of_document(text: str, policy: dict[str, Any], kind: Kind) -> Iterator[Problem]:
    for key in policy.keys() - set(_DOCUMENT_KEYS):
        yield from _unknown_key(text, key)
    version = policy.get("Version", VERSION)
    if version not in _VERSIONS:
        yield from _marked(
            text,
            version,
            f"The version is {VERSION}: the language's, not the policy's own.",
            f"Version ต้องเป็น {VERSION} คือรุ่นของภาษา ไม่ใช่รุ่นของ policy",
        )
    statements = _statements(policy)
    if not statements:
        yield Problem("It has no Statement.", "ยังไม่มี Statement")
    sids = Counter(each["Sid"] for each in statements if isinstance(each.get("Sid"), str))
    for sid, count in sids.items():
        if count > 1 and sid:
            yield from _marked(
                text,
                sid,
                f"{count} statements have the Sid {sid}.",
                f"มี {count} statement ที่ใช้ Sid {sid} ซ้ำกัน",
            )
    for number, each in enumerate(statements, 1):
        yield from _of_statement(text, number, each, kind)


def _of_statement(
    text: str, number: int, statement: dict[str, Any], kind: Kind
) -> Iterator[Problem]:
    name = str(statement.get("Sid") or number)
    for key in statement.keys() - set(_STATEMENT_KEYS):
        yield from _unknown_key(text, key)
    if not _SID.fullmatch(str(statement.get("Sid", ""))):
        yield from _marked(
            text,
            statement["Sid"],
            "A Sid has letters and digits only.",
            "Sid ใช้ได้เฉพาะตัวอักษรอังกฤษและตัวเลข",
        )
    if statement.get("Effect") not in ("Allow", "Deny"):
        yield from _marked(
            text,
            statement.get("Effect"),
            f"Statement {name}: Effect is Allow or Deny.",
            f"statement {name}: Effect ต้องเป็น Allow หรือ Deny",
        )
    needed = ["Action", "Principal" if kind == "trust" else "Resource"]
    for element in needed:
        if (element in statement) == (f"Not{element}" in statement):
            yield Problem(f"Statement {name} needs {element}.", f"statement {name} ยังไม่มี {element}")
    unwanted = "Resource" if kind == "trust" else "Principal"
    if unwanted in statement or f"Not{unwanted}" in statement:
        yield from _marked(
            text,
            unwanted if unwanted in statement else f"Not{unwanted}",
            f"Statement {name}: a policy of this kind has no {unwanted}.",
            f"statement {name}: policy ชนิดนี้ไม่มี {unwanted}",
        )
    for resource in _texts(statement.get("Resource")) + _texts(statement.get("NotResource")):
        yield from _of_resource(text, resource)


def _of_resource(text: str, resource: str) -> Iterator[Problem]:
    segments = resource.split(":", _ARN_SEGMENTS - 1)
    if found := _PLACEHOLDER.search(resource):
        yield from _marked(
            text,
            resource,
            f"{found[0]} is a placeholder: put your own value there.",
            f"{found[0]} เป็นช่องว่างให้เติม ต้องใส่ค่าของคุณเอง",
        )
    elif resource != "*" and (segments[0] != "arn" or len(segments) < _ARN_SEGMENTS):
        yield from _marked(
            text,
            resource,
            f"{resource} is no ARN: arn:aws:service:region:account:resource.",
            f"{resource} ไม่ใช่ ARN รูปแบบคือ arn:aws:service:region:account:resource",
        )


def _of_actions(
    text: str, policy: dict[str, Any], vocabulary: Vocabulary | None
) -> Iterator[Problem]:
    written = {
        action: None
        for each in _statements(policy)
        for element in ("Action", "NotAction")
        for action in _texts(each.get(element))
    }
    for action in written:
        if action != "*" and ":" not in action:
            yield from _marked(
                text,
                action,
                f"{action} names no service, as in s3:GetObject.",
                f"{action} ไม่มีชื่อ service ต้องเป็นแบบ s3:GetObject",
            )
        elif vocabulary and action != "*" and not vocabulary.has(action):
            yield from _marked(text, action, *_no_action(action, vocabulary))


def _no_action(action: str, vocabulary: Vocabulary) -> tuple[str, str]:
    if needed := vocabulary.needed_by(action):
        names = ", ".join(needed)
        return (
            f"{action} is a call and no action: it grants nothing. The call needs {names}.",
            f"{action} เป็นชื่อคำสั่ง ไม่ใช่ action จึงไม่ให้สิทธิ์อะไร คำสั่งนี้ต้องใช้ {names}",
        )
    near = vocabulary.nearest(action)
    return (
        f"There is no action {action}: it grants nothing."
        + (f" Did you mean {near}?" if near else ""),
        f"ไม่มี action ชื่อ {action} จึงไม่ให้สิทธิ์อะไร" + (f" หมายถึง {near} หรือไม่" if near else ""),
    )


def _unknown_key(text: str, key: str) -> Iterator[Problem]:
    yield from _marked(text, key, f"IAM knows no element {key}.", f"IAM ไม่รู้จัก element {key}")


def _marked(text: str, value: Any, en: str, th: str) -> Iterator[Problem]:
    """Yield a problem for each place where a value stands in the text, or one without a place."""
    written = {json.dumps(value, ensure_ascii=False), json.dumps(value)}
    places = [
        found.span() for each in written for found in re.finditer(re.escape(each), text) if value
    ]
    yield from (Problem(en, th, *place) for place in places)
    if not places:
        yield Problem(en, th)


def _one_character(text: str, position: int) -> tuple[int | None, int | None]:
    """Return the place of a character that can be seen, at this position or before it."""
    end = len(text[: position + 1].rstrip())
    return (end - 1, end) if end else (None, None)


def _statements(policy: dict[str, Any]) -> list[dict[str, Any]]:
    found = policy.get("Statement", [])
    return [
        each for each in (found if isinstance(found, list) else [found]) if isinstance(each, dict)
    ]


def _texts(value: Any) -> list[str]:
    return [
        str(each) for each in (value if isinstance(value, list) else [value]) if each is not None
    ]
