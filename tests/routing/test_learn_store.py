"""What was learnt is kept whole, version by version, and found again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from learn_histories import history, learnt

from tanggap.core.errors import LakeError, LakeMissingError
from tanggap.records.lake import Lake
from tanggap.routing.learn.customers import VALUES
from tanggap.routing.learn.model import version_of
from tanggap.routing.learn.store import load_customer_values, load_model, model_versions, newest, save_model
from tanggap.routing.model import RoutingModel


def _model(seed: int = 0) -> RoutingModel:
    rng = np.random.default_rng(seed)
    n = 400
    return learnt(
        history(
            n, opened_at=rng.integers(0, 10**12, n), human=rng.random(n) < 0.5, bought=rng.random(n) < 0.3,
            margin=rng.normal(1e6, 1e6, n), minutes=rng.exponential(5, n), wait=rng.exponential(3, n),
            ease=rng.integers(1, 6, n), customer_value=rng.exponential(1e6, n),
        ),
        learned_at=1_000 + seed,
    )  # fmt: skip


def _values(*rows: tuple[str, float]) -> pa.Table:
    found = [{"customer_id": who, "value": value, "purchases": 1, "last_at": 5} for who, value in rows]
    return pa.Table.from_pylist(found, VALUES)


def test_a_model_comes_back_as_it_was(tmp_path: Path) -> None:
    lake, model, values = Lake(tmp_path), _model(), _values(("x", 1.5), ("y", 0.0))
    place = save_model(lake, model, values)
    assert Path(place).is_file()
    assert load_model(lake) == model
    assert load_customer_values(lake).equals(values)
    assert newest(lake).learned_at == 1_000


def test_the_newest_counts_and_older_versions_stay(tmp_path: Path) -> None:
    lake, first, second = Lake(tmp_path), _model(1), _model(2)
    save_model(lake, first, _values(("x", 1.0)))
    save_model(lake, second, _values(("x", 2.0)))
    assert load_model(lake) == second
    assert load_model(lake, first.version) == first
    assert load_customer_values(lake, first.version)["value"].to_pylist() == [1.0]
    assert set(model_versions(lake)) == {first.version, second.version}
    save_model(lake, first, _values())
    assert load_model(lake) == first


def test_a_version_names_the_content_and_not_the_hour() -> None:
    model = _model()
    assert model.version == _model().version == version_of(replace(model, learned_at=7))
    assert model.version != _model(3).version
    assert model.version != version_of(replace(model, value_cap=model.value_cap + 1))


def test_where_nothing_was_learnt_the_remedy_is_named(tmp_path: Path) -> None:
    assert model_versions(Lake(tmp_path)) == ()
    with pytest.raises(LakeMissingError, match="tanggap learn") as told:
        load_model(Lake(tmp_path))
    assert told.value.exit_code == 4
    save_model(Lake(tmp_path), _model(), _values())
    for version in ("0123456789abcdef", "../secret", ""):
        with pytest.raises(LakeMissingError):
            load_model(Lake(tmp_path), version)


def test_a_damaged_file_is_told_and_not_guessed_at(tmp_path: Path) -> None:
    lake, model = Lake(tmp_path), _model()
    save_model(lake, model, _values())
    folder = tmp_path / "models"
    (folder / f"{model.version}.json").write_text("{}")
    (folder / f"{model.version}.customers.parquet").write_bytes(b"PAR1")
    with pytest.raises(LakeError, match="damaged"):
        load_model(lake)
    with pytest.raises(LakeError, match="damaged"):
        load_customer_values(lake)


def test_a_write_that_fails_leaves_the_former_model_and_no_rubbish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake, first = Lake(tmp_path), _model(1)
    save_model(lake, first, _values())
    before = sorted(path.name for path in (tmp_path / "models").iterdir())

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tanggap.routing.learn.store.os.fsync", full)
    with pytest.raises(LakeError, match="no space"):
        save_model(lake, _model(2), _values())
    assert load_model(lake) == first
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == before


def test_a_lake_at_a_url_keeps_its_models_there(tmp_path: Path) -> None:
    lake, model = Lake(f"file://{tmp_path}"), _model()
    save_model(lake, model, _values(("x", 3.0)))
    assert load_model(lake) == model
    assert load_model(Lake(tmp_path)) == model
