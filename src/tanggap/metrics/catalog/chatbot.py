"""Figures of a chatbot (family A): quick, solving, cheap, bringing customers back."""

from __future__ import annotations

from typing import Final

import ibis.expr.types as ir

from tanggap.core.instants import HOUR
from tanggap.metrics.declare import Duration, Metric, column, flag, known
from tanggap.metrics.model import Better, Unit
from tanggap.metrics.shapes import Context, Count, Distinct, Mean, Ratio, Saving, Share, Total

_CONVERSATIONS: Final = "conversation_facts"
#: Beside people and their teams the bot's own figures say nothing of them.
_PEOPLE: Final = ("agent", "team")


def _solved_alone(rows: ir.Table, context: Context) -> ir.BooleanValue:
    # What was handed to a person was not solved without one, whether or not a person then said a word.
    bot_kept = (rows.handoffs == 0) & (rows.agent_messages == 0) & (rows.human_requests == 0)
    alone = rows.resolved_at.notnull() & bot_kept
    window = context.settings.measures.days("return_days")
    returned = (rows.next_same_intent_at <= rows.resolved_at + window).fill_null(False)
    return alone & ~returned


def _left(rows: ir.Table, context: Context) -> ir.BooleanValue:
    """Nobody solved it, no person answered, and the customer has been silent for a day, or left."""
    idle = context.settings.measures.idle_hours * HOUR
    silent = rows.abandoned | (rows.last_event_at + idle <= context.as_of)
    return rows.resolved_at.isnull() & (rows.agent_messages == 0) & silent


def _too_young(rows: ir.Table, context: Context) -> ir.BooleanValue:
    """A day to be solved in, and the days to come back in, are not over, whatever has happened so far: if some
    outcomes counted before others, the latest days would always look worse, or better, than those before.
    """
    measures = context.settings.measures
    return rows.opened_at + measures.idle_hours * HOUR + measures.days("return_days") > context.as_of


def _came_back(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return rows.next_order_at <= rows.opened_at + context.settings.measures.days("retention_days")


def _window_open(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return rows.opened_at + context.settings.measures.days("retention_days") > context.as_of


def _bought_again(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return rows.second_order_at <= rows.first_order_at + context.settings.measures.days("retention_days")


def _order_window_open(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return rows.first_order_at + context.settings.measures.days("retention_days") > context.as_of


def _without_conversation(rows: ir.Table, context: Context) -> ir.BooleanValue:
    window = context.settings.measures.days("retention_days")
    return rows.first_order_at.notnull() & (
        rows.first_conversation_at.isnull() | (rows.first_conversation_at > rows.first_order_at + window)
    )


def _words(rows: ir.Table, context: Context) -> ir.NumericValue:
    return rows.customer_messages + rows.bot_messages + rows.agent_messages


def _bot_only(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return rows.bot_involved & (rows.agent_messages == 0)


def _handed_over(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return rows.bot_involved & (rows.agent_messages > 0)


def _agent_only(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return ~rows.bot_involved & (rows.agent_messages > 0)


def _bot_solved(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return _bot_only(rows, context) & _solved_alone(rows, context)


METRICS: Final[tuple[Metric, ...]] = (
    *Duration(
        "bot_response_time", "chatbot", "Waktu respons bot", "Bot response time",
        "Dari pesan pertama pelanggan yang belum dijawab sampai jawaban bot.",
        "From the customer's first unanswered message to the bot's answer.",
        "reply_facts", "asked_at", "reply_time",
        of=lambda rows, context: rows.answered_by == "bot", working=False,
    ).metrics(),
    Metric(
        "bot_resolution_rate", "chatbot", "Diselesaikan bot", "Solved by the bot",
        "Percakapan dengan bot yang selesai tanpa jawaban agen, tanpa permintaan bicara dengan orang, dan tanpa"
        " pelanggan kembali dengan urusan yang sama dalam {return_days} hari ÷ percakapan dengan bot.",
        "Conversations the bot took part in that were resolved with no agent's reply, no request for a person and no"
        " return of the customer with the same intent within {return_days} days ÷ conversations the bot took part in.",
        Unit.SHARE, Better.HIGHER, _CONVERSATIONS, "opened_at",
        Share(_solved_alone, flag("bot_involved"), _too_young), by_all_but=_PEOPLE,
    ),
    Metric(
        "bot_abandonment_rate", "chatbot", "Ditinggalkan saat dengan bot", "Left with the bot",
        "Percakapan dengan bot yang tidak selesai, tidak dijawab agen, dan pelanggannya pergi ÷ percakapan dengan bot.",
        "Conversations the bot took part in that nobody solved and no person answered, and whose customer left ÷"
        " conversations the bot took part in.",
        Unit.SHARE, Better.LOWER, _CONVERSATIONS, "opened_at",
        Share(_left, flag("bot_involved"), _too_young), by_all_but=_PEOPLE,
    ),
    Metric(
        "handoff_rate", "chatbot", "Dialihkan ke orang", "Handed to a person",
        "Percakapan dengan bot yang dialihkan ke orang ÷ percakapan dengan bot.",
        "Conversations the bot took part in that were handed to a person ÷ conversations the bot took part in.",
        Unit.SHARE, Better.LOWER, _CONVERSATIONS, "opened_at",
        Share(known("handed_off_at"), flag("bot_involved")), by_all_but=_PEOPLE,
    ),
    Metric(
        "retention_rate", "chatbot", "Pelanggan kembali membeli", "Customers who came back to buy",
        "Pelanggan yang memesan dalam {retention_days} hari setelah percakapan pertamanya dalam periode ÷"
        " pelanggan dengan percakapan itu. Percakapan yang {retention_days} harinya belum lewat dihitung terpisah.",
        "Customers with an order in the {retention_days} days after their first conversation of the period ÷"
        " customers with such a conversation. Those whose {retention_days} days are not over are counted apart.",
        Unit.SHARE, Better.HIGHER, "first_conversations", "opened_at",
        Share(_came_back, maturing=_window_open),
    ),
    Metric(
        "retention_rate_without_conversation", "chatbot", "Kembali membeli tanpa percakapan",
        "Came back to buy without a conversation",
        "Pembanding: pelanggan tanpa percakapan yang memesan lagi dalam {retention_days} hari setelah pesanan"
        " pertamanya.",
        "For comparison: customers without a conversation who ordered again in the {retention_days} days after"
        " their first order.",
        Unit.SHARE, Better.HIGHER, "customer_facts", "first_order_at",
        Share(_bought_again, _without_conversation, _order_window_open),
    ),
    Metric(
        "interactions", "chatbot", "Percakapan", "Conversations",
        "Jumlah percakapan yang dimulai dalam periode.", "Conversations that began in the period.",
        Unit.COUNT, Better.NEITHER, _CONVERSATIONS, "opened_at", Count(),
    ),
    Metric(
        "customers", "chatbot", "Pelanggan yang menghubungi", "Customers who wrote in",
        "Jumlah pelanggan berbeda dengan percakapan dalam periode.",
        "Different customers with a conversation that began in the period.",
        Unit.COUNT, Better.NEITHER, _CONVERSATIONS, "opened_at", Distinct("customer_id"), headline=False,
    ),
    Metric(
        "messages", "chatbot", "Pesan", "Messages", "Pesan publik pelanggan, bot dan agen.",
        "Public messages of customer, bot and agents.",
        Unit.COUNT, Better.NEITHER, _CONVERSATIONS, "opened_at", Total(_words), headline=False,
    ),
    Metric(
        "messages_per_conversation", "chatbot", "Pesan per percakapan", "Messages per conversation",
        "Pesan publik pelanggan, bot dan agen per percakapan.",
        "Public messages of customer, bot and agents per conversation.",
        Unit.MEAN_COUNT, Better.NEITHER, _CONVERSATIONS, "opened_at",
        Mean(_words), headline=False,
    ),
    Metric(
        "cost_per_interaction", "chatbot", "Biaya per percakapan", "Cost per conversation",
        "(jawaban bot × tarif + menit kerja agen × tarif upah + biaya kanal) ÷ percakapan.",
        "(bot answers × rate + agents' minutes at work × wage rate + channel fees) ÷ conversations.",
        Unit.MONEY, Better.LOWER, _CONVERSATIONS, "opened_at", Mean(column("cost")),
    ),
    Metric(
        "cost_per_bot_only", "chatbot", "Biaya per percakapan: bot saja", "Cost per conversation: bot only",
        "Biaya per percakapan yang hanya dijawab bot.", "Cost per conversation that only the bot answered.",
        Unit.MONEY, Better.LOWER, _CONVERSATIONS, "opened_at", Mean(column("cost"), _bot_only), headline=False,
    ),
    Metric(
        "cost_per_handed_off", "chatbot", "Biaya per percakapan: dialihkan", "Cost per conversation: handed off",
        "Biaya per percakapan yang dijawab bot lalu agen.", "Cost per conversation that bot and agents answered.",
        Unit.MONEY, Better.LOWER, _CONVERSATIONS, "opened_at", Mean(column("cost"), _handed_over), headline=False,
    ),
    Metric(
        "cost_per_agent_only", "chatbot", "Biaya per percakapan: agen saja", "Cost per conversation: agents only",
        "Biaya per percakapan yang hanya dijawab agen.", "Cost per conversation that only agents answered.",
        Unit.MONEY, Better.LOWER, _CONVERSATIONS, "opened_at", Mean(column("cost"), _agent_only), headline=False,
    ),
    Metric(
        "cost_saved_against_people", "chatbot", "Hemat dibanding agen", "Saved against people",
        "Biaya percakapan yang diselesaikan bot seandainya dijawab agen dengan biaya rata-rata agen, dikurangi biaya"
        " sebenarnya. Dalam rincian: rata-rata agen di kelompok yang sama, sehingga kelompok tidak menjumlah ke total.",
        "What conversations solved by the bot would have cost at the agents' own mean cost, less what they did cost."
        " In a break-down: the agents' mean in the same group, so that groups do not add up to the total.",
        Unit.MONEY, Better.HIGHER, _CONVERSATIONS, "opened_at",
        Saving(column("cost"), _bot_solved, _agent_only, _too_young), by_all_but=_PEOPLE,
    ),
    Metric(
        "conversations_per_customer", "chatbot", "Percakapan per pelanggan", "Conversations per customer",
        "Percakapan dalam periode ÷ pelanggan yang memulainya.",
        "Conversations of the period ÷ customers who began them.",
        Unit.MEAN_COUNT, Better.LOWER, "first_conversations", "opened_at",
        Ratio(column("conversations_in_period"), lambda rows, context: rows.conversations_in_period * 0 + 1),
        headline=False,
    ),
)  # fmt: skip
