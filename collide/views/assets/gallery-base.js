/* The base of the page: its data, and functions for values, differences and pictures of looks. */
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);

/* Format a value as one would type it: a range as low..high, a number with up to four decimals. */
function shown(value) {
  if (Array.isArray(value)) return value.map(shown).join("..");
  if (typeof value === "number") return String(Math.round(value * 10000) / 10000);
  return value === null || value === undefined ? "unset" : String(value);
}

const percent = (share) => `${Math.round(share * 100)}%`;

function when(seconds) {
  const words = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
  return new Date(seconds * 1000).toLocaleString("en-GB", words);
}

/* Return the seed, the clips, their starts, and every turned knob, as name → [value, origin]. A layer's knobs are
   called layer2.name. */
function knobsOf(look) {
  const found = new Map(Object.entries(look.piece));
  found.set("seed", [look.seed, ""]);
  look.layers.forEach((layer, at) => {
    found.set(`layer${at + 1}.clip`, [layer.clip, ""]);
    found.set(`layer${at + 1}.start (seconds)`, [layer.start, ""]);
    for (const [name, said] of Object.entries(layer.knobs)) found.set(`layer${at + 1}.${name}`, said);
  });
  return found;
}

/* Return a knob's value in a look, even if it is the default, or undefined if the look does not read the knob. */
function valueOf(look, knobs, name) {
  if (knobs.has(name)) return knobs.get(name)[0];
  const [, layer, bare] = name.match(/^(?:layer(\d)\.)?(.*)$/);
  const [knob, plays] = [data.about[bare], layer ? look.layers[layer - 1]?.plays : look.plays];
  return knob && plays?.includes(knob.owner) ? knob.default : undefined;
}

/* All looks of the page, each with the text to search in. */
const looks = data.projects.flatMap((project) => project.looks.map((look) => {
  const knobs = [...knobsOf(look)].map(([name, [value, origin]]) =>
    `${name}=${shown(value)} ${name} ${shown(value)} ${origin}`);
  const words = [look.look, project.name, look.size, look.pinned ? "starred pinned" : "", ...(look.called ?? []), ...(look.turned ?? []), ...knobs];
  return { ...look, project: project.name, words: words.join(" ").toLowerCase() };
}));
const byName = new Map(looks.map((look) => [stars.name(look), look]));

/* Return the shortest unique prefix of a look's name in its project, with at least four characters. */
function signs(look) {
  const others = looks.filter((other) => other.project === look.project && other !== look);
  for (let length = 4; length < 8; length += 1) {
    const start = look.look.slice(0, length);
    if (!others.some((other) => other.look.startsWith(start))) return start;
  }
  return look.look;
}

const FEW = 6;

/* Return the presets added since the previous look, and the differences from it, as "layer2.similarity 0.2 → 0.3".
   If a clip differs, return "different clips" instead of the differences: the card lists the clips, and the values
   drawn for them are not interesting. For the first look, return the knobs that were set, unless there are many. */
function changed(look) {
  if (!look.moved) return (look.turned ?? []).length > FEW ? "" : (look.turned ?? []).join(" ");
  const others = look.moved.some(([name]) => /(^|\.)clip$/.test(name));
  const moved = others ? ["different clips"] : look.moved.map(([name, old, now]) => `${name} ${old} → ${now}`);
  return [...(look.presets?.length ? [`preset ${look.presets.join(", ")}`] : []), ...moved].join(" · ");
}

/* Return a note about a missing video, or "" if the look was never rendered. */
const gone = (look) => look.rendered ? "its video is no longer here" : "";

function picture(look) {
  const why = gone(look) || "no picture yet";
  if (!look.still) return el("div", { className: "frame gone", textContent: why });
  const alt = `look ${look.look}`;
  return el("div", { className: "frame" }, el("img", { src: look.still, loading: "lazy", decoding: "async", alt }));
}
