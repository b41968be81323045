/* SPDX-License-Identifier: Apache-2.0 */
/* Fills the page of a run from the data in it. Names only ever become text nodes, never HTML. */
"use strict";
(function () {
const data = JSON.parse(document.getElementById("data").textContent);
const run = data.run;
const words = data.words;
const OWN_CODE = 0.5; /* as in the text after a run */

/* ------------------------------------------------------------------------------------ elements */

function add(parent, ...children) {
    for (const child of children.flat(Infinity))
        if (child !== null && child !== undefined && child !== "")
            parent.append(child);
    return parent;
}

function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {}))
        if (typeof value === "function")
            element.addEventListener(name, value);
        else if (value !== null && value !== undefined && value !== false)
            element.setAttribute(name, value === true ? "" : value);
    return add(element, ...children);
}

function draw(tag, attributes, ...children) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes))
        element.setAttribute(name, value);
    return add(element, ...children);
}

function placeOf(section) {
    return document.querySelector("#" + section + " .made");
}

/* ------------------------------------------------------------------------------------- numbers */

function isWide(low, high) {
    return !(low > 0 && high / low <= 1.5);
}

/* Rounds to the first digit that the interval leaves uncertain; four significant digits if there is
 * no interval. */
function decimalsFor(value, low, high) {
    const size = Math.floor(Math.log10(Math.abs(value) || 1));
    const half = Math.max(high - value, value - low);
    let place = size - 3;
    if (half > 0 && isFinite(half))
        place = Math.min(size - 1, Math.max(size - 4, Math.floor(Math.log10(half))));
    return Math.max(0, -place);
}

function rounded(value, low, high) {
    if (value === null || !isFinite(value))
        return "-";
    return value.toFixed(Math.min(12, decimalsFor(value, low, high)));
}

const units = [[1e9, "s"], [1e6, "ms"], [1e3, "\u00b5s"], [1, "ns"]];

function unitOf(ns) {
    return units.find(unit => ns >= unit[0]) || units[3];
}

function endOf(value, decimals) {
    return value === null || !isFinite(value) ? "?" : value >= 1e6 ? value.toExponential(0) : value.toFixed(decimals);
}

function range(low, high, decimals, wide) {
    return make("span", { class: wide ? "range wide" : "range" },
        " [" + endOf(low, decimals) + ", " + endOf(high, decimals) + "]" + (wide ? " ?" : ""));
}

/* "12.3 [12.1, 12.6]" with a suitable unit. */
function timeOf(ns, low, high) {
    if (ns === null || !isFinite(ns))
        return [make("span", { class: "soft" }, "-")];
    const [scale, unit] = unitOf(ns);
    const decimals = decimalsFor(ns / scale, low / scale, high / scale);
    const text = (ns / scale).toFixed(decimals) + " " + unit;
    return low === undefined || low === null ? [text]
        : [text, range(low / scale, high / scale, decimals, isWide(low, high))];
}

function ratioOf(value, low, high) {
    if (value === null || value === undefined || !isFinite(value))
        return [make("span", { class: "soft" }, "-")];
    const decimals = decimalsFor(value, low, high);
    return [value.toFixed(decimals), range(low, high, decimals, isWide(low, high))];
}

function percent(share) {
    return isFinite(share) ? (100 * share).toFixed(1) + " %" : "-";
}

function plural(count, word) {
    return count + " " + word + (count === 1 ? "" : "s");
}

/* Each part counts with its repeats; the squares of the half widths add up. */
function totalOf(parts, value, low, high) {
    let sum = 0, below = 0, above = 0;
    for (const part of parts) {
        sum += part.repeat * part[value];
        below += Math.pow(part.repeat * (part[value] - part[low]), 2);
        above += Math.pow(part.repeat * (part[high] - part[value]), 2);
    }
    return { value: sum, low: Math.max(0, sum - Math.sqrt(below)), high: sum + Math.sqrt(above) };
}

/* ---------------------------------------------------------------------------------------- data */

/* A column that has the same value in all rows is stored once. */
function column(table, name, count) {
    const values = table[name];
    return Array.isArray(values) ? values : new Array(count).fill(values === undefined ? null : values);
}

function rowsOf(table, count) {
    const names = Object.keys(table);
    const columns = names.map(name => column(table, name, count));
    const rows = new Array(count);
    for (let i = 0; i < count; i++) {
        const row = rows[i] = {};
        for (let c = 0; c < names.length; c++)
            row[names[c]] = columns[c][i];
    }
    return rows;
}

const layers = rowsOf(data.layers, data.names.length);
layers.forEach((layer, i) => { layer.name = data.names[i]; layer.shape = words[layer.shape]; });
const kernels = rowsOf(data.kernels, data.kernelCount);
for (const kernel of kernels)
    for (const key of ["label", "plugin", "technique"])
        kernel[key] = words[kernel[key]];

const groups = rowsOf(data.groups, data.groupCount);
const groupAt = new Map(); /* "layer/threads" */
let resultCount = 0, speedupCount = 0;
for (const group of groups) {
    group.first = resultCount;
    group.firstSpeedup = speedupCount;
    resultCount += group.results;
    speedupCount += group.speedups;
    groupAt.set(group.layer + "/" + group.threads, group);
}
const resultColumns = {};
for (const name of Object.keys(data.results))
    resultColumns[name] = column(data.results, name, resultCount);

function resultAt(i, group) {
    const row = { group };
    for (const name of Object.keys(resultColumns))
        row[name] = resultColumns[name][i];
    row.kernel = kernels[row.kernel];
    row.operation = data.operations[row.operation];
    row.status = data.verdicts[row.status];
    for (const key of ["params", "detail", "stop_reason", "estimator", "origin"])
        row[key] = words[row[key]];
    return row;
}

function resultsOf(group) {
    const list = [];
    for (let i = group.first; i < group.first + group.results; i++)
        list.push(resultAt(i, group));
    return list;
}

const speedups = rowsOf(data.speedups, speedupCount);
for (const group of groups)
    for (let i = group.firstSpeedup; i < group.firstSpeedup + group.speedups; i++) {
        const row = speedups[i];
        row.group = group;
        row.layer = layers[group.layer];
        row.operation = data.operations[row.operation];
        for (const key of ["technique", "standard_kernel", "separable_kernel"])
            row[key] = words[row[key]];
    }

const parts = [];
for (const block of data.blocks) {
    block.rows = rowsOf(block.parts, block.count);
    for (const part of block.rows) {
        const layer = layers[part.layer];
        part.place = part.layer;
        part.layer = layer;
        part.repeat = layer.repeat;
        part.threads = block.threads;
        part.operation = data.operations[part.operation];
        for (const key of ["class", "kernel", "params", "next", "tied", "bound_by"])
            part[key] = words[part[key]];
        part.cost = part.repeat * part.time_ns;
        part.reach = part.bound_ns / part.time_ns;
        part.bounded = !(part.bound_ns > 0) ? "not known"
            : part.reach < OWN_CODE ? "own code" : part.bound_by;
        parts.push(part);
    }
    block.total = totalOf(block.rows, "time_ns", "ci_low_ns", "ci_high_ns");
    for (const part of block.rows)
        part.share = part.cost / block.total.value;
}

/* Over the layers swept both ways: the quotients of multiplications and of times. */
function gainOf(rows) {
    let pairs = 0, twinWork = 0, work = 0, twinTime = 0, time = 0, below = 0, above = 0, sum = 0;
    for (const part of rows) {
        if (part.gain === null || part.gain === undefined)
            continue;
        pairs++;
        twinWork += part.repeat * part.twin_work;
        work += part.repeat * part.work;
        twinTime += part.repeat * part.twin_ns;
        time += part.cost;
        sum += part.cost * part.gain;
        below += Math.pow(part.cost * (part.gain - part.gain_low), 2);
        above += Math.pow(part.cost * (part.gain_high - part.gain), 2);
    }
    const value = twinTime / time;
    return { pairs, arithmetic: twinWork / work, value, low: value * Math.max(0, sum - Math.sqrt(below)) / sum,
        high: value * (sum + Math.sqrt(above)) / sum };
}

function tally(rows, name, amount) {
    const sums = new Map();
    for (const row of rows)
        sums.set(name(row), (sums.get(name(row)) || 0) + amount(row));
    return [...sums].sort((a, b) => b[1] - a[1]);
}

/* -------------------------------------------------------------------------------------- tables */

const CHUNK = 100;

function compare(a, b) {
    const noA = a === null || a === undefined || Number.isNaN(a), noB = b === null || b === undefined || Number.isNaN(b);
    if (noA || noB)
        return noA && noB ? 0 : noA ? 2 : -2; /* unknown values come last in either direction */
    return typeof a === "string" ? a.localeCompare(b, "en", { numeric: true }) : a - b;
}

/* A plain table. `columns`: {title, cell(row), number, minor}. */
function simpleTable(caption, columns, rows) {
    return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, make("table", {},
        make("caption", {}, caption),
        make("thead", {}, make("tr", {}, columns.map(c => make("th", { scope: "col", class: classOf(c) }, c.title)))),
        make("tbody", {}, rows.map(row => make("tr", {}, columns.map(c => make("td", { class: classOf(c) }, c.cell(row))))))));
}

function classOf(c) {
    return [c.number ? "number" : c.short ? "short" : "name", c.minor ? "minor" : ""].join(" ").trim();
}

/* A table that is sorted by clicking its heads, can be filtered, and grows while it is scrolled: of
 * thousands of rows only the visible ones are created. `spec`: id, caption, columns (as above, with
 * value(row) to sort by), rows, text(row) to search in, selects ({label, value(row)}), sort (a
 * title), down, detail(row). */
function table(spec) {
    let order = [], shown = 0, sorted = spec.columns.findIndex(c => c.title === spec.sort), down = spec.down;
    const body = make("tbody", {});
    const count = make("p", { class: "count", "aria-live": "polite", id: spec.id + "-count" });
    const search = make("input", { type: "search", id: spec.id + "-search", input: renew });
    const selects = spec.selects.map(choice => {
        const values = [...new Set(spec.rows.map(choice.value))].sort(compare);
        return { choice, values, element: make("select", { change: renew, "aria-label": choice.label },
            make("option", { value: "" }, "all"), values.map(v => make("option", { value: String(v) }, String(v)))) };
    }).filter(s => s.values.length > 1);
    const heads = spec.columns.map((c, i) => make("th", { scope: "col", class: classOf(c), title: c.help },
        make("button", { type: "button", click: () => sortBy(i) }, c.title)));
    const more = make("button", { type: "button", class: "more-rows", click: () => grow(CHUNK) });

    function sortBy(i) {
        down = sorted === i ? !down : Boolean(spec.columns[i].number);
        sorted = i;
        renew();
    }

    function renew() {
        const needle = search.value.trim().toLowerCase();
        order = spec.rows.filter(row => selects.every(s => s.element.value === "" || String(s.choice.value(row)) === s.element.value) &&
            (needle === "" || spec.text(row).toLowerCase().includes(needle)));
        const by = spec.columns[sorted];
        if (by)
            order = order.map(row => [by.value(row), row]).sort((a, b) => {
                const c = compare(a[0], b[0]);
                return Math.abs(c) === 2 ? c : down ? -c : c;
            }).map(pair => pair[1]);
        heads.forEach((head, i) => i === sorted ? head.setAttribute("aria-sort", down ? "descending" : "ascending")
            : head.removeAttribute("aria-sort"));
        body.replaceChildren();
        shown = 0;
        grow(CHUNK);
        count.textContent = order.length === spec.rows.length ? plural(order.length, "row")
            : order.length + " of " + plural(spec.rows.length, "row");
    }

    function grow(by) {
        const rows = document.createDocumentFragment();
        for (const end = Math.min(order.length, shown + by); shown < end; shown++)
            rows.append(rowFor(order[shown], shown));
        body.append(rows);
        more.hidden = shown >= order.length;
        more.textContent = "Show more (" + (order.length - shown) + " left)";
    }

    function rowFor(row, number) {
        const tr = make("tr", {}, spec.columns.map(c => make("td", { class: classOf(c) }, c.cell(row))));
        if (spec.detail) {
            const id = spec.id + "-detail-" + number;
            const open = make("button", { type: "button", class: "open", "aria-expanded": "false", "aria-controls": id,
                "aria-label": "Candidates of " + spec.text(row), click: () => toggle(tr, open, row, id) }, "+");
            tr.firstChild.prepend(open);
        }
        return tr;
    }

    function toggle(tr, open, row, id) {
        const isOpen = open.getAttribute("aria-expanded") === "true";
        if (isOpen)
            tr.nextSibling.remove();
        else
            tr.after(make("tr", { class: "detail", id }, make("td", { colspan: spec.columns.length }, spec.detail(row))));
        open.setAttribute("aria-expanded", String(!isOpen));
        open.textContent = isOpen ? "+" : "\u2212";
    }

    if (window.IntersectionObserver)
        new IntersectionObserver(entries => { if (entries.some(e => e.isIntersecting) && !more.hidden) grow(CHUNK); }).observe(more);
    renew();
    return [make("div", { class: "filters" },
        make("label", {}, "Search", search),
        selects.map(s => make("label", {}, s.choice.label, s.element)), count),
        make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": spec.caption },
            make("table", { id: spec.id }, make("caption", {}, spec.caption), make("thead", {}, make("tr", {}, heads)), body), more)];
}

/* ------------------------------------------------------------------------------------- verdict */

function card(head, value, more) {
    return make("div", { class: "card" }, make("span", { class: "soft" }, head), make("strong", {}, value),
        make("span", { class: "more" }, more));
}

function barsOf(title, shares, total) {
    return simpleTable(title, [
        { title: "what", cell: s => s[0] },
        { title: "share", number: true, cell: s => percent(s[1] / total) },
        { title: "", short: true, cell: s => make("span", { class: "bar", role: "presentation", style: "width:" + (6 * s[1] / total).toFixed(2) + "rem" }) },
    ], shares);
}

function cardsOf(block) {
    const total = block.total, gain = gainOf(block.rows), cards = [];
    const [scale, unit] = unitOf(total.value);
    const digits = decimalsFor(total.value / scale, total.low / scale, total.high / scale);
    cards.push(card("Best kernel a layer", (total.value / scale).toFixed(digits) + " " + unit,
        ["all " + plural(block.count, "layer") + ", each as often as it is repeated",
            range(total.low / scale, total.high / scale, digits, isWide(total.low, total.high))]));
    if (gain.pairs) {
        const slower = gain.value < 1, wide = isWide(gain.low, gain.high);
        const [value, low, high] = slower ? [1 / gain.value, 1 / gain.high, 1 / gain.low] : [gain.value, gain.low, gain.high];
        const d = decimalsFor(value, low, high), work = gain.arithmetic;
        cards.push(card("Separable instead of standard", wide ? "not determined" : value.toFixed(d) + (slower ? " x more time" : " x less time"),
            [(work < 1 ? 1 / work : work).toFixed(2) + " x " + (work < 1 ? "more" : "less") + " arithmetic, over " + plural(gain.pairs, "layer"),
                range(low, high, d, wide)]));
        const twins = block.rows.reduce((sum, p) => sum + p.repeat * (p.gain === null || p.gain === undefined ? p.time_ns : p.twin_ns), 0);
        cards.push(card("With standard convolution", timeOf(twins)[0], "the fastest standard convolution wherever a layer was swept both ways"));
    }
    const ties = block.rows.filter(p => p.tie).length;
    const winners = tally(block.rows, p => p.kernel, p => p.cost);
    if (winners.length)
        cards.push(card("What to use most", winners[0][0], percent(winners[0][1] / total.value) + " of the time; " +
            plural(winners.length, "kernel") + " in all; " + (ties ? "a tie in " + plural(ties, "layer") : "no tie")));
    return make("div", { class: "cards" }, cards);
}

function doubtsOf(block) {
    const c = block.counts, list = [];
    if (c.wide)
        list.push(c.wide + " of " + c.ok + " times are not determined: their intervals are wider than a factor of 1.5 (marked ?)");
    if (c.max_time)
        list.push(c.max_time + " of " + c.ok + " stopped at measure.max_time before they were as precise as requested");
    if (c.failed)
        list.push(c.failed + " of " + c.results + " failed: a kernel was wrong, crashed, or took too long");
    if (block.missing)
        list.push(plural(block.missing, "layer") + " without a time");
    return list.length ? make("p", { class: "notice" }, list.join("; ") + ".") : null;
}

function makeVerdict() {
    const to = placeOf("verdict");
    const machine = run.machine || {};
    document.getElementById("subtitle").textContent = [machine.processor || "unknown machine",
        run.run && run.run.started ? "started " + run.run.started : "", "sepbench " + ((run.sepbench || {}).version || "?")]
        .filter(Boolean).join(" \u00b7 ");
    if (!run.run || run.run.complete === false)
        add(to, make("p", { class: "notice" }, "This run is not complete: it was stopped, or is going on."));
    if (!data.blocks.length)
        add(to, make("p", { class: "notice" }, "The run holds no results."));
    for (const block of data.blocks) {
        add(to, make("h3", {}, plural(block.threads, "thread")));
        if (!block.count) {
            add(to, make("p", {}, "No layer has a time."), doubtsOf(block));
            continue;
        }
        add(to, cardsOf(block), doubtsOf(block));
        const throughout = block.plugins.filter(p => p.parts === block.count).sort((a, b) => a.total_ns - b.total_ns);
        const worst = throughout.length ? throughout[throughout.length - 1].total_ns : 1;
        add(to, make("div", { class: "plots" },
            barsOf("Share of the time", tally(block.rows, p => p.class, p => p.cost), block.total.value),
            barsOf("Bound by", tally(block.rows, p => p.bounded, p => p.cost), block.total.value),
            throughout.length ? simpleTable("One plugin only", [
                { title: "plugin", cell: p => p.name },
                { title: "total", number: true, cell: p => timeOf(p.total_ns)[0] },
                { title: "", short: true, cell: p => make("span", { class: "bar", role: "presentation", style: "width:" + (6 * p.total_ns / worst).toFixed(2) + "rem" }) },
            ], throughout) : null));
    }
    for (const warning of data.warnings)
        add(to, make("p", { class: "notice" }, "Warning of the run: " + warning));
}

/* ------------------------------------------------------------------------------------ networks */

/* The network is the part of a layer's name before the last '/'. */
function networkOf(part) {
    const name = part.layer.name, at = name.lastIndexOf("/");
    return at > 0 ? name.slice(0, at) : (run.configuration || {}).name || "run";
}

function makeNetworks() {
    const rows = [];
    for (const block of data.blocks) {
        const by = new Map();
        for (const part of block.rows) {
            const name = networkOf(part);
            if (!by.has(name))
                by.set(name, []);
            by.get(name).push(part);
        }
        for (const [name, list] of by)
            rows.push({ name, threads: block.threads, layers: list.length,
                total: totalOf(list, "time_ns", "ci_low_ns", "ci_high_ns"), gain: gainOf(list),
                winner: tally(list, p => p.kernel, p => p.cost)[0] });
    }
    add(placeOf("networks"), rows.length ? simpleTable("Networks: each layer with its fastest kernel, as often as it is repeated", [
        { title: "network", cell: r => r.name },
        { title: "threads", number: true, cell: r => r.threads },
        { title: "layers", number: true, cell: r => r.layers },
        { title: "time", number: true, cell: r => timeOf(r.total.value, r.total.low, r.total.high) },
        { title: "arithmetic saved", number: true, minor: true, cell: r => r.gain.pairs ? r.gain.arithmetic.toFixed(2) + " x" : "-" },
        { title: "time saved", number: true, cell: r => r.gain.pairs ? ratioOf(r.gain.value, r.gain.low, r.gain.high) : "-" },
        { title: "most time in", minor: true, cell: r => r.winner[0] + " (" + percent(r.winner[1] / r.total.value) + ")" },
    ], rows) : make("p", {}, "No layer has a time."));
}

/* What network.csv says: whole passes, then their steps. */
function makeSequences() {
    const rows = recordsOf("network", ["threads", "number", "time_ns", "ci_low_ns", "ci_high_ns", "alone_ns", "alone_low_ns", "alone_high_ns",
        "over_alone", "over_alone_low", "over_alone_high"]);
    const passes = rows.filter(r => r.step === "total"), faults = rows.filter(r => r.step === "fault"),
        steps = rows.filter(r => r.step !== "total" && r.step !== "fault");
    if (faults.length)
        add(placeOf("networks"), simpleTable("Kernels that fail in sequence", [
            { title: "kernels", cell: r => r.sequence },
            { title: "threads", number: true, cell: r => r.threads },
            { title: "layer", cell: r => r.layer },
            { title: "kernel", cell: r => r.kernel },
            { title: "verdict", cell: r => r.verdict },
            { title: "reason", cell: r => r.detail },
        ], faults));
    if (!passes.length)
        return;
    const reordersOf = pass => steps.filter(s => s.threads === pass.threads && s.sequence === pass.sequence && s.step !== "run").length;
    add(placeOf("networks"), make("p", {}, "In sequence, the layers run one after the other, each with the caches as the one before left them, and with the reorders between kernels of different layouts; alone, each of the same calls runs with warm caches."),
        simpleTable("Layers in sequence", [
            { title: "kernels", cell: r => r.sequence === "best" ? "the best mix" : r.sequence + (r.sequence.includes("/") ? "" : " only") },
            { title: "threads", number: true, cell: r => r.threads },
            { title: "in sequence", number: true, cell: r => timeOf(r.time_ns, r.ci_low_ns, r.ci_high_ns) },
            { title: "each alone", number: true, cell: r => timeOf(r.alone_ns, r.alone_low_ns, r.alone_high_ns) },
            { title: "in sequence / alone", number: true, cell: r => ratioOf(r.over_alone, r.over_alone_low, r.over_alone_high) },
            { title: "reorders", number: true, cell: reordersOf },
        ], passes),
        table({
            id: "sequence-table", caption: "Steps of the sequences", rows: steps, sort: "step", text: s => s.layer + " " + s.kernel,
            selects: [{ label: "Sequence", value: s => s.sequence }, { label: "Threads", value: s => s.threads }, { label: "Kind", value: s => s.step }],
            columns: [
                { title: "sequence", short: true, minor: true, value: s => s.sequence, cell: s => s.sequence },
                { title: "step", number: true, value: s => s.number, cell: s => s.number },
                { title: "layer", value: s => s.layer, cell: s => s.layer },
                { title: "runs", value: s => s.kernel, cell: s => s.step === "run" ? s.kernel : s.step + ": " + s.input_layout + " to " + s.output_layout },
                { title: "in sequence", number: true, value: s => s.time_ns, cell: s => timeOf(s.time_ns, s.ci_low_ns, s.ci_high_ns) },
                { title: "alone", number: true, minor: true, value: s => s.alone_ns, cell: s => timeOf(s.alone_ns, s.alone_low_ns, s.alone_high_ns) },
            ],
        }));
}

/* -------------------------------------------------------------------------------------- layers */

function roundsOf(result) {
    const rounds = [];
    for (let i = 0; i + 1 < result.rounds.length; i += 2)
        for (let j = 0; j < result.rounds[i + 1]; j++)
            rounds.push(result.rounds[i] + j);
    return rounds;
}

/* Rounds of each further process start at the next thousand: they are shown one after another. */
function placesOf(rounds) {
    const seen = [...new Set(rounds)].sort((a, b) => a - b);
    const at = new Map(seen.map((round, i) => [round, i]));
    return rounds.map(round => at.get(round));
}

function frame(title, width, height) {
    return draw("svg", { viewBox: "0 0 " + width + " " + height, role: "img", "aria-label": title });
}

function plotSamples(operation, results) {
    const W = 360, H = 170, left = 52, right = 8, top = 10, bottom = 30;
    const series = results.map(r => ({ r, x: placesOf(roundsOf(r)), y: r.ns }));
    const all = series.flatMap(s => s.y), low = Math.min(...all), high = Math.max(...all, low * 1.02);
    const last = Math.max(1, ...series.flatMap(s => s.x));
    const X = i => left + (W - left - right) * i / last;
    const Y = ns => top + (H - top - bottom) * (1 - Math.log(ns / low) / Math.log(high / low));
    const title = "Samples over rounds, " + operation;
    const svg = frame(title, W, H), [scale, unit] = unitOf(low);
    for (const ns of [low, Math.sqrt(low * high), high])
        add(svg, draw("line", { x1: left, x2: W - right, y1: Y(ns), y2: Y(ns) }),
            draw("text", { x: left - 4, y: Y(ns) + 4, "text-anchor": "end" }, (ns / scale).toPrecision(3)));
    for (const s of series)
        s.y.forEach((ns, i) => add(svg, draw("circle", { cx: X(s.x[i]).toFixed(1), cy: Y(ns).toFixed(1), r: 2, fill: s.r.kernel.colour, "fill-opacity": 0.75 })));
    add(svg, draw("text", { x: left, y: H - 8 }, "0"), draw("text", { x: W - right, y: H - 8, "text-anchor": "end" }, "round " + last),
        draw("text", { x: (left + W) / 2, y: H - 8, "text-anchor": "middle" }, unit + " a call"));
    return make("figure", { class: "plot" }, make("figcaption", {}, title + ":",
        results.map(r => [make("span", { class: "key", style: "background:" + r.kernel.colour }), r.kernel.label])), svg);
}

function plotHistogram(result) {
    const W = 360, H = 150, left = 30, right = 8, top = 10, bottom = 30;
    const low = Math.min(...result.ns), high = Math.max(...result.ns, low * 1.001);
    const bins = new Array(Math.max(4, Math.min(24, Math.ceil(Math.sqrt(result.ns.length) * 1.5)))).fill(0);
    for (const ns of result.ns)
        bins[Math.min(bins.length - 1, Math.floor(bins.length * (ns - low) / (high - low)))]++;
    const most = Math.max(...bins), step = (W - left - right) / bins.length;
    const X = ns => left + (W - left - right) * (ns - low) / (high - low);
    const title = "Histogram of " + result.kernel.label + ": " + plural(result.ns.length, "sample");
    const svg = frame(title, W, H), [scale, unit] = unitOf(low);
    bins.forEach((n, i) => add(svg, draw("rect", { x: (left + i * step).toFixed(1), width: Math.max(1, step - 1).toFixed(1),
        y: (H - bottom - (H - top - bottom) * n / most).toFixed(1), height: ((H - top - bottom) * n / most).toFixed(1), fill: result.kernel.colour })));
    add(svg, draw("line", { x1: left, x2: W - right, y1: H - bottom, y2: H - bottom }),
        draw("text", { x: left - 4, y: top + 8, "text-anchor": "end" }, String(most)),
        draw("text", { x: left, y: H - 8 }, (low / scale).toPrecision(4)),
        draw("text", { x: W - right, y: H - 8, "text-anchor": "end" }, (high / scale).toPrecision(4) + " " + unit));
    if (result.time_ns >= low)
        add(svg, draw("line", { x1: X(result.time_ns), x2: X(result.time_ns), y1: top, y2: H - bottom, style: "stroke:var(--ink)" }));
    return make("figure", { class: "plot" }, make("figcaption", {}, title + "; the line is the estimate (" + result.estimator + ")"), svg);
}

const verdictClass = { ok: "good", unsupported: "soft", skipped: "soft" };

function candidatesOf(part) {
    const group = groupAt.get(part.place + "/" + part.threads);
    const results = group ? resultsOf(group) : [];
    const fastest = new Map();
    for (const r of results)
        if (r.time_ns > 0 && !(fastest.get(r.operation) <= r.time_ns))
            fastest.set(r.operation, r.time_ns);
    results.sort((a, b) => data.operations.indexOf(a.operation) - data.operations.indexOf(b.operation) ||
        compare(a.time_ns, b.time_ns) || compare(a.kernel.label, b.kernel.label));
    const plots = make("div", { class: "plots" });
    for (const operation of fastest.keys()) {
        const sampled = results.filter(r => r.operation === operation && Array.isArray(r.ns) && r.ns.length > 1);
        if (sampled.length)
            add(plots, plotSamples(operation, sampled.slice(0, 5)), plotHistogram(sampled[0]));
    }
    const columns = [
        { title: "operation", short: true, cell: r => r.operation },
        { title: "kernel", cell: r => r.kernel.label + (r.kernel.peer ? " (peer)" : "") },
        { title: "verdict", cell: r => make("span", { class: verdictClass[r.status] || "bad" }, r.status + (r.detail ? ": " + r.detail : "")) },
        { title: "time a call", number: true, cell: r => timeOf(r.time_ns, r.ci_low_ns, r.ci_high_ns) },
        { title: "x fastest", number: true, cell: r => r.time_ns > 0 ? (r.time_ns / fastest.get(r.operation)).toFixed(2) : "-" },
        { title: "GFLOP/s", number: true, cell: r => r.time_ns > 0 ? (2 * r.multiplications / r.time_ns).toPrecision(4) : "-" },
        { title: "+ reorders", number: true, minor: true, cell: r => r.reorder_ns > 0 ? timeOf(r.reorder_ns) : "-" },
        { title: "+ packing", number: true, minor: true, cell: r => r.prepare_ns > 0 ? timeOf(r.prepare_ns) : "-" },
        { title: "samples", number: true, cell: r => r.samples },
        { title: "stopped by", short: true, cell: r => r.stop_reason },
        { title: "parameters", cell: r => r.params + (r.origin && r.origin !== "default" ? " (" + r.origin + ")" : "") },
    ];
    if (data.results.max_error !== undefined)
        columns.push({ title: "error / bound", number: true, cell: r => r.max_error === null ? "-" : r.max_error.toExponential(1) + " / " + (r.error_bound === null ? "?" : r.error_bound.toExponential(1)) });
    return [make("p", {}, part.layer.name + ": " + part.layer.shape + "; repeated " + part.repeat + " x"),
        part.tied ? make("p", {}, "May be as fast as " + part.kernel + ": " + part.tied.split("\n").join(", ")) : null,
        plots.childNodes.length ? plots : make("p", { class: "soft" }, "Samples are not in this page: see samples.csv."),
        simpleTable("Candidates of " + part.layer.name, columns, results)];
}

function marginOf(part) {
    if (!part.next)
        return "no other";
    return part.tie ? "tie" : ratioOf(part.margin, part.margin_low, part.margin_high);
}

function makeLayers() {
    const to = placeOf("layers");
    if (data.detail.candidates >= 0)
        add(to, make("p", { class: "notice" }, "The run is large: of each layer and operation the page holds the " + data.detail.candidates +
            " fastest kernels, times of " + data.detail.digits + " significant digits, and no samples. results.csv and samples.csv hold all."));
    else if (data.detail.samples >= 0)
        add(to, make("p", { class: "soft" }, "The run is large: the page holds " + (data.detail.samples ? "at most " + data.detail.samples + " samples of a result" : "no samples") + ". samples.csv holds all."));
    add(to, table({
        id: "layer-table", caption: "Layers: which kernel is the fastest; open a row for every candidate", rows: parts, sort: "share", down: true,
        text: p => p.layer.name + " " + p.operation + " " + p.kernel + " " + p.class, detail: candidatesOf,
        selects: [
            { label: "Threads", value: p => p.threads }, { label: "Operation", value: p => p.operation },
            { label: "Class", value: p => p.class }, { label: "Bound by", value: p => p.bounded },
            { label: "Kernel", value: p => p.kernel },
        ],
        columns: [
            { title: "layer", value: p => p.layer.name, cell: p => p.layer.name },
            { title: "operation", minor: true, short: true, value: p => p.operation, cell: p => p.operation },
            { title: "threads", number: true, minor: true, value: p => p.threads, cell: p => p.threads },
            { title: "repeat", number: true, minor: true, value: p => p.repeat, cell: p => p.repeat },
            { title: "time a call", number: true, value: p => p.time_ns, cell: p => timeOf(p.time_ns, p.ci_low_ns, p.ci_high_ns) },
            { title: "share", number: true, value: p => p.share, cell: p => percent(p.share), help: "of the total at its number of threads" },
            { title: "kernel to use", value: p => p.kernel, cell: p => p.kernel },
            { title: "margin", number: true, minor: true, value: p => p.tie ? 1 : p.margin, cell: marginOf, help: "the next fastest kernel takes so many times as long" },
            { title: "% of bound", number: true, value: p => p.reach, cell: p => p.bound_ns > 0 ? (100 * p.reach).toFixed(0) + " " + p.bound_by : "-", help: "how much of the roofline it reaches, and which part of it is the bound" },
            { title: "separable gains", number: true, minor: true, value: p => p.gain, cell: p => ratioOf(p.gain, p.gain_low, p.gain_high), help: "time of the fastest standard convolution over this one's" },
        ],
    }));
}

/* ----------------------------------------------------------------------------------- separable */

function makeSeparable() {
    const to = placeOf("separable");
    if (!speedups.length) {
        add(to, make("p", {}, "No layer was swept both as a standard and as a separable convolution."));
        return;
    }
    add(to, make("p", {}, "Time of the standard convolution over time of the separable one (or the bottleneck) with the same technique; " +
        "theory is the quotient of multiplications. \u201cbest\u201d takes the fastest own kernel for either."));
    const columns = [
        { title: "layer", value: s => s.layer.name, cell: s => s.layer.name },
        { title: "technique", short: true, value: s => s.technique, cell: s => s.technique },
        { title: "threads", number: true, minor: true, value: s => s.group.threads, cell: s => s.group.threads },
        { title: "theory", number: true, value: s => s.layer.theory, cell: s => rounded(s.layer.theory) },
        { title: "measured", number: true, value: s => s.measured, cell: s => ratioOf(s.measured, s.ci_low, s.ci_high) },
        { title: "of theory", number: true, value: s => s.measured / s.layer.theory, cell: s => percent(s.measured / s.layer.theory) },
        { title: "kernels", minor: true, value: s => s.separable_kernel, cell: s => s.standard_kernel + " / " + s.separable_kernel },
    ];
    if (data.speedups.standard_ns !== undefined)
        columns.splice(4, 0,
            { title: "roofline", number: true, minor: true, value: s => s.roofline, cell: s => rounded(s.roofline), help: "the quotient of the least times that the machine's peaks allow" },
            { title: "standard", number: true, minor: true, value: s => s.standard_ns, cell: s => timeOf(s.standard_ns) });
    add(to, table({
        id: "speedup-table", caption: "Speedups of separable over standard", rows: speedups, columns, sort: "measured", down: true,
        text: s => s.layer.name + " " + s.technique + " " + s.separable_kernel,
        selects: [{ label: "Technique", value: s => s.technique }, { label: "Threads", value: s => s.group.threads },
            { label: "Kind", value: s => s.operation }],
    }));
}

/* ---------------------------------------------------------------------------------- techniques */

function median(values) {
    const sorted = [...values].sort((a, b) => a - b), n = sorted.length;
    return n ? (sorted[(n - 1) >> 1] + sorted[n >> 1]) / 2 : NaN;
}

function makeTechniques() {
    const by = new Map();
    const C = resultColumns;
    for (const group of groups) {
        const best = new Map(); /* operation -> technique -> ns */
        for (let i = group.first; i < group.first + group.results; i++) {
            if (!(C.time_ns[i] > 0))
                continue;
            const k = kernels[C.kernel[i]], op = C.operation[i];
            if (!best.has(op))
                best.set(op, new Map());
            const of = best.get(op), now = of.get(k.technique);
            if (!now || C.time_ns[i] < now.ns)
                of.set(k.technique, { ns: C.time_ns[i], peer: k.peer });
        }
        for (const of of best.values()) {
            const fastest = Math.min(...[...of.values()].map(v => v.ns));
            for (const [technique, v] of of) {
                const key = technique + "/" + group.threads;
                if (!by.has(key))
                    by.set(key, { technique, threads: group.threads, peer: v.peer, wins: 0, slower: [] });
                by.get(key).wins += v.ns === fastest;
                by.get(key).slower.push(v.ns / fastest);
            }
        }
    }
    const rows = [...by.values()].sort((a, b) => a.threads - b.threads || median(a.slower) - median(b.slower));
    add(placeOf("techniques"), rows.length ? simpleTable("Each technique with its fastest kernel, over all layers and operations that it computes", [
        { title: "technique", cell: r => r.technique + (r.peer ? " (peer)" : "") },
        { title: "threads", number: true, cell: r => r.threads },
        { title: "timed on", number: true, cell: r => r.slower.length },
        { title: "fastest on", number: true, cell: r => r.wins },
        { title: "median time over the fastest", number: true, cell: r => median(r.slower).toFixed(2) + " x" },
        { title: "worst", number: true, minor: true, cell: r => Math.max(...r.slower).toFixed(2) + " x" },
    ], rows) : make("p", {}, "Nothing was timed."),
    data.detail.candidates >= 0 ? make("p", { class: "soft" }, "Of the kernels that this page holds.") : null);
}

/* -------------------------------------------------------------- roofline, threads, tuning, doubts */

function makeRoofline() {
    const known = [];
    for (const block of data.blocks) {
        const peaks = (run.peaks || []).find(p => p.threads === block.threads);
        if (peaks)
            known.push({ ...block, gflops: peaks.gflops, gbytes: peaks.gbytes_per_second || {} });
    }
    if (!known.length) {
        add(placeOf("roofline"), make("p", {}, "The machine's peaks were not measured."));
        return;
    }
    const levels = Object.keys(known[0].gbytes);
    add(placeOf("roofline"), make("p", {}, "What the machine allows: the peak of arithmetic, and the rates at which each level of memory was measured to deliver."),
        simpleTable("Ceilings", [
            { title: "threads", number: true, cell: b => b.threads },
            { title: "GFLOP/s", number: true, cell: b => rounded(b.gflops) },
            ...levels.map(level => ({ title: level + " GB/s", number: true, cell: b => b.gbytes[level] > 0 ? rounded(b.gbytes[level]) : "-" })),
        ], known),
        simpleTable("How near the fastest kernels come", [
            { title: "threads", number: true, cell: b => b.threads },
            { title: "layers", number: true, cell: b => b.count },
            { title: "median of bound", number: true, cell: b => percent(median(b.rows.filter(p => p.reach > 0).map(p => p.reach))) },
            { title: "below half of it", number: true, cell: b => b.rows.filter(p => p.reach < OWN_CODE).length },
        ], known));
}

/* A CSV file that is in the page, as rows; numbers are numbers, an empty field is NaN. */
function recordsOf(name, numbers) {
    const [header, ...records] = (data.tables || {})[name] || [[]];
    return records.map(fields => {
        const row = {};
        header.forEach((column, i) => {
            row[column] = !numbers.includes(column) ? fields[i] : fields[i] === "" ? NaN : Number(fields[i]);
        });
        return row;
    });
}

function makeSteps() {
    const rows = recordsOf("steps", ["threads", "time_ns", "ci_low_ns", "ci_high_ns", "gflops", "roofline_gflops",
        "of_multiplications", "of_time", "of_time_low", "of_time_high"]);
    if (!rows.length) {
        add(placeOf("steps"), make("p", {}, data.tables ? "No step of a chain was measured by itself: that takes operations such as depthwise and pointwise beside separable."
            : "The run is large: see steps.csv."));
        return;
    }
    const share = (value, low, high) => ratioOf(100 * value, 100 * low, 100 * high);
    add(placeOf("steps"), make("p", {}, "Steps of the chains, each measured by itself in the same rounds: its share of the multiplications beside its share of the time that the steps take one after the other. The row of the whole chain says what it takes of that sum: below 100 % where computing the steps together gains."),
        table({
            id: "step-table", caption: "Steps of separable convolutions and bottlenecks", rows, sort: "layer", text: s => s.layer + " " + s.technique + " " + s.kernel,
            selects: [{ label: "Technique", value: s => s.technique }, { label: "Threads", value: s => s.threads }, { label: "Step", value: s => s.operation }],
            columns: [
                { title: "layer", value: s => s.layer, cell: s => s.layer },
                { title: "technique", short: true, value: s => s.technique, cell: s => s.technique },
                { title: "step", short: true, value: s => s.operation, cell: s => s.operation },
                { title: "threads", number: true, minor: true, value: s => s.threads, cell: s => s.threads },
                { title: "% of multiplications", number: true, value: s => s.of_multiplications, cell: s => rounded(100 * s.of_multiplications) },
                { title: "% of time", number: true, value: s => s.of_time, cell: s => share(s.of_time, s.of_time_low, s.of_time_high) },
                { title: "time a call", number: true, value: s => s.time_ns, cell: s => timeOf(s.time_ns, s.ci_low_ns, s.ci_high_ns) },
                { title: "% of bound", number: true, minor: true, value: s => s.gflops / s.roofline_gflops, cell: s => s.roofline_gflops > 0 ? (100 * s.gflops / s.roofline_gflops).toFixed(0) + " " + s.bound_by : "-" },
            ],
        }));
}

function scalingTable() {
    const rows = recordsOf("scaling", ["threads", "time_ns", "base_threads", "base_ns", "speedup", "ci_low", "ci_high", "efficiency"]);
    return rows.length ? table({
        id: "scaling-table", caption: "Each kernel that uses threads, against itself with the fewest threads", rows, sort: "speedup", down: true,
        text: s => s.layer + " " + s.operation + " " + s.kernel,
        selects: [{ label: "Technique", value: s => s.technique }, { label: "Threads", value: s => s.threads }, { label: "Operation", value: s => s.operation }],
        columns: [
            { title: "layer", value: s => s.layer, cell: s => s.layer },
            { title: "operation", minor: true, short: true, value: s => s.operation, cell: s => s.operation },
            { title: "kernel", value: s => s.kernel, cell: s => s.kernel },
            { title: "threads", number: true, value: s => s.threads, cell: s => s.threads },
            { title: "time a call", number: true, minor: true, value: s => s.time_ns, cell: s => timeOf(s.time_ns) },
            { title: "speedup", number: true, value: s => s.speedup, cell: s => ratioOf(s.speedup, s.ci_low, s.ci_high), help: "time with the fewest threads over this one, from rounds that both took part in" },
            { title: "efficiency", number: true, minor: true, value: s => s.efficiency, cell: s => percent(s.efficiency) },
        ],
    }) : null;
}

function makeThreads() {
    const timed = data.blocks.filter(b => b.count);
    if (timed.length < 2) {
        add(placeOf("threads"), make("p", {}, "The run has one number of threads."));
        return;
    }
    const base = timed[0];
    add(placeOf("threads"), simpleTable("All layers, each with its fastest kernel", [
        { title: "threads", number: true, cell: b => b.threads },
        { title: "time", number: true, cell: b => timeOf(b.total.value, b.total.low, b.total.high) },
        { title: "x faster than " + plural(base.threads, "thread"), number: true, cell: b => b.count === base.count ? (base.total.value / b.total.value).toFixed(2) : "other layers" },
        { title: "measured in", number: true, cell: b => timeOf(b.wall_ns)[0] },
    ], timed), scalingTable());
}

function makeTuning() {
    const searches = recordsOf("searches", ["threads", "space", "evaluations", "default_ns", "tuned_ns", "gain", "ci_low", "ci_high"]);
    const origins = tally(resultColumns.origin || [], o => words[o], () => 1).filter(o => o[0]);
    add(placeOf("tuning"), origins.length ? make("p", {}, "Where the parameters of the results came from: " +
        origins.map(o => o[0] + " " + o[1]).join(", ") + ".") : null,
    searches.length ? table({
        id: "search-table", caption: "Searches", rows: searches, sort: "layer", text: s => s.layer + " " + s.kernel, selects: [{ label: "Kernel", value: s => s.kernel }],
        columns: [
            { title: "layer", value: s => s.layer, cell: s => s.layer },
            { title: "kernel", value: s => s.kernel, cell: s => s.kernel },
            { title: "strategy", value: s => s.strategy, cell: s => s.strategy },
            { title: "threads", number: true, value: s => s.threads, cell: s => s.threads },
            { title: "parameter sets", number: true, value: s => s.space, cell: s => s.space },
            { title: "evaluations", number: true, value: s => s.evaluations, cell: s => s.evaluations },
            { title: "default", number: true, minor: true, value: s => s.default_ns, cell: s => timeOf(s.default_ns) },
            { title: "tuned", number: true, value: s => s.tuned_ns, cell: s => timeOf(s.tuned_ns) },
            { title: "gain", number: true, value: s => s.gain, cell: s => ratioOf(s.gain, s.ci_low, s.ci_high) },
        ],
    }) : make("p", {}, "No search was made in this run."));
}

function makeDoubts() {
    const by = new Map();
    const C = resultColumns;
    groups.forEach(group => {
        for (let i = group.first; i < group.first + group.results; i++) {
            const status = data.verdicts[C.status[i]];
            const kind = status !== "ok" ? status : C.time_ns[i] === null ? "no time"
                : isWide(C.ci_low_ns[i], C.ci_high_ns[i]) ? "not determined" : words[C.stop_reason[i]] === "max_time" ? "stopped by max_time" : null;
            if (!kind)
                continue;
            const label = kernels[C.kernel[i]].label, detail = words[C.detail[i]], key = kind + "\n" + label + "\n" + detail;
            if (!by.has(key))
                by.set(key, { kind, label, detail, count: 0, example: data.names[group.layer] });
            by.get(key).count++;
        }
    });
    const to = placeOf("doubts");
    for (const block of data.blocks)
        add(to, make("p", {}, plural(block.threads, "thread") + ": of " + block.counts.results + " candidates " + block.counts.ok + " are ok, " +
            block.counts.unsupported + " do not apply, which is no fault, " + block.counts.failed + " failed, " + block.counts.skipped + " were skipped."));
    const rows = [...by.values()];
    if (rows.length)
        add(to, table({
            id: "doubt-table", caption: "By kernel and reason", rows, sort: "times", down: true, text: r => r.kind + " " + r.label + " " + r.detail,
            selects: [{ label: "What", value: r => r.kind }],
            columns: [
                { title: "what", value: r => r.kind, cell: r => make("span", { class: ["unsupported", "skipped"].includes(r.kind) ? "soft" : ["not determined", "stopped by max_time"].includes(r.kind) ? "wide" : "bad" }, r.kind) },
                { title: "kernel", value: r => r.label, cell: r => r.label },
                { title: "times", number: true, value: r => r.count, cell: r => r.count },
                { title: "why", value: r => r.detail, cell: r => r.detail },
                { title: "for instance", minor: true, value: r => r.example, cell: r => r.example },
            ],
        }));
}

/* ----------------------------------------------------------------------- method, set-up, commands */

/* The values of a section of the effective configuration. */
function settingsOf(section) {
    const source = "\n" + ((run.configuration || {}).source || "");
    const found = new RegExp("\n" + section + ":\n((?:  .*\n?)*)").exec(source);
    const values = {};
    for (const line of found ? found[1].split("\n") : []) {
        const at = line.indexOf(":");
        if (at > 0)
            values[line.slice(0, at).trim()] = line.slice(at + 1).trim();
    }
    return values;
}

function seconds(text) {
    const ns = /^(\d+)ns$/.exec(text || "");
    return ns ? timeOf(Number(ns[1]))[0] : text;
}

function makeMethod() {
    const m = Object.assign(settingsOf("measure"), run.measuring), to = placeOf("method");
    if (m.max_time_ns)
        m.max_time = m.max_time_ns + "ns";
    const samples = resultColumns.samples.filter(n => n > 0);
    const estimators = tally(resultColumns.estimator.filter(e => words[e]), e => words[e], () => 1).map(e => e[0] + " in " + e[1]);
    const spent = (run.run || {}).time || {};
    add(to, make("p", {}, "Every kernel runs in a process of its own. Before it is timed, its output is compared with a reference in double precision; what exceeds the bound on rounding errors is \u201cwrong\u201d and is not timed."),
        make("p", {}, "The candidates of a layer take turns in rounds, in an order that is drawn anew for each round, so that whatever disturbs the machine disturbs all alike. " +
            (samples.length ? "Here a result rests on " + Math.min(...samples) + " to " + Math.max(...samples) + " samples (median " + median(samples) + "). " : "") +
            (m.precision ? "Sampling stops when the interval is within " + (100 * m.precision).toFixed(1) + " % of the estimate, at " + seconds(m.max_time) + " at the latest, and not before " + m.min_samples + " samples. " : "")),
        make("p", {}, "The time is a low quantile of the samples, as noise only ever adds time" + (estimators.length ? " (" + estimators.join(", ") + " results)" : "") +
            ". Its interval is a bootstrap over whole rounds" + (m.confidence ? " of " + (100 * m.confidence).toFixed(0) + " % confidence" : "") +
            ". Ratios of two kernels come from the rounds that both took part in. What has an interval wider than a factor of 1.5 is not determined and marked with \u201c?\u201d."),
        m.cache ? make("p", {}, "Caches are " + m.cache + " when a call begins" + (m.seed !== undefined ? "; the seed of everything random is " + m.seed : "") + ".") : null,
        spent.wall_ns ? simpleTable("How the time of the run went", [
            { title: "what", cell: r => r[0].replace(/_ns$/, "") },
            { title: "time", number: true, cell: r => timeOf(r[1])[0] },
            { title: "share", number: true, cell: r => percent(r[1] / spent.wall_ns) },
        ], Object.entries(spent).filter(e => e[1] > 0)) : null);
}

function textOf(value) {
    return value === null || value === undefined ? "not known" : typeof value === "object" ? JSON.stringify(value) : String(value);
}

function listOf(title, object) {
    const entries = Object.entries(object || {}).filter(e => e[0] !== "source");
    return entries.length ? [make("h3", {}, title), make("dl", {}, entries.map(e => [make("dt", {}, e[0].replace(/_/g, " ")), make("dd", {}, textOf(e[1]))]))] : [];
}

function makeSetup() {
    const plugins = run.plugins || [], conditions = run.conditions || {};
    add(placeOf("setup"), listOf("Machine", run.machine), listOf("Conditions before", conditions.before), listOf("Conditions after", conditions.after),
        listOf("Build", run.sepbench), listOf("Libraries", run.libraries), listOf("Environment", run.environment),
        plugins.length ? simpleTable("Plugins", [
            { title: "plugin", cell: p => textOf(p.id) + (p.peer ? " (peer)" : "") },
            { title: "version", cell: p => textOf(p.version) },
            { title: "build", cell: p => textOf(p.build) },
            { title: "licence", minor: true, cell: p => textOf(p.license) },
        ], plugins) : null,
        (run.configuration || {}).source ? make("details", {}, make("summary", {}, "The effective configuration"), make("pre", {}, run.configuration.source)) : null);
}

function quoted(word) {
    return /^[A-Za-z0-9_@%+=:,.\/-]+$/.test(word) ? word : "'" + word.replace(/'/g, "'\\''") + "'";
}

function makeCommands() {
    const command = (run.command || []).map(quoted).join(" ");
    add(placeOf("commands"), make("pre", {}, [
        command ? "# as it was run\nsepbench " + command + "\n\n" : "",
        "# again, from what run.json says\nsepbench run run.json -o again\n\n",
        "# compare the two\nsepbench compare . again\n\n",
        "# make the CSV files, figures, tables and this page anew\nsepbench report .\n",
    ].join("")));
}

function csvField(value) {
    const text = value === null || value === undefined ? "" : String(value);
    return /[",\n\r]/.test(text) ? "\"" + text.replace(/"/g, "\"\"") + "\"" : text;
}

function save(name, type, content) {
    const url = URL.createObjectURL(new Blob([content], { type }));
    const link = make("a", { href: url, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
}

function resultsCsv() {
    const heads = ["layer", "operation", "kernel", "params", "threads", "status", "detail", "samples", "time_ns", "ci_low_ns", "ci_high_ns", "multiplications"];
    const lines = [heads.join(",")];
    for (const group of groups)
        for (const r of resultsOf(group))
            lines.push([data.names[group.layer], r.operation, r.kernel.label, r.params, group.threads, r.status, r.detail, r.samples, r.time_ns, r.ci_low_ns, r.ci_high_ns, r.multiplications].map(csvField).join(","));
    return lines.join("\n") + "\n";
}

function makeDownloads() {
    const files = [["results.csv", "every candidate"], ["speedups.csv", "separable over standard"], ["samples.csv", "every sample"],
        ["steps.csv", "shares of steps"], ["scaling.csv", "kernels with more threads"], ["recommend.csv", "kernels to use"],
        ...(data.tables && data.tables.network ? [["network.csv", "the layers in sequence"]] : []),
        ["run.json", "how it was measured"], ["figures/", "figures, their data and scripts"], ["tables/", "LaTeX tables and macros"]];
    add(placeOf("downloads"), make("p", {}, "Beside this page, where its folder came along: ",
        files.map((f, i) => [i ? ", " : "", make("a", { href: f[0] }, f[0]), " (" + f[1] + ")"]), "."),
    make("p", {}, "From this page: ",
        make("button", { type: "button", click: () => save("results.csv", "text/csv", resultsCsv()) }, "results as CSV"), " ",
        make("button", { type: "button", click: () => save("page.json", "application/json", document.getElementById("data").textContent) }, "all its data as JSON")));
}

/* --------------------------------------------------------------------------------------- the page */

function makeTools() {
    const root = document.documentElement;
    const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    const button = make("button", { type: "button", id: "theme", click: () => { root.dataset.theme = dark() ? "light" : "dark"; tell(); } });
    const tell = () => { button.textContent = dark() ? "Light" : "Dark"; };
    tell();
    add(document.getElementById("tools"), button);
}

for (const step of [makeTools, makeVerdict, makeNetworks, makeSequences, makeLayers, makeSeparable, makeSteps, makeTechniques, makeRoofline, makeThreads, makeTuning, makeDoubts, makeMethod, makeSetup, makeCommands, makeDownloads])
    step();
if (!document.querySelector("#sweeps figure"))
    add(placeOf("sweeps"), make("p", {}, "The run sweeps no dimension over enough values for a figure."));
if (figuresLeftOut)
    add(placeOf("downloads"), make("p", {}, plural(figuresLeftOut, "figure") + " had no room in this page; see figures/."));
})();
