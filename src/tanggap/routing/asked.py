"""Answers of other systems that nobody waits for: asked in the background, remembered, and used the next time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from threading import Lock
from time import monotonic
from typing import Final, Generic, TypeVar
from urllib.error import URLError
from urllib.request import Request, urlopen

Key = TypeVar("Key", bound=Hashable)
Answer = TypeVar("Answer")

#: Whatever can go wrong between a question and an answer that is understood.
_WRONG: Final = (
    URLError, HTTPException, OSError, ValueError, LookupError, TypeError, ArithmeticError, RecursionError
)  # fmt: skip
_PIECE: Final = 16_384


class Asked(Generic[Key, Answer]):
    """The latest ``kept`` answers by key, and at most ``waiting`` questions on their way.

    ``failures`` counts questions that came to nothing: an address that does not answer, or an answer that is none.
    """

    def __init__(self, name: str, *, kept: int, waiting: int) -> None:
        self.failures = 0
        self._kept, self._waiting = kept, waiting
        self._known: OrderedDict[Key, Answer] = OrderedDict()
        self._asked: set[Key] = set()
        self._closed = False
        self._lock = Lock()
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix=name)

    def known(self, key: Key, ask: Callable[[], Answer] | None = None) -> Answer | None:
        """The answer of before; None where there is none yet, and then ``ask`` is called behind the caller's back."""
        with self._lock:
            answer = self._known.get(key)
            if answer is not None:
                self._known.move_to_end(key)
            elif ask is not None and not self._closed and key not in self._asked and len(self._asked) < self._waiting:
                self._asked.add(key)
                self._threads.submit(self._learn, key, ask)
        return answer

    def close(self, *, wait: bool = False) -> None:
        """Asks nothing more (answers known stay known); ``wait`` for those on their way."""
        with self._lock:
            self._closed = True
        self._threads.shutdown(wait=wait, cancel_futures=not wait)

    def _learn(self, key: Key, ask: Callable[[], Answer]) -> None:
        answer: Answer | None = None
        try:
            answer = ask()
        except _WRONG:
            pass
        finally:  # whatever else went wrong, the question is on its way no more
            self._keep(key, answer)

    def _keep(self, key: Key, answer: Answer | None) -> None:
        with self._lock:
            self._asked.discard(key)
            if answer is None:
                self.failures += 1
                return
            self._known[key] = answer
            while len(self._known) > self._kept:
                self._known.popitem(last=False)


def fetched(request: Request, *, seconds: float, most: int) -> bytes:
    """The body of the answer: at most ``most`` bytes, and none that takes longer than ``seconds`` or is silent so long.

    Raises:
        OSError, HTTPException: there is none, or it takes too long.
    """
    until, body = monotonic() + seconds, b""
    with urlopen(request, timeout=seconds) as response:
        while len(body) < most and (piece := response.read1(min(_PIECE, most - len(body)))):
            body += piece
            if monotonic() > until:
                raise TimeoutError("the answer takes too long")
    return body
