// The play button: it plays or pauses the preview, or waits for a preview and then plays it.

const $ = (id) => document.getElementById(id);
const TICK = 1000; // milliseconds between two messages about the time left

// `stage` holds the preview and the clock, and `page` the page's functions ask, say and differs.
export function player(state, stage, page) {
  const { inside, hold, clock, now } = stage, { ask, say, differs } = page;
  let ticks = 0, making = null, failed = 0; // a timer, the preview being rendered, the last failed request's number

  function runs(so, waits = false) {
    if (ticks && !waits) say("");
    clearInterval(ticks);
    ticks = waits ? setInterval(wait, TICK) : 0;
    state.playing = so;
    $("play").setAttribute("aria-pressed", String(so || waits));
    $("play").textContent = so ? "pause" : waits ? "cancel" : "play";
    differs();
  }

  function play() {
    if (ticks) { runs(false); return; }
    if (!state.playing && !inside()) { awaits(); return; }
    runs(!state.playing);
    hold();
    if (state.playing) return;
    state.at = now();
    clock(state.at);
    ask("seek", { at: state.at, quick: false });
  }

  // Wait for a preview of this time; the server renders a preview for each request, after the exact picture.
  function awaits() {
    runs(false, true);
    const coming = state.looped < state.holds.number && failed < state.holds.number;
    if (!coming) ask("seek", { at: now(), quick: false });
    wait();
  }

  function wait() {
    if (inside()) begin();
    else say(`the moving preview of this time ${making ? `is being rendered${left()}` : "is rendered after the exact picture"}; then it plays`);
  }

  function left() {
    const past = Math.floor((performance.now() - making.began) / TICK), seconds = Math.ceil(making.seconds - past);
    return seconds > 0 && !making.unpriced ? `, ${seconds} s left` : `, ${past} s so far`;
  }

  // Play the preview once it includes the current time.
  function begin() {
    if (!ticks || !inside()) return;
    runs(true);
    hold();
  }

  const heard = {
    making(news) { making = { ...news, began: performance.now() }; },
    made() { making = null; begin(); },
    trouble(news) {
      [making, failed] = [null, news.of];
      gaveUp();
    },
  };

  function gaveUp() { if (ticks) runs(false); }

  return { runs, play, gaveUp, heard };
}
