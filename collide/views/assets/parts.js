/* What several pages are made of: elements, stars, buttons that copy, films under the mouse. */

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

/* Stars are those of `doit star`. A page of the disk cannot write: what is turned here is kept by the
   browser till one line is pasted, and only where it differs from the disk. */
const stars = {
  key: "collide.marks", // project/look → whether it is to be starred
  older: "collide.stars", // of pages that knew nothing of the disk: project/look of each star
  marks: {},
  all: [],
  listeners: [],
  name: (look) => `${look.project}/${look.look}`,
  read(key, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(key)) ?? otherwise;
    } catch { return otherwise; } // a browser that keeps nothing for pages of the disk
  },
  write(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch { /* as above: they last as long as the page */ }
  },
  /* Take the looks of this page; older stars of theirs become marks, and are offered as the line. */
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
  /* Forget marks that the disk has; a report, which does not know the disk, forgets none. */
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
  /* The one line that makes the disk as the page is, "" where it is; `called` names a look. */
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
    button.textContent = look.pinned ? "★" : "☆"; // a star is full when the disk has it
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

/* The bar at the foot of a page, with the line to paste, while there is one. */
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

/* A film over a picture: it plays, silent, while the mouse rests there, or when it is asked to. */
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const REST = 140; // milliseconds: who only passes by starts nothing

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
    source.addEventListener("error", stop); // evicted since the page was made
    film.append(source);
    film.addEventListener("playing", () => film?.classList.add("on"));
    frame.append(film);
    film.play().catch(() => {}); // taken away before it began
  };
  frame.addEventListener("pointerenter", (event) => {
    if (event.pointerType !== "touch" && !calm.matches) wait = setTimeout(play, REST);
  });
  frame.addEventListener("pointerleave", stop);
  return () => (film ? stop() : play());
}
