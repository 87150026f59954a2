/* One look in full: its video, its ingredients, the origin of each knob, and what its keys open. */
let open = null;

function knobTable(knobs) {
  const rows = Object.entries(knobs).map(([name, [value, origin]]) => el("tr", {},
    el("td", {}, el("span", { textContent: name, title: data.about[name]?.about || null })),
    el("td", { textContent: shown(value) }),
    el("td", { textContent: origin === "default" ? "drawn" : origin })));
  return rows.length ? el("table", { className: "knobs" }, ...rows) : el("p", { className: "dim", textContent: "all at their defaults" });
}

/* Return swatches of the colors that a mode chose, or of its band of light, from dark to bright. */
function swatches(layer) {
  let shades = layer.colors;
  if (layer.light) {
    const [low, high] = layer.light;
    shades = [...Array(12).keys()].map((i) => {
      const grey = Math.round(255 * (low + ((high - low) * i) / 11));
      return `rgb(${grey} ${grey} ${grey})`;
    });
  }
  if (!shades.length) return null;
  const made = shades.map((shade) => {
    const piece = el("i", { title: shade });
    piece.style.background = shade;
    return piece;
  });
  return el("div", { className: "swatches" }, ...made);
}

function layerPart(look, layer, number) {
  const told = [`from ${shown(layer.start)} s`];
  if (layer.mode) told.push(layer.mode);
  if (typeof layer.coverage === "number") told.push(`${percent(layer.coverage)} of it open`);
  if (typeof layer.presence === "number") told.push(`${percent(layer.presence)} of the picture`);
  if (look.heard.includes(number)) told.push("heard");
  return [
    el("h3", { textContent: number === 1 ? "layer 1, the base" : `layer ${number}` }),
    el("p", {}, layer.clip, el("br"), el("span", { className: "dim", textContent: told.join(" · ") })),
    swatches(layer),
    knobTable(layer.knobs),
  ].filter(Boolean);
}

function facts(look) {
  const sound = typeof look.sound.lufs === "number" ? ` · ${shown(look.sound.lufs)} LUFS, peak ${shown(look.sound.peak)} dB` : "";
  const told = `${shown(look.seconds)} s · ${look.size} · ${look.fps} fps · seed ${look.seed}${sound}`;
  return el("div", { className: "facts" },
    changed(look) ? el("p", { textContent: changed(look) }) : null,
    el("h3", { textContent: "the piece" }),
    el("p", { className: "dim", textContent: told }),
    knobTable(look.piece),
    ...look.layers.flatMap((layer, at) => layerPart(look, layer, at + 1)));
}

/* Return the picture of a look that has no video, and the command that renders its video. */
function still(look) {
  const line = command("doit", "render", `project=${look.project}`, `look=${signs(look)}`);
  const why = gone(look) ? `${gone(look)}; to render it again: ` : "one frame of it; to render its video: ";
  return el("div", {}, picture(look), el("p", { className: "dim again" }, why, el("code", { textContent: line })));
}

function media(look) {
  if (!look.video) return still(look);
  const film = el("video", { controls: true, loop: true, playsInline: true, preload: "metadata", poster: look.still });
  const source = el("source", { src: look.video, type: "video/mp4" });
  source.addEventListener("error", () => film.replaceWith(still(look))); // evicted after the page was made
  film.append(source);
  return film;
}

/* Return the pictures of this look's layers from doit debug. */
function debugPictures(look) {
  const made = look.pictures.map((one) => el("figure", {},
    el("img", { src: one.src, loading: "lazy", alt: `layer ${one.layer}: ${one.what}` }),
    el("figcaption", { textContent: `layer ${one.layer} · ${one.what}` })));
  if (made.length) return el("div", { className: "pictures" }, ...made);
  const line = command("doit", "debug", `project=${look.project}`, `look=${signs(look)}`);
  return el("p", { className: "dim how" }, "its masks, and what its keys open: ", el("code", { textContent: line }));
}

function step(by) {
  const all = visible().filter((item) => item.look);
  const next = all[all.indexOf(open) + by];
  if (next) openLook(next);
}

function openLook(item) {
  open = item;
  const { look, cell } = item;
  const view = byId("look");
  const line = command("doit", "render", `project=${look.project}`, `look=${signs(look)}`);
  const where = cell?.number ? [`cell ${cell.number}`, cell.turned] : look.called ?? [];
  view.replaceChildren(el("div", { className: "view" },
    el("div", { className: "bar" },
      el("h2", {}, look.look, el("small", { textContent: [look.project, when(look.when), ...where].join(" · ") })),
      starButton(look),
      copyButton(() => line, "copy its command"),
      copyButton(() => command("doit", "set", `project=${look.project}`, `look=${signs(look)}`), "copy its set command"),
      el("button", { type: "button", textContent: "compare", onclick: () => { view.close(); mark(item); } }),
      el("button", { type: "button", textContent: "close", onclick: () => view.close() })),
    el("div", { className: "media" }, media(look), debugPictures(look)),
    facts(look)));
  if (!view.open) view.showModal();
  view.scrollTop = 0;
  onTop();
  // if the focused element is gone, keys would have no effect
  if (!view.contains(document.activeElement)) view.querySelector("button").focus();
}

byId("look").addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return; // Ctrl-C copies
  const across = event.key === "ArrowLeft" || event.key === "ArrowRight";
  if (across && event.target instanceof HTMLVideoElement) return; // the key seeks in the video
  if (across) step(event.key === "ArrowRight" ? 1 : -1);
  else if (event.key === "s") stars.turn(open.look);
  else if (event.key === "c") { byId("look").close(); mark(open); }
});
byId("look").addEventListener("close", () => {
  onTop();
  byId("look").replaceChildren(); // stops a video that is no longer visible
  open.card.focus();
});
