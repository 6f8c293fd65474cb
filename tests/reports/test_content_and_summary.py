"""What a report says before any markup."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import factory

from tanggap.core.periods import days_period
from tanggap.metrics.model import MetricInfo, Scorecard, Status
from tanggap.reports.content import group_name, ordered_groups, partial_buckets, trend_buckets, trend_cells
from tanggap.reports.figures import figure
from tanggap.reports.plots import comparable_cells, pick
from tanggap.reports.summary import summarise
from tanggap.reports.view import group_tables


def info(key: str) -> MetricInfo:
    return next(info for info in factory.infos() if info.key == key)


def keys(card: Scorecard) -> list[str]:
    return [metric.key for metric in card.metrics]


def test_the_summary_mentions_only_what_chance_does_not_explain() -> None:
    summary = summarise(factory.report("en"))
    worse, better, missed = summary.blocks
    assert {line.key for line in worse.sentences} == {"sla_met_rate", "first_response_time_p90"}
    assert "csat" in {line.key for line in better.sentences}
    assert "nps" not in {line.key for block in (worse, better) for line in block.sentences}
    assert [line.key for line in missed.sentences][:2] == ["first_response_time", "first_response_time_p90"]


def test_the_summary_says_fell_of_what_fell() -> None:
    worse = summarise(factory.report("en")).blocks[0]
    line = next(line for line in worse.sentences if line.key == "sla_met_rate")
    assert line.text.replace("\u00a0", " ") == "fell from 92.8 % to 91.3 %"
    assert line.note == "−1.5 pts (−1.9 to −1.1)"


def test_a_missing_week_stays_a_gap() -> None:
    cells = trend_cells(factory.weekly(gap=5), "csat")
    assert len(cells) == 14
    assert [index for index, cell in enumerate(cells) if cell is None] == [5]


def test_a_first_bucket_named_by_its_week_is_found() -> None:
    card = factory.weekly()
    first = trend_buckets(card)[0]
    before = first.start - 3 * 86_400_000_000  # the week began in the year before
    cells = [replace(cell, bucket=before) if cell.bucket == first.start else cell for cell in card.cells]
    assert trend_cells(replace(card, cells=cells), "csat")[0] is not None


def test_half_a_weeks_count_is_not_drawn_beside_whole_ones() -> None:
    card = factory.weekly()
    cut = partial_buckets(card)
    assert cut == [True, *[False] * 12, True], "1 January and 31 March 2026 lie within a week"
    created = comparable_cells(card, info("created_tickets"))
    assert created[0] is None
    assert created[-1] is None
    assert comparable_cells(card, info("csat"))[0] is not None
    assert comparable_cells(card, info("open_tickets"))[0] is not None, "a stock is whole at any instant"
    whole = replace(card, period=days_period(date(2026, 1, 5), date(2026, 1, 18), factory.ZONE))
    assert partial_buckets(whole) == [False, False]


def test_groups_are_named_by_name_catalogue_or_as_they_stand() -> None:
    assert group_name({"agent": "a1"}, "en", factory.NAMES) == "Sari Wulandari"
    assert group_name({"channel": "email"}, "id") == "Surel"
    assert group_name({"channel": "carrier pigeon"}, "id") == "carrier pigeon"
    assert group_name({"channel": None}, "id") == "tidak diketahui"
    assert group_name({"agent": None}, "id") == "tanpa agen", "nobody had it: that is known"


def test_agents_are_in_alphabetical_order_and_the_unknown_last() -> None:
    names = [group_name(group, "en", factory.NAMES)
             for group in ordered_groups(factory.report().by["agent"], "en", factory.NAMES)]  # fmt: skip
    assert names[:-1] == sorted(names[:-1], key=str.casefold)
    assert names[-1] == "no agent"


def test_wide_break_downs_are_cut_into_tables_that_all_show_the_whole() -> None:
    tables = group_tables(factory.report("en"), "agent", columns=5)
    assert [len(table.columns) for table in tables] == [5, 5, 5], "twelve groups in three tables of four"
    assert all(table.columns[0] == "Overall" for table in tables)
    assert sum(len(table.columns) - 1 for table in tables) == len(factory.AGENTS)


def test_a_break_down_leaves_out_what_none_of_its_groups_has() -> None:
    report = factory.report("en")
    card = report.by["team"]
    gone = [replace(one, value=None, n=0, status=Status.NO_DATA) if one.metric.startswith("bot_") else one
            for one in card.cells]  # fmt: skip
    one_left = [replace(one, value=None, n=0, status=Status.NO_DATA)
                if one.metric == "csat" and one.by["team"] != "Pesanan" else one for one in gone]  # fmt: skip
    (table,) = group_tables(replace(report, by={"team": replace(card, cells=one_left)}), "team")
    shown = {row.key: row for _, rows in table.sections for row in rows}
    assert not [key for key in shown if key.startswith("bot_")]
    assert [cell.value for cell in shown["csat"].cells].count("no data") == 2


def test_a_figure_carries_everything_a_reader_needs() -> None:
    report = factory.report("id")
    text = figure(report.overall.cell("sla_met_rate"), info("sla_met_rate"), report.formats)
    assert text.value.replace("\u00a0", " ") == "91,3 %"
    assert text.interval == "91,0–91,6"
    assert text.n == "34.120"
    assert text.target.replace("\u00a0", " ") == "≥ 95 %"
    assert text.target_word == "meleset"
    assert (text.sign, text.verdict) == ("▼", "memburuk")
    assert text.maturing == "841"


def test_a_figure_that_was_not_counted_at_all_is_no_data() -> None:
    text = figure(None, info("csat"), factory.report("en").formats)
    assert (text.value, text.has_data, text.change, text.target) == ("no data", False, "", "")


def test_where_no_target_is_set_none_is_said_to_be_met() -> None:
    report = factory.report("en")
    assert "Off target: 6 figures." in summarise(report).opening
    bare = replace(report.overall, cells=[replace(one, target=None, on_target=None) for one in report.overall.cells])
    told = summarise(replace(report, overall=bare))
    assert "target" not in told.opening
    assert "No target is set" in told.blocks[-1].nothing


def test_the_opening_counts_as_people_do() -> None:
    report = factory.report("en")
    still = [replace(one, changed=False) for one in report.overall.cells]
    held = replace(report, overall=replace(report.overall, cells=still))
    assert summarise(held).opening.startswith("No figure got better or worse by more than chance. Off target")
    moved = [replace(one, changed=one.metric == "csat") for one in report.overall.cells]
    one = replace(report, overall=replace(report.overall, cells=moved))
    assert summarise(one).opening.startswith("1 figure got better and 0 got worse")


def test_what_a_figure_of_money_leaves_out_stands_beside_it_also_where_nothing_is_left() -> None:
    formats = factory.report("en").formats
    known = factory.overall().cell("cost_per_interaction")
    assert known is not None
    assert figure(replace(known, foreign=12), info("cost_per_interaction"), formats).foreign == "12"
    nothing = replace(known, value=None, n=0, status=Status.NO_DATA, foreign=12)
    assert figure(nothing, info("cost_per_interaction"), formats).interval == "12 in another currency left out"


def test_pick_finds_a_figure_by_its_statistic_too() -> None:
    median = replace(info("resolution_time"), key="resolution_time_median")
    assert pick([median, info("csat")], ("csat", "resolution_time", "nps")) == [info("csat"), median]


def test_a_figure_that_only_a_break_down_shows_is_held_against_the_whole() -> None:
    """Without it the whole read "no data" beside agents that have some, and no agent could differ from it."""
    full = factory.report("en")

    def only(*, csat: bool) -> Scorecard:
        return replace(
            full.overall, metrics=[m for m in full.overall.metrics if (m.key == "csat") == csat],
            cells=[cell for cell in full.overall.cells if (cell.metric == "csat") == csat],
        )  # fmt: skip

    def whole(beside: Scorecard | None) -> str:
        made = replace(full, overall=only(csat=False), beside=beside)
        rows = [row for table in group_tables(made, "agent") for _, section in table.sections for row in section]
        return next(row.cells[0].value for row in rows if row.key == "csat")

    assert whole(None) == "no data"
    told = figure(full.overall.cell("csat"), info("csat"), full.formats)
    assert whole(only(csat=True)) == told.value
