"""Figures of tickets (family B): how long customers wait, what stays undone, what was promised and kept."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

from tanggap.core.instants import HOUR, MINUTE, SECOND
from tanggap.metrics.declare import Duration, Metric, column, flag, known
from tanggap.metrics.model import Better, Unit
from tanggap.metrics.shapes import Condition, Context, Count, Distinct, Mean, Ratio, Share, Stock

_CONVERSATIONS: Final = "conversation_facts"
_SLA: Final = "sla_facts"
_SPANS: Final = "span_facts"


def _in_time(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return rows.ended_at <= rows.due_at


def _running(rows: ir.Table, context: Context) -> ir.BooleanValue:
    """Not done, and not due as of now: nobody can know yet. What is done at the last instant known is known."""
    late = (rows.due_at <= context.as_of).fill_null(False)
    return rows.ended_at.isnull() & ~late


def _solved_at_once(rows: ir.Table, context: Context) -> ir.BooleanValue:
    window = context.settings.measures.days("return_days")
    returned = (rows.next_conversation_at <= rows.resolved_at + window).fill_null(False)
    return (rows.agents <= 1) & (rows.reopenings == 0) & ~returned


def _younger(instant: str) -> Condition:
    """The days in which a customer may come back are not over since that instant, whatever has happened so far: if
    some outcomes counted before others, the latest days would always look worse, or better, than those before.
    """
    return lambda rows, context: rows[instant] + context.settings.measures.days("return_days") > context.as_of


def _honoured(rows: ir.Table, context: Context) -> ir.BooleanValue:
    """A person answered; and if a time was promised, by then."""
    answered = rows.human_wait.notnull()
    answered_at = rows.human_requested_at + rows.human_wait
    return answered & (rows.callback_due_at.isnull() | (answered_at <= rows.callback_due_at))


def _may_be_honoured(rows: ir.Table, context: Context) -> ir.BooleanValue:
    """The day in which somebody may answer is not over, whatever has happened so far; or nobody has answered, and
    the time that was promised is still to come.
    """
    promised = rows.human_wait.isnull() & (rows.callback_due_at > context.as_of).fill_null(False)
    return promised | (rows.human_requested_at + context.settings.measures.idle_hours * HOUR > context.as_of)


def _asked_for_person(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return rows.human_requests > 0


def _left_queue(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return rows.abandoned


def _waits(answer: str) -> Condition:
    """Nobody has answered (that is null), and the customer still waits: neither helped without words nor gone."""
    return lambda rows, context: rows[answer].isnull() & rows.resolved_at.isnull() & rows.abandoned_at.isnull()


def _waits_for_person(rows: ir.Table, context: Context) -> ir.BooleanValue:
    """What a bot answers alone waits for nobody."""
    to_come = rows.handed_off_at.notnull() | rows.queued_at.notnull() | ~rows.bot_involved
    return _waits("first_human_response_at")(rows, context) & to_come


def _threshold(context: Context) -> int:
    return context.settings.measures.service_level_seconds * SECOND


def _served_in_time(rows: ir.Table, context: Context) -> ir.BooleanValue:
    return ~rows.abandoned & (rows.queue_wait <= _threshold(context))


def _served_or_left_late(rows: ir.Table, context: Context) -> ir.BooleanValue:
    """Answered, or gone after the threshold: who gives up sooner is not held against the team."""
    return rows.queue_wait.notnull() & (~rows.abandoned | (rows.queue_wait > _threshold(context)))


def _due_since(rows: ir.Table, context: Context) -> ir.IntegerValue:
    """What has no due instant is never overdue: it is not watched."""
    return rows.due_at.notnull().ifelse(rows.started_at, ibis.null("int64"))


def _worked(rows: ir.Table, context: Context) -> ir.BooleanValue:
    """On shift, neither on leave nor sick, on a day that has begun: a plan is no work."""
    return (rows.worked > 0) & (rows.begins_at <= context.as_of)


def _on_shift(rows: ir.Table, context: Context) -> ir.BooleanValue:
    """The shift is not over: what is done in it is not known yet, and all of it would be divided by."""
    return rows.shift_ends_at > context.as_of


def _overdue_from(rows: ir.Table, context: Context) -> ir.IntegerValue:
    return rows.due_at.notnull().ifelse(ibis.greatest(rows.started_at, rows.due_at), ibis.null("int64"))


def _soon_from(rows: ir.Table, context: Context) -> ir.IntegerValue:
    before = context.settings.measures.due_soon_minutes * MINUTE
    return rows.due_at.notnull().ifelse(ibis.greatest(rows.started_at, rows.due_at - before), ibis.null("int64"))


def _soon_until(rows: ir.Table, context: Context) -> ir.IntegerValue:
    return ibis.least(rows.ended_at.fill_null(rows.due_at), rows.due_at)


def _sla(key: str, target: str, label_id: str, label_en: str) -> Metric:
    return Metric(
        key, "ticket", label_id, label_en,
        "Janji yang ditepati ÷ janji yang hasilnya sudah diketahui; terlambat dijawab berarti meleset.",
        "Promises kept ÷ promises whose outcome is known; answered late is missed.",
        Unit.SHARE, Better.HIGHER, _SLA, "started_at",
        Share(_in_time, lambda rows, context: rows.target == target, _running), headline=False,
    )  # fmt: skip


METRICS: Final[tuple[Metric, ...]] = (
    *Duration(
        "first_response_time", "ticket", "Waktu respons pertama", "First response time",
        "Dari pesan pertama pelanggan sampai balasan publik pertama, dari siapa pun. Jika belum ada yang membalas"
        " sebelum dibuka kembali: dari saat dibuka kembali.",
        "From the customer's first message to the first public reply, by whoever gives it. Where nobody had replied"
        " before a reopening: from the reopening.",
        _CONVERSATIONS, "opened_at", "first_response_time",
        maturing=_waits("first_response_at"), by_all_but=("agent",),
    ).metrics(),
    *Duration(
        "first_human_response_time", "ticket", "Jawaban pertama seorang agen", "First answer by a person",
        "Dari yang terakhir di antara dibuka, dialihkan, dibuka kembali, sampai balasan publik pertama agen.",
        "From the latest of opening, hand-off and reopening before it to the first public reply of an agent.",
        _CONVERSATIONS, "opened_at", "first_human_response_time", maturing=_waits_for_person,
    ).metrics(),
    *Duration(
        "reply_time", "ticket", "Waktu respons", "Response time",
        "Tiap giliran pelanggan: dari pesan pertama yang belum dijawab sampai balasan publik berikutnya.",
        "Every turn of the customer: from the first unanswered message to the next public reply.",
        "reply_facts", "asked_at", "reply_time", headline_is_mean=True,
        maturing=lambda rows, context: rows.answered_at.isnull() & rows.resolved_unanswered_at.isnull(),
    ).metrics(),
    *Duration(
        "interaction_time", "ticket", "Lama percakapan", "Length of a conversation",
        "Dari pesan pertama sampai pesan publik terakhir berakhir (telepon: sampai ditutup).",
        "From the first message to the end of the last public message (of a call: to its end).",
        _CONVERSATIONS, "opened_at", "interaction_time", headline_is_mean=True, working=False,
    ).metrics(),
    Metric(
        "interaction_time_per_customer", "ticket", "Lama urusan per pelanggan", "Length of affairs per customer",
        "Jumlah lama urusan seorang pelanggan dalam periode, rata-rata.",
        "A customer's affairs of the period summed up, on average.",
        Unit.SECONDS, Better.LOWER, "first_conversations", "opened_at",
        Mean(column("interaction_in_period"), scale=float(SECOND)), headline=False,
    ),
    *Duration(
        "resolution_time", "ticket", "Waktu penyelesaian (MTTR)", "Time to resolve (MTTR)",
        "Dari dibuka sampai terakhir kali diselesaikan; dihitung pada saat itu.",
        "From opening to the last resolution; dated by that instant.",
        _CONVERSATIONS, "resolved_at", "resolution_time", headline_is_mean=True,
    ).metrics(),
    *Duration(
        "first_resolution_time", "ticket", "Waktu penyelesaian pertama", "Time to first resolution",
        "Dari dibuka sampai pertama kali diselesaikan.", "From opening to the first resolution.",
        _CONVERSATIONS, "first_resolved_at", "first_resolution_time", headline_is_mean=True,
    ).metrics(),
    *Duration(
        "active_resolution_time", "ticket", "Waktu penyelesaian aktif", "Active time to resolve",
        "Waktu penyelesaian tanpa waktu menunggu pelanggan atau ditahan.",
        "Time to resolve without time pending or on hold.",
        _CONVERSATIONS, "resolved_at", "active_resolution_time", headline_is_mean=True,
    ).metrics(),
    Metric(
        "created_tickets", "ticket", "Tiket masuk", "Tickets created",
        "Percakapan yang dibuka dalam periode.", "Conversations opened in the period.",
        Unit.COUNT, Better.NEITHER, _CONVERSATIONS, "opened_at", Count(),
    ),
    Metric(
        "resolved_tickets", "ticket", "Tiket selesai", "Tickets resolved",
        "Percakapan yang selesai dalam periode dan tetap selesai.", "Conversations resolved in the period, for good.",
        Unit.COUNT, Better.NEITHER, _CONVERSATIONS, "resolved_at", Count(),
    ),
    Metric(
        "resolved_to_created", "ticket", "Selesai dibanding masuk", "Resolved to created",
        "Percakapan yang selesai dalam periode ÷ percakapan yang dibuka dalam periode.",
        "Conversations resolved in the period ÷ conversations opened in the period.",
        Unit.MEAN_COUNT, Better.HIGHER, "ticket_flows", "happened_at", Ratio(column("resolved"), column("created")),
        headline=False,
    ),
    Metric(
        "open_tickets", "ticket", "Tiket terbuka", "Open tickets",
        "Percakapan yang belum selesai pada akhir periode.", "Conversations not resolved at the end of the period.",
        Unit.COUNT, Better.LOWER, _SPANS, "started_at", Stock(column("started_at"), column("ended_at")),
    ),
    Metric(
        "overdue_tickets", "ticket", "Lewat jatuh tempo", "Overdue tickets",
        "Percakapan terbuka yang sudah lewat jatuh tempo pada akhir periode.",
        "Open conversations past their due instant at the end of the period.",
        Unit.COUNT, Better.LOWER, _SPANS, "started_at", Stock(_overdue_from, column("ended_at"), since=_due_since),
    ),
    Metric(
        "due_soon", "ticket", "Segera jatuh tempo", "Due soon",
        "Percakapan terbuka yang jatuh tempo dalam {due_soon_minutes} menit setelah akhir periode.",
        "Open conversations due within {due_soon_minutes} minutes after the end of the period.",
        Unit.COUNT, Better.LOWER, _SPANS, "started_at", Stock(_soon_from, _soon_until, since=_due_since),
        headline=False,
    ),
    Metric(
        "sla_met_rate", "ticket", "SLA ditepati", "SLA met",
        "Janji yang ditepati ÷ janji yang hasilnya sudah diketahui; dijawab terlambat berarti meleset, yang masih"
        " terbuka dan lewat tempo juga.",
        "Promises kept ÷ promises whose outcome is known; answered late is missed, and so is still open and past due.",
        Unit.SHARE, Better.HIGHER, _SLA, "started_at", Share(_in_time, maturing=_running),
    ),
    _sla("sla_first_response_rate", "first_response", "SLA respons pertama", "SLA first response"),
    _sla("sla_next_reply_rate", "next_reply", "SLA balasan berikutnya", "SLA next reply"),
    _sla("sla_resolution_rate", "resolution", "SLA penyelesaian", "SLA resolution"),
    Metric(
        "escalation_rate", "ticket", "Dieskalasi", "Escalated",
        "Percakapan yang dieskalasi ÷ percakapan yang dibuka.", "Conversations escalated ÷ conversations opened.",
        Unit.SHARE, Better.LOWER, _CONVERSATIONS, "opened_at", Share(lambda rows, context: rows.escalations > 0),
    ),
    Metric(
        "resolution_rate", "ticket", "Masalah terselesaikan", "Issues resolved",
        "Percakapan yang diselesaikan ÷ percakapan yang diterima. Menurut agen: agent_resolution_rate.",
        "Conversations resolved ÷ conversations received. By agent: agent_resolution_rate.",
        Unit.SHARE, Better.HIGHER, _CONVERSATIONS, "opened_at",
        Share(known("resolved_at"), maturing=_younger("opened_at")), never_by="agent",
    ),
    Metric(
        "agent_resolution_rate", "ticket", "Diselesaikan agen", "Resolved by the agent",
        "Dari percakapan yang pernah dipegang seorang agen: yang selesai saat dipegangnya.",
        "Of the conversations an agent ever held: those resolved while theirs.",
        Unit.SHARE, Better.HIGHER, "holding_facts", "held_from",
        Share(flag("resolved_while_held"), maturing=_younger("held_from")), headline=False, headline_by="agent",
    ),
    Metric(
        "tickets_replied", "ticket", "Tiket dibalas", "Tickets replied to",
        "Percakapan berbeda yang dibalas agen secara publik.", "Different conversations agents replied to publicly.",
        Unit.COUNT, Better.NEITHER, "work_facts", "acted_at", Distinct("conversation_id", flag("is_reply")),
        headline=False,
    ),
    Metric(
        "tickets_handled", "ticket", "Tiket per hari kerja", "Tickets per day worked",
        "Percakapan berbeda yang dibalas seorang agen dalam sehari ÷ hari kerja; cuti dan sakit tidak dihitung.",
        "Different conversations an agent replied to in a day ÷ days worked; leave and sickness are left out.",
        Unit.PER_DAY, Better.NEITHER, "agent_days", "day_at",
        Ratio(column("conversations"), column("worked"), _worked, maturing=_on_shift),
    ),
    Metric(
        "reopen_rate", "ticket", "Dibuka kembali", "Reopened",
        "Percakapan yang dibuka kembali ÷ percakapan yang pernah diselesaikan.",
        "Conversations reopened ÷ conversations ever resolved.",
        Unit.SHARE, Better.LOWER, _CONVERSATIONS, "first_resolved_at",
        Share(lambda rows, context: rows.reopenings > 0, maturing=_younger("first_resolved_at")),
    ),
    Metric(
        "first_contact_resolution", "ticket", "Selesai pada kontak pertama", "Resolved at first contact",
        "Selesai dengan paling banyak satu agen, tidak dibuka kembali, dan pelanggan tidak kembali dalam"
        " {return_days} hari ÷ yang selesai.",
        "Resolved with one agent at most, not reopened, and no return of the customer in {return_days} days ÷"
        " resolved.",
        Unit.SHARE, Better.HIGHER, _CONVERSATIONS, "resolved_at",
        Share(_solved_at_once, maturing=_younger("resolved_at")),
    ),
    Metric(
        "transfers", "ticket", "Perpindahan per percakapan", "Transfers per conversation",
        "Berapa kali percakapan berpindah: dari bot ke orang, dari orang ke orang.",
        "How often a conversation changed hands: bot to person, person to person.",
        Unit.MEAN_COUNT, Better.LOWER, _CONVERSATIONS, "opened_at", Mean(column("transfers")),
    ),
    Metric(
        "messages_to_resolve", "ticket", "Pesan pelanggan sampai selesai", "Customer messages until resolved",
        "Pesan pelanggan sampai percakapan diselesaikan.", "Customer messages until the conversation was resolved.",
        Unit.MEAN_COUNT, Better.LOWER, _CONVERSATIONS, "resolved_at", Mean(column("messages_to_resolve")),
    ),
    Metric(
        "repeated_questions", "ticket", "Ditanya dua kali", "Asked twice",
        "Percakapan yang dialihkan di mana agen menanyakan hal yang sudah diketahui ÷ percakapan yang dialihkan.",
        "Handed-off conversations in which the agent asked for a fact the hand-off already held ÷ handed-off"
        " conversations.",
        Unit.SHARE, Better.LOWER, _CONVERSATIONS, "opened_at",
        Share(flag("asked_again"), lambda rows, context: rows.handoffs > 0),
    ),
    Metric(
        "human_request_honoured", "ticket", "Permintaan bicara dengan orang dipenuhi", "Requests for a person honoured",
        "Seseorang diminta, lalu menjawab (atau pada waktu yang dijanjikan) ÷ percakapan dengan permintaan itu.",
        "A person was asked for and answered, by the promised time if one was promised ÷ conversations so asked.",
        Unit.SHARE, Better.HIGHER, _CONVERSATIONS, "human_requested_at",
        Share(_honoured, _asked_for_person, _may_be_honoured),
    ),
    *Duration(
        "human_wait", "ticket", "Menunggu orang", "Wait for a person",
        "Dari saat orang diminta sampai agen berbicara.", "From asking for a person until an agent spoke.",
        _CONVERSATIONS, "human_requested_at", "human_wait", of=_asked_for_person, maturing=_waits("human_wait"),
    ).metrics(),
    *Duration(
        "queue_wait", "ticket", "Menunggu di antrean", "Wait in the queue",
        "Dari masuk antrean sampai kata pertama agen, atau sampai pergi.",
        "From being queued to an agent's first word, or to leaving.",
        _CONVERSATIONS, "queued_at", "queue_wait", headline_is_mean=True, maturing=_waits("queue_wait"),
    ).metrics(),
    Metric(
        "abandonment_rate", "ticket", "Meninggalkan antrean", "Left the queue",
        "Yang pergi sebelum dijawab ÷ yang masuk antrean.", "Left before being answered ÷ queued.",
        Unit.SHARE, Better.LOWER, _CONVERSATIONS, "queued_at", Share(_left_queue, maturing=_waits("queue_wait")),
    ),
    Metric(
        "service_level", "ticket", "Tingkat layanan", "Service level",
        "Dijawab dalam {service_level_seconds} detik ÷ (dijawab + yang pergi setelah itu).",
        "Answered within {service_level_seconds} seconds ÷ (answered + left after that).",
        Unit.SHARE, Better.HIGHER, _CONVERSATIONS, "queued_at", Share(_served_in_time, _served_or_left_late),
    ),
    Metric(
        "handle_time", "ticket", "Waktu kerja per percakapan", "Handle time",
        "Waktu agen bekerja untuk percakapan ÷ percakapan yang dibalas, dihitung sekali per agen dan hari;"
        " percakapan serentak berbagi waktu.",
        "Time agents were at work on conversations ÷ conversations replied to, counted once for each agent and day;"
        " concurrent ones share the time.",
        Unit.SECONDS, Better.LOWER, "agent_days", "day_at",
        Ratio(column("handled"), column("conversations"), lambda rows, context: rows.conversations > 0,
              scale=float(SECOND)),
    ),
    Metric(
        "work_time", "ticket", "Lama dikerjakan agen", "Time worked on a conversation",
        "Waktu agen bekerja untuk satu percakapan yang dijawab agen, tanpa berbagi dengan yang serentak.",
        "Time agents were at work on a conversation that an agent answered, not shared with concurrent ones.",
        Unit.SECONDS, Better.LOWER, _CONVERSATIONS, "opened_at",
        Mean(column("handled"), lambda rows, context: rows.agent_messages > 0, scale=float(SECOND)), headline=False,
    ),
    Metric(
        "occupancy", "ticket", "Keterisian agen", "Occupancy",
        "Waktu bekerja untuk percakapan selama giliran kerja ÷ waktu giliran kerja.",
        "Time at work on conversations during shifts ÷ time on shift.",
        Unit.SHARE, Better.NEITHER, "agent_days", "day_at",
        Ratio(column("handled_on_shift"), column("on_shift"), _worked, maturing=_on_shift),
    ),
)  # fmt: skip
