"""Write a report to a folder: whole, or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from gridplan.plots.accessor import slug
from gridplan.plots.text import LANGUAGES, Words
from gridplan.report import page
from gridplan.report.facts import Facts

MARK = "report.txt"  # says that gridplan wrote the folder
Watch = Callable[[str], None]


class ReportError(ValueError):
    """The report cannot be written as asked; nothing was changed."""


def write(
    facts: Facts,
    folder: str | Path,
    langs: Sequence[str] = LANGUAGES,
    zones: Sequence[str] = (),
    everything: bool = False,
    explained: dict[str, list[str]] | None = None,
    watch: Watch = lambda _: None,
) -> list[Path]:
    """Write dossiers and one-pagers and return the files.

    Args:
        facts: the plan.
        folder: a new or empty folder, or an older report, which is replaced.
        langs: languages.
        zones: municipalities (or stations) that get a one-pager, by id or name.
        everything: a one-pager for every municipality and every station.
        explained: sentences of explanations by language, shown in the chapter on causes.
        watch: told what is being written.

    Raises:
        ReportError: an unknown municipality, or a folder that holds other files.
    """
    places, stations = _chosen(facts, zones, everything)
    target = Path(folder).resolve()
    _check(target)
    page.environment(), page.bundle()
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.new-", dir=target.parent))
    try:
        fresh.chmod(0o755)
        names = [
            name
            for lang in langs
            for name in _language(
                facts, lang, fresh, places, stations, (explained or {}).get(lang, []), watch
            )
        ]
        (fresh / MARK).write_text("made by gridplan report; replaced by the next one\n", encoding="utf-8")
        if target.exists():
            shutil.rmtree(target)
        fresh.rename(target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return [Path(folder) / name for name in names]


def _chosen(facts: Facts, wanted: Sequence[str], everything: bool) -> tuple[list[str], list[str]]:
    """Municipalities and stations that get a page."""
    if everything:
        return list(facts.zones), list(facts.stations)
    zones = {name.casefold(): zone for zone, name in facts.zone_names.items()} | {
        z.casefold(): z for z in facts.zones
    }
    stations = {name.casefold(): s for s, name in facts.station_names.items()}
    stations |= {s.casefold(): s for s in facts.stations}
    places, chosen = [], []
    for name in wanted:
        key = name.casefold()
        if key not in zones and key not in stations:
            known = ", ".join(facts.zone_names.values())
            raise ReportError(f"no municipality or station '{name}'; municipalities are: {known}")
        if key in zones:
            places.append(zones[key])
        else:
            chosen.append(stations[key])
    return list(dict.fromkeys(places)), list(dict.fromkeys(chosen))


def _check(target: Path) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise ReportError(f"{target} is a file; a report needs a folder")
    if any(target.iterdir()) and not (target / MARK).exists():
        raise ReportError(f"{target} holds other files and is left alone; choose another folder with --out")


def _language(
    facts: Facts,
    lang: str,
    folder: Path,
    places: list[str],
    stations: list[str],
    explained: list[str],
    watch: Watch,
) -> list[str]:
    words = Words(lang)
    names = {
        f"z{list(facts.zones).index(z)}": f"{lang}/zone-{_file(facts, z, list(facts.zones))}" for z in places
    }
    names |= {
        str(facts.numbers[s]): f"{lang}/station-{_file(facts, s, list(facts.stations))}" for s in stations
    }
    watch(f"dossier.{lang}.html")
    written = [_put(folder, f"dossier.{lang}.html", page.dossier(facts, words, names, explained))]
    beside = {key: name.partition("/")[2] for key, name in names.items()}
    back = f"../dossier.{lang}.html"
    watch(f"{len(places)} + {len(stations)} {lang}")
    for zone in places:
        name = names[f"z{list(facts.zones).index(zone)}"]
        written.append(_put(folder, name, page.place_page(facts, zone, words, back, beside)))
    for station in stations:
        name = names[str(facts.numbers[station])]
        written.append(_put(folder, name, page.station_page(facts, station, words, back)))
    return written


def _file(facts: Facts, name: str, among: list[str]) -> str:
    """A file name; with its number where two ids give the same, or say nothing."""
    same = [other for other in among if slug(other).casefold() == slug(name).casefold()]
    number = f"-{among.index(name)}" if len(same) > 1 or slug(name) == "x" else ""
    return f"{slug(name)}{number}.html"


def _put(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return name
