// A and B: a look that was kept, beside what is seen now, with the knobs in which they differ.

import { make } from "./wire.js";

const $ = (id) => document.getElementById(id);

export function comparing(state) {
  function compare() {
    const on = !state.kept;
    state.kept = on ? { src: $("exact").src, controls: state.piece.controls, look: state.piece.look } : null;
    $("compare").setAttribute("aria-pressed", String(on));
    if (on) $("before").src = state.kept.src;
    for (const id of ["before", "split", "differs"]) $(id).hidden = !on;
    differs();
  }

  function differs() {
    if (!state.kept) return;
    const before = new Map(state.kept.controls.map((one) => [one.name, one.value]));
    const rows = state.piece.controls
      .filter((one) => String(before.get(one.name)) !== String(one.value))
      .map((one) => make("tr", {}, make("td", {}, one.name), make("td", {}, String(before.get(one.name) ?? "not read")), make("td", {}, String(one.value))));
    $("differs").replaceChildren(rows.length
      ? make("table", {}, make("tr", {}, make("th", {}, "differs"), make("th", {}, `A, look ${state.kept.look}`), make("th", {}, "now")), ...rows)
      : make("p", { class: "dim" }, "this is A: turn something, and see both"));
  }

  $("split").addEventListener("input", (event) => $("frame").style.setProperty("--at", `${event.target.value}%`));
  return { compare, differs };
}
