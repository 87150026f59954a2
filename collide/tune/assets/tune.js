// The page: what is turned goes to the server, pictures come back; what the browser can play moves at once.

import { act, file, listen, make } from "./wire.js";
import { Compositor } from "./compositor.js";
import { opened } from "./controls.js";
import { tabs } from "./tabs.js";

const $ = (id) => document.getElementById(id);
const REST = 120; // milliseconds without a move after which a control rests
const BETWEEN = 40; // at least, between two pictures that are asked for while one moves
const PAUSE = 900; // after which a move of the same control is a step of its own
const PATIENCE = 600; // after which the next is asked for, though the last has not come

const state = {
  piece: null, // what the server says of the piece
  holds: { typed: {}, presets: [], undo: false, redo: false },
  shown: 0, // the number of the newest wish that was described
  seen: 0, // the number of the newest wish of which a picture came
  values: new Map(), // of each control, by name
  live: {}, // values of controls that are moved now, by name
  locks: new Set(),
  tab: 0, // the layer whose knobs are seen; 0: the piece
  open: opened(),
  at: null,
  playing: false,
  kept: null, // the look kept as A
  exact: "",
};
const compositor = new Compositor($("live"));
const { draw, thumbnails, presets, worn } = tabs(state, compositor, turn, ask);
window.tune = { state, compositor }; // for whoever measures

// ---- turning

// Moves of one control without a pause are one gesture, and one step back; `waiting` is the number of
// the wish whose picture is to come.
let gesture = 0, turned = "", moved = 0, resting = 0, asked = 0, waiting = 0;

// A control was moved: `text` is its value as it is typed, null what the config says; `over`: it rests.
function turn(control, text, over) {
  if (text === null) delete state.live[control.name];
  else state.live[control.name] = text;
  if (control.name !== turned || performance.now() - moved > PAUSE) gesture += 1;
  [turned, moved] = [control.name, performance.now()];
  const played = plays(control);
  if (played) showLive();
  const send = () => ask("turn", { knobs: { [control.name]: text }, gesture: `${gesture}`, quick: !played });
  clearTimeout(resting);
  if (over) {
    send();
  } else if (played) {
    resting = setTimeout(send, REST);
  } else {
    later(send);
  }
}

// Ask when the picture before has come, or should have: else none would come while a hand moves.
function later(send) {
  const ready = state.seen >= waiting || performance.now() - asked > PATIENCE;
  if (ready && performance.now() - asked > BETWEEN) send();
  else resting = setTimeout(() => later(send), BETWEEN);
}

// Whether the page can show by itself what a control does.
function plays(control) {
  if (!control.played || !compositor.ready) return false;
  const coverage = state.piece.controls.find((one) => one.knob === "coverage" && one.layer === control.layer);
  return control.knob !== "similarity" || !coverage || coverage.value === "off";
}

async function ask(name, body) {
  asked = performance.now();
  try {
    const holds = await act(name, body);
    waiting = holds.number;
    took(holds);
  } catch (error) {
    say([error.what ?? error.message, error.why, error.fix].filter(Boolean).join(" — "), true);
    state.live = {};
    draw();
  }
}

function took(holds) {
  state.holds = holds;
  $("undo").disabled = !holds.undo;
  $("redo").disabled = !holds.redo;
  $("keep").disabled = !Object.keys(holds.typed).length && !holds.presets.length;
  $("render").textContent = holds.rendering ? "stop" : priced();
  $("star").setAttribute("aria-pressed", String(holds.starred?.includes(state.piece?.look) ?? false));
  $("line").textContent = holds.line;
  worn();
  if (holds.did) say(holds.did);
}

// ---- what is seen

function mark(text) { $("mark").textContent = text; }

function say(text, wrong = false) {
  $("status").textContent = text;
  $("status").classList.toggle("wrong", wrong);
}

function show(which) {
  for (const id of ["exact", "live", "video"]) $(id).hidden = id !== which;
  if (which !== "video") $("video").pause();
}

// The value of a knob of a layer, as far as it was moved.
function value(knob, layer) {
  const name = `layer${layer}.${knob}`;
  return state.live[name] ?? state.values.get(name);
}

function showLive() {
  if (!compositor.ready || (!running && !compositor.draw(value))) return;
  show("live");
  const missing = compositor.plays.missing;
  mark(missing.length ? `moving preview, without ${missing.join(", ")}` : "moving preview");
  run();
}

let running = false;

// Move while it plays, or while a control is moved.
function run() {
  if (running) return;
  running = true;
  compositor.moving = true;
  compositor.video.play().catch(() => {});
  const next = () => {
    if ($("live").hidden) {
      running = compositor.moving = false;
      compositor.video.pause();
      return;
    }
    compositor.draw(value);
    if (state.playing) clock(compositor.plays.first / compositor.plays.fps + compositor.video.currentTime);
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}

function clock(seconds) {
  const whole = Math.floor(seconds), minutes = Math.floor(whole / 60);
  $("clock").textContent = `${minutes}:${String(whole % 60).padStart(2, "0")}.${String(Math.floor((seconds % 1) * 100)).padStart(2, "0")}`;
  $("time").value = seconds;
}

const heard = {
  holds(holds) { took(holds); },
  piece(piece) {
    if (piece.of < state.shown) return;
    state.shown = piece.of;
    state.piece = piece;
    state.values = new Map(piece.controls.map((one) => [one.name, one.value]));
    const [wide, high] = piece.size.split("x").map(Number);
    $("frame").style.setProperty("--ratio", wide / high);
    $("name").textContent = piece.project;
    document.title = `${piece.project} · tune`;
    $("look").textContent = `look ${piece.look} · ${piece.seconds.toFixed(1)} s, ${piece.size}, ${piece.fps} fps`;
    Object.assign($("time"), { max: piece.seconds, step: 1 / piece.fps });
    if (state.at === null) { state.at = piece.at; clock(piece.at); }
    $("render").textContent = state.holds.rendering ? "stop" : priced();
    $("star").setAttribute("aria-pressed", String(state.holds.starred?.includes(piece.look) ?? false));
    if (piece.notes.length) say(piece.notes.join(" · "));
    presets();
    draw();
  },
  waits(news) { if (news.of >= state.shown) say(`waits for ${news.tasks.join(", ")}`); },
  quick(news) { if (news.of >= state.shown) picture(news, "quick picture"); },
  async still(news) {
    if (news.of < state.shown) return;
    state.exact = file(news.file, "png");
    state.live = {};
    if (state.piece && state.piece.of === news.of) draw();
    if (state.playing) return;
    await picture(news, "exact");
    clock(news.at);
    if ($("status").textContent.startsWith("waits")) say("");
  },
  async loop(news) {
    await compositor.load(news, file(news.file, "mp4"));
    thumbnails();
    if (state.playing) showLive();
  },
  trouble(news) { if (news.of >= state.shown) say(`${news.what} — ${news.why} — ${news.fix}`, true); },
  progress(news) { say(news.line); },
  rendered(news) {
    state.holds.rendering = false;
    $("render").textContent = priced();
    if (news.failed) { say(news.failed, true); return; }
    say("rendered");
    $("video").src = `video.mp4?${Date.now()}`;
    show("video");
    mark("the finished video");
    $("video").play().catch(() => {});
  },
};

async function picture(news, what) {
  const image = new Image();
  image.src = file(news.file, "png");
  await image.decode();
  state.seen = Math.max(state.seen, news.of);
  if (news.of < state.shown) return;
  $("exact").src = image.src;
  show("exact");
  mark(what);
}

function priced() {
  if (!state.piece) return "render";
  const { price, unpriced } = state.piece, most = unpriced ? "over " : "";
  if (!price) return unpriced ? "render" : "render · there already";
  return `render · ${most}${price < 90 ? `${Math.ceil(price)} s` : `${Math.ceil(price / 60)} min`}`;
}

// ---- acts

const ACTS = {
  undo: () => ask("undo"),
  redo: () => ask("redo"),
  dice: () => ask("dice", { keep: [...state.locks].map((number) => `layer${number}`) }),
  star: () => ask("star", { off: $("star").getAttribute("aria-pressed") === "true" }),
  keep: () => ask("keep"),
  render: () => ask(state.holds.rendering ? "stop" : "render"),
  compare,
  play,
};
for (const [id, does] of Object.entries(ACTS)) $(id).addEventListener("click", does);

const KEYS = { " ": "play", z: "undo", Z: "redo", d: "dice", a: "compare", s: "star", k: "keep", r: "render" };
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input:not([type=range]), select, textarea");
  const button = event.key === " " && event.target.matches("button, summary");
  if (typing || button || event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
  event.preventDefault();
  $(KEYS[event.key]).click();
});

function play() {
  if (!compositor.ready) { say("the moving preview is not there yet"); return; }
  state.playing = !state.playing;
  $("play").setAttribute("aria-pressed", String(state.playing));
  if (state.playing) { showLive(); return; }
  state.at = Number($("time").value);
  ask("seek", { at: state.at, quick: false });
}

let seeking = 0;
$("time").addEventListener("input", async () => {
  state.at = Number($("time").value);
  clock(state.at);
  const { plays } = compositor;
  const inside = compositor.ready && state.at * plays.fps >= plays.first && state.at * plays.fps < plays.first + plays.count;
  if (inside) {
    compositor.video.pause();
    await compositor.seek(state.at);
    if (compositor.draw(value)) { show("live"); mark("moving preview"); }
  }
  clearTimeout(seeking);
  seeking = setTimeout(() => ask("seek", { at: state.at, quick: !inside }), REST);
});

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

$("copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText($("line").textContent);
  say("copied");
});

listen({ ...heard, piece: (news) => { heard.piece(news); differs(); } }, () => say("doit tune has ended: start it again in the terminal", true));
ask("look");
