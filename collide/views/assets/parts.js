/* Parts of several pages: elements, stars, copy buttons, and videos that play under the mouse. */

/* Create an element with properties and children; never parse a string as HTML. */
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

/* Create a button that copies a command and then briefly says "copied". */
function copyButton(said, label = "copy") {
  const button = el("button", { type: "button", textContent: label });
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(said());
    button.textContent = "copied";
    setTimeout(() => { button.textContent = label; }, 1200);
  });
  return button;
}

/* The stars of `doit star`. A page opened from disk cannot write files, so the browser remembers changed stars as
   marks, until the user pastes the command that writes them. */
const stars = {
  key: "collide.marks", // project/look → whether it should be starred
  older: "collide.stars", // written by older versions: a list of project/look
  marks: {},
  all: [],
  listeners: [],
  name: (look) => `${look.project}/${look.look}`,
  read(key, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(key)) ?? otherwise;
    } catch { return otherwise; } // this browser stores nothing for pages opened from disk
  },
  write(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch { /* as above: the marks are lost when the page is closed */ }
  },
  /* Take the looks of this page, and convert their stars from older versions to marks. */
  load(looks) {
    this.all = looks;
    const [marks, older] = [this.read(this.key, {}), this.read(this.older, [])];
    this.marks = marks && typeof marks === "object" ? marks : {};
    const left = new Set(Array.isArray(older) ? older : []);
    for (const look of looks) {
      if (left.delete(this.name(look))) this.marks[this.name(look)] ??= true;
    }
    this.keep();
    this.write(this.older, [...left]);
  },
  /* Drop marks that match the stars on disk, except in a report, which does not know these stars. */
  keep() {
    for (const look of this.all) {
      if (this.marks[this.name(look)] === look.pinned) delete this.marks[this.name(look)];
    }
    this.write(this.key, this.marks);
  },
  has(look) { return this.marks[this.name(look)] ?? look.pinned; },
  turn(look) {
    const on = !this.has(look);
    if (on === Boolean(look.pinned)) delete this.marks[this.name(look)];
    else this.marks[this.name(look)] = on;
    this.keep();
    for (const told of this.listeners) told();
  },
  /* Return the command that writes the marks to disk, or "" if there are no marks; `called` returns a look's name. */
  line(called = (look) => look.look) {
    const parts = [];
    for (const project of new Set(this.all.map((look) => look.project))) {
      for (const on of [true, false]) {
        const mine = this.all.filter((look) => look.project === project && this.marks[this.name(look)] === on);
        const words = [`project=${project}`, `look=${mine.map(called).join(",")}`, ...(on ? [] : ["off=true"])];
        if (mine.length) parts.push(command("doit", "star", ...words));
      }
    }
    return parts.join(" && ");
  },
};

function starButton(look) {
  const button = el("button", { className: "star", type: "button" });
  const draw = () => {
    const waits = Boolean(stars.has(look)) !== Boolean(look.pinned);
    button.textContent = look.pinned ? "★" : "☆"; // a filled star is saved on disk
    button.classList.toggle("waits", waits);
    button.setAttribute("aria-pressed", Boolean(stars.has(look)));
    button.setAttribute("aria-label", `star ${look.look}`);
    button.title = waits ? `${look.pinned ? "still starred" : "not starred yet"}: paste the line below in the terminal` : "";
  };
  button.addEventListener("click", (event) => { event.stopPropagation(); stars.turn(look); });
  stars.listeners.push(draw);
  draw();
  return button;
}

/* While there are marks, show a bar at the foot of the page with the command to paste. */
function starBar(called) {
  const [bar, line, said] = ["bar", "line", "said"].map((id) => document.getElementById(id));
  const draw = () => {
    line.textContent = stars.line(called);
    const turned = stars.all.map((look) => stars.marks[stars.name(look)]);
    const what = !turned.includes(false) ? "not starred yet" : turned.includes(true) ? "not done yet" : "still starred";
    said.textContent = `${what}; paste this in the terminal:`;
    bar.hidden = !line.textContent;
  };
  document.getElementById("copy").replaceWith(copyButton(() => stars.line(called)));
  stars.listeners.push(draw);
  draw();
}

/* A video over a picture: it plays without sound while the mouse rests there, or after a key. */
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const REST = 140; // milliseconds; a mouse that only passes over a picture starts nothing

function hoverFilm(frame, address) {
  let [film, wait] = [null, 0];
  const stop = () => {
    clearTimeout(wait);
    film?.pause();
    film?.remove();
    film = null;
  };
  const play = () => {
    if (film) return;
    film = el("video", { className: "film", muted: true, loop: true, playsInline: true, tabIndex: -1, "aria-hidden": "true" });
    const source = el("source", { src: address, type: "video/mp4" });
    source.addEventListener("error", stop); // evicted after the page was made
    film.append(source);
    film.addEventListener("playing", () => film?.classList.add("on"));
    frame.append(film);
    film.play().catch(() => {}); // removed before it began
  };
  frame.addEventListener("pointerenter", (event) => {
    if (event.pointerType !== "touch" && !calm.matches) wait = setTimeout(play, REST);
  });
  frame.addEventListener("pointerleave", stop);
  return () => (film ? stop() : play());
}
