// A and B: compare the look from config.json with the current look, and list the knobs that differ.

import { file, make } from "./wire.js";

const $ = (id) => document.getElementById(id);

// `now()` returns the clock's time, `untouched()` whether nothing is turned; `ask` is a function of the page.
export function comparing(state, now, untouched, ask) {
  let asked = null; // the time that A was last requested for

  // A is a picture of one moment, and is never shown together with a picture of a different moment.
  const near = () => state.kept !== null && Math.abs(state.kept.at - now()) < 0.5 / state.piece.fps;

  function compare() {
    state.comparing = !state.comparing && state.piece !== null;
    $("compare").setAttribute("aria-pressed", String(state.comparing));
    asked = null;
    follow();
  }

  // Show A if it is from the clock's time; otherwise request it, but only once for each time.
  function follow() {
    differs();
    if (!state.comparing || state.playing || near() || asked === now()) return;
    asked = now();
    ask("kept", { at: asked });
  }

  // Take a new picture of A from the server, or drop the old picture if the config has changed.
  async function kept(news) {
    const image = new Image();
    if (news.file) image.src = file(news.file, "png");
    state.kept = news.file && await image.decode().then(() => true, () => false) ? { ...news, src: image.src } : null;
    if (!state.kept) asked = null;
    follow();
  }

  function differs() {
    const { comparing, kept: a, piece } = state, both = comparing && !state.playing && near();
    $("differs").hidden = !comparing;
    for (const id of ["before", "split"]) $(id).hidden = !both;
    if (!comparing) return;
    const note = (text) => make("p", { class: "dim" }, text);
    const late = note(state.playing ? "only B is shown while it plays" : "A's picture at this time is being rendered");
    if (!a) { $("differs").replaceChildren(late); return; }
    if ($("before").src !== a.src) $("before").src = a.src;
    const rows = piece.controls
      .filter((one) => String(a.values[one.name]) !== String(one.value))
      .map((one) => make("tr", {}, make("td", {}, one.name), make("td", {}, String(a.values[one.name] ?? "not read")), make("td", {}, String(one.value))));
    const table = make("table", {}, make("tr", {}, make("th", {}, "differs"), make("th", {}, "A, kept"), make("th", {}, "B, now")), ...rows);
    const same = note(`A is the saved look, and B the turned one: ${untouched() ? "nothing is turned yet" : "no value differs"}`);
    $("differs").replaceChildren(...[both ? null : late, rows.length ? table : same].filter(Boolean));
  }

  $("split").addEventListener("input", (event) => $("frame").style.setProperty("--at", `${event.target.value}%`));
  return { compare, kept, follow, differs };
}
