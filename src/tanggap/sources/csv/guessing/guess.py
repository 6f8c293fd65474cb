"""Writes the text of a guessed mapping."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import pyarrow as pa

from tanggap.sources.base import ReadOptions
from tanggap.sources.csv.chunks import whole
from tanggap.sources.csv.files import sniff
from tanggap.sources.csv.guessing.answers import in_words, numbered, worth
from tanggap.sources.csv.guessing.choose import Choice, Reading, choose, further_questions
from tanggap.sources.csv.guessing.head import Head, head_of
from tanggap.sources.csv.guessing.headings import SHEETS, plain
from tanggap.sources.csv.guessing.profile import Profile, profile, short
from tanggap.sources.csv.guessing.questions import asked
from tanggap.sources.csv.guessing.sayings import say
from tanggap.sources.csv.guessing.words import OPEN, vocabulary
from tanggap.sources.csv.heads import first_rows
from tanggap.sources.csv.jsonlines import top_level
from tanggap.sources.csv.mapping import Feed, FileShape
from tanggap.sources.csv.nothing import says_nothing
from tanggap.sources.csv.sheets import sheets_of
from tanggap.sources.csv.source import read_chunks

_MOST_CHUNKS: Final = 20
_CLOSE_CALL: Final = 0.8
_DASHES: Final = "-–—"
_MANY: Final = 0.2
_MANY_ROWS: Final = 9


@dataclass(frozen=True)
class GuessedMapping:
    """A mapping to be checked by a person: its ``text`` (TOML with comments), the kind, and what is unsure of it."""

    text: str
    kind: str
    unsure: tuple[str, ...] = field(default=())


def guess(path: Path, options: ReadOptions, language: str = "en") -> GuessedMapping:
    """Looks at the headings and values of ``path`` and writes a mapping for it, commented in ``language``.

    Every column has a comment that says what it seems to be and how sure that is; a required field nothing was
    found for is left for the reader to fill in (the mapping is refused until then).

    Raises:
        InputError: the file cannot be read, or is no table.
    """
    head = head_of(first_rows(path, FileShape()))
    shape = FileShape(skip_rows=head.skip_rows, header=head.header)
    table = _table(path, shape)
    profiles = _profiles(table)
    commas = sum(p.decimal == "," for p in profiles)
    if commas > sum(p.decimal == "." for p in profiles) and sniff(path) in ("workbook", "parquet"):
        # Typed cells are written with the mapping's sign: the guess must see them as the reader will.
        profiles = _profiles(_table(path, replace(shape, decimal=",")))
    readings = choose(profiles)
    sheets = sheets_of(path) if sniff(path) == "workbook" else []
    writer = _Writer(profiles, readings, options, language, sheets, head)
    writer.look_for_repeats(table)
    return writer.write()


def _table(path: Path, shape: FileShape) -> pa.Table:
    names = tuple(top_level(path, shape)) if sniff(path) == "jsonl" else ()
    feed = Feed("events", {name: (name,) for name in names}, {}, {})
    chunks = itertools.islice(read_chunks(path, shape, feed), _MOST_CHUNKS)
    return whole(chunks).table


def _profiles(table: pa.Table) -> list[Profile]:
    columns = ((name, table.column(name)) for name in table.column_names)
    return [profile(name, pa.concat_arrays(column.chunks or [pa.array([], column.type)])) for name, column in columns]


class _Writer:
    """The guessed mapping, section by section."""

    def __init__(
        self, profiles: Sequence[Profile], readings: Sequence[Reading], options: ReadOptions, language: str,
        sheets: Sequence[str], head: Head,
    ) -> None:  # fmt: skip
        self.by_heading = {p.heading: p for p in profiles}
        self.best: Reading = readings[0]
        self.options, self.language, self.sheets, self.head = options, language, sheets, head
        self.unsure: list[str] = []
        if len(sheets) > 1:
            self._doubt("sheets", others=", ".join(map(repr, sheets[1:])))
        if len(readings) > 1 and readings[1].total > _CLOSE_CALL * self.best.total:
            self._doubt("kind", other=readings[1].kind)
        for name in self.best.lacking:
            self._doubt("lacking", name=name)
        self.used = {heading for choice in self.best.choices.values() for heading in choice.headings}

    def _say(self, key: str, **values: object) -> str:
        return say(key, self.language, **values)

    def _doubt(self, key: str, **values: object) -> None:
        self.unsure.append(self._say(f"doubt.{key}", **values))

    def write(self) -> GuessedMapping:
        """The whole text."""
        further = self._further_questions()
        sections = [self._file(), self._columns(), self._constants(), self._values()]
        if self.best.kind == "events" and "kind" in self.best.choices:
            sections.append(["[derive]", f"opened = true   # {self._say('first_row_opens')}"])
        sections += further
        head = [f"# {self._say('guess', meaning=self._say(f'kind.{self.best.kind}'))}", f"# {self._say('page')}"]
        head += [_one_line(f"# {self._say('unsure')}: {doubt}") for doubt in self.unsure]
        text = "\n\n".join("\n".join(lines) for lines in [head, *sections] if lines) + "\n"
        return GuessedMapping(text, self.best.kind, tuple(self.unsure))

    def _file(self) -> list[str]:
        lines = ["[file]", f"kind = {_quoted(self.best.kind)}   # {self._say(f'kind.{self.best.kind}')}"]
        if len(self.sheets) > 1:
            lines.append(f"sheet = {_quoted(self.sheets[0])}   # {self._say('sheet')}")
        lines += self._above()
        timezone = self.options.timezone
        lines.append(f"timezone = {_quoted(timezone)}   # {self._say('timezone')}")
        instants = [p for p in self._chosen() if p.style]
        styles = {p.style for p in instants}
        style = next((s for s in ("dmy", "mdy", "yymmdd", "excel", "epoch_ms", "epoch", "ymd") if s in styles), "")
        if "named" in styles and not style:
            lines.append(f'date_format = "auto"   # {self._say("date.named")}')
        elif style:
            proof = self._style_proof(instants, style)
            lines.append(f"date_format = {_quoted(style)}   # {proof}")
        lines += self._numbers()
        lines += self._durations()
        lines += self._missing()
        zeros = [p.heading for p in self._chosen() if p.point_zero and not p.style]
        if zeros:
            lines.append(f"integers = [{', '.join(map(_quoted, zeros))}]   # {self._say('point_zero')}")
        return lines

    def _above(self) -> list[str]:
        """What stands above the rows: titles, and the first of two rows of headings."""
        head = self.head
        if head.unsure:
            self._doubt("first_row", line=head.line)
        if head.upper:
            key = "two_rows" if head.header else "groups_of_columns"
            self._doubt(key, above=head.line - 1, line=head.line, shown=", ".join(map(repr, head.upper[:3])))
        if not head.skip_rows:
            return []
        key, shown = ("both_rows", "") if head.header else ("titles", ", ".join(map(repr, head.titles or head.upper)))
        lines = [_one_line(f"skip_rows = {head.skip_rows}   # {self._say(key, shown=short(shown, 80))}")]
        if head.header:
            names = ", ".join(map(_quoted, head.header))
            lines.append(_one_line(f"header = [{names}]   # {self._say('joined_headings')}"))
        return lines

    def _missing(self) -> list[str]:
        """What is written for nothing in columns of dates and numbers, and counts as nothing in every column."""
        nothing = list(dict.fromkeys(text for p in self._chosen() for text in p.nothing))
        for amounts in self._amounts():
            if dash := next((text for text in amounts.nothing if text[-1] in _DASHES), ""):
                name = next(name for name, c in self.best.choices.items() if amounts.heading in c.headings)
                self._doubt("dash", value=_quoted(dash), column=repr(amounts.heading), name=name)
        told = self._say("missing", columns=", ".join(repr(p.heading) for p in self._chosen() if p.nothing))
        return [_one_line(f"missing = [{', '.join(map(_quoted, nothing))}]   # {told}")] if nothing else []

    def _chosen(self) -> list[Profile]:
        return [profile for heading, profile in self.by_heading.items() if heading in self.used]

    def _style_proof(self, instants: Sequence[Profile], style: str) -> str:
        if len({p.style for p in instants} & {"dmy", "mdy"}) > 1:
            self._doubt("mixed_dates")
        doubtful = [p.heading for p in instants if p.style == style and p.unsure]
        if doubtful and not any(p.style == style and not p.unsure for p in instants):
            self._doubt("day_or_month", columns=", ".join(doubtful))
            return self._say("date.either")
        return self._say(f"date.{style if style in ('dmy', 'mdy') else 'written'}")

    def _numbers(self) -> list[str]:
        numeric = [p for p in self._chosen() if p.number and not p.style]
        signs = [p.decimal for p in numeric if p.decimal]
        grouped = [p for p in self._amounts() if p.grouping and not p.decimal]
        lines = []
        if signs:
            sign = max(set(signs), key=signs.count)
            lines.append(f"decimal = {_quoted(sign)}   # {'1.250.000,50' if sign == ',' else '1,250,000.50'}")
        elif grouped:
            group = grouped[0].grouping
            self._doubt("groups", sign=repr(group), column=repr(grouped[0].heading))
            told = self._say("decimal.groups", sign=repr(group))
            lines.append(f'decimal = "{"," if group == "." else "."}"   # {told}')
        elif any(not p.whole for p in numeric):
            self._doubt("decimal")
            lines.append(f'decimal = "."   # {self._say("decimal.nothing")}')
        if len({*signs, *("," if p.grouping == "." else "." for p in grouped)}) > 1:
            self._doubt("decimals_differ")
        currencies = [p.currency for p in numeric if p.currency]
        if self.best.kind in ("orders", "order_lines"):
            currency = currencies[0] if currencies else self.options.currency
            proof = self._say("currency.seen" if currencies else "currency.yours")
            lines.append(f"currency = {_quoted(currency)}   # {proof}")
        return lines

    def _durations(self) -> list[str]:
        """Which two parts a duration has: those of a column in which others have three are minutes and seconds."""
        fields = SHEETS[self.best.kind]
        clocks = [self.by_heading[c.headings[0]] for name, c in self.best.choices.items()
                  if name in fields and fields[name].wants == "duration"]  # fmt: skip
        clocks = [p for p in clocks if 2 in p.clock_parts]
        if not clocks:
            return []
        proved = any(3 in p.clock_parts for p in clocks)
        if not proved:
            self._doubt("clock", columns=", ".join(p.heading for p in clocks))
        return [f'duration_clock = "mm:ss"   # {self._say("clock.proved" if proved else "clock.either")}']

    def _amounts(self) -> list[Profile]:
        fields = SHEETS[self.best.kind]
        money = {
            c.headings[0] for name, c in self.best.choices.items() if name in fields and fields[name].wants == "money"
        }
        return [profile for profile in self._chosen() if profile.heading in money]

    def _columns(self) -> list[str]:
        self._look_at_ids()
        lines = ["[columns]"]
        for name, choice in self.best.choices.items():
            says = "; ".join(self.by_heading[heading].says(self.language) for heading in choice.headings)
            lines.append(f"{name} = {_headings(choice)}   # {self._sure(name, choice)}: {says}")
        closed = self.best.choices.get("closed_at")
        if self.best.kind == "tickets" and closed and "resolved_at" not in self.best.choices:
            self._doubt("closed")
            lines.append(f"resolved_at = {_quoted(closed.headings[0])}   # {self._say('closed_is_solved')}")
        lines += [f'# {name} = "?"   # {self._say("needed")}' for name in self.best.lacking]
        lines += [
            f"# {self._say('not_used')}: {_quoted(heading)}   # {profile.says(self.language)}"
            for heading, profile in self.by_heading.items()
            if heading not in self.used
        ]
        return [_one_line(line) for line in lines]

    def look_for_repeats(self, table: pa.Table) -> None:
        """Doubts whether rows without an id of their own that are alike in what makes one are one."""
        own = {"surveys": "survey_id", "reviews": "review_id"}.get(self.best.kind)
        choices = self.best.choices
        if own is None or own in choices or self.best.lacking:
            return
        makes = list(choices)
        if own == "survey_id" and {"conversation_id", "customer_id"} & set(choices):
            makes = [name for name in ("conversation_id", "customer_id", "sent_at", "answered_at") if name in choices]
        headings = list(dict.fromkeys(heading for name in makes for heading in choices[name].headings))
        alike = table.num_rows - table.group_by(headings).aggregate([]).num_rows
        if alike:
            self._doubt("alike", n=alike, of=table.num_rows, columns=", ".join(map(repr, headings)), name=own)

    def _look_at_ids(self) -> None:
        """Ids that repeat where each row should have its own, or that one value stands for many of."""
        own = {"tickets": "conversation_id", "calls": "conversation_id", "orders": "order_id"}.get(self.best.kind)
        for name, choice in self.best.choices.items():
            seen = self.by_heading[choice.headings[0]]
            if name == own and seen.distinct < seen.count:
                self._doubt("repeats", column=repr(seen.heading), distinct=seen.distinct, count=seen.count)
            elif name == "customer_id" and seen.count and seen.common[0][1] > max(seen.count * _MANY, _MANY_ROWS):
                self._doubt("nobody", value=repr(seen.common[0][0]), column=repr(seen.heading))

    def _sure(self, name: str, choice: Choice) -> str:
        doubt = choice.doubt.of(self.language) if choice.doubt else ""
        if doubt:
            self.unsure.append(f"{name}: {doubt}")
        elif choice.sure != "sure":
            self._doubt("column", column=repr(choice.headings[0]), name=name)
        return self._say(choice.sure) + (f" ({doubt})" if doubt else "")

    def _constants(self) -> list[str]:
        score = self.best.choices.get("score")
        if score is None or self.best.kind not in ("surveys", "tickets"):
            return []
        field_name = "kind" if self.best.kind == "surveys" else "survey_kind"
        return ["[constants]", *self._scale(self.by_heading[score.headings[0]], field_name)]

    def _scale(self, seen: Profile, field_name: str) -> list[str]:
        found = asked(seen, tuple(self.by_heading))
        if not found.named:
            self._doubt("score", kind=found.kind, low=found.low, high=found.high)
        told = self._say("score.named" if found.named else "score.range")
        scale = [f'scale_low = "{found.low}"', f'scale_high = "{found.high}"']
        return [f'{field_name} = "{found.kind}"   # {told}', *scale]

    def _values(self) -> list[str]:
        lines: list[str] = []
        for name, choice in self.best.choices.items():
            profile = self.by_heading[choice.headings[0]]
            if len(choice.headings) > 1 or not profile.words:
                continue
            lines += self._answers(f"values.{name}", name, profile) or self._closed(name, profile)
        return lines[1:]

    def _closed(self, name: str, profile: Profile) -> list[str]:
        known = vocabulary(self.best.kind, name)
        if known is None:
            return []
        told = [self._value(name, value, count, known.get(plain(value))) for value, count in profile.common]
        return ["", f"[values.{name}]", *told]

    def _answers(self, section: str, name: str, profile: Profile) -> list[str]:
        """What answers in words are worth; nothing of a column of numbers."""
        answers = [value for value, _ in profile.common]
        if name not in ("score", "stars") or profile.number or not in_words(answers):
            return []
        points = worth(answers)
        told = "answers.numbered"
        if not any(numbered(answer) for answer in answers):
            told = "answers.words"
            self._doubt("answers", column=repr(profile.heading))
        best_first = sorted(profile.common, key=lambda pair: -points.get(pair[0], -1))
        meant = [self._value(name, value, count, str(points[value]) if value in points else None)
                 for value, count in best_first]  # fmt: skip
        return ["", f"[{section}]   # {self._say(told)}", *meant]

    def _further_questions(self) -> list[list[str]]:
        """What else a form asks: another kind of question is read too, another of the same kind is only told."""
        score = self.best.choices.get("score")
        if self.best.kind != "surveys" or score is None:
            return []
        kinds, sections = {asked(self.by_heading[score.headings[0]], tuple(self.by_heading)).kind}, []
        for seen in further_questions(self.by_heading.values(), self.used):
            kind = asked(seen, ()).kind
            if kind in kinds:
                self._doubt("same_question", column=repr(seen.heading), kind=kind)
                continue
            kinds.add(kind)
            self.used.add(seen.heading)
            shared = [f"{name} = {_headings(choice)}" for name, choice in self.best.choices.items()
                      if name not in ("score", "comment")]  # fmt: skip
            sections += [
                ["[[also]]", f"kind = {_quoted(self.best.kind)}   # {self._say('also_asked')}"],
                ["[also.columns]", *shared, f"score = {_quoted(seen.heading)}   # {seen.says(self.language)}"],
                ["[also.constants]", *self._scale(seen, "kind")],
                self._answers("also.values.score", "score", seen)[1:],
            ]
        return [[_one_line(line) for line in lines] for lines in sections]

    def _value(self, name: str, value: str, count: int, meant: str | None) -> str:
        rows = self._say("row") if count == 1 else self._say("rows", n=count)
        if meant is None and says_nothing(value):
            meant = ""
        if meant is not None:
            return f"{_quoted(value)} = {_quoted(meant)}   # {rows}"
        self._doubt("value", name=name, value=repr(value), rows=rows)
        if name in OPEN:
            return f"{_quoted(value)} = {_quoted(value)}   # {rows}; {self._say('kept')}"
        return f'# {_quoted(value)} = ""   # {rows}; {self._say("what_is_it")}'


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _headings(choice: Choice) -> str:
    headings = [_quoted(heading) for heading in choice.headings]
    return headings[0] if len(headings) == 1 else f"[{', '.join(headings)}]"


def _one_line(text: str) -> str:
    """A line of TOML whose comment may hold a file's words: no control characters."""
    return "".join(c if c.isprintable() else " " for c in text)
