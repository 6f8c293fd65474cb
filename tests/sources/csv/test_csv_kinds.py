"""What rows of each kind become."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from csv_samples import Result, at, micros

from tanggap.core.errors import MappingError
from tanggap.core.instants import SECOND

Sheet = Callable[..., Result]

TICKETS = """
[file]
kind = "tickets"
source = "meja"
timezone = "Asia/Jakarta"
date_format = "dmy"
[columns]
conversation_id = "No Tiket"
opened_at = ["Tanggal", "Jam"]
first_reply_at = "Dibalas"
resolved_at = "Selesai"
closed_at = "Ditutup"
status = "Status"
agent_id = "Agen"
customer_id = "Pelanggan"
customer_name = "Pelanggan"
text = "Isi"
score = "Nilai"
[constants]
channel = "email"
[values.status]
Baru = "open"
Selesai = "resolved"
Ditutup = "closed"
Spam = "spam"
"""
HEAD = "No Tiket;Tanggal;Jam;Dibalas;Selesai;Ditutup;Status;Agen;Pelanggan;Isi;Nilai\n"
ROW = "T1;01/03/2026;09.00;01/03/2026 09:10;01/03/2026 11:00;02/03/2026;Ditutup;Sari;Ayu;Paket belum sampai;5\n"


def kinds(result: Result) -> list[tuple[str, str]]:
    return [(row["kind"], row["actor_kind"]) for row in result.events()]


def test_a_ticket_is_taken_after_the_reply_that_is_all_there_is_to_say_so(sheet: Sheet) -> None:
    """Before it, at one instant, the reply would have taken no time since the last thing that happened."""
    assigned, reply = sheet(HEAD + ROW, TICKETS).events("assigned", "message")[1:]
    assert micros(assigned) == micros(reply)
    assert assigned["position"] > reply["position"]


def test_a_ticket_becomes_a_conversation_its_events_and_a_survey(sheet: Sheet) -> None:
    result = sheet(HEAD + ROW, TICKETS)
    assert kinds(result) == [
        ("opened", "customer"), ("message", "customer"), ("assigned", "system"), ("message", "agent"),
        ("resolved", "agent"), ("closed", "agent"),
    ]  # fmt: skip
    opened, words, assigned, reply, *_ = result.events()
    assert micros(opened) == at("2026-03-01T09:00+07:00")
    assert words["text"] == "Paket belum sampai"
    assert (assigned["value"], micros(assigned)) == ("Sari", at("2026-03-01T09:10+07:00"))
    assert (reply["actor_id"], reply["channel"], reply["source"]) == ("Sari", "email", "meja")
    assert result.rows("conversations")[0]["customer_id"] == "Ayu"
    survey = result.rows("surveys")[0]
    assert (survey["score"], survey["kind"], survey["conversation_id"]) == (5, "csat", "T1")
    assert result.rows("customers")[0]["name"] == "Ayu"


def test_an_end_before_the_start_is_quarantined_with_the_row(sheet: Sheet) -> None:
    result = sheet(HEAD + ROW + ROW.replace("T1", "T2").replace("01/03/2026 11:00", "28/02/2026 11:00"), TICKETS)
    (bad,) = result.bad
    assert (bad.line, bad.column) == (3, "Selesai")
    assert "negative duration" in bad.reason
    assert '"T2"' in bad.row
    assert {row["conversation_id"] for row in result.events()} == {"T1"}


def test_an_end_before_the_start_can_be_moved_to_the_start(sheet: Sheet) -> None:
    early = ROW.replace("01/03/2026 11:00", "28/02/2026 11:00")
    result = sheet(HEAD + early, TICKETS.replace("[columns]", 'end_before_start = "at_start"\n[columns]', 1))
    (resolved,) = result.events("resolved")
    assert micros(resolved) == at("2026-03-01T09:00+07:00")
    assert not result.bad


def test_a_done_ticket_without_a_date_is_quarantined_and_spam_is_excluded(sheet: Sheet) -> None:
    rows = "T2;01/03/2026;09:00;;;;Selesai;;;;\nT3;01/03/2026;09:00;;;;Spam;;;;\nT4;01/03/2026;09:00;;;;Baru;;;;\n"
    result = sheet(HEAD + rows, TICKETS)
    assert [bad.line for bad in result.bad] == [2]
    assert [row["excluded"] for row in result.rows("conversations")] == ["spam", None]


def test_a_missing_id_or_opening_is_quarantined(sheet: Sheet) -> None:
    result = sheet(HEAD + ROW.replace("T1", " ") + ROW.replace("01/03/2026;", ";", 1) + ROW, TICKETS)
    assert [(bad.line, bad.column, bad.reason) for bad in result.bad] == [
        (2, "No Tiket", "is missing"), (3, "Tanggal + Jam", "is missing"),
    ]  # fmt: skip
    assert result.account.accepted == 1


def test_mixed_date_formats_are_read_row_by_row_or_quarantined(sheet: Sheet) -> None:
    mapping = '[file]\nkind = "tickets"\ndate_format = "dmy"\n[columns]\nconversation_id = "id"\nopened_at = "t"\n'
    written = [
        "01/03/2026 09:00",
        "2026-03-01 09:00",
        "1 Maret 2026 09:00",
        "46082.375",
        "1772330400",
        "03/25/2026",
        "kemarin",
    ]
    result = sheet("id,t\n" + "".join(f"{i},{text}\n" for i, text in enumerate(written)), mapping)
    assert {micros(row) for row in result.events("opened")} == {at("2026-03-01T09:00+07:00")}
    assert len(result.events("opened")) == 5
    assert [bad.line for bad in result.bad] == [7, 8]


CALLS = """
[file]
kind = "calls"
timezone = "Asia/Jakarta"
date_format = "yymmdd"
[columns]
conversation_id = ["line", "id"]
opened_at = ["date", "in"]
queued_at = ["date", "q"]
queue_duration = "wait"
answered_at = ["date", "ans"]
service_duration = "talk"
outcome = "how"
agent_id = "who"
[values.agent_id]
NONE = ""
"""
CALL_HEAD = "line,id,date,in,q,wait,ans,talk,how,who\n"


def test_an_answered_call_waits_is_assigned_talks_and_ends(sheet: Sheet) -> None:
    result = sheet(CALL_HEAD + "A,1,260301,9:00:00,9:00:05,30,9:00:34,120,answered,SARI\n", CALLS)
    events = result.events()
    assert [row["kind"] for row in events] == ["opened", "queued", "assigned", "message", "closed"]
    assert [row["position"] for row in events] == [0, 1, 2, 3, 5]
    assert events[0]["conversation_id"] == "A/1"
    wait, talk = events[1]["duration"], events[3]["duration"]
    assert (wait, talk) == (30 * SECOND, 120 * SECOND)
    # The agent's clock says a second before the queue was left; words do not come before that.
    assert micros(events[3]) == micros(events[2]) == at("2026-03-01T09:00:35+07:00")
    assert micros(events[4]) == at("2026-03-01T09:02:35+07:00")


def test_a_call_given_up_in_the_queue_is_abandoned_when_it_left(sheet: Sheet) -> None:
    result = sheet(CALL_HEAD + "A,1,260301,9:00:00,9:00:05,30,0:00:00,0,abandoned,NONE\n", CALLS)
    assert [row["kind"] for row in result.events()] == ["opened", "queued", "abandoned", "closed"]
    assert micros(result.events("abandoned")[0]) == at("2026-03-01T09:00:35+07:00")


def test_a_call_that_never_waited_abandons_no_queue(sheet: Sheet) -> None:
    result = sheet(CALL_HEAD + "A,1,260301,9:00:00,0:00:00,0,0:00:00,0,abandoned,NONE\n", CALLS)
    assert [row["kind"] for row in result.events()] == ["opened", "closed"]


def test_clocks_run_past_midnight(sheet: Sheet) -> None:
    result = sheet(CALL_HEAD + "A,1,260301,23:59:50,23:59:55,20,0:00:15,60,answered,SARI\n", CALLS)
    assert micros(result.events("message")[0]) == at("2026-03-02T00:00:15+07:00")


def test_an_unknown_outcome_and_a_negative_duration_are_quarantined(sheet: Sheet) -> None:
    rows = "A,1,260301,9:00:00,9:00:05,30,9:00:35,9,lost,X\nA,2,260301,9:00:00,9:00:05,-3,9:00:35,9,answered,X\n"
    result = sheet(CALL_HEAD + rows, CALLS)
    assert [(bad.line, bad.column) for bad in result.bad] == [(2, "how"), (3, "wait")]


def test_a_call_without_an_outcome_is_known_by_its_stages(sheet: Sheet) -> None:
    mapping = """
[file]
kind = "calls"
[columns]
conversation_id = "id"
opened_at = "a"
queued_at = "a"
answered_at = "b"
ended_at = "c"
agent_id = "w"
"""
    rows = "1,2026-03-01 09:00,2026-03-01 09:01,2026-03-01 09:05,S\n2,2026-03-01 09:00,,2026-03-01 09:02,\n"
    rows += "3,2026-03-01 09:00,2026-03-01 09:05,2026-03-01 09:01,S\n"
    result = sheet("id,a,b,c,w\n" + rows, mapping)
    assert [row["conversation_id"] for row in result.events("message")] == ["1"]
    assert [row["conversation_id"] for row in result.events("abandoned")] == ["2"]
    assert result.events("message")[0]["duration"] == 240 * SECOND
    assert [bad.line for bad in result.bad] == [4]


LOG = """
[file]
kind = "events"
[columns]
conversation_id = "case"
occurred_at = "at"
kind = "what"
actor_id = "who"
priority = "prio"
[values.kind]
take = "assigned"
wait = "status_changed:pending"
solve = "resolved"
close = "closed"
remark = "note"
skip = ""
[derive]
opened = true
reopened_by = ["assigned", "status_changed"]
"""


def log(*rows: str) -> str:
    return "case,at,what,who,prio\n" + "".join(f"{row}\n" for row in rows)


def test_a_log_derives_opening_and_reopening(sheet: Sheet) -> None:
    result = sheet(
        log("1,2026-03-01 09:00,take,S,low", "1,2026-03-01 10:00,solve,S,low", "1,2026-03-01 10:05,remark,S,low",
            "1,2026-03-01 11:00,wait,S,high", "1,2026-03-01 12:00,solve,S,high", "1,2026-03-01 12:00,close,,high"),
        LOG,
    )  # fmt: skip
    events = sorted(result.events(), key=lambda row: (row["occurred_at"], row["position"]))
    assert [row["kind"] for row in events] == [
        "opened", "assigned", "resolved", "note", "reopened", "status_changed", "resolved", "closed",
    ]  # fmt: skip
    assert events[1]["value"] == "S"
    assert events[5]["value"] == "pending"
    assert events[-1]["actor_kind"] == "system"
    assert result.rows("conversations")[-1]["priority"] == "high"


def test_the_file_s_order_decides_within_one_instant(sheet: Sheet) -> None:
    result = sheet(log("1,2026-03-01 09:00,solve,S,", "1,2026-03-01 09:00,take,S,"), LOG)
    events = sorted(result.events(), key=lambda row: row["position"])
    assert [row["kind"] for row in events] == ["opened", "resolved", "reopened", "assigned"]


def test_unknown_kinds_are_quarantined_and_ignored_ones_counted(sheet: Sheet) -> None:
    result = sheet(log("1,2026-03-01 09:00,take,S,", "1,2026-03-01 09:01,dance,S,", "1,2026-03-01 09:02,skip,S,"), LOG)
    assert [(bad.line, bad.column) for bad in result.bad] == [(3, "what")]
    assert (result.account.accepted, result.account.ignored) == (1, 1)


def test_the_same_row_twice_is_one_event(sheet: Sheet) -> None:
    result = sheet(log(*["1,2026-03-01 09:00,take,S,"] * 3), LOG.replace('priority = "prio"', ""))
    assert len(result.events("assigned")) == 1
    assert (result.account.accepted, result.account.ignored) == (1, 2)


def test_messages_say_whose_they_are_and_private_ones_are_notes(sheet: Sheet) -> None:
    mapping = """
[file]
kind = "messages"
[columns]
conversation_id = "chat"
occurred_at = "at"
actor_kind = "from"
text = "text"
private = "internal"
[constants]
channel = "whatsapp"
[values.actor_kind]
pelanggan = "customer"
admin = "agent"
"""
    rows = "1,2026-03-01 09:00,Pelanggan,halo,tidak\n1,2026-03-01 09:01,admin,cek dulu,ya\n"
    rows += "1,2026-03-01 09:02,admin,baik,tidak\n"
    result = sheet("chat,at,from,text,internal\n" + rows + "1,2026-03-01 09:03,tamu,hai,tidak\n", mapping)
    events = sorted(result.events(), key=lambda row: (row["occurred_at"], row["position"]))
    assert [(row["kind"], row["actor_kind"]) for row in events] == [
        ("opened", "customer"), ("message", "customer"), ("note", "agent"), ("message", "agent"),
    ]  # fmt: skip
    assert [bad.column for bad in result.bad] == ["from"]


LINES = """
[file]
kind = "order_lines"
decimal = ","
[columns]
order_id = "faktur"
ordered_at = "tanggal"
customer_id = "pembeli"
product_id = "sku"
quantity = "qty"
unit_price = "harga"
"""


def test_orders_are_summed_from_their_lines_without_drift(sheet: Sheet) -> None:
    text = (
        "faktur;tanggal;pembeli;sku;qty;harga\nF1;2026-03-01;;A;3;Rp 1.250,35\nF2;2026-03-02;B1;A;-2;10,00\n"
        "F1;2026-03-01 08:00;B2;B;1;0,005\nF3;2026-03-01;B2;A;x;1,00\n"
    )
    result = sheet(text, LINES)
    first, second = sorted(result.rows("orders"), key=lambda row: row["order_id"])
    assert (first["value"], first["customer_id"], first["currency"]) == (375105 + 1, "B2", "IDR")
    assert (second["value"], second["status"]) == (-2000, "returned")
    assert [(row["order_id"], row["line_number"], row["value"]) for row in result.rows("order_lines")] == [
        ("F1", 1, 375105), ("F2", 1, -2000), ("F1", 2, 1),
    ]  # fmt: skip
    assert [(bad.line, bad.column) for bad in result.bad] == [(5, "qty")]


def test_amounts_beyond_64_bits_are_quarantined_not_wrapped(sheet: Sheet) -> None:
    head = "faktur;tanggal;pembeli;sku;qty;harga\n"
    result = sheet(head + "F1;2026-03-01;;A;9000000000000000000;900000000\nF2;2026-03-01;;A;2;5,00\n", LINES)
    assert [row["order_id"] for row in result.rows("orders")] == ["F2"]
    assert [bad.line for bad in result.bad] == [2]


def test_lines_say_who_cancelled_their_order_and_when_all_of_it_was_delivered(sheet: Sheet) -> None:
    mapping = LINES.replace(
        "[columns]",
        '[values.cancelled_by]\nPembeli = "customer"\n[columns]\nstatus = "status"\ncancelled_by = "oleh"\n'
        'cancelled_at = "batal"\npromised_by = "janji"\ndelivered_at = "tiba"\n',
    )
    result = sheet(
        "faktur;tanggal;pembeli;sku;qty;harga;status;oleh;batal;janji;tiba\n"
        "F1;2026-03-01;;A;1;5,00;cancelled;;;2026-03-03;\n"
        "F1;2026-03-01;;B;1;5,00;cancelled;Pembeli;2026-03-02;2026-03-03;\n"
        "F2;2026-03-01;;A;1;5,00;delivered;;;2026-03-03;2026-03-05\n"
        "F2;2026-03-01;;B;1;5,00;delivered;;;2026-03-03;2026-03-04\n",
        mapping,
    )
    first, second = result.rows("orders")
    assert (first["cancelled_by"], first["status"]) == ("customer", "cancelled")
    assert micros(first, "cancelled_at") == at("2026-03-02T00:00+07:00")
    assert first["delivered_at"] is None
    assert second["cancelled_by"] is None
    assert micros(second, "delivered_at") == at("2026-03-05T00:00+07:00")
    assert micros(second, "promised_by") == at("2026-03-03T00:00+07:00")


def test_orders_reviews_surveys_and_shifts_are_read_as_they_stand(sheet: Sheet) -> None:
    orders = sheet(
        'id,at,total,status\n1,2026-03-01,"1.250.000,50",Selesai\n2,2026-03-01,12.5,Batal\n3,2026-03-01,1,aneh\n',
        '[file]\nkind = "orders"\ndecimal = ","\n[columns]\norder_id = "id"\nordered_at = "at"\nvalue = "total"\n'
        'status = "status"\n[values.status]\nSelesai = "delivered"\nBatal = "cancelled"\n',
    )
    assert [(row["value"], row["status"]) for row in orders.rows("orders")] == [(125000050, "delivered")]
    assert [(bad.line, bad.column) for bad in orders.bad] == [(3, "total"), (4, "status")]
    reviews = sheet(
        "at,bintang,ulasan\n2026-03-01,5,bagus\n2026-03-02,6,apa\n",
        '[file]\nkind = "reviews"\n[columns]\nreviewed_at = "at"\nstars = "bintang"\ntext = "ulasan"\n',
    )
    assert [row["stars"] for row in reviews.rows("reviews")] == [5]
    assert reviews.rows("reviews")[0]["review_id"].startswith("r")
    assert [bad.column for bad in reviews.bad] == ["bintang"]


def test_surveys_keep_the_unanswered_and_refuse_scores_off_the_scale(sheet: Sheet) -> None:
    result = sheet(
        "sent,answered,skor\n2026-03-01,2026-03-02,9\n2026-03-01,,\n2026-03-01,2026-02-01,9\n2026-03-01,2026-03-02,11\n",
        '[file]\nkind = "surveys"\n[columns]\nsent_at = "sent"\nanswered_at = "answered"\nscore = "skor"\n[constants]\n'
        'kind = "nps"\nscale_low = "0"\nscale_high = "10"\n',
    )
    assert [row["score"] for row in result.rows("surveys")] == [9, None]
    assert [(bad.line, bad.column) for bad in result.bad] == [(4, "answered"), (5, "skor")]


def test_a_night_shift_ends_the_next_day_and_a_backward_one_is_refused(sheet: Sheet) -> None:
    result = sheet(
        "agen,hari,masuk,pulang,jenis\nS,2026-03-01,22:00,06:00,Malam\nT,2026-03-01,09:00,17:00,Cuti\nU,2026-03-01,09:00,08:00,Pagi\n",
        '[file]\nkind = "shifts"\n[columns]\nagent_id = "agen"\nstarts_at = ["hari", "masuk"]\n'
        'ends_at = ["hari", "pulang"]\nkind = "jenis"\n[values.kind]\nMalam = "work"\nPagi = "work"\nCuti = "leave"\n',
    )
    night, leave = result.rows("shifts")
    assert micros(night, "ends_at") == at("2026-03-02T06:00+07:00")
    assert leave["kind"] == "leave"
    assert [bad.line for bad in result.bad] == [4]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('kind = "events"', 'kind = "event"'), "kind 'event'"),
        (('occurred_at = "at"', ""), "occurred_at"),
        (('actor_id = "who"', 'actor_ids = "who"'), "actor_id"),
        (("[derive]", "[derived]"), "derive"),
        (("reopened_by = [", 'reopened_by = ["dancing", '), "dancing"),
        (("[file]", '[file]\ndate_format = "ddmm"'), "ddmm"),
        (("[file]", '[file]\ntimezone = "Mars/Olympus"'), "Mars"),
        (("[file]", "[file"), "TOML"),
        (('case"', 'case"\nx = 1'), "x"),
        (("opened = true", 'opened = "false"'), "opened must be true or false"),
        (("[derive]", '[[also]]\nkind = "customers"\ncolumn = {}\n[derive]'), "'column' (do you mean 'columns'?)"),
        (("[derive]", '[[also]]\nkind = "customers"\ntimezone = "UTC"\n[derive]'), "[[also]]: unknown setting"),
        (("[derive]", "[extract]\nketerangan = 'x'\n[derive]"), "extract.keterangan: no field is read"),
        (
            (
                "[derive]",
                '[[also]]\nkind = "customers"\n[also.columns]\ncustomer_id = "who"\n[also.derive]\n',
            ),
            "[derive] is for events and messages, not for customers",
        ),
    ],
)
def test_a_wrong_mapping_says_where_and_what(sheet: Sheet, change: tuple[str, str], says: str) -> None:
    with pytest.raises(MappingError) as caught:
        sheet(log("1,2026-03-01 09:00,take,S,"), LOG.replace(*change))
    assert says in str(caught.value)


CHATS = """
[file]
kind = "events"
explode = "turns"
[columns]
conversation_id = "meta.id"
occurred_at = "turns.at"
position = "turns.#"
kind = "turns.by"
actor_kind = "turns.by"
text = "turns.text"
[values.kind]
"*" = "message"
[values.actor_kind]
user = "customer"
shop = "agent"
[[also]]
kind = "events"
columns = { conversation_id = "meta.id", occurred_at = "turns[last].at", kind = "end" }
values = { kind = { gone = "abandoned", "*" = "", "" = "" } }
otherwise = { occurred_at = "batch" }
extract = { batch = '\\d+' }
"""


def test_json_lines_are_exploded_and_read_twice(sheet: Sheet) -> None:
    text = (
        '{"meta": {"id": 1}, "end": "gone", "turns": [{"at": 1589375664, "by": "user", "text": "hai"},'
        ' {"at": 1589375670.5, "by": "shop", "text": "halo"}, {"by": "shop"}]}\n'
        '{"meta": {"id": 2}, "end": "gone", "batch": "woz_1589375000", "turns": []}\n'
        "no json\n[1]\n"
        '{"meta": {"id": 3}, "turns": 7}\n'
    )
    result = sheet(text, CHATS, "chats.jsonl")
    assert [(row["text"], row["position"]) for row in result.events("message")] == [("hai", 1), ("halo", 2)]
    assert [micros(row) for row in result.events("abandoned")] == [1589375670500000, 1589375000000000]
    assert sorted(bad.line for bad in result.bad) == [1, 3, 4, 5]
    assert result.chunks == [(0, False), (1, True)]


def test_a_json_array_is_read_like_lines(sheet: Sheet) -> None:
    mapping = '[file]\nkind = "customers"\n[columns]\ncustomer_id = "id"\nname = "n"\n'
    result = sheet('[\n {"id": 1, "n": "Ayu"},\n {"id": 2, "n": null}\n]', mapping, "x.json")
    assert [(row["customer_id"], row["name"]) for row in result.rows("customers")] == [("1", "Ayu"), ("2", None)]


def test_two_questions_of_one_form_are_two_answers(sheet: Sheet) -> None:
    """They share the form's id: called by nothing of their own, the second had the key of the first, and was lost."""
    mapping = """
[file]
kind = "surveys"
source = "form"
timezone = "Asia/Jakarta"
[columns]
survey_id = "Id"
answered_at = "Waktu"
score = "Puas"
[constants]
kind = "csat"
[[also]]
kind = "surveys"
[also.columns]
survey_id = "Id"
answered_at = "Waktu"
score = "Rekomendasi"
[also.constants]
kind = "nps"
"""
    rows = sheet("Id;Waktu;Puas;Rekomendasi\nF1;2026-03-01 09:00;4;9\n", mapping).rows("surveys")
    assert [(row["survey_id"], row["question"], row["score"]) for row in rows] == [("F1", "csat", 4), ("F1", "nps", 9)]
