// Every clip has a figure, made once; a search shows the figures of matching clips, sorted.
const clips = JSON.parse(document.getElementById("data").textContent);
const main = document.getElementById("clips");
const field = (name) => document.getElementById(name);

const make = (kind, words, className) => {
  const element = document.createElement(kind);
  if (words !== undefined) element.textContent = words;
  if (className) element.className = className;
  return element;
};

const length = (seconds) => !seconds ? "still" : seconds < 60 ? seconds.toFixed(1) + " s"
  : Math.floor(seconds / 60) + ":" + String(Math.floor(seconds % 60)).padStart(2, "0");

function frame(clip) {
  if (!clip.strip) return make("div", "not analyzed yet", "none");
  const box = make("div", undefined, "frame");
  box.style.aspectRatio = Math.min(320 / 120, Math.max(16 / 120, clip.size[0] / clip.size[1]));
  const strip = make("img");
  strip.loading = "lazy";
  strip.alt = "";
  strip.src = clip.strip;
  box.append(strip);
  return box;
}

/* Moving the mouse from left to right over a clip scrubs through it: through the five pictures of its strip at
   once, and through the whole clip after a moment, if the browser can play it. */
const scrubs = new Map();

function scrub(link, clip) {
  let [film, wait, share] = [null, 0, 0.5];
  const seek = () => {
    if (film?.duration) film.currentTime = Math.min(film.duration * share, film.duration - 0.05);
  };
  const open = () => {
    if (film || !clip.seconds) return;
    film = el("video", { className: "film", src: clip.file, muted: true, preload: "auto", playsInline: true, tabIndex: -1, "aria-hidden": "true" });
    film.addEventListener("loadedmetadata", seek);
    film.addEventListener("seeked", () => film?.classList.add("on"));
    link.querySelector(".frame").append(film);
  };
  const to = (at) => {
    share = Math.min(1, Math.max(0, at));
    link.style.setProperty("--at", Math.min(4, Math.floor(5 * share)));
    link.style.setProperty("--share", share);
    seek();
  };
  const leave = () => {
    clearTimeout(wait);
    film?.remove();
    film = null;
    for (const name of ["--at", "--share"]) link.style.removeProperty(name);
  };
  link.addEventListener("pointerenter", (event) => {
    if (event.pointerType !== "touch") wait = setTimeout(open, REST);
  });
  link.addEventListener("pointermove", (event) => {
    const box = link.getBoundingClientRect();
    to((event.clientX - box.left) / box.width);
  });
  link.addEventListener("pointerleave", leave);
  link.addEventListener("blur", leave);
  return (by) => { open(); to(share + by); };
}

function figure(clip) {
  const whole = make("figure");
  const link = make("a");
  link.href = clip.file;
  link.title = clip.path;
  link.append(frame(clip), make("span", length(clip.seconds)));
  if (clip.strip) scrubs.set(link, scrub(link, clip));
  const under = make("figcaption");
  under.append(make("b", clip.name));
  const words = [clip.size.join(" × "), clip.sound ? "sound" : "silent", ...clip.traits];
  under.append(make("p", words.join(", ")));
  if (clip.seen) under.append(make("p", clip.seen));
  if (clip.used) {
    const kind = clip.used > 1 ? "often" : undefined;
    under.append(make("p", "used by " + clip.used + (clip.used > 1 ? " projects" : " project"), kind));
  }
  if (clip.like) under.append(make("p", "looks like " + clip.like));
  for (const copy of clip.copies) under.append(make("p", "also " + copy));
  if (clip.license) under.append(make("p", clip.license));
  whole.append(link, under);
  return whole;
}

const short = (clip) => Math.min(...clip.size);
const orders = {
  name: (a, b) => a.name.localeCompare(b.name),
  long: (a, b) => b.seconds - a.seconds,
  large: (a, b) => short(b) - short(a),
  used: (a, b) => b.used - a.used,
  new: (a, b) => (b.new > a.new) - (b.new < a.new),
};

function chosen() {
  const words = field("words").value.normalize("NFC").toLowerCase().split(/\s+/).filter(Boolean);
  const [audio, dup, used] = [field("audio").value, field("dup").value, field("used").value];
  const [motion, light] = [field("motion").value, field("light").value];
  const [least, most] = (field("length").value || "0 1e9").split(" ").map(Number);
  const fit = clips.filter((clip) =>
    words.every((word) => clip.words.includes(word))
    && short(clip) >= Number(field("min").value)
    && (!audio || clip.sound === (audio === "yes"))
    && (!motion || clip.motion === motion)
    && (!light || clip.light === light)
    && (!used || (used === "0" ? !clip.used : clip.used >= Number(used)))
    && (!clip.seconds || clip.seconds >= least && clip.seconds < most));
  if (dup === "yes") return fit.filter((clip) => alike.get(clip.group) > 1 || clip.copies.length);
  if (dup !== "no") return fit;
  const best = new Map();
  for (const clip of fit) {
    const before = best.get(clip.group);
    if (!before || clip.rank < before.rank) best.set(clip.group, clip);
  }
  return fit.filter((clip) => best.get(clip.group) === clip);
}

const alike = new Map();
for (const clip of clips) alike.set(clip.group, (alike.get(clip.group) || 0) + 1);
const figures = new Map(clips.map((clip) => [clip, figure(clip)]));

function show() {
  const found = chosen().sort(orders[field("sort").value]);
  main.replaceChildren(...found.map((clip) => figures.get(clip)));
  const minutes = found.reduce((sum, clip) => sum + clip.seconds, 0) / 60;
  const unseen = field("motion").value || field("light").value ? clips.filter((clip) => !clip.seen).length : 0;
  field("count").textContent = found.length + " of " + clips.length + " clips, " + minutes.toFixed(1) + " min"
    + (unseen ? "; " + unseen + (unseen === 1 ? " was" : " were")
      + " never analyzed: doit clips page=true motion=any" : "");
}

function move(by) {
  const links = [...main.querySelectorAll("a")];
  const at = links.indexOf(document.activeElement);
  const next = links[Math.min(links.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
  if (next) next.focus();
}

const run = (by) => scrubs.get(document.activeElement)?.(by);
const across = () => getComputedStyle(main).gridTemplateColumns.split(" ").length;
const keys = {
  "ArrowRight": () => move(1), "ArrowLeft": () => move(-1),
  "ArrowDown": () => move(across()), "ArrowUp": () => move(-across()),
  "/": () => field("words").focus(),
  ",": () => run(-0.05), ".": () => run(0.05),
  "c": () => {
    const link = document.activeElement.closest("figure a");
    if (!link) return;
    const knob = quoted("clip=" + link.nextSibling.firstChild.textContent);
    navigator.clipboard.writeText(knob);
    field("count").textContent = "copied: " + knob;
  },
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, select");
  if (event.key === "Escape" && typing) event.target.blur();
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});
document.querySelector("form").addEventListener("input", show);
document.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
show();
