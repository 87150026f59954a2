// The stage: which of the pictures is seen, and the preview, drawn once for each new frame and each
// turn, and never more often than the screen shows it. What is drawn is the frame of the time that the
// clock shows: held, or, while it plays, with the clock behind it.

import { Compositor } from "./compositor.js";

const $ = (id) => document.getElementById(id);
const PAUSE = 700; // after which a picture is no other one's next
const SLIDER = 100; // milliseconds, at least, between two places of the time slider while it plays
const SEEKING = "seeking…", TRIES = 3; // to seek one frame

// `value(knob, layer)` is what a knob is set to; `state.playing`: the preview runs.
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

  // Draw with the next picture of the screen, if the preview is seen.
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

  // Let the clock show the frame that was drawn.
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

  // Show the preview: the frame of the clock's time, and on from there while it plays. Until that frame
  // is there the picture before stays. Where it is sought already, that goes on.
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

  // Take another loop, which is ready at the clock's time before it is asked for.
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

  // Say why there is no moving preview, where there is none: everything else works.
  function without() {
    $("play").disabled = !compositor.works;
    $("plain").hidden = compositor.works;
    $("plain").textContent = compositor.works ? "" : `no moving preview: ${compositor.broken}. Each picture comes from the server instead.`;
  }
  if (!compositor.works) without();

  // pace(): milliseconds from one picture of the preview to the next, of late
  return { compositor, load, pace: () => between, mark, show, hold, inside, clock, now: () => seconds };
}

function read(seconds) {
  const whole = Math.floor(seconds), two = (number) => String(number).padStart(2, "0");
  return `${Math.floor(whole / 60)}:${two(whole % 60)}.${two(Math.floor((seconds % 1) * 100))}`;
}
