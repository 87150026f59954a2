// A and B: what is kept in config.json beside what holds now, with the knobs in which they differ.

import { make } from "./wire.js";

const $ = (id) => document.getElementById(id);

// `now()` is the time that the clock shows; `kept()`, whether what holds is what config.json has.
export function comparing(state, now, kept) {
  function compare() {
    state.comparing = !state.comparing && state.kept !== null;
    $("compare").setAttribute("aria-pressed", String(state.comparing));
    differs();
  }

  // An exact picture stands there: of what is kept it is A from now on, and so is the first of all.
  function settled(news) {
    if (kept() || !state.kept) state.kept = { src: $("exact").src, controls: state.piece.controls, look: state.piece.look, at: news.at, config: kept() };
    differs();
  }

  // A is a picture of one time: beside one of another time it is not shown.
  function differs() {
    const { comparing, kept: a, piece } = state, near = comparing && !state.playing && Math.abs(a.at - now()) < 0.5 / piece.fps;
    $("differs").hidden = !comparing;
    for (const id of ["before", "split"]) $(id).hidden = !near;
    if (!comparing) return;
    if ($("before").src !== a.src) $("before").src = a.src;
    const before = new Map(a.controls.map((one) => [one.name, one.value]));
    const rows = piece.controls
      .filter((one) => String(before.get(one.name)) !== String(one.value))
      .map((one) => make("tr", {}, make("td", {}, one.name), make("td", {}, String(before.get(one.name) ?? "not read")), make("td", {}, String(one.value))));
    const title = a.config ? "A, kept" : "A, at first";
    const table = make("table", {}, make("tr", {}, make("th", {}, "differs"), make("th", {}, title), make("th", {}, "B, now")), ...rows);
    const told = near ? null : make("p", { class: "dim" }, `the picture of A is at ${a.at.toFixed(2)} s: go there to see both`);
    const same = make("p", { class: "dim" }, "A is what config.json has, B what is turned: nothing is turned yet");
    $("differs").replaceChildren(...[told, rows.length ? table : same].filter(Boolean));
  }

  $("split").addEventListener("input", (event) => $("frame").style.setProperty("--at", `${event.target.value}%`));
  return { compare, settled, differs };
}
