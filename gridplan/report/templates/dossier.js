"use strict";
(async () => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const text = data.text;
  const at = (id) => document.getElementById(id);
  const config = {
    displaylogo: false, showSendToCloud: false, plotlyServerURL: "", responsive: true, locale: data.lang + "-x", displayModeBar: true,
    modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
    toImageButtonOptions: { filename: "gridplan", scale: 2 },
  };
  // ---- the libraries, unpacked: each becomes a file of the page's own
  async function unpacked(id) {
    const bytes = Uint8Array.from(atob(at(id).textContent), (c) => c.charCodeAt(0));
    const code = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).blob();
    return URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  }
  if (!("DecompressionStream" in window)) { at("old").hidden = false; return; }
  const mapLibrary = await unpacked("map-library");
  await new Promise((done, failed) => {
    const script = document.createElement("script");
    Object.assign(script, { src: mapLibrary, onload: done, onerror: failed });
    document.head.append(script);
  });
  URL.revokeObjectURL(mapLibrary);
  Plotly.register({ moduleType: "locale", name: data.lang + "-x", dictionary: data.dictionary });

  // ---- the map: a state per year and direction, layers switched by their traces
  const map = at("plan-map"), slider = at("year");
  const year = () => data.years[Number(slider.value)];
  const direction = () => document.querySelector("input[name=direction]:checked").value;
  const layers = () => new Set([...document.querySelectorAll("input[name=layer]:checked")].map((box) => box.value));
  const narrow = () => map.clientWidth < 640;
  function slim(t) { // on a phone: smaller marks, and only stations keep their numbers
    const size = t.marker && t.marker.size;
    const marker = size ? { ...t.marker, size: Array.isArray(size) ? size.map((s) => s * 0.7) : size * 0.7 } : null;
    const own = marker ? { ...t, marker } : t;
    if (t.meta === "stations") return { ...own, textfont: { ...t.textfont, size: 7.5 } };
    return { ...own, mode: t.mode.replace("markers+text", "markers"), visible: t.visible && t.mode !== "text" };
  }
  function draw() {
    const on = layers();
    const traces = data.states[year() + "|" + direction()].map((t) => ({ ...t, visible: on.has(t.meta) })).map(narrow() ? slim : (t) => t);
    at("year-shown").textContent = year();
    slider.setAttribute("aria-valuetext", year());
    at("map-said").textContent = data.said[year() + "|" + direction()];
    return Plotly.react(map, traces, { ...data.layout, uirevision: "kept" }, config);
  }
  // Where labels would lie over each other the one that says more stays. Names of areas give way a little; what
  // finds no room comes back on zooming in.
  const RANK = ["stations", "built", "datacenters", "zones"]; // what says more
  const ASIDE = [[0, 0], [0, 14], [0, -14], [22, 0], [-22, 0], [22, 14], [-22, 14], [22, -14], [-22, -14], [0, 26], [0, -26], [44, 0], [-44, 0]];
  function declutter() {
    const labels = [], marks = [], taken = [], box = (e) => e.getBoundingClientRect();
    map.querySelectorAll(".scatterlayer .trace").forEach((group, k) => {
      const rank = RANK.indexOf(group.__data__[0].trace.meta);
      if (rank < 0) return;
      group.querySelectorAll("text").forEach((e, j) => {
        e.parentNode.style.transform = "";
        labels.push({ e, rank, k, j, own: box(e) });
      });
      if (rank < 3) group.querySelectorAll(".point").forEach((e) => e.style.opacity !== "0" && marks.push(box(e)));
    });
    const over = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    const moved = (b, [x, y]) => ({ left: b.left + x, right: b.right + x, top: b.top + y, bottom: b.bottom + y });
    labels.sort((a, b) => a.rank - b.rank || b.k - a.k || b.j - a.j); // of one kind the later lies on top
    labels.forEach(({ e, rank, own }) => {
      const full = rank < 3 ? taken : taken.concat(marks);
      const place = (rank < 3 ? [[0, 0]] : ASIDE).find((by) => !full.some((b) => over(moved(own, by), b)));
      e.style.visibility = place ? "" : "hidden";
      if (!place) return;
      if (place[0] || place[1]) e.parentNode.style.transform = `translate(${place[0]}px,${place[1]}px)`;
      taken.push(moved(own, place));
    });
  }
  const NEAR = 12; // pixels: a site or link at a station does not hide it
  const drawn = draw().then(() => map.on("plotly_afterplot", declutter)).then(declutter).then(() => map.on("plotly_click", ({ points: [p] }) => {
    const t = map.data.find((trace) => trace.meta === "stations");
    const away = (k) => Math.hypot(p.xaxis.d2p(t.x[k]) - p.xaxis.d2p(p.x), p.yaxis.d2p(t.y[k]) - p.yaxis.d2p(p.y));
    const nearest = [...t.x.keys()].reduce((a, b) => (away(b) < away(a) ? b : a), 0);
    if (t.visible && away(nearest) <= NEAR) show(t.customdata[nearest]);
  }));
  slider.addEventListener("input", draw);
  at("controls").addEventListener("change", (event) => { if (event.target.id !== "station") draw(); });
  at("controls").addEventListener("submit", (event) => event.preventDefault());

  // ---- fact sheets
  const dialog = at("sheet"), body = at("sheet-body");
  function show(number) {
    const sheet = at("sheet-" + number).cloneNode(true);
    sheet.hidden = false;
    sheet.removeAttribute("id");
    body.replaceChildren(sheet);
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    curve(sheet.querySelector(".curve-place"), data.curves[number]);
  }
  function curve(place, own) {
    if (!own) return;
    place.className = "curve";
    place.setAttribute("role", "img");
    place.setAttribute("aria-label", text.curve);
    const dashes = ["dot", "dash", "longdash", "solid"].slice(-Math.min(4, own.length));
    const traces = own.map((c, k) => ({
      type: "scatter", mode: "lines", name: String(c.year), x: c.x, y: c.y, hovertemplate: c.year + ": %{y:,.1f} MW, %{x:,.0f} " + text.h + "<extra></extra>",
      line: { color: ["#9DB7D5", "#5B8DB8", "#2B6CB0", "#222222"].slice(-own.length)[k] || "#222222", width: k === own.length - 1 ? 3 : 2, dash: dashes[k] || "solid" },
    }));
    const last = own[own.length - 1];
    const shapes = [{ type: "rect", xref: "x", yref: "paper", x0: 0, x1: 1314, y0: 0, y1: 1, fillcolor: "#EFEFEF", line: { width: 0 }, layer: "below" }];
    const notes = [];
    if (last.limit !== null) {
      shapes.push({ type: "line", xref: "paper", x0: 0, x1: 1, y0: last.limit, y1: last.limit, line: { color: "#A50026", width: 2 } });
      notes.push({ xref: "paper", x: 1, y: last.limit, text: last.note, showarrow: false, xanchor: "right", yanchor: "bottom", font: { color: "#A50026" } });
    }
    Plotly.newPlot(place, traces, {
      margin: { l: 60, r: 10, t: 30, b: 46 }, separators: data.layout.separators, font: data.layout.font, shapes, annotations: notes,
      xaxis: { title: { text: text.hours }, range: [0, 8760], zeroline: false, tickformat: ",d" },
      yaxis: { title: { text: "MW" }, rangemode: "tozero", tickformat: ",~r" },
      legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom" },
    }, { ...config, displayModeBar: place.clientWidth < 640 ? false : true }); // no room for buttons on a phone
  }
  at("sheet-close").addEventListener("click", () => dialog.close());
  at("sheet-print").addEventListener("click", () => window.print());
  dialog.addEventListener("close", () => { body.replaceChildren(); at("station").value = ""; });
  at("station").addEventListener("change", (event) => { if (event.target.value) show(event.target.value); });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.open");
    if (button) show(button.dataset.station);
  });

  // ---- tables: DataTables sorts, filters and pages; the numbers to sort by stand in data-order
  const url = await unpacked("table-library");
  import(url).then(({ default: DataTable }) => {
    URL.revokeObjectURL(url);
    document.documentElement.classList.remove("dark");
    const tables = [...document.querySelectorAll("table.data")].map((table) => {
      const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
      const row = table.tHead.insertRow();
      row.className = "filters";
      heads.forEach((head) => {
        const cell = document.createElement("td"), input = document.createElement("input");
        input.type = "search";
        input.setAttribute("aria-label", text.filter + " " + head);
        cell.append(input);
        row.append(cell);
      });
      const made = new DataTable(table, {
        pageLength: 15, lengthMenu: [15, 50, { label: text.all, value: -1 }], order: [], orderCellsTop: true, titleRow: 0, autoWidth: false, columnDefs: [{ type: "num", targets: "n" }],
        language: data.tables, layout: { topStart: "pageLength", topEnd: "search", bottomStart: "info", bottomEnd: "paging" },
      });
      [...row.querySelectorAll("input")].forEach((input, k) => input.addEventListener("input", () => made.column(k).search(input.value).draw()));
      return made;
    });
    const pages = new Map();
    const paper = { width: 700, height: 560 }; // pixels of a map that fits on A4: an SVG does not shrink with its page
    addEventListener("beforeprint", () => Plotly.relayout(map, paper));
    addEventListener("afterprint", () => Plotly.relayout(map, { width: null, height: null, autosize: true }));
    addEventListener("beforeprint", () => tables.forEach((t) => { pages.set(t, t.page.len()); t.page.len(-1).draw(); }));
    addEventListener("afterprint", () => tables.forEach((t) => t.page.len(pages.get(t)).draw()));
    return drawn;
  }).then(() => { document.documentElement.dataset.ready = "yes"; });
})();
