/* SPDX-License-Identifier: Apache-2.0 */
/* Uses the page of a run as a reader does, and writes down what came of it, one TAP line a check. It
 * is put behind the page's own script by tests/cli/page.bats. */
"use strict";
(function () {
const lines = [];
const $ = (selector, from) => (from || document).querySelector(selector);
const $$ = (selector, from) => [...(from || document).querySelectorAll(selector)];

function check(name, holds, told) {
    lines.push((holds ? "ok - " : "not ok - ") + name + (holds || told === undefined ? "" : " # " + told));
}

function attempt(name, body) {
    try {
        body();
    } catch (error) {
        check(name, false, error.message);
    }
}

const rows = () => $$("#layer-table > tbody > tr:not(.detail)");
const cells = column => rows().map(row => row.children[column].textContent.replace(/^[+\u2212]/, ""));
const headOf = title => $$("#layer-table > thead th").find(th => th.textContent === title);
const placeOf = title => $$("#layer-table > thead th").indexOf(headOf(title));

function enter(element, value, event) {
    element.value = value;
    element.dispatchEvent(new Event(event, { bubbles: true }));
}

attempt("all sections are there", () => {
    const empty = $$("main section").filter(s => $(".made", s).textContent.trim() === "" && !$("figure", s));
    check("no section is empty", empty.length === 0, empty.map(s => s.id).join(" "));
    check("the verdict comes first", $("main section").id === "verdict");
    check("every link within the page leads somewhere", $$("a[href^='#']").every(a => document.getElementById(a.hash.slice(1))));
    check("no id is there twice", new Set($$("[id]").map(e => e.id)).size === $$("[id]").length);
});

attempt("sorting", () => {
    const title = "layer", button = $("button", headOf(title));
    button.click();
    const up = cells(placeOf(title));
    check("sorted by name", up.every((name, i) => i === 0 || up[i - 1].localeCompare(name, "en", { numeric: true }) <= 0));
    check("the head says so", headOf(title).getAttribute("aria-sort") === "ascending");
    button.click();
    const down = cells(placeOf(title));
    check("sorted the other way", down.every((name, i) => i === 0 || down[i - 1].localeCompare(name, "en", { numeric: true }) >= 0));
    check("one head alone says so", $$("#layer-table th[aria-sort]").length === 1 && headOf(title).getAttribute("aria-sort") === "descending");
    $("button", headOf("share")).click();
});

attempt("filtering", () => {
    const before = $("#layer-table-count").textContent, search = $("#layer-table-search");
    const name = cells(0)[0];
    enter(search, name, "input");
    check("a search leaves rows that match", rows().length > 0 && rows().every(row => row.textContent.includes(name)));
    enter(search, "no layer has this name", "input");
    check("a search for nothing leaves none", rows().length === 0 && $("#layer-table-count").textContent.startsWith("0 of "));
    enter(search, "", "input");
    check("without it all are there again", $("#layer-table-count").textContent === before);
});

/* What is shown of a number: "12.3 [12.1, 12.6]", with a unit or without. */
function shownAs(text, numbers) {
    const scales = { ns: 1, "\u00b5s": 1e3, ms: 1e6, s: 1e9 };
    const unit = /[0-9] (ns|\u00b5s|ms|s)\b/.exec(text), scale = unit ? scales[unit[1]] : 1;
    const shown = text.replace(/[a-z\u00b5]+/g, "").match(/[0-9.]+(e[+-]?[0-9]+)?/g) || [];
    return shown.length > 0 && shown.every((digits, i) => {
        const decimals = (/\.([0-9]*)/.exec(digits) || ["", ""])[1].length;
        const value = numbers[i] / scale;
        return digits.includes("e") || Math.abs(Number(digits) - value) <= 0.501 * Math.pow(10, -decimals);
    });
}

attempt("numbers", () => {
    const data = JSON.parse($("#data").textContent);
    const at = (table, name, i) => Array.isArray(table[name]) ? table[name][i] : table[name];
    const speedups = new Map(), least = new Map();
    for (let g = 0, r = 0, s = 0; g < data.groupCount; g++) {
        const layer = data.names[at(data.groups, "layer", g)], threads = at(data.groups, "threads", g);
        for (const end = r + at(data.groups, "results", g); r < end; r++) {
            const key = [layer, data.operations[at(data.results, "operation", r)], threads].join("\n");
            const numbers = ["time_ns", "ci_low_ns", "ci_high_ns"].map(name => at(data.results, name, r));
            if (numbers[0] !== null && !(least.has(key) && least.get(key)[0] <= numbers[0]))
                least.set(key, numbers);
        }
        for (const end = s + at(data.groups, "speedups", g); s < end; s++)
            speedups.set([layer, data.words[at(data.speedups, "technique", s)], threads].join("\n"),
                ["measured", "ci_low", "ci_high"].map(name => at(data.speedups, name, s)));
    }
    const timed = rows().filter(row => !shownAs(row.children[placeOf("time a call")].textContent,
        least.get([0, 1, 2].map(i => row.children[i].textContent.replace(/^[+\u2212]/, "")).join("\n")) || []));
    check("times are those of the results", timed.length === 0, timed.map(row => row.textContent)[0]);
    const heads = $$("#speedup-table > thead th").map(th => th.textContent);
    const wrong = $$("#speedup-table > tbody > tr").filter(row => !shownAs(row.children[heads.indexOf("measured")].textContent,
        speedups.get([0, 1, 2].map(i => row.children[i].textContent).join("\n")) || []));
    check("speedups are those of the data", wrong.length === 0, wrong.map(row => row.textContent)[0]);
});

attempt("opening a row", () => {
    const row = rows()[0], open = $("button.open", row);
    open.focus();
    check("the button of a row takes the focus", document.activeElement === open);
    check("it has a label", open.getAttribute("aria-label").length > 12);
    open.click();
    const detail = $("#" + CSS.escape(open.getAttribute("aria-controls")));
    check("a row opens", detail !== null && open.getAttribute("aria-expanded") === "true");
    check("its candidates are listed with their verdicts", $$("table > tbody > tr", detail).length > 0 && $$("table > tbody > tr", detail).every(tr => /ok|unsupported|wrong|crashed|timeout|error|skipped/.test(tr.children[2].textContent)));
    const sampled = /samples\.csv/.test(detail.textContent) ? 0 : $$("svg circle", detail).length;
    check("its samples are drawn, or it is said where they are", sampled > 0 || /samples\.csv/.test(detail.textContent));
    check("a histogram has bars", sampled === 0 || $$("svg rect", detail).length > 0);
    open.click();
    check("and closes", $("tr.detail") === null && open.getAttribute("aria-expanded") === "false");
    open.click();
});

attempt("scrolling", () => {
    const more = $("#layer-table").parentNode.querySelector(":scope > .more-rows"), total = parseInt($("#layer-table-count").textContent, 10);
    check("at first not more than a hundred rows are made", rows().length === Math.min(100, total));
    if (!more.hidden) {
        more.click();
        check("there are more when asked for", rows().length > 100);
    }
});

attempt("dark", () => {
    const paper = () => getComputedStyle(document.body).backgroundColor, first = paper();
    $("#theme").click();
    check("the button changes light and dark", paper() !== first);
    $("#theme").click();
    check("and back", paper() === first);
});

attempt("narrow", () => {
    const width = document.documentElement.clientWidth;
    const wide = $$("body *").filter(e => !e.parentNode.closest(".scroll, .sheet, pre") && e.getBoundingClientRect().right > width + 1);
    check("nothing is wider than the page", document.documentElement.scrollWidth <= width && wide.length === 0,
        document.documentElement.scrollWidth + " > " + width + ": " + wide.slice(0, 3).map(e => e.tagName + "." + e.className + " " + e.id + " " + e.getBoundingClientRect().right).join(" "));
});

attempt("names", () => {
    const all = $$("input, select, button").filter(e => !(e.labels && e.labels.length) && !e.getAttribute("aria-label") && !e.textContent.trim());
    check("every control has a name", all.length === 0, all.map(e => e.outerHTML).join(" "));
    check("every figure has a caption", $$("figure").every(f => $("figcaption", f).textContent.trim() !== ""));
    check("no name became an element", window.hacked === undefined && $$("main script, main img, main iframe").length === 0);
});

check("no error in the console", window.faults.length === 0, window.faults.join(" | "));

window.scrollTo({ top: 0, behavior: "instant" });
document.activeElement.blur();
window.parent.document.getElementById("checks").textContent = "# " + window.innerWidth + " pixels wide, made in " +
    Math.round(window.ready) + " ms\n" + lines.map((line, i) => line.replace("ok", "ok " + (i + 1))).join("\n") + "\n1.." + lines.length + "\n";
})();
