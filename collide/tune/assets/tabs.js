// Tabs: one for the piece, and one for each layer with its clip, lock, dice and knobs.

import { make } from "./wire.js";
import { hinted, panel } from "./controls.js";

const $ = (id) => document.getElementById(id);

// Return the functions of the tabs for `state`; `turn` and `ask` are functions of the page.
export function tabs(state, compositor, turn, ask) {
  let stale = false;
  const pictures = new Map(); // the picture of each layer, with the clip and start that it shows

  // Redraw the tabs, but not before the user has finished dragging a slider or typing.
  function refresh() {
    stale = state.holding;
    if (!stale) draw();
  }

  function held(now) {
    state.holding = now;
    if (!now && stale) queueMicrotask(refresh);
  }
  $("panel").addEventListener("input", () => held(true), true);
  for (const over of ["change", "pointerup", "focusout"]) $("panel").addEventListener(over, () => held(false));

  function draw() {
    if (!state.piece) return;
    stale = false;
    const tabs = [[0, "piece", null], ...state.piece.layers.map((layer) => [layer.number, `layer ${layer.number}`, layer])];
    if (!tabs.some(([number]) => number === state.tab)) state.tab = 0;
    const focus = document.activeElement?.id, scrolled = window.scrollY;
    $("tabs").replaceChildren(...tabs.map(([number, title, layer]) => make("button", {
      role: "tab", id: `tab-${number}`, "aria-selected": String(number === state.tab), "aria-controls": "panel",
      tabindex: number === state.tab ? 0 : -1, title: layer?.clip, onclick: () => { state.tab = number; draw(); },
    }, layer ? pictured(layer) : null, title, layer ? make("small", {}, layer.clip.split("/").pop()) : null)));
    const mine = state.piece.controls
      .filter((one) => (one.layer ?? 0) === state.tab)
      .map((one) => ({ ...one, turned: one.name in state.holds.typed, value: state.live[one.name] ?? one.value }));
    const layer = state.piece.layers.find((one) => one.number === state.tab);
    $("panel").replaceChildren(...(layer ? [about(layer)] : []), ...panel(mine, turn, state.open, state.piece.purposes));
    hint(told);
    if (focus) $(focus)?.focus({ preventScroll: true });
    window.scrollTo(0, scrolled);
    thumbnails();
  }

  function about(layer) {
    const locked = state.locks.has(layer.number);
    const lock = () => { locked ? state.locks.delete(layer.number) : state.locks.add(layer.number); draw(); };
    return make("p", { class: "of" },
      make("b", { title: layer.clip }, layer.clip.split("/").pop()),
      ...layer.colors.map((color) => { const box = make("i", { title: `opens ${color}` }); box.style.background = color; return box; }),
      make("span", { class: "dim" }, layer.mode ? `${layer.mode}, from ${layer.start.toFixed(1)} s` : `the base, from ${layer.start.toFixed(1)} s`),
      make("button", { "aria-pressed": String(locked), onclick: lock, title: "keep the dice from changing this layer" }, "lock"),
      make("button", { onclick: () => ask("dice", { layer: layer.number }), title: "new dice for this layer", disabled: locked }, "dice"));
  }

  const shows = (layer) => `${layer.clip} ${layer.start}`;

  // Return the canvas of a layer's tab; make a new canvas if the layer now shows a different clip or start.
  function pictured(layer) {
    const before = pictures.get(layer.number);
    if (before?.of === shows(layer)) return before.canvas;
    const canvas = make("canvas", { width: 148, height: 84, "data-layer": layer.number });
    pictures.set(layer.number, { of: shows(layer), canvas, played: false });
    return canvas;
  }

  // Fill the tabs with pictures from the preview or, until it shows these layers, with pictures from the server.
  function thumbnails() {
    if (!state.piece) return;
    state.piece.layers.forEach((layer, index) => {
      const one = pictures.get(layer.number), early = state.tabs.find((made) => made.number === layer.number && shows(made) === shows(layer));
      if (!one || one.of !== shows(layer)) return; // its tab is redrawn when the slider is released
      if (state.looped >= state.piece.of && compositor.ready) {
        one.played = true;
        compositor.thumbnail(one.canvas, index);
      } else if (early && !one.played) paint(one.canvas, early.picture);
    });
  }

  async function paint(canvas, address) {
    const image = new Image();
    image.src = address;
    await image.decode();
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  }

  // Show the full description of a knob in the hint area, which has a fixed size, so that nothing else moves.
  let told = "";
  function hint(name) {
    const control = state.piece.controls.find((one) => one.name === name && (one.layer ?? 0) === state.tab);
    if (control && name === told) return;
    told = control ? name : "";
    $("hint").replaceChildren(...(control ? hinted(control) : ["point at a knob to see here what it does"]));
    $("hint").classList.toggle("dim", !control);
  }
  for (const over of ["focusin", "pointerover"]) {
    $("panel").addEventListener(over, (event) => {
      const row = event.target.closest(".knob");
      if (row) hint(row.dataset.name);
    });
  }

  function presets() {
    const list = $("preset");
    if (list.dataset.names === state.piece.presets.join()) return;
    list.dataset.names = state.piece.presets.join();
    list.replaceChildren(make("option", { value: "" }, "try one…"), ...state.piece.presets.map((name) => make("option", { value: name }, name)));
  }

  function worn() {
    const take = (name) => ask("preset", { names: state.holds.presets.filter((one) => one !== name) });
    $("worn").replaceChildren(...state.holds.presets.map((name) => make("button", { onclick: () => take(name), title: "remove this preset" }, `${name} ×`)));
  }

  $("preset").addEventListener("change", (event) => {
    const name = event.target.value;
    if (name) ask("preset", { names: [...state.holds.presets.filter((one) => one !== name), name] });
    event.target.value = "";
  });

  $("tabs").addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || !state.piece) return;
    const numbers = [0, ...state.piece.layers.map((layer) => layer.number)];
    state.tab = numbers[(numbers.indexOf(state.tab) + step + numbers.length) % numbers.length];
    draw();
    $(`tab-${state.tab}`).focus();
  });

  return { draw, refresh, thumbnails, presets, worn };
}
