"""The tutorial with odd names, solved once; its report in both languages; one browser for all tests."""

import shutil
from pathlib import Path

import pytest

from gridplan.case import read_case
from gridplan.plan.save import save

pytest.importorskip("jinja2", reason="the report needs jinja2, plotly and itables")
pytest.importorskip("itables", reason="the report needs jinja2, plotly and itables")
pytest.importorskip("plotly", reason="the report needs jinja2, plotly and itables")

CHROMIUM = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
EVIL = "<script>alert(1)</script>"  # name of a municipality
FORMULA = "=1+1"  # name of a station
WAIT_MS = 240_000  # a busy machine is slow to open 7 MB


def pytest_collection_modifyitems(items):
    """All in one process: the plan, its pages and the browser are made once."""
    for item in items:
        if "tests/report" in item.path.as_posix():
            item.add_marker(pytest.mark.xdist_group("report"))


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Result folder of the tutorial with a municipality and a station of odd names; few hours are checked."""
    odd = {
        "zones.noordveld.name": EVIL,
        "substations.NRD.name": f"={FORMULA}",  # a first = takes the rest as it stands
        "time.energy_days": 1,
        "time.all_hours": False,
    }
    plan = read_case("cases/tutorial", patch=odd).solve(gap=0.02, threads=1)
    return save(plan, tmp_path_factory.mktemp("report") / "odd", case_path="cases/tutorial")


@pytest.fixture(scope="session")
def facts(folder):
    """What the report asks of that plan."""
    from gridplan.report import read

    return read(folder)


@pytest.fixture(scope="session")
def pages(facts, tmp_path_factory):
    """Folder of the report: both languages, every municipality and station."""
    from gridplan.report import write

    target = tmp_path_factory.mktemp("pages") / "report"
    write(facts, target, everything=True)
    return target


@pytest.fixture(scope="session")
def chromium():
    """Debian's chromium under playwright."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine (apt-get install chromium)")
    with api.sync_playwright() as runner:
        browser = runner.chromium.launch(executable_path=CHROMIUM, headless=True, args=list(FLAGS))
        yield browser
        browser.close()


class Opened:
    """A page with what the browser said of it."""

    def __init__(self, browser, path: Path, width=1280, height=900):
        self.said, self.asked = [], []
        self.page = browser.new_page(
            viewport={"width": width, "height": height},
            reduced_motion="reduce",  # no place moves on after it was asked for
        )
        self.page.set_default_timeout(WAIT_MS)
        self.page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri(), timeout=WAIT_MS)
        if path.name.startswith("dossier"):
            self.page.wait_for_selector("html[data-ready]")


@pytest.fixture(scope="session")
def dutch(chromium, pages):
    """The Dutch dossier in the browser."""
    return Opened(chromium, pages / "dossier.nl.html")
