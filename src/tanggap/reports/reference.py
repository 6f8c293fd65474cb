"""Reference pages written from what is declared: ``python -m tanggap.reports.reference NAME``, of ``PAGES``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from importlib.resources import files

from tanggap.metrics.catalog import catalog
from tanggap.metrics.declare import BREAKDOWNS, Metric
from tanggap.metrics.facts.tables import FACTS
from tanggap.metrics.standing import RULES
from tanggap.records.schema import Table
from tanggap.records.tables import TABLES
from tanggap.records.tables.bookkeeping import MANIFEST
from tanggap.records.tables.events import KINDS
from tanggap.reports.reference_mapping import mapping_page

_FAMILIES = {
    "chatbot": "Chatbots",
    "ticket": "Tickets",
    "survey": "Surveys",
    "shop": "Shops",
}


def metrics_page() -> str:
    """Every figure of the catalog: key, labels, definition, unit, direction, fact and date."""
    lines = [
        "# Figures",
        "",
        "Written from the catalog by `python -m tanggap.reports.reference metrics > docs/METRICS.md`; a test fails if",
        "it is out of date. Every figure carries value, n, 95 % interval, the change against the period before with",
        "an interval of its own, its target if one is set, and the rows behind it (`tanggap rows KEY`). Keys marked *",
        "are the scorecard's; the others are shown when asked for (`tanggap score --metric all`). Money is in the",
        "shop's own currency (`[shop] currency`): rows in another are left out, and counted beside the figure.",
        "",
    ]
    figures = catalog()
    for family in dict.fromkeys(metric.family for metric in figures.values()):
        lines += [f"## {_FAMILIES.get(family, family)}", ""]
        lines += [
            "| key | figure | exactly | unit | better | fact, dated by |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        lines += [_metric_row(metric) for metric in figures.values() if metric.family == family]
        lines.append("")
    lines += ["## Break-downs", "", "| fact | break-downs |", "| --- | --- |"]
    lines += [f"| {fact} | {', '.join(names)} |" for fact, names in BREAKDOWNS.items()]
    return "\n".join(lines) + "\n"


def _metric_row(metric: Metric) -> str:
    star = "*" if metric.headline else ""
    words = f"{metric.label_en} · *{metric.label_id}*"
    exactly = f"{metric.definition_en} · *{metric.definition_id}*"
    dated = f"{metric.fact}, {metric.dated_by}"
    return f"| `{metric.key}`{star} | {words} | {exactly} | {metric.unit} | {metric.better} | {dated} |"


def records_page() -> str:
    """Every table of the lake, canonical and derived, with its columns; and every kind of event."""
    lines = [
        "# Records and facts",
        "",
        "Written from the schemas by `python -m tanggap.reports.reference records > docs/RECORDS.md`; a test fails if",
        "it is out of date. Instants are UTC with microseconds; money is integer minor units and an ISO 4217 currency.",
        "",
        "## Kinds of event",
        "",
        "| kind | what value, duration and detail hold |",
        "| --- | --- |",
        *(f"| `{kind}` | {meaning} |" for kind, (_, meaning) in KINDS.items()),
        "",
        "# Canonical tables",
        "",
        "A unit of work (a chunk of an import, a refresh of the facts) writes several tables. It is seen when it is",
        "whole: who reads the Delta tables with another engine opens the versions that `manifest` names.",
        "",
        *_tables([*TABLES.values(), MANIFEST]),
        "# Facts",
        "",
        *_tables(FACTS.values()),
    ]
    return "\n".join(lines).rstrip() + "\n"


def settings_page() -> str:
    """Every setting, as the commented file that ``tanggap init`` writes explains it; and the rules for sellers."""
    template = (files("tanggap") / "cli" / "settings_template.toml").read_text(encoding="utf-8")
    lines = [
        "# Settings",
        "",
        "Written by `python -m tanggap.reports.reference settings > docs/SETTINGS.md`; a test fails if it is out of",
        "date.",
        "",
        "A lake has one settings file, `tanggap.toml` beside its tables. `tanggap init` writes this one, in which",
        "every setting stands at its default:",
        "",
        "```toml",
        template.rstrip(),
        "```",
        "",
        "## Marketplaces' rules for sellers",
        "",
        "These are known to begin with. A `[[standing]]` block with the same `key` replaces one, another key adds one;",
        "`strict = true` means that reaching the limit already breaks the rule. Limits are shares 0 … 1 or seconds.",
        "",
        "| key | rule | figure | limit | days |",
        "| --- | --- | --- | --- | --- |",
    ]
    for rule in RULES:
        limit = f"{'below or above' if rule.strict else 'at'} {rule.limit:g}"
        lines.append(f"| `{rule.key}` | {rule.label['en']} | `{rule.metric}` | {limit} | {rule.days} |")
    lines += [
        "",
        "```toml",
        "[[standing]]",
        'key = "my_rule"',
        'metric = "on_time_delivery_rate"',
        "limit = 0.95",
        "days = 30",
        'label_id = "Tiba tepat waktu"',
        'label_en = "Delivered on time"',
        "valid_from = 2026-01-01",
        "```",
    ]
    return "\n".join(lines) + "\n"


def _tables(tables: Iterable[Table]) -> Iterator[str]:
    for table in tables:
        yield f"## {table.name}"
        yield ""
        yield f"{table.meaning} Key: {', '.join(f'`{name}`' for name in table.key)}."
        yield ""
        yield "| column | type | null | meaning |"
        yield "| --- | --- | --- | --- |"
        for column in table.columns:
            kind = f"{column.type} ({column.unit})" if column.unit else str(column.type)
            allowed = f" One of {', '.join(column.values)}." if column.values and column.name != "kind" else ""
            null = "may be null" if column.nullable else ""
            yield f"| `{column.name}` | {kind} | {null} | {column.meaning}{allowed} |"
        yield ""


PAGES = {"metrics": metrics_page, "records": records_page, "settings": settings_page, "mapping": mapping_page}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in PAGES:
        sys.exit(f"usage: python -m tanggap.reports.reference {'|'.join(PAGES)}")
    sys.stdout.write(PAGES[sys.argv[1]]())
