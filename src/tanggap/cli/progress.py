"""Progress of long work, on standard error and only where a person looks on."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

T = TypeVar("T")


class Meter:
    """One line of progress: what is done, which share of it, for how long."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=None, start=True, note="")

    def at(self, label: str, done: int = 0, total: int | None = None, note: str = "") -> None:
        """Shows ``label`` with ``done`` of ``total``, and a ``note``; without a total the bar only moves."""
        self._progress.update(self._task, description=label, completed=done, total=total, note=note)


class ReadShare:
    """How much of some files has been read, by a reader that may go through them more than once.

    Called with a file and how many bytes of it have been read; ``done`` is the sum of the present round, in which each
    file counts once. A file that is begun again after it was read to its end begins another round.
    """

    def __init__(self, sizes: Mapping[Path, int]) -> None:
        self.total = sum(sizes.values())
        self._sizes = sizes
        self._read: dict[Path, int] = {}

    def __call__(self, path: Path, read: int) -> None:
        before = self._read.get(path, 0)
        if read < before and before >= self._sizes.get(path, 0):
            self._read.clear()
        self._read[path] = read

    @property
    def done(self) -> int:
        """Bytes read in this round."""
        return sum(self._read.values())


@contextmanager
def meter(console: Console) -> Iterator[Meter]:
    """A meter that goes away when the work is done; silent where standard error is no terminal."""
    columns = (
        SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(bar_width=24),
        TaskProgressColumn("{task.percentage:>3.0f} %", markup=False), TextColumn("{task.fields[note]}", markup=False),
        TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield Meter(progress)


class Stoppable:
    """Lets Ctrl-C end work between two pieces, never within the writing of one.

    While a piece is read or made, Ctrl-C ends it at once (nothing of it is written yet). While it is being written,
    the first Ctrl-C waits for the end of the piece; a second one stops at once, which is safe too, only wasteful.
    """

    def __init__(self, on_wait: Callable[[], None]) -> None:
        self._on_wait = on_wait
        self._writing = False
        self._asked = False
        self._ending = False

    def __enter__(self) -> Stoppable:
        self._main = threading.current_thread() is threading.main_thread()
        if self._main:
            self._before = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(self, *_: object) -> None:
        if self._main:
            signal.signal(signal.SIGINT, self._before)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        if self._ending:
            return  # it is on its way out, and what it closes on that way is not to be interrupted
        if not self._writing or self._asked:
            self._ending = True
            raise KeyboardInterrupt
        self._asked = True
        self._on_wait()

    def pieces(self, made: Iterable[T]) -> Iterator[T]:
        """The same pieces; ends with KeyboardInterrupt after the one during which Ctrl-C was pressed."""
        for piece in made:
            self._writing = True
            yield piece
            self._writing = False
            if self._asked:
                self._ending = True
                raise KeyboardInterrupt


def waiting_note(console: Console, text: str) -> Callable[[], None]:
    """Tells that the piece at hand is finished first."""
    return lambda: console.print(Text(text))
