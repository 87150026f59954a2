// Controls: one for each knob that the piece reads, built from the description that the server sends.

import { make } from "./wire.js";

// These instruments are listed first, and open; the others follow in the order of the catalog.
const FIRST = ["blend/key", "blend/lay", "blend/look", "blend/place", "blend/stack"];
const STEPS = 1000; // steps of a slider with a logarithmic scale

// Return a slider's limits, and functions from values to positions and back.
const slides = (control) => control.ratio
  ? {
      low: 0, high: STEPS, step: 1,
      to: (value) => (Math.log(value / control.low) / Math.log(control.high / control.low)) * STEPS,
      from: (place) => Number((control.low * (control.high / control.low) ** (place / STEPS)).toPrecision(3)),
    }
  : { low: control.low, high: control.high, step: control.step, to: Number, from: Number };

const text = (value) => Array.isArray(value) ? value.join(value.some((one) => typeof one === "string") ? "," : "..") : String(value);

// Return the panel of a tab: its controls, grouped by instrument. `turn(control, text or null, over)` is called while
// a control moves and, with `over` true, when it rests. `purposes` describes each instrument.
export function panel(controls, turn, open, purposes) {
  const groups = new Map(), owner = (one) => `${one.family}/${one.instrument}`;
  const rank = (one) => (FIRST.includes(owner(one)) ? FIRST.indexOf(owner(one)) : FIRST.length);
  for (const control of [...controls].sort((one, other) => rank(one) - rank(other))) {
    if (!groups.has(owner(control))) groups.set(owner(control), []);
    groups.get(owner(control)).push(control);
  }
  return [...groups].map(([name, members]) => {
    const title = name.split("/")[1].replaceAll("-", " ");
    const details = make("details", { open: open.has(name) },
      make("summary", {}, title, make("span", { class: "dim" }, purposes[name] ?? "")), ...members.map((one) => row(one, turn)));
    details.addEventListener("toggle", () => (details.open ? open.add(name) : open.delete(name)));
    return details;
  });
}

export const opened = () => new Set(FIRST);

// Return the content of the hint area: what a knob does, and what its ends look like.
export function hinted(control) {
  const ends = [["low", control.lowest], ["high", control.highest], ["typical", control.typical]].filter(([, words]) => words);
  return [make("b", {}, control.knob.replaceAll("_", " ")), " ", control.about,
    ...ends.flatMap(([end, words]) => [make("br"), make("span", { class: "dim" }, `${end}: `), words])];
}

function row(control, turn) {
  const id = `knob-${control.name}`, from = source(control);
  const head = make("div", { class: "head" },
    make("label", { for: id, title: `${control.about}. Double-click to reset it to its default`, ondblclick: () => turn(control, control.default, true) }, control.knob.replaceAll("_", " ")),
    control.turned ? make("button", { class: "reset", title: "back to the value in config.json", onclick: () => turn(control, null, true) }, "back") : null,
    make("span", { class: "from" }, from));
  const field = FIELDS[control.kind](control, id, turn);
  const ends = control.lowest || control.highest
    ? make("div", { class: "ends" }, make("span", {}, control.lowest), make("span", {}, control.highest)) : null;
  const about = make("p", { class: "about" }, control.about + (control.typical ? ` · typical ${control.typical}` : ""));
  return make("div", { class: control.turned ? "knob turned" : "knob", "data-name": control.name }, head, ...field, ends, about);
}

function source(control) {
  const where = { default: "default", "command line": "turned here" }[control.origin] ?? control.origin;
  return control.drawn ? `drawn from ${control.set} · ${where}` : where;
}

const FIELDS = {
  number(control, id, turn) {
    const how = slides(control), value = Number(control.value);
    const slider = make("input", { type: "range", id, min: how.low, max: how.high, step: how.step });
    const box = make("input", { type: "number", min: control.low, max: control.high, step: "any", "aria-label": control.knob });
    slider.value = how.to(value);
    box.value = control.value;
    slider.addEventListener("input", () => { box.value = how.from(Number(slider.value)); turn(control, box.value, false); });
    slider.addEventListener("change", () => turn(control, box.value, true));
    box.addEventListener("change", () => { slider.value = how.to(Number(box.value)); turn(control, box.value, true); });
    return [make("div", { class: "pull" }, slider, box)];
  },
  toggle(control, id, turn) {
    const box = make("input", { type: "checkbox", id, checked: control.value === true });
    box.addEventListener("change", () => turn(control, String(box.checked), true));
    return [box];
  },
  choice(control, id, turn) {
    const words = control.words.map((word) => make("option", { value: word, selected: word === text(control.value) }, word));
    const list = make("select", { id }, ...words);
    list.addEventListener("change", () => turn(control, list.value, true));
    return [list];
  },
  chain(control, id, turn) {
    const chosen = text(control.value).split(",").filter((word) => control.words.includes(word));
    const box = make("input", { type: "text", id, value: text(control.value) });
    box.addEventListener("change", () => turn(control, box.value, true));
    const buttons = control.words.map((word) => {
      const on = chosen.includes(word);
      const after = () => (on ? chosen.filter((one) => one !== word) : [...chosen, word]).join(",") || (control.none ? "none" : word);
      return make("button", { "aria-pressed": String(on), onclick: () => turn(control, after(), true) }, word);
    });
    return [box, make("div", { class: "chain" }, ...buttons)];
  },
  text(control, id, turn) {
    const box = make("input", { type: "text", id, value: text(control.value), title: control.takes });
    box.addEventListener("change", () => turn(control, box.value, true));
    return [box];
  },
};
