"""Zendesk exports in: JSON pages or NDJSON of its API, or the tables a warehouse connector makes of them.

A path is a file or a folder of files (``.json``, ``.ndjson``, ``.jsonl``, ``.csv``, each also ``.gz``), recognised by
a page's top-level key, a table's columns or the file's name. All files of a path are read together: the first pass
learns who is who, the second builds rows. Give users, tickets and their history together.

=========================================== =========================================================================
tickets (with side-loads)                   ``conversations``, one ``opened`` event each; nested comments, audits and
                                            metric_events as their own files would be
comments, audits, ticket_events             ``message``, ``note``, ``auto_reply``; changes of status, priority,
                                            assignee, group; ``merged``; SLA targets; ``survey_sent``. Ticket events
                                            without the comment_events side-load give messages without words
ticket_metric_events                        ``sla_applied`` from apply_sla. Not used: activate, pause, fulfill,
                                            breach, update_status, measure (computed from the events themselves);
                                            apply_group_sla; update-time metrics (no such promise here)
ticket_metrics, metric_sets of tickets      ``status_changed``, where an export holds no audits, ticket events or
                                            field history: resolved at solved_at, else the status at
                                            status_updated_at
users                                       ``customers`` (end users), ``agents`` (agents, admins, bots)
groups, brands                              names for team, queue and brand
satisfaction_ratings                        ``surveys`` of kind csat, one a ticket: good is 5, bad is 1 of 5;
                                            unoffered ones are left out. Tickets without a rating have what
                                            their history says of satisfaction_score; the rating that stands on
                                            a ticket has no instant, and only adds its comment
schedules, holidays                         ``calendars`` (minutes since Sunday, local time)
sla policies                                ``sla_targets`` by priority; their filters are not kept
deleted_tickets, tickets of status deleted  ``conversations.excluded``; so are merged ones and spam
organizations                               read and not kept
=========================================== =========================================================================

In the tabular shape: ticket, ticket_comment, ticket_field_history, user, group, brand, ticket_tag, schedule,
schedule_holiday, ticket_schedule, sla_policy_metric_history, ticket_sla_policy, ticket_metric.

What is meant by what:

- A status "solved" is ``resolved``, "closed" ``closed``; "pending" and "hold" are ``status_changed`` (pending,
  on_hold); anything open after solved or closed is ``reopened`` (and ``status_changed`` too if it is pending or on
  hold); else "new" and "open" are ``status_changed``. Before and after are the change's own previous_value where it
  has one.
- Without any history, a ticket that is solved or closed, and whose metrics do not say when, is a bad row, and so are
  its comments: as an open one it would be counted wrongly. What it says of itself is kept for a history imported later.
  Earlier resolutions and reopenings no metrics tell.
- A ticket's first group is ``queued``; another one is ``handed_off`` "team to team"; from a bot's hands into a
  person's is ``handed_off`` "bot to person".
- Who: a trigger, automation or nobody (-1) is the system, and its public comments are ``auto_reply``; users named in
  the settings (:mod:`.settings`), tagged "bot" or with the user field bot are bots; the requester, and any end user,
  is a customer; agents and admins are agents. A user whom the export does not tell of, as incremental ones leave out
  who did not change, is who the lake knows them to be: import the oldest export first. An author whom neither knows,
  and who is not the requester of a known ticket, is an agent; on an unknown ticket their comment is a bad row.
  Notifications carry words already in a comment, and are not used.
- A chat's history (ChatStartedEvent, ChatEndedEvent) is messages (:mod:`.chats`); a comment in the same audit is its
  transcript, and so a ``note``.
- The description is the first comment, so it is not a message of its own: without comments or audits there are none.
- Zendesk has several resolution targets; all become ``resolution`` with their pause states. Where a ticket has more
  than one, total_resolution_time comes after requester_wait_time, and that after agent_work_time.
- A ticket's calendar is its last schedule (ScheduleAssignment events, or ticket_schedule), null the default one.

Checked against Zendesk's developer documentation: incremental exports, ticket audit events reference, ticket metric
event types reference, via types, schedules, SLA policies, satisfaction ratings.
"""

from __future__ import annotations

from typing import Final

from tanggap.sources.base import Source
from tanggap.sources.zendesk.source import Zendesk

SOURCE: Final[Source] = Zendesk()

__all__ = ["SOURCE", "Zendesk"]
