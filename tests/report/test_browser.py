"""The dossier in a real browser: map, slider, tables, fact sheets, and nothing that leaves the page."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.report.conftest import EVIL, WAIT_MS, Opened

MAP = "#plan-map .scatterlayer .trace"


# Fill of every station on the map, and what stands in them.
STATIONS = """(() => { const t = document.getElementById("plan-map").data.find((t) => t.meta === "stations");
    return JSON.stringify([t.text, t.marker.color]); })()"""
# Is the table sorted this way by this column, and are its rows drawn in that order?
SORTED = """([table, column, way]) => {
    const head = document.querySelector(`#${table} thead tr`).cells[column];
    const rows = [...document.querySelectorAll(`#${table} tbody tr`)];
    const found = rows.map((row) => Number(row.cells[column].dataset.order));
    const sign = way === "ascending" ? 1 : -1;
    const sorted = found.every((x, k) => !k || sign * (x - found[k - 1]) >= 0);
    return sorted && head.getAttribute("aria-sort") === way; }"""
ROWS = "([table, count]) => document.querySelectorAll(`#${table} tbody tr`).length === count"


def until(page, true, given=None):
    """Wait for a function of the page to be true: plotly and DataTables draw a moment after a click.

    Not playwright's wait_for_function: its later tries are evals, which the page's policy forbids.
    """
    looks = """async ([given, most]) => { const end = Date.now() + most, true_ = %s;
        while (!true_(given)) {
            if (Date.now() > end) return false;
            await new Promise((done) => setTimeout(done, 20));
        }
        return true; }"""
    assert page.evaluate(looks % true, [given, WAIT_MS / 4]), f"never so: {true}"


def stations(page):
    """Fill of every station on the map, and what stands in them."""
    return page.evaluate(STATIONS)


def other_stations(page, than):
    """What the stations show, once that is something other than it was."""
    until(page, f"than => {STATIONS} !== than", than)
    return stations(page)


def test_the_map_is_drawn(dutch):
    page = dutch.page
    assert page.locator(MAP).count() > 8
    assert page.locator("#plan-map .scatterlayer .point").count() >= 6
    assert page.locator("html").get_attribute("lang") == "nl"
    assert page.locator("#plan-map").get_attribute("role") == "img"


def test_the_slider_and_the_direction_change_the_map(dutch):
    page = dutch.page
    last = stations(page)
    page.locator("#year").focus()
    page.keyboard.press("Home")
    first = other_stations(page, last)
    assert page.locator("#year-shown").inner_text() == "2026"
    assert page.locator("#year").get_attribute("aria-valuetext") == "2026"
    page.get_by_label("invoeding", exact=True).check()
    assert other_stations(page, first) != last
    assert "invoeding" in page.locator("#map-said").inner_text()
    page.get_by_label("afname", exact=True).check()
    page.locator("#year").focus()
    page.keyboard.press("End")
    until(page, f"last => {STATIONS} === last", last)


def test_layers_are_switched_and_the_map_zooms(dutch):
    page = dutch.page
    shown = page.locator(MAP).count()
    page.get_by_label("verbindingen", exact=True).uncheck()
    until(page, f"() => document.querySelectorAll('{MAP}').length < {shown}")
    page.get_by_label("verbindingen", exact=True).check()
    until(page, f"() => document.querySelectorAll('{MAP}').length === {shown}")
    width = (
        "(() => { const r = document.getElementById('plan-map').layout.xaxis.range; return r[1] - r[0]; })()"
    )
    before = page.evaluate(width)
    page.locator("#plan-map .modebar-btn[data-title='Inzoomen']").click()
    until(page, f"() => {width} < {0.9 * before}")
    page.locator("#plan-map .modebar-btn[data-title='Hele kaart']").click()
    until(page, f"() => Math.abs({width} - {before}) < 1e-6")


# Labels of the map that are to be seen: the pairs that lie over each other, and how many there are.
OVERLAPS = """(() => {
    const box = (e) => e.getBoundingClientRect();
    const seen = [...document.querySelectorAll("#plan-map .scatterlayer text")]
        .filter((e) => e.style.visibility !== "hidden").map((e) => [e.textContent, box(e)]);
    const over = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    const under = (a, k) => seen.slice(k + 1).filter(([, b]) => over(a, b)).map(([name]) => name);
    return [seen.flatMap(([name, a], k) => under(a, k).map((other) => name + " / " + other)), seen.length];
})()"""
SQUEEZE = """(share) => {
    const map = document.getElementById("plan-map");
    window.all ??= map.layout.xaxis.range.slice();
    const [a, b] = window.all, half = (b - a) / share / 2, range = [(a + b) / 2 - half, (a + b) / 2 + half];
    return Plotly.relayout(map, { "xaxis.range": range }).then(() => true); }"""


def test_no_label_of_the_map_lies_over_another_and_zooming_in_brings_them_back(dutch):
    page = dutch.page
    page.evaluate(SQUEEZE, 0.2)  # the whole region on a fifth of the width
    pairs, few = page.evaluate(OVERLAPS)
    assert pairs == []
    page.evaluate(SQUEEZE, 1)
    pairs, more = page.evaluate(OVERLAPS)
    assert pairs == []
    assert more > few > 0


def test_nothing_on_the_map_sends_it_away(dutch):
    titles = dutch.page.locator("#plan-map .modebar-btn").evaluate_all(
        "found => found.map((b) => b.dataset.title)"
    )
    assert titles == [
        "Opslaan als afbeelding",
        "Inzoomen op een vak",
        "Schuiven",
        "Inzoomen",
        "Uitzoomen",
        "Hele kaart",
    ]


def test_a_table_sorts_by_number_and_filters(dutch):
    page = dutch.page
    rows = page.locator("#t-stations tbody tr")
    assert rows.count() == 12
    head = page.locator("#t-stations thead tr").first.locator("th").nth(4)
    orders = "rows => rows.map((r) => Number(r.cells[4].dataset.order))"
    for way in ("ascending", "descending"):
        head.click()
        until(page, SORTED, ["t-stations", 4, way])
        found = rows.evaluate_all(orders)
        assert found == sorted(found, reverse=way == "descending")
        assert max(found) > 0.5 > min(found)
    head.click()
    until(page, "() => document.querySelector('#t-stations th[aria-sort]') === null")
    box = page.get_by_label("Filter op Richting").first
    box.fill("invoeding")
    until(page, ROWS, ["t-stations", 6])
    assert set(rows.locator("td:nth-child(2)").all_inner_texts()) == {"invoeding"}
    box.fill("")
    until(page, ROWS, ["t-stations", 12])


def test_a_click_on_a_station_opens_its_fact_sheet(dutch):
    page = dutch.page
    page.locator("#map").scroll_into_view_if_needed()
    at = page.evaluate("""() => { const map = document.getElementById("plan-map");
        const t = map.data.find((t) => t.meta === "stations");
        const box = map.getBoundingClientRect(), l = map._fullLayout, k = t.customdata.indexOf(1);
        const [x, y] = [l.xaxis.d2p(t.x[k]), l.yaxis.d2p(t.y[k])];
        return [box.x + l.xaxis._offset + x, box.y + l.yaxis._offset + y]; }""")
    page.mouse.move(2, 2)
    page.mouse.move(*at)  # a heat link begins here too, so its numbers may be the ones that show
    until(page, "() => document.querySelector('#plan-map .hoverlayer').textContent.includes('Haven')")
    page.mouse.click(*at)
    page.wait_for_selector("dialog[open]")
    said = page.locator("#sheet-body").inner_text()
    assert "Station Haven" in said and "huishoudens" in said and re.search(r"\d+,\d MW", said)
    page.wait_for_selector("#sheet-body .curve .scatterlayer .trace")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog:not([open])", state="attached")


def test_fact_sheets_open_with_the_keyboard(dutch):
    page = dutch.page
    button = page.locator("#t-stations button.open").first
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    page.locator("#sheet-close").press("Enter")
    page.wait_for_selector("dialog:not([open])", state="attached")
    until(page, "() => document.activeElement.className === 'open'")


def test_a_download_is_the_table(dutch):
    page = dutch.page
    with page.expect_download() as got:
        page.locator("a[download='stations.csv']").click()
    text = Path(got.value.path()).read_text(encoding="utf-8-sig")
    assert text.splitlines()[0].startswith("Station;Richting;")
    assert len(text.splitlines()) == 13


def test_everything_has_a_name(dutch):
    page = dutch.page
    assert page.locator("img:not([alt]), img[alt='']").count() == 0
    unnamed = """found => found.filter((e) => !(e.labels && e.labels.length) && !e.getAttribute("aria-label")
        && !e.textContent.trim()).map((e) => e.outerHTML)"""
    assert page.locator("input, select, main button").evaluate_all(unnamed) == []
    levels = page.locator("main h1, main h2, main h3, header h1").evaluate_all(
        "found => found.map((e) => +e.tagName[1])"
    )
    assert levels[0] == 1 and all(b - a <= 1 for a, b in pairwise(levels))


@pytest.mark.parametrize(("size", "lang"), [((390, 844), "en"), ((1280, 900), "nl")])
def test_no_page_is_wider_than_the_screen(chromium, pages, size, lang):
    opened = Opened(chromium, pages / f"dossier.{lang}.html", *size)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert opened.page.locator(MAP).count() > 8
    summary = opened.page.locator("#summary .tiles").bounding_box()
    assert summary["y"] + summary["height"] <= size[1]
    check_quiet(opened)
    opened.page.close()


def test_one_pagers_open_and_print_on_little_paper(chromium, pages):
    for path in sorted((pages / "nl").iterdir()):
        opened = Opened(chromium, path, 800, 1000)
        printed = opened.page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1, path.name
        assert opened.page.evaluate("[...document.images].every((i) => i.complete && i.naturalWidth > 0)")
        check_quiet(opened)
        opened.page.close()


def test_the_dossier_prints_at_its_own_size_with_its_pictures(chromium, pages):
    opened = Opened(chromium, pages / "dossier.nl.html")
    page = opened.page
    assert page.evaluate("[...document.images].filter((i) => !i.complete || !i.naturalWidth).length") == 0
    assert page.evaluate("document.images.length") >= 8
    page.set_viewport_size({"width": 703, "height": 1000})  # what A4 has within its margins
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    wide = "() => document.documentElement.scrollWidth <= 703"
    until(page, wide)  # wider, and the browser shrinks every letter to make it fit
    until(page, "() => document.querySelectorAll('#t-indicators tbody tr').length > 15")
    assert page.evaluate("getComputedStyle(document.querySelector('#t-stations td')).paddingTop[0]") in "012"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    until(page, "() => document.querySelectorAll('#t-indicators tbody tr').length === 15")
    check_quiet(opened)
    page.close()


def test_a_script_in_a_name_does_not_run_and_nothing_leaves_the_page(dutch):
    assert EVIL in dutch.page.locator("#municipalities").inner_text()
    check_quiet(dutch)


def check_quiet(opened):
    """No word on the console, and no request but for the file itself and its own blobs."""
    opened.page.evaluate(
        "new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
    )  # what is said now still comes
    assert opened.said == []
    assert [url for url in opened.asked if not url.startswith(("file:", "blob:", "data:"))] == []
    assert sum(url.startswith("file:") for url in opened.asked) == 1
