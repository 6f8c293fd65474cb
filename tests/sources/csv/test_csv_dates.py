from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from csv_samples import at
from hypothesis import given
from hypothesis import strategies as st

from tanggap.core.instants import to_micros
from tanggap.sources.csv.dates import STYLES, AmbiguousDateError, iso_column, parse_moment, to_utc

JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.mark.parametrize(
    ("text", "style", "expected"),
    [
        ("2026-03-01", "auto", "2026-03-01T00:00+07:00"),
        ("2026-03-01 09:05", "auto", "2026-03-01T09:05+07:00"),
        ("2026-03-01T09:05:06Z", "auto", "2026-03-01T09:05:06Z"),
        ("2026/03/01 09:05:06.250", "auto", "2026-03-01T09:05:06.250+07:00"),
        ("2026-03-01 09:05:06+08:00", "dmy", "2026-03-01T09:05:06+08:00"),
        ("2016-07-13 15:11:07 UTC", "auto", "2016-07-13T15:11:07Z"),
        ("20260301", "auto", "2026-03-01T00:00+07:00"),
        ("01/03/2026 14.05", "dmy", "2026-03-01T14:05+07:00"),
        ("2026/11/03 9:00:00 AM GMT+7", "auto", "2026-11-03T09:00+07:00"),
        ("2026-11-03 09:00 UTC-3:30", "auto", "2026-11-03T09:00-03:30"),
        ("2026-11-03 09:00+0930", "auto", "2026-11-03T09:00+09:30"),
        ("03/01/2026 2:05 PM", "mdy", "2026-03-01T14:05+07:00"),
        ("3/1/26 12:05 AM", "mdy", "2026-03-01T00:05+07:00"),
        ("25/03/2026", "auto", "2026-03-25T00:00+07:00"),
        ("03/25/2026", "auto", "2026-03-25T00:00+07:00"),
        ("04/04/2026", "auto", "2026-04-04T00:00+07:00"),
        ("1-3-99", "dmy", "1999-03-01T00:00+07:00"),
        ("17 Agustus 2025 pukul 10.00 WIB", "dmy", "2025-08-17T10:00+07:00"),
        ("Minggu, 17 Agustus 2025 10:00 WITA", "dmy", "2025-08-17T10:00+08:00"),
        ("Jum'at, 5 Des 2025 08:30 WIT", "auto", "2025-12-05T08:30+09:00"),
        ("1 Mei 2025", "mdy", "2025-05-01T00:00+07:00"),
        ("5-Okt-25 07:00", "auto", "2025-10-05T07:00+07:00"),
        ("Mar 5, 2025 10:15 pm", "auto", "2025-03-05T22:15+07:00"),
        ("1589375664", "auto", "2020-05-13T13:14:24Z"),
        ("1291191960.0", "epoch", "2010-12-01T08:26:00Z"),
        ("1589375664123", "dmy", "2020-05-13T13:14:24.123Z"),
        ("990131", "yymmdd", "1999-01-31T00:00+07:00"),
        ("990131 23:59:59", "yymmdd", "1999-01-31T23:59:59+07:00"),
        ("45717.5", "excel", "2025-03-01T12:00+07:00"),
        ("45717", "dmy", "2025-03-01T00:00+07:00"),
        ("45717.3784722222", "excel", "2025-03-01T09:05+07:00"),
    ],
)
def test_a_moment_is_read_as_written(text: str, style: str, expected: str) -> None:
    assert parse_moment(text, style, JAKARTA) == at(expected)


@pytest.mark.parametrize("style", STYLES)
def test_the_example_of_a_style_is_that_moment_in_it(style: str) -> None:
    assert parse_moment(STYLES[style][1], style, JAKARTA) == at("2026-12-31T14:05+07:00")


@pytest.mark.parametrize("text", ["03/04/2026", "1.2.26 10:00"])
def test_day_or_month_first_is_never_guessed_from_one_row(text: str) -> None:
    with pytest.raises(AmbiguousDateError):
        parse_moment(text, "auto", JAKARTA)


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("", "auto"), ("besok", "auto"), ("31/02/2026", "dmy"), ("03/25/2026", "dmy"), ("2026-13-01", "auto"),
        ("2026-03-01 25:00", "auto"), ("13:00 pm", "auto"), ("1/1/2026 13:00 pm", "dmy"), ("12", "epoch_x"),
        ("5 Foo 2025", "dmy"), ("99999999999999999999", "auto"), ("991331", "yymmdd"), ("2026-03-01 10:00 EST", "auto"),
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str, style: str) -> None:
    with pytest.raises(ValueError, match=r"date|instant|hour"):
        parse_moment(text, style, JAKARTA)


@given(st.text(max_size=40), st.sampled_from(["auto", "dmy", "mdy", "ymd", "yymmdd", "epoch", "epoch_ms", "excel"]))
def test_any_text_is_a_moment_or_a_value_error(text: str, style: str) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(parse_moment(text, style, JAKARTA), int)


MONTHS = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
]
MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1))


@given(MOMENTS)
def test_every_written_form_of_a_moment_means_the_same(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    expected = to_micros(moment.replace(tzinfo=JAKARTA))
    month = MONTHS[moment.month - 1]
    assert parse_moment(moment.strftime("%d/%m/%Y %H:%M:%S"), "dmy", JAKARTA) == expected
    assert parse_moment(moment.strftime("%m/%d/%Y %I:%M:%S %p"), "mdy", JAKARTA) == expected
    assert parse_moment(moment.strftime(f"%d {month} %Y %H.%M.%S WIB"), "auto", ZoneInfo("Europe/Berlin")) == expected
    assert parse_moment(moment.isoformat(), "auto", JAKARTA) == expected
    serial = (moment - datetime(1899, 12, 30)) / timedelta(days=1)
    assert parse_moment(f"{serial:.10f}", "excel", JAKARTA) == expected


@given(
    st.lists(MOMENTS, max_size=20),
    st.sampled_from(["Asia/Jakarta", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]),
)
def test_the_fast_column_equals_the_rows_one_by_one(moments: list[datetime], name: str) -> None:
    tz = ZoneInfo(name)
    texts = [moment.isoformat(" ") for moment in moments]
    column = iso_column(pa.array([*texts, None], pa.large_string()), tz)
    assert column is not None
    assert column.to_pylist() == [*(parse_moment(text, "auto", tz) for text in texts), None]


def test_a_column_with_zones_needs_no_zone() -> None:
    column = iso_column(pa.array(["2016-07-13 15:11:07+00:00", None], pa.large_string()), JAKARTA)
    assert column is not None
    assert column.to_pylist() == [at("2016-07-13T15:11:07Z"), None]


def test_a_column_with_one_odd_date_is_left_to_the_rows() -> None:
    assert iso_column(pa.array(["2016-07-13", "13/07/2016"], pa.large_string()), UTC) is None


def test_a_skipped_hour_runs_on_and_a_repeated_one_is_its_first() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    local = np.array([at("2025-03-30T02:30Z"), at("2025-10-26T02:30Z")])
    assert to_utc(local, berlin).tolist() == [at("2025-03-30T01:30Z"), at("2025-10-26T00:30Z")]
