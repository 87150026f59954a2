/* What the whole page stands on: its data, elements, values in words, and the stars. */
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);

/* An element: properties (class, text, dataset, on…) and children. Texts never become tags. */
function el(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/* A value as doit takes it: windows as low..high, numbers as short as they are. */
function shown(value) {
  if (Array.isArray(value)) return value.map(shown).join("..");
  if (typeof value === "number") return String(Math.round(value * 10000) / 10000);
  return value === null || value === undefined ? "unset" : String(value);
}

const percent = (share) => `${Math.round(share * 100)} %`;

function when(seconds) {
  const words = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
  return new Date(seconds * 1000).toLocaleString("en-GB", words);
}

/* Every knob that is not as it is by itself: name → [value, who said it]; of a layer, layer2.name. */
function knobsOf(look) {
  const found = new Map(Object.entries(look.piece));
  found.set("seed", [look.seed, ""]);
  look.layers.forEach((layer, at) => {
    found.set(`layer${at + 1}.clip`, [layer.clip, ""]);
    found.set(`layer${at + 1}.start at second`, [layer.start, ""]);
    for (const [name, said] of Object.entries(layer.knobs)) found.set(`layer${at + 1}.${name}`, said);
  });
  return found;
}

/* A value of a look, also where it is as it is by itself; undefined where the look does not read it. */
function valueOf(look, knobs, name) {
  if (knobs.has(name)) return knobs.get(name)[0];
  const [, layer, bare] = name.match(/^(?:layer(\d)\.)?(.*)$/);
  const [knob, plays] = [data.about[bare], layer ? look.layers[layer - 1]?.plays : look.plays];
  return knob && plays?.includes(knob.owner) ? knob.default : undefined;
}

/* All looks of the page, with what is searched in each. */
const looks = data.projects.flatMap((project) => project.looks.map((look) => {
  const knobs = [...knobsOf(look)].map(([name, [value, origin]]) =>
    `${name}=${shown(value)} ${name} ${shown(value)} ${origin}`);
  const words = [look.look, project.name, look.size, look.pinned ? "pinned" : "", ...knobs];
  return { ...look, project: project.name, words: words.join(" ").toLowerCase() };
}));

/* Stars are this browser's alone until the command is pasted. */
const stars = {
  key: "collide.stars",
  kept: new Set(),
  load() {
    try {
      this.kept = new Set(JSON.parse(localStorage.getItem(this.key) || "[]"));
    } catch { /* a browser that keeps nothing for pages of the disk: they last as long as the page */ }
  },
  name: (look) => `${look.project}/${look.look}`,
  has(look) { return this.kept.has(this.name(look)); },
  turn(look) {
    if (!this.kept.delete(this.name(look))) this.kept.add(this.name(look));
    try {
      localStorage.setItem(this.key, JSON.stringify([...this.kept]));
    } catch { /* as above */ }
    for (const told of this.listeners) told();
  },
  listeners: [],
};

/* As few of a look's first signs as no other look of its project begins with; four at least. */
function signs(look) {
  const others = looks.filter((other) => other.project === look.project && other !== look);
  for (let length = 4; length < 8; length += 1) {
    const start = look.look.slice(0, length);
    if (!others.some((other) => other.look.startsWith(start))) return start;
  }
  return look.look;
}

/* The one line that pins what is starred here and not pinned yet. */
function pinning() {
  return data.projects.map((project) => {
    const mine = looks.filter((look) => look.project === project.name && stars.has(look) && !look.pinned);
    return mine.length ? command("doit", "star", `project=${project.name}`, `look=${mine.map(signs).join(",")}`) : "";
  }).filter(Boolean).join(" && ");
}

function starButton(look) {
  const button = el("button", { className: "star", type: "button" });
  const draw = () => {
    button.textContent = stars.has(look) ? "★" : "☆";
    button.setAttribute("aria-pressed", stars.has(look));
    button.setAttribute("aria-label", `star ${look.look}`);
  };
  button.addEventListener("click", (event) => { event.stopPropagation(); stars.turn(look); });
  stars.listeners.push(draw);
  draw();
  return button;
}

/* A button that copies a command, and says so. */
function copyButton(said, label = "copy") {
  const button = el("button", { type: "button", textContent: label });
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(said());
    button.textContent = "copied";
    setTimeout(() => { button.textContent = label; }, 1200);
  });
  return button;
}

/* Why there is no video of a look, or no picture. */
const gone = (look) => look.rendered ? "its video is not here any more" : "never rendered";

function picture(look) {
  if (!look.still) return el("div", { className: "frame gone", textContent: gone(look) });
  const alt = `look ${look.look}`;
  return el("div", { className: "frame" }, el("img", { src: look.still, loading: "lazy", decoding: "async", alt }));
}
