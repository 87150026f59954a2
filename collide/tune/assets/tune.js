// The page sends turned knobs to the server, and shows the pictures that it gets. The page applies some knobs itself.

import { file, listen, outbox } from "./wire.js";
import { comparing } from "./compare.js";
import { opened } from "./controls.js";
import { player } from "./player.js";
import { stage } from "./stage.js";
import { tabs } from "./tabs.js";

const $ = (id) => document.getElementById(id);
const REST = 120; // milliseconds; a control rests after this long without a move
const BETWEEN = 40; // milliseconds between two requests for pictures while a control moves, at least
const PAUSE = 900; // milliseconds; after a longer pause, a move of the same control is a separate undo step
const PATIENCE = 600; // milliseconds; after this, request a picture even if the last one has not arrived

const state = {
  piece: null, // the server's description of the piece
  holds: { typed: {}, presets: [], undo: false, redo: false },
  shown: 0, // the number of the newest request whose description has arrived
  looped: 0, // the number of the newest request whose preview has arrived
  seen: 0, // the number of the newest request whose first picture has arrived
  stood: 0, // the number of the newest request whose exact picture has arrived; its quick picture is then not shown
  values: new Map(), // the value of each control, by name
  live: {}, // the values of controls that are moving, by name
  locks: new Set(),
  tab: null, // the layer whose knobs are shown; 0 for the piece; null for the topmost layer, until it is known
  tabs: [], // pictures of layers from the server, for the time before there is a preview
  open: opened(),
  holding: false, // whether a control of the panel is being dragged or typed into
  at: null,
  playing: false,
  kept: null, // A: a picture of the look from config.json, or null before the first request
  comparing: false,
};
const shown = stage(state, value);
const { compositor, load, pace, mark, show, hold, inside, clock, now } = shown;
const { compare, kept, follow, differs } = comparing(state, now, nothingTurned, ask);
const { runs, play, gaveUp, heard: played } = player(state, shown, { ask, say, differs });
const { draw, refresh, thumbnails, presets, worn } = tabs(state, compositor, turn, ask);
window.tune = { state, compositor }; // for measurements

// ---- turning

// Moves of one control without a pause are one gesture, and one undo step. `waiting` is the number of the request
// whose picture is expected. `playing` is true while the browser shows a move that was not sent yet. `note` is the
// message about the last act, with the number of its request.
let note = { of: 0, text: "" };
let gesture = 0, turned = "", moved = 0, resting = 0, asked = 0, waiting = 0, playing = false;

// Handle the move of a control. `text` is its value as typed, or null for the config's value; `over` is true if the
// control rests.
function turn(control, text, over) {
  if (text === null) delete state.live[control.name];
  else state.live[control.name] = text;
  if (control.name !== turned || performance.now() - moved > PAUSE) gesture += 1;
  [turned, moved] = [control.name, performance.now()];
  const played = plays(control);
  if (played) hold();
  const send = () => {
    playing = false;
    ask("turn", { knobs: { [control.name]: text }, gesture: `${gesture}`, quick: !played });
  };
  clearTimeout(resting);
  playing = played && !over;
  if (over) send();
  // on a slow machine moves arrive far apart, and the server must not take the processor from them
  else if (played) resting = setTimeout(send, Math.max(REST, Math.min(PATIENCE, 3 * pace())));
  else later(send);
}

// Send when the previous picture has arrived or is overdue; otherwise no picture would arrive while a control moves.
function later(send) {
  const ready = state.seen >= waiting || performance.now() - asked > PATIENCE;
  if (ready && performance.now() - asked > BETWEEN) send();
  else resting = setTimeout(() => later(send), BETWEEN);
}

// Return whether the browser itself can show the effect of a control now.
const plays = (control) => control.played && inside() && compositor.shows(control.knob, control.layer);

const EXACT = "exact", NEXT = "rendering the next…", BEFORE = "the previous picture"; // BEFORE: an outdated picture
const post = outbox((holds) => {
  waiting = holds.number;
  if (holds.number > state.seen && $("mark").textContent === EXACT) mark(NEXT);
  took(holds);
}, (error) => {
  gaveUp();
  say([error.what ?? error.message, error.why, error.fix].filter(Boolean).join(" — "), true);
  state.live = {};
  draw();
});

function ask(name, body = {}) {
  asked = performance.now();
  return post(name, body);
}

function nothingTurned() {
  return !Object.keys(state.holds.typed).length && !state.holds.presets.length;
}

function took(holds) {
  state.holds = holds;
  $("undo").disabled = !holds.undo;
  $("redo").disabled = !holds.redo;
  $("keep").disabled = nothingTurned();
  $("render").textContent = holds.rendering ? "stop" : priced();
  $("star").setAttribute("aria-pressed", String(holds.starred?.includes(state.piece?.look) ?? false));
  $("line").textContent = holds.line;
  worn();
  if (holds.note) note = { of: holds.number, text: holds.note };
  if (holds.note || holds.did) say(holds.note ?? holds.did);
}

// ---- what is seen

function say(text, wrong = false) {
  $("status").textContent = text;
  $("status").classList.toggle("wrong", wrong);
}

// Return the value of a knob of a layer or of the piece, which may be a move that was not sent yet.
function value(knob, layer) {
  const name = layer ? `layer${layer}.${knob}` : knob;
  return state.live[name] ?? state.values.get(name);
}

// Return a list with the message about the act of a request, if any.
function noted(of) {
  return note.of === of ? [note.text] : [];
}

const heard = {
  holds(holds) { took(holds); },
  piece(piece) {
    if (piece.of < state.shown) return;
    state.shown = piece.of;
    state.piece = piece;
    state.tab ??= piece.layers.at(-1).number;
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
    if (piece.notes.length) say([...noted(piece.of), ...piece.notes].join(" · "));
    presets();
    refresh();
  },
  waits(news) { if (news.of >= state.shown) say([...noted(news.of), `waits for ${news.tasks.join(", ")}`].join(" · ")); },
  quick(news) { if (news.of >= state.shown) picture(news, `quick picture${news.missing.length ? `, without ${news.missing.join(", ")}` : ""} · the exact one is being rendered`); },
  async still(news) {
    if (news.of < state.shown || playing) return;
    state.live = {};
    const described = state.piece?.of === news.of;
    if (described) refresh();
    if (state.playing) return;
    if (!await picture(news, EXACT)) return;
    if (news.of >= state.holds.number) follow();
    if (/(^| · )waits for /.test($("status").textContent)) say(noted(news.of).join(""));
  },
  kept,
  tabs(news) {
    state.tabs = news.layers;
    thumbnails();
  },
  async loop(news) {
    await load(news, file(news.file, "mp4"));
    state.looped = Math.max(state.looped, news.of);
    thumbnails();
    if (state.playing) hold();
    played.made();
  },
  making(news) { played.making(news); },
  trouble(news) {
    if (news.of < state.shown) return;
    played.trouble(news);
    say(`${news.what} — ${news.why} — ${news.fix}`, true);
    if ($("mark").textContent === NEXT) mark(BEFORE);
  },
  progress(news) { say(news.line); },
  rendered(news) {
    state.holds.rendering = false;
    $("render").textContent = priced();
    if (news.failed) { say(news.failed, true); return; }
    say("rendered");
    runs(false);
    $("video").src = `video.mp4?${Date.now()}`;
    show("video");
    mark("the finished video");
    $("video").play().catch(() => {});
  },
};

async function picture(news, what) {
  const exact = what === EXACT;
  const image = new Image();
  image.src = file(news.file, "png");
  await image.decode();
  state.seen = Math.max(state.seen, news.of);
  if (news.of < state.shown || playing || seeking || (!exact && news.of <= state.stood)) return false;
  if (exact) state.stood = news.of;
  $("exact").src = image.src;
  clock(news.at);
  show("exact");
  mark(what);
  differs();
  return true;
}

function priced() {
  if (!state.piece) return "render";
  const { price, unpriced } = state.piece, most = unpriced ? "over " : "";
  if (!price) return unpriced ? "render" : "render · up to date";
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

let seeking = 0;
$("time").addEventListener("input", () => {
  runs(false);
  clock(Number($("time").value));
  const played = inside();
  if (played) clock(compositor.nearest(now()));
  state.at = now();
  clearTimeout(seeking);
  seeking = setTimeout(() => { seeking = 0; ask("seek", { at: state.at, quick: !played }); }, REST);
  if (played) hold();
  differs();
});

$("copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText($("line").textContent);
  say("copied");
});

listen({ ...heard, piece: (news) => { heard.piece(news); differs(); } }, () => { gaveUp(); say("doit tune has ended: start it again in the terminal", true); });
ask("look");
