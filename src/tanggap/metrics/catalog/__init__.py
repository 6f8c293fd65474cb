"""Every figure, by key; a shop's own figures come from files of theirs."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from tanggap.core.errors import SettingsError, UnknownMetricError
from tanggap.core.settings import Settings
from tanggap.metrics.catalog import chatbot, routing, shop, survey, ticket
from tanggap.metrics.declare import Metric


def catalog(settings: Settings | None = None) -> dict[str, Metric]:
    """Every figure by its key, in the order it is shown: Tanggap's own, then those of the settings' files.

    A file of one's own is Python with a tuple ``METRICS`` of :class:`tanggap.metrics.declare.Metric`.

    Raises:
        SettingsError: such a file cannot be read, or declares a key that is taken.
    """
    found: dict[str, Metric] = {}
    declared = [*chatbot.METRICS, *ticket.METRICS, *survey.metrics(settings), *shop.METRICS, *routing.METRICS]
    for path in settings.metrics_files if settings else ():
        declared.extend(_from_file(Path(path)))
    for metric in declared:
        if metric.key in found:
            raise SettingsError(f"the figure {metric.key!r} is declared twice", place="[metrics] files")
        found[metric.key] = _worded(metric, settings or Settings())
    return found


def _worded(metric: Metric, settings: Settings) -> Metric:
    """The figure with the windows and limits of the settings in its definition, which names them in braces."""
    indonesian, english = metric.definition_id, metric.definition_en
    if "{" not in indonesian + english:
        return metric
    for name, value in {**asdict(settings.measures), "nps_lowest": int(settings.nps_from_one)}.items():
        indonesian, english = (told.replace(f"{{{name}}}", str(value)) for told in (indonesian, english))
    return replace(metric, definition_id=indonesian, definition_en=english)


def chosen(figures: Mapping[str, Metric], keys: Sequence[str] | None, by: Sequence[str] = ()) -> list[Metric]:
    """The figures of those keys; None: the headline figures of a scorecard broken down so; a family's name stands for
    all of its figures.

    Raises:
        UnknownMetricError: there is none of that key.
    """
    if keys is None:
        return [metric for metric in figures.values() if metric.is_headline(by)]
    picked: list[Metric] = []
    families = {metric.family for metric in figures.values()}
    for key in keys:
        if key in figures:
            picked.append(figures[key])
        elif key in families or key == "all":
            picked.extend(m for m in figures.values() if key in (m.family, "all"))
        else:
            near = ", ".join(k for k in figures if key[:4] in k)
            raise UnknownMetricError(
                f"no figure is called {key!r}",
                place="metric",
                hint=f"near: {near}" if near else "see 'tanggap explain'",
            )
    return list(dict.fromkeys(picked))


def _from_file(path: Path) -> Sequence[Metric]:
    spec = importlib.util.spec_from_file_location(f"tanggap_metrics_{path.stem}", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise SettingsError("the file of figures is not there", place=str(path), hint="check [metrics] files")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # whatever a user's own file may raise
        raise SettingsError(f"the file of figures cannot be read: {error}", place=str(path)) from error
    metrics = getattr(module, "METRICS", None)
    if not isinstance(metrics, tuple | list) or not all(isinstance(m, Metric) for m in metrics):
        raise SettingsError("the file has no METRICS of Metric", place=str(path), hint="see CONTRIBUTING.md")
    return metrics
