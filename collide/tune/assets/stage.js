// The stage shows a picture, the finished video, or the preview. The stage draws the preview for each new frame and
// each turn of a knob, but never more often than the screen refreshes. A paused preview shows the frame at the clock's
// time; while the preview plays, the clock follows it.

import { Compositor } from "./compositor.js";

const $ = (id) => document.getElementById(id);
const PAUSE = 700; // milliseconds; pace() ignores longer gaps between pictures
const SLIDER = 100; // milliseconds between two moves of the time slider while the preview plays, at least
const SEEKING = "seeking…", TRIES = 3; // attempts to seek a frame

// `value(knob, layer)` returns the value of a knob; `state.playing` is true while the preview plays.
export function stage(state, value) {
  let drawing = 0, shown = "", wanted = "", seeking = false, slid = 0, before = 0, between = 0, seconds = 0;
  const compositor = new Compositor($("live"), () => again());

  function mark(text) { if ($("mark").textContent !== text) $("mark").textContent = text; }

  function show(which) {
    wanted = which;
    if (shown === which) return;
    shown = which;
    for (const id of ["exact", "live", "video"]) $(id).hidden = id !== which;
    if (which !== "video") $("video").pause();
    if (which !== "live") rest();
  }

  function rest() {
    compositor.moving = false;
    compositor.video.pause();
  }

  // Draw at the next refresh of the screen, if the preview is visible.
  function again() {
    if (!drawing && shown === "live") drawing = requestAnimationFrame(draw);
  }

  function draw(now) {
    drawing = 0;
    if (now - before < PAUSE) between = 0.7 * between + 0.3 * (now - before);
    before = now;
    if (shown !== "live" || !compositor.ready) return;
    if (!compositor.moving && !compositor.stands(seconds)) { compositor.skip(); return; }
    if (compositor.draw(value) && compositor.moving) follow(now);
  }

  // Set the clock to the time of the frame that was drawn.
  function follow(now) {
    seconds = compositor.frame / compositor.plays.fps;
    $("clock").textContent = read(seconds);
    if (now - slid < SLIDER) return;
    slid = now;
    $("time").value = seconds;
  }

  function named(what) {
    const { missing } = compositor.plays;
    mark(missing.length ? `${what}, without ${missing.join(", ")}` : what);
  }

  // Show the preview, starting with the frame at the clock's time. The previous picture is shown until that frame is
  // available. A seek that is already running continues.
  async function hold() {
    wanted = "live";
    if (seeking) return;
    seeking = true;
    if (!state.playing || !compositor.moving) rest();
    let there = compositor.moving || compositor.stands(seconds);
    for (let at = null, left = TRIES; !there && left && compositor.has(seconds) && wanted === "live";) {
      left = at === seconds ? left - 1 : TRIES;
      at = seconds;
      mark(SEEKING);
      await compositor.seek(at);
      there = compositor.stands(seconds);
    }
    seeking = false;
    if (there && wanted === "live") reveal();
  }

  function reveal() {
    if (shown !== "live" && !compositor.draw(value)) return;
    show("live");
    if (state.playing && !compositor.moving) {
      compositor.moving = true;
      compositor.video.play().catch(() => {});
    }
    named(state.playing ? "moving preview" : "preview");
    again();
  }

  // Load another preview, and seek to the clock's time in advance.
  async function load(plays, address) {
    await compositor.load(plays, address, seconds);
    without();
    if (wanted === "live") await hold();
    else await compositor.seek(seconds);
  }

  const inside = () => compositor.has(seconds);

  function clock(at) {
    seconds = at;
    $("clock").textContent = read(at);
    $("time").value = at;
  }

  // If there can be no moving preview, explain why; everything else works.
  function without() {
    $("play").disabled = !compositor.works;
    $("plain").hidden = compositor.works;
    $("plain").textContent = compositor.works ? "" : `no moving preview: ${compositor.broken}. The server renders each picture instead.`;
  }
  if (!compositor.works) without();

  // pace() returns the recent average time between two pictures of the preview, in milliseconds
  return { compositor, load, pace: () => between, mark, show, hold, inside, clock, now: () => seconds };
}

function read(seconds) {
  const whole = Math.floor(seconds), two = (number) => String(number).padStart(2, "0");
  return `${Math.floor(whole / 60)}:${two(whole % 60)}.${two(Math.floor((seconds % 1) * 100))}`;
}
