"""A JSON document (a page of the API, or many) as sections of still undecoded records.

A document that is cut off, or broken somewhere, gives up its complete records before the break; what follows is the
remainder.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from tanggap.core.errors import InputError
from tanggap.sources.zendesk import kinds

_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_PAGE: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LIST: Final = msgspec.json.Decoder(list[msgspec.Raw])
_SPACE: Final = " \t\r\n"


@dataclass(frozen=True)
class Section:
    """The records of one kind, undecoded."""

    kind: str
    raws: Sequence[msgspec.Raw | bytes]


@dataclass
class Document:
    """The sections of a document; ``remainder`` is (line, reason, text) of what could not be read."""

    data: bytes
    sections: list[Section] = field(default_factory=list)
    remainder: tuple[int, str, str] | None = None
    _offset: int = 0
    _line: int = 1

    def line_of(self, raw: msgspec.Raw | bytes) -> int:
        """The line a record begins on; cheap when asked in the document's order."""
        text = bytes(raw)
        at = self.data.find(text, self._offset)
        if at < 0:
            self._offset, self._line = 0, 1
            at = max(self.data.find(text), 0)
        self._line += self.data.count(b"\n", self._offset, at)
        self._offset = at
        return self._line


def sections_of(value: object) -> list[tuple[str, list[object]]] | None:
    """The (kind, records) of a decoded page; None if the value is a record itself."""
    if not isinstance(value, dict) or "id" in value:
        return None
    found: list[tuple[str, list[object]]] = []
    for key, part in value.items():
        kind = kinds.KEYS.get(key)
        if kind and isinstance(part, list):
            found.append((kind, part))
        elif kind and isinstance(part, dict):
            found.append((kind, [part]))
    return found or None


def load(data: bytes, name: str, stem: str) -> Document:
    """The document in ``data``. ``stem`` is its file's bare name, which tells what a plain list holds.

    Raises:
        InputError: it is no JSON, or no page of Zendesk's.
    """
    document = Document(data)
    try:
        start = data.lstrip()[:1]
        if start == b"[":
            parts: list[tuple[str, msgspec.Raw]] = [("", msgspec.Raw(data))]
        else:
            parts = list(_PAGE.decode(data).items())
            if "id" in dict(parts):
                parts = [("", msgspec.Raw(data))]
        for key, raw in parts:
            _add(document, key, raw, stem)
    except _UNREADABLE as error:
        document = _salvage(data, name, stem, str(error))
    if not document.sections:
        told = _told_by_zendesk(data)
        if told:
            raise InputError(
                f"an error of Zendesk's in place of a page: {told}", place=name, hint="fetch the page again"
            )
        raise InputError(
            "no page of Zendesk's API", place=name,
            hint=f"a page has one of the keys {', '.join(sorted(kinds.KEYS))}",
        )  # fmt: skip
    return document


def _told_by_zendesk(data: bytes) -> str:
    """What went wrong, if this is what Zendesk answers when something does."""
    try:
        answer = msgspec.json.decode(data)
    except _UNREADABLE:
        return ""
    if not isinstance(answer, dict) or not answer.get("error"):
        return ""
    told = (answer["error"], answer.get("description") or answer.get("message") or "")
    return ": ".join(part if isinstance(part, str) else json.dumps(part) for part in told if part)


def _add(document: Document, key: str, raw: msgspec.Raw, stem: str) -> None:
    start = bytes(memoryview(raw)[:64]).lstrip()[:1]
    if key and key not in kinds.KEYS:
        if kinds.is_unused(key) and start == b"[":
            document.sections.append(Section("unused", []))
        return
    if start == b"[":
        raws: list[msgspec.Raw] = _LIST.decode(raw)
    elif start == b"{":
        raws = [raw]
    else:
        return
    kind = kinds.KEYS[key] if key else _kind_of(raws, stem)
    if kind:
        document.sections.append(Section(kind, raws))


def _kind_of(raws: Sequence[msgspec.Raw | bytes], stem: str) -> str:
    """The kind of a plain list's records: by the first one's shape, else by the file's name."""
    for raw in raws[:1]:
        try:
            shape = kinds.kind_of_shape(_PAGE.decode(raw))
        except _UNREADABLE:
            shape = None
        if shape:
            return shape
    return kinds.KEYS.get(stem, "")


def _salvage(data: bytes, name: str, stem: str, reason: str) -> Document:
    """The complete records of a broken document."""
    document = Document(data)
    text = data.decode("utf-8", "surrogateescape")
    walk = _Walk(text)
    walk.run()
    for key, spans in walk.found:
        raws = [text[start:end].encode("utf-8", "surrogateescape") for start, end in spans]
        kind = kinds.KEYS.get(key, "") if key else _kind_of(raws, stem)
        if kind:
            document.sections.append(Section(kind, raws))
    if not any(section.raws for section in document.sections):
        raise InputError(f"no JSON that can be read: {reason}", place=name, hint="export it again, as UTF-8 JSON")
    rest = text[walk.at :].encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    line = 1 + text.count("\n", 0, walk.at)
    document.remainder = (line, f"the document is cut off or broken here: {reason}", rest)
    return document


class _Walk:
    """Walks a broken document as far as it goes. ``found``: (key, [(start, end)]); ``at``: where it broke."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: list[tuple[str, list[tuple[int, int]]]] = []
        self._scan = json.JSONDecoder().raw_decode

    def run(self) -> None:
        try:
            first = self._next()
            if first == "[":
                self._list("")
            elif first == "{":
                self._object()
        except (ValueError, RecursionError):
            return

    def _next(self) -> str:
        """The next character that is no space; ``at`` stays on it."""
        while self.at < len(self.text) and self.text[self.at] in _SPACE:
            self.at += 1
        return self.text[self.at : self.at + 1]

    def _value(self) -> object:
        self._next()
        value, self.at = self._scan(self.text, self.at)
        return value

    def _object(self) -> None:
        self.at += 1
        while self._next() == '"':
            key = str(self._value())
            if self._next() != ":":
                return
            self.at += 1
            if self._next() == "[":
                self._list(key)
            elif self._next() == "{":
                start = self.at
                self._value()
                self.found.append((key, [(start, self.at)]))
            else:
                self._value()
            if self._next() != ",":
                return
            self.at += 1

    def _list(self, key: str) -> None:
        spans: list[tuple[int, int]] = []
        self.found.append((key, spans))
        self.at += 1
        while self._next() != "]":
            start = self.at
            self._value()
            spans.append((start, self.at))
            if self._next() == ",":
                self.at += 1
            elif self._next() != "]":
                raise ValueError("a list broke off")
        self.at += 1
