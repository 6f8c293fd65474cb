"""The catalog holds what it promises: every key of METRICS, words in two languages, one meaning a key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tanggap.core.errors import SettingsError, UnknownMetricError
from tanggap.core.settings import Measures, Settings
from tanggap.metrics.catalog import catalog, chosen
from tanggap.metrics.declare import BREAKDOWNS
from tanggap.metrics.model import Better, Unit
from tanggap.metrics.shapes import Share, Stock, WeightedShare

#: The keys of METRICS, family by family, with the side figures it names.
METRICS = {
    "chatbot": (
        "bot_response_time bot_response_time_mean bot_response_time_p90 bot_resolution_rate bot_abandonment_rate"
        " retention_rate retention_rate_without_conversation interactions customers messages conversations_per_customer"
        " messages_per_conversation handoff_rate cost_per_interaction cost_per_bot_only cost_per_handed_off"
        " cost_per_agent_only cost_saved_against_people"
    ),
    "ticket": (
        "first_response_time first_human_response_time reply_time reply_time_median reply_time_p90 interaction_time"
        " interaction_time_per_customer resolution_time first_resolution_time active_resolution_time open_tickets"
        " resolved_tickets created_tickets resolved_to_created overdue_tickets due_soon sla_met_rate escalation_rate"
        " resolution_rate agent_resolution_rate tickets_handled tickets_replied reopen_rate first_contact_resolution"
        " transfers messages_to_resolve repeated_questions human_request_honoured human_wait queue_wait"
        " abandonment_rate service_level handle_time occupancy"
    ),
    "survey": "csat ces nps response_rate csat_response_rate ces_response_rate nps_response_rate",
    "shop": (
        "negative_feedback_rate positive_review_rate reviews repeat_sales repeat_orders repeat_sales_value"
        " cross_sell_rate up_sell_rate cross_sell_after_service up_sell_after_service attributed_sales"
        " message_answer_rate return_answer_rate order_defect_rate on_time_delivery_rate cancellation_rate"
    ),
    "routing": ("decisions value_per_conversation captured_value minute_price share_to_people exploration_rate"),
}


@pytest.mark.parametrize(("family", "key"), [(family, key) for family, keys in METRICS.items() for key in keys.split()])
def test_every_figure_of_the_list_is_declared_in_its_family(family: str, key: str) -> None:
    assert catalog()[key].family == family


@pytest.mark.parametrize("key", list(catalog()))
def test_a_figure_says_what_it_is_in_both_languages(key: str) -> None:
    metric = catalog()[key]
    for words in (metric.label_id, metric.label_en, metric.definition_id, metric.definition_en):
        assert words.strip() == words != ""
    assert metric.definition_id.endswith(".")
    assert metric.definition_en.endswith(".")
    assert metric.fact in BREAKDOWNS
    assert metric.info.breakdowns == tuple(metric.breakdowns)


@pytest.mark.parametrize("key", [k for k, m in catalog().items() if m.unit is Unit.SHARE])
def test_a_share_has_one_cohort_top_and_bottom(key: str) -> None:
    """Two are ratios of sums, the top of each being part of its bottom: time at work, and value given to people."""
    metric = catalog()[key]
    assert isinstance(metric.shape, Share | WeightedShare) or key in ("occupancy", "captured_value")


def test_stocks_have_no_better_than_fewer() -> None:
    assert {m.better for m in catalog().values() if isinstance(m.shape, Stock)} == {Better.LOWER}


def test_satisfaction_is_weighted_by_stage_only_where_weights_are_set() -> None:
    assert isinstance(catalog(Settings())["csat"].shape, Share)
    assert isinstance(catalog(Settings(csat_weights={"service": 0.0}))["csat"].shape, Share)
    weighted = catalog(Settings(csat_weights={"service": 2.0, "delivery": 1.0}))["csat"].shape
    assert isinstance(weighted, WeightedShare)
    assert weighted.weights == (("delivery", 1.0), ("service", 2.0))


def test_a_family_and_a_key_are_chosen_once() -> None:
    keys = [metric.key for metric in chosen(catalog(), ["csat", "survey"])]
    assert sorted(keys) == sorted(METRICS["survey"].split())
    assert [metric.key for metric in chosen(catalog(), None)] == [k for k, m in catalog().items() if m.headline]


def test_an_unknown_key_is_refused_with_what_is_near() -> None:
    with pytest.raises(UnknownMetricError, match="csta"):
        chosen(catalog(), ["csta"])


OWN = """
from tanggap.metrics.declare import Metric, flag
from tanggap.metrics.model import Better, Unit
from tanggap.metrics.shapes import Share
METRICS = (Metric("{key}", "ours", "Ulang", "Again", "Dibuka lagi.", "Asked again.", Unit.SHARE, Better.LOWER,
                  "conversation_facts", "opened_at", Share(flag("asked_again"))),)
"""


def test_a_shop_adds_figures_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(OWN.format(key="ours"))
    found = catalog(Settings(metrics_files=[str(tmp_path / "own.py")]))
    assert found["ours"].label_en == "Again"
    assert [metric.key for metric in chosen(found, ["ours"])] == ["ours"]


@pytest.mark.parametrize(
    ("text", "word"),
    [(OWN.format(key="csat"), "twice"), ("METRICS = 3", "METRICS"), ("1 / 0", "division"), (None, "not there")],
)
def test_a_wrong_file_of_figures_is_refused(tmp_path: Path, text: str | None, word: str) -> None:
    if text is not None:
        (tmp_path / "own.py").write_text(text)
    with pytest.raises(SettingsError, match=word):
        catalog(Settings(metrics_files=[str(tmp_path / "own.py")]))


def test_definitions_say_the_windows_and_limits_that_are_set() -> None:
    """Every window is another one than by default, and no definition says a default any more."""
    measures = Measures(return_days=3, retention_days=45, attribution_days=5, cross_sell_days=60, due_soon_minutes=15,
                        service_level_seconds=600, survey_days=9)  # fmt: skip
    figures = catalog(Settings(measures=measures, nps_from_one=True))
    for key, words in {
        "bot_resolution_rate": ("3 hari", "3 days"), "first_contact_resolution": ("3 hari", "3 days"),
        "retention_rate": ("45 hari", "45 days"), "cross_sell_rate": ("60 hari", "60 days"),
        "attributed_sales": ("5 hari", "5 days"), "due_soon": ("15 menit", "15 minutes"),
        "service_level": ("600 detik", "600 seconds"), "nps": ("1 sampai 6", "1 to 6, on 1–10"),
        "response_rate": ("9 hari", "9 days"),
    }.items():  # fmt: skip
        assert words[0] in figures[key].definition_id
        assert words[1] in figures[key].definition_en
    for key, metric in figures.items():
        for told in (metric.definition_id, metric.definition_en):
            assert "{" not in told, key
            assert not re.search(r"\b(7|90) (hari|days)|\b60 (menit|minutes)|0–10", told), key
