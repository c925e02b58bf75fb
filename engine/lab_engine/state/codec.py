"""Objects as typed JSON and back, without calling anything that a file names.

What JSON has itself (text, numbers, lists, dictionaries with text keys) is written as it is. For
everything else there is a node: a JSON object whose entry `$` says what it is. Instances are nodes
with the name of their class, which must be in `classes.py`, and their fields. Decoding makes them
with `__new__` and sets the fields: no constructor, no `__setstate__` and no function is called. So
a file from somebody else can hold wrong data, but nothing in it runs while it is read.

Each object is written once. If it occurs again, its first place gets a number (`#`) and the others
refer to it, so that two names of one message are still one message afterwards.
"""

import base64
import copy
import enum
import importlib
import json
import math
import queue
import threading
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from pydantic_core import from_json, to_json

from lab_engine.state.classes import ALLOWED, QUEUES

KIND, NUMBER = "$", "#"
MARKS = (KIND, NUMBER)
"""The keys of a JSON object that make it a node."""

_LOCK, _RLOCK = type(threading.Lock()), type(threading.RLock())
_MADE_ANEW: dict[str, Callable[[], Any]] = {"lock": threading.Lock, "rlock": threading.RLock}
_FACTORIES: dict[str, type] = {
    each.__name__: each for each in (dict, list, set, int, str, OrderedDict)
}
FieldsOf = Callable[[Any], dict[str, Any]]
"""Returns the fields of an instance that are its state."""
TreeOf = Callable[[Any], dict[str, Any]]
"""Returns the JSON of an instance."""


class CannotEncodeError(TypeError):
    """Something in LocalStack's memory is not of a listed class."""


class RefusedError(ValueError):
    """A file holds what this lab does not write; the message is one line."""


class Attributes(dict[str, Any]):
    """The attributes of a store, by name. What in them cannot be written is left out.

    From a collection that is an attribute only the entries are left out that hold such a thing: a
    queue, say, of all queues.
    """


def name_of(cls: type) -> str:
    """Return the name of a class in a file: `module:Name`."""
    return f"{cls.__module__}:{cls.__qualname__}"


class Sealed:
    """A part of a state that never changes again: it is written once, as a content of its own.

    Args:
        value: The part. It refers to nothing outside of it.

    Attributes:
        digest: The name of its content; empty if that is not known yet.
    """

    def __init__(self, value: Any) -> None:
        self.digest = ""
        self._value = value
        self._tree: Any = None  # its JSON, from when it is met until its content has a name
        self._read: Callable[[], bytes] | None = None

    @classmethod
    def unread(cls, digest: str, read: Callable[[], bytes]) -> "Sealed":
        """Return a part whose content stays where it is, and is read when it is asked for."""
        part = cls(None)
        part.digest, part._read = digest, read
        return part

    @property
    def is_unread(self) -> bool:
        """Whether nobody has asked for it since it came back."""
        return self._read is not None

    @property
    def value(self) -> Any:
        """The part.

        Raises:
            RefusedError: Its content is not as a lab writes it.
        """
        if self._read is not None:
            self._value = StateDecoder().decode(read_json(self._read()))
            self._read = None
        return self._value

    def encode(self, path: str) -> None:
        """Encode a part that has no name yet.

        Args:
            path: Where it is, for error messages.

        Raises:
            CannotEncodeError: It holds an object of a class that is not listed.
        """
        if not self.digest and self._tree is None:
            self._tree = StateEncoder().encode(self.value, path)

    def pieces(self) -> Iterator[bytes]:
        """Yield the content: JSON."""
        if self._read is not None:
            yield self._read()
            return
        tree = StateEncoder().encode(self.value) if self._tree is None else self._tree
        yield write_json(tree)

    def name(self, digest: str) -> None:
        """Note the name of the content."""
        self.digest, self._tree = digest, None


@dataclass(frozen=True)
class Problem:
    """Why something cannot be written.

    Attributes:
        line: Its place and its class.
    """

    line: str


_AS_IN_JSON = frozenset({str, int, bool, type(None)})
"""What is written as it is. Most of a cloud is that: calls for each of them are what takes long."""

_TEXT = frozenset({str})
_DICTIONARIES = (dict, OrderedDict, defaultdict)
_LONGEST_LINE = 300


class StateEncoder:
    """Turns objects into what `write_json` takes.

    Args:
        known: Objects that exist after a start as well, by id: they are referred to by name.
        rules: How to find the fields of classes whose instances hold more than their state.
        trees: How to get the JSON of classes whose instances are written without looking at them,
            because they are many. It refers to nothing outside of it.
        shares: Whether to refer to what occurs again. Else it is written each time.

    Attributes:
        sealed: The sealed parts that were met, each with its node, which gets the name.
        left_out: What could not be written: a line for each, with its place and its class.
    """

    def __init__(
        self,
        known: Mapping[int, str] | None = None,
        rules: Mapping[type, FieldsOf] | None = None,
        trees: Mapping[type, TreeOf] | None = None,
        *,
        shares: bool = True,
    ) -> None:
        self._known = known or {}
        self._rules = rules or {}
        self._trees = trees or {}
        self._shares = shares
        self._seen: dict[int, Any] = {}
        self._kept: list[Any] = []  # an id must not become another object's meanwhile
        self._numbers = 0
        self.sealed: list[tuple[dict[str, Any], Sealed]] = []
        self.left_out: list[str] = []

    def encode(self, value: Any, path: str = "") -> Any:
        """Return a value as JSON.

        Args:
            value: The object.
            path: Where it is, for error messages.

        Raises:
            CannotEncodeError: It holds an object of a class that is not listed, outside of
                `Attributes`.
        """
        kind = type(value)
        if kind in _AS_IN_JSON:
            return value
        if written := _VALUES.get(kind):
            return written(value)
        if kind is tuple or kind is frozenset:
            return {KIND: kind.__name__, "v": self._all(value, path)}
        if kind is Sealed:
            return self._seal(value, path)
        if isinstance(value, enum.Enum):
            return {KIND: "enum", "c": _listed(kind, path), "v": value.name}
        return self._shared(value, kind, path)

    def _seal(self, part: Sealed, path: str) -> dict[str, Any]:
        part.encode(path)
        node = {KIND: "sealed", "v": part.digest}
        self.sealed.append((node, part))
        return node

    def _fill_attributes(self, node: dict[str, Any], attributes: Attributes, path: str) -> None:
        """Write attributes, without what cannot be written."""
        for name, value in attributes.items():
            place = f"{path}/{name}"
            tried = self._tried(value, place)
            if isinstance(tried, Problem):
                tried = self._tried(self._without_problems(value, place, tried), place)
            if not isinstance(tried, Problem):
                node[name] = tried

    def _without_problems(self, value: Any, path: str, problem: Problem) -> Any:
        """Return a copy of a collection without the entries that cannot be written; note those.

        What is no such collection is returned as it is, and noted as a whole.
        """
        if type(value) is list:
            return [each for each in value if self._can_write(each, f"{path}[]")]
        if type(value) in _DICTIONARIES:
            reduced = copy.copy(value)
            for key, each in value.items():
                if not self._can_write((key, each), f"{path}/{key}"):
                    del reduced[key]
            return reduced
        self.left_out.append(problem.line)
        return value

    def _can_write(self, value: Any, path: str) -> bool:
        before = self._mark()
        tried = self._tried(value, path)
        self._return_to(before)
        if isinstance(tried, Problem):
            self.left_out.append(tried.line)
        return not isinstance(tried, Problem)

    def _tried(self, value: Any, path: str) -> Any:
        """Return a value as JSON; a problem if it cannot be written, as if it were not tried."""
        before = self._mark()
        try:
            return self.encode(value, path)
        except (CannotEncodeError, RecursionError) as error:
            self._return_to(before)
            said = f"{path}: nested too deeply" if isinstance(error, RecursionError) else error
            return Problem(_one_line(str(said)))

    def _mark(self) -> tuple[int, int]:
        return len(self._kept), len(self.sealed)

    def _return_to(self, mark: tuple[int, int]) -> None:
        """Forget what was met since: nothing may refer to what is not written."""
        kept, sealed = mark
        for each in self._kept[kept:]:
            del self._seen[id(each)]
        del self._kept[kept:], self.sealed[sealed:]

    def _shared(self, value: Any, kind: type, path: str) -> Any:
        """Write an object that may occur again, or refer to it."""
        if name := self._known.get(id(value)):
            return {KIND: "known", "v": name}
        if self._shares and (first := self._seen.get(id(value))) is not None:
            return {KIND: "ref", "v": self._number(first)}
        self._kept.append(value)
        return self._container(value, kind, path)

    def _number(self, first: Any) -> int:
        """Return the number of a node, which it gets when it is referred to the first time."""
        if isinstance(first, list):
            if not (first and isinstance(first[0], dict) and first[0].keys() == {NUMBER}):
                self._numbers += 1
                first.insert(0, {NUMBER: self._numbers})
            return int(first[0][NUMBER])
        if NUMBER not in first:
            self._numbers += 1
            first[NUMBER] = self._numbers
        return int(first[NUMBER])

    def _container(self, value: Any, kind: type, path: str) -> Any:
        if kind is list:
            made: list[Any] = []
            self._seen[id(value)] = made
            made.extend(self._all(value, path))
            return made
        node: dict[str, Any] = {}
        self._seen[id(value)] = node
        if kind is dict:
            self._fill_dictionary(node, value, path)
        elif kind is Attributes:
            self._fill_attributes(node, value, path)
        elif kind is set or kind is deque:
            node |= {KIND: kind.__name__, "v": self._all(value, path)}
        elif kind is OrderedDict:
            node |= {KIND: "OrderedDict", "i": self._items(value, path)}
        elif kind is defaultdict:
            factory = self._factory(value.default_factory, path)
            node |= {KIND: "defaultdict", "c": factory, "i": self._items(value, path)}
        elif kind is _LOCK or kind is _RLOCK:
            node[KIND] = "lock" if kind is _LOCK else "rlock"
        elif kind is threading.Event:
            node |= {KIND: "event", "v": value.is_set()}
        elif kind in QUEUES:
            items = self._all(value.queue, path)
            node |= {KIND: "queue", "c": name_of(kind), "v": items}
        else:
            self._fill_instance(node, value, kind, path)
        return node

    def _fill_dictionary(self, node: dict[str, Any], value: dict[Any, Any], path: str) -> None:
        if _TEXT.issuperset(map(type, value)) and value.keys().isdisjoint(MARKS):
            for key, each in value.items():
                is_json = type(each) in _AS_IN_JSON
                node[key] = each if is_json else self.encode(each, f"{path}/{key}")
        else:
            node |= {KIND: "dict", "i": self._items(value, path)}

    def _fill_instance(self, node: dict[str, Any], value: Any, kind: type, path: str) -> None:
        if tree_of := self._trees.get(kind):
            node |= tree_of(value)
            return
        node[KIND] = _listed(kind, path)
        rule = self._rules.get(kind)
        fields = rule(value) if rule else fields_of(value)
        if isinstance(value, dict):
            node["i"] = self._items(value, path)
        elif isinstance(value, list):
            node["l"] = self._all(value, path)
        elif isinstance(value, str):
            node["v"] = str.__str__(value)
        elif isinstance(value, tuple):
            node["t"] = self._all(value, path)
        if fields:
            node["f"] = {
                name: field if type(field) in _AS_IN_JSON else self.encode(field, f"{path}.{name}")
                for name, field in fields.items()
            }

    def _all(self, values: Iterable[Any], path: str) -> list[Any]:
        return [self.encode(each, f"{path}[]") for each in values]

    def _items(self, value: dict[Any, Any], path: str) -> list[list[Any]]:
        return [
            [self.encode(key, path), self.encode(each, f"{path}/{key}")]
            for key, each in dict.items(value)
        ]

    def _factory(self, factory: Any, path: str) -> str | None:
        if factory is None:
            return None
        name = getattr(factory, "__name__", "")
        if _FACTORIES.get(name) is factory:
            return str(name)
        if isinstance(factory, type):
            return _listed(factory, path)
        raise CannotEncodeError(f"{path}: a defaultdict of {factory!r}")


def _one_line(text: str) -> str:
    """Return a text without what a name in it could do to a terminal or a log."""
    return "".join(each if each.isprintable() else "?" for each in text)[:_LONGEST_LINE]


def _listed(kind: type, path: str) -> str:
    name = name_of(kind)
    if name not in ALLOWED:
        raise CannotEncodeError(f"{path}: {name}")
    return name


def fields_of(value: Any) -> dict[str, Any]:
    """Return all fields of an instance, also those in slots."""
    fields = dict(getattr(value, "__dict__", {}))
    for cls in type(value).__mro__:
        slots = cls.__dict__.get("__slots__", ())
        for slot in (slots,) if isinstance(slots, str) else slots:
            if slot not in ("__dict__", "__weakref__") and hasattr(value, slot):
                fields[slot] = getattr(value, slot)
    return fields


def _write_time(value: datetime) -> dict[str, Any]:
    node = {KIND: "time", "v": value.replace(tzinfo=None).isoformat(), "fold": value.fold}
    zone = value.tzinfo
    if isinstance(zone, ZoneInfo):
        return node | {"zone": zone.key}
    if zone is not None:
        return node | {"offset": (zone.utcoffset(value) or timedelta()).total_seconds()}
    return node


def _write_zone(value: timezone) -> dict[str, Any]:
    return {KIND: "offset", "v": value.utcoffset(None).total_seconds()}


def _write_float(value: float) -> Any:
    return value if math.isfinite(value) else {KIND: "float", "v": repr(value)}


_VALUES: dict[type, Callable[[Any], Any]] = {
    float: _write_float,
    ZoneInfo: lambda value: {KIND: "zone", "v": value.key},
    bytes: lambda value: {KIND: "bytes", "v": base64.b64encode(value).decode()},
    datetime: _write_time,
    timedelta: lambda value: {KIND: "duration", "v": value.total_seconds()},
    Decimal: lambda value: {KIND: "decimal", "v": str(value)},
    timezone: _write_zone,
}


def find_class(name: Any) -> type:
    """Return the class that a file names.

    Raises:
        RefusedError: It is not listed, or not a class.
    """
    if not isinstance(name, str):
        raise RefusedError(f"the class {_shown(name)} may not be in a state")
    return _find_class(name)


@lru_cache(maxsize=1024)
def _find_class(name: str) -> type:
    if name not in ALLOWED:
        raise RefusedError(f"the class {_shown(name)} may not be in a state")
    module, _, path = name.partition(":")
    found: Any = importlib.import_module(module)
    for part in path.split("."):
        found = found.__dict__[part]
    if not isinstance(found, type):
        raise RefusedError(f"{_shown(name)} is not a class")
    return found


class StateDecoder:
    """Turns JSON back into objects.

    Args:
        known: What a file may refer to by name.
        content: Returns a content by its name, for sealed parts.
        keeps_names: The contents stay there, so sealed parts keep their names, and are read when
            they are asked for.

    Attributes:
        unread: The sealed parts that were met and not read.
    """

    def __init__(
        self,
        known: Mapping[str, Any] | None = None,
        content: Callable[[str], bytes] | None = None,
        *,
        keeps_names: bool = False,
    ) -> None:
        self._known = known or {}
        self._content = content
        self._keeps_names = keeps_names
        self._made: dict[int, Any] = {}
        self.unread: list[Sealed] = []

    def decode(self, node: Any) -> Any:
        """Return the object that a file describes.

        Raises:
            RefusedError: It is not as an StateEncoder writes it.
        """
        try:
            return self._decode(node)
        except RefusedError:
            raise
        except RecursionError:
            raise RefusedError("it is nested too deeply") from None
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            said = f"{type(error).__name__}: {error}"
            raise RefusedError(f"it is not as a lab writes it ({_shown(said)})") from error

    def _decode(self, node: Any) -> Any:
        if type(node) in _PLAIN:
            return node
        if isinstance(node, list):
            return self._list(node)
        if KIND not in node:
            return self._plain(node)
        kind = node[KIND]
        if reader := _READERS.get(kind):
            return reader(self, node)
        return self._instance(node, find_class(kind))

    def _remember(self, node: dict[str, Any], made: Any) -> Any:
        if NUMBER in node:
            self._made[node[NUMBER]] = made
        return made

    def _plain(self, node: dict[str, Any]) -> dict[Any, Any]:
        made: dict[Any, Any] = self._remember(node, {})
        decode = self._decode
        for key, value in node.items():
            made[key] = value if type(value) in _PLAIN else decode(value)
        made.pop(NUMBER, None)
        return made

    def _list(self, node: list[Any]) -> list[Any]:
        made: list[Any] = []
        if node and isinstance(node[0], dict) and node[0].keys() == {NUMBER}:
            self._made[node[0][NUMBER]] = made
            node = node[1:]
        made.extend(self._each(node))
        return made

    def _all(self, node: dict[str, Any]) -> list[Any]:
        return self._each(node["v"])

    def _each(self, nodes: Iterable[Any]) -> list[Any]:
        decode = self._decode
        return [each if type(each) in _PLAIN else decode(each) for each in nodes]

    def _fill(self, made: Any, items: list[Any]) -> Any:
        for key, value in items:
            dict.__setitem__(made, self._decode(key), self._decode(value))
        return made

    def _instance(self, node: dict[str, Any], cls: type) -> Any:
        kind = _built_in_base(cls)
        if kind is object:
            made: Any = object.__new__(cls)
        elif kind is str:
            made = str.__new__(cls, _of(str, node["v"]))
        elif kind is tuple:
            made = tuple.__new__(cls, self._each(node["t"]))
        elif kind is dict:
            made = dict.__new__(cls)
        else:
            made = list.__new__(cls)
        self._remember(node, made)
        fields = node.get("f", {})
        check_fields(tuple(fields))
        decode, set_field = self._decode, object.__setattr__
        for name, value in fields.items():
            set_field(made, name, value if type(value) in _PLAIN else decode(value))
        if kind is dict:
            self._fill(made, node.get("i", []))
        elif kind is list:
            list.extend(made, self._each(node.get("l", [])))
        return made

    # -- what is not an instance of a listed class ------------------------------------------

    def _read_sealed(self, node: dict[str, Any]) -> Sealed:
        name = _of(str, node["v"])
        if self._content is None:
            raise RefusedError("a sealed part is where none can be")
        if self._keeps_names:
            part = Sealed.unread(name, partial(self._content, name))
            self.unread.append(part)
            return part
        return Sealed(StateDecoder().decode(read_json(self._content(name))))

    def _read_dict(self, node: dict[str, Any]) -> Any:
        return self._fill(self._remember(node, {}), node["i"])

    def _read_ordered(self, node: dict[str, Any]) -> Any:
        made: OrderedDict[Any, Any] = self._remember(node, OrderedDict())
        for key, value in node["i"]:
            made[self._decode(key)] = self._decode(value)
        return made

    def _read_default(self, node: dict[str, Any]) -> Any:
        name = node["c"]
        factory = None if name is None else _FACTORIES.get(name) or find_class(name)
        return self._fill(self._remember(node, defaultdict(factory)), node["i"])

    def _read_set(self, node: dict[str, Any]) -> Any:
        made: set[Any] = self._remember(node, set())
        made.update(self._all(node))
        return made

    def _read_deque(self, node: dict[str, Any]) -> Any:
        made: deque[Any] = self._remember(node, deque())
        made.extend(self._all(node))
        return made

    def _read_queue(self, node: dict[str, Any]) -> Any:
        cls = find_class(node["c"])
        if cls not in QUEUES:
            raise RefusedError(f"{_shown(node['c'])} is not a queue")
        made = self._remember(node, cls())
        made.queue.extend(self._all(node))
        return made

    def _read_enum(self, node: dict[str, Any]) -> Any:
        return _member(node["c"], node["v"])

    def _read_event(self, node: dict[str, Any]) -> Any:
        made = self._remember(node, threading.Event())
        if node["v"]:
            made.set()
        return made

    def _read_lock(self, node: dict[str, Any]) -> Any:
        return self._remember(node, _MADE_ANEW[node[KIND]]())


@lru_cache(maxsize=1024)
def check_fields(names: tuple[str, ...]) -> None:
    """Refuse names that cannot be fields of an instance; most instances have the same ones.

    Raises:
        RefusedError: One cannot be.
    """
    for name in names:
        if not isinstance(name, str) or not name.isidentifier() or name.startswith("__"):
            raise RefusedError(f"{_shown(name)} is not a field")


@lru_cache(maxsize=1024)
def _built_in_base(cls: type) -> type:
    """Return the class of Python that makes the instances of a class."""
    if issubclass(cls, (enum.Enum, queue.Queue)):
        raise RefusedError(f"{_shown(name_of(cls))} is not written so")
    for base in (str, tuple, dict, list):
        if issubclass(cls, base):
            return base
    return object


@lru_cache(maxsize=4096)
def _member(cls_name: Any, name: Any) -> Any:
    """Return a member of an enumeration."""
    cls = find_class(cls_name)
    if not issubclass(cls, enum.Enum):
        raise RefusedError(f"{_shown(cls_name)} is not an enumeration")
    return cls[name]


def write_json(tree: Any, indent: int | None = None) -> bytes:
    """Return what an encoder has made as JSON, in UTF-8.

    pydantic's writer takes a third of the time of Python's own. It refuses what Python's takes: a
    surrogate that stands alone, and deep nesting.

    Args:
        tree: What the encoder has made.
        indent: By how much lines are indented, for people; None writes one line.
    """
    try:
        return to_json(tree, indent=indent)
    except ValueError:
        text = json.dumps(tree, ensure_ascii=False, indent=indent, separators=(",", ":"))
        return text.encode("utf-8", "surrogatepass")


def read_json(text: bytes) -> Any:
    """Read JSON that a lab has written.

    pydantic's parser takes half the time of Python's own. It refuses what Python's takes: a
    surrogate that stands alone, as LocalStack has it when somebody sent one, and deep nesting.

    Raises:
        ValueError: It is not JSON.
        RecursionError: It is nested too deeply.
    """
    try:
        return from_json(text)
    except ValueError:
        return json.loads(text.decode("utf-8", "surrogatepass"))


_PLAIN = _AS_IN_JSON | {float}
"""What stays as JSON has it."""


def _of[T](kind: type[T], value: Any) -> T:
    if type(value) is not kind:
        raise RefusedError(f"{_shown(value)} is not of type {kind.__name__}")
    return value


def _zone(node: dict[str, Any]) -> tzinfo | None:
    if "zone" in node:
        return ZoneInfo(_of(str, node["zone"]))
    if "offset" in node:
        return _offset(node["offset"])
    return None


def _offset(seconds: Any) -> timezone:
    return timezone(timedelta(seconds=seconds)) if seconds else UTC


def _read_time(node: dict[str, Any]) -> datetime:
    naive = datetime.fromisoformat(_of(str, node["v"]))
    return naive.replace(tzinfo=_zone(node), fold=node["fold"])


_READERS: dict[Any, Callable[[StateDecoder, dict[str, Any]], Any]] = {
    "ref": lambda decoder, node: decoder._made[node["v"]],
    "known": lambda decoder, node: decoder._known[node["v"]],
    "sealed": StateDecoder._read_sealed,
    "dict": StateDecoder._read_dict,
    "OrderedDict": StateDecoder._read_ordered,
    "defaultdict": StateDecoder._read_default,
    "set": StateDecoder._read_set,
    "deque": StateDecoder._read_deque,
    "queue": StateDecoder._read_queue,
    "enum": StateDecoder._read_enum,
    "event": StateDecoder._read_event,
    "lock": StateDecoder._read_lock,
    "rlock": StateDecoder._read_lock,
    "tuple": lambda decoder, node: tuple(decoder._all(node)),
    "frozenset": lambda decoder, node: frozenset(decoder._all(node)),
    "bytes": lambda _, node: base64.b64decode(_of(str, node["v"]), validate=True),
    "time": lambda _, node: _read_time(node),
    "duration": lambda _, node: timedelta(seconds=node["v"]),
    "decimal": lambda _, node: Decimal(_of(str, node["v"])),
    "float": lambda _, node: float(_of(str, node["v"])),
    "zone": lambda _, node: ZoneInfo(_of(str, node["v"])),
    "offset": lambda _, node: _offset(node["v"]),
}


def _shown(value: Any) -> str:
    """Return something of a file for an error message: short, and as plain text."""
    return ascii(value[:100] if isinstance(value, str) else value)[:120]
