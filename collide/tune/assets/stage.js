// The stage: which of the pictures is seen, and the moving preview, drawn once for each new frame
// and each turn, and never more often than the screen shows it.

import { Compositor } from "./compositor.js";

const $ = (id) => document.getElementById(id);
const PAUSE = 700; // after which a picture is no other one's next
const CLOCK = 100; // milliseconds, at least, between two times that are shown while it plays

// `value(knob, layer)` is what a knob is set to; `state.playing`: the preview runs.
export function stage(state, value) {
  let drawing = 0, shown = "", told = 0, before = 0, between = 0;
  const compositor = new Compositor($("live"), () => again());

  function mark(text) { if ($("mark").textContent !== text) $("mark").textContent = text; }

  function show(which) {
    if (shown === which) return;
    shown = which;
    for (const id of ["exact", "live", "video"]) $(id).hidden = id !== which;
    if (which !== "video") $("video").pause();
    compositor.moving = false;
    if (which !== "live") compositor.video.pause();
  }

  // Draw with the next picture of the screen, if the preview is seen.
  function again() {
    if (!drawing && shown === "live") drawing = requestAnimationFrame(draw);
  }

  function draw(now) {
    drawing = 0;
    if (now - before < PAUSE) between = 0.7 * between + 0.3 * (now - before);
    before = now;
    if (shown !== "live" || !compositor.draw(value) || !state.playing || now - told < CLOCK) return;
    told = now;
    clock(compositor.frame / compositor.plays.fps);
  }

  function showLive() {
    if (!compositor.ready || (shown !== "live" && !compositor.draw(value))) return;
    show("live");
    compositor.moving = true;
    if (compositor.video.paused) compositor.video.play().catch(() => {});
    const { missing } = compositor.plays;
    mark(missing.length ? `moving preview, without ${missing.join(", ")}` : "moving preview");
    again();
  }

  // Show one frame of the preview, where it has that.
  async function hold(seconds) {
    compositor.video.pause();
    await compositor.seek(seconds);
    if (!compositor.draw(value)) return;
    show("live");
    mark("preview");
  }

  const inside = (seconds) => {
    const { plays } = compositor, frame = seconds * (plays?.fps ?? 0);
    return compositor.ready && frame >= plays.first && frame < plays.first + plays.count;
  };

  function clock(seconds) {
    const whole = Math.floor(seconds), minutes = Math.floor(whole / 60);
    $("clock").textContent = `${minutes}:${String(whole % 60).padStart(2, "0")}.${String(Math.floor((seconds % 1) * 100)).padStart(2, "0")}`;
    $("time").value = seconds;
  }

  // Say why there is no moving preview, where there is none: everything else works.
  function without() {
    $("play").disabled = !compositor.works;
    $("plain").hidden = compositor.works;
    $("plain").textContent = compositor.works ? "" : `no moving preview: ${compositor.broken}. Each picture comes from the server instead.`;
  }
  if (!compositor.works) without();

  // pace(): milliseconds from one picture of the preview to the next, of late
  return { compositor, without, pace: () => between, mark, show, showLive, hold, inside, clock };
}
