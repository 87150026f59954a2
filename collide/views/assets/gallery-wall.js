/* The wall: a card for each look, the search over them, and the keys that walk on it. */
const cards = new Map();
const several = data.projects.length > 1;
let marked = null; // the look that the next one is compared with

function card(look) {
  const moved = look.moved.map(([name, old, now]) => `${name} ${old} → ${now}`).join(", ");
  const clips = look.layers.map((layer) => layer.clip).join(", ");
  const made = el("figure", { className: "card", tabIndex: 0 },
    picture(look),
    el("figcaption", {},
      several ? el("b", { textContent: look.project }) : null,
      el("code", { textContent: look.look }),
      el("span", { className: "when", textContent: when(look.when) }),
      look.rendered ? null : el("span", { className: "when", textContent: gone(look) }),
      look.pinned ? el("span", { className: "pinned", textContent: "pinned" }) : null,
      starButton(look)),
    el("p", { className: "moved", textContent: moved || clips }));
  made.addEventListener("click", () => openLook(look));
  made.addEventListener("keydown", (event) => onCard(event, look));
  cards.set(look, made);
  return made;
}

function onCard(event, look) {
  if (event.target !== event.currentTarget) return;
  if (event.key === "Enter") openLook(look);
  else if (event.key === "s") stars.turn(look);
  else if (event.key === "c") mark(look);
  else if (event.key.startsWith("Arrow")) walk(look, event.key);
  else return;
  event.preventDefault();
}

/* The first look that is marked waits for the second; the same again is let go. */
function mark(look) {
  const other = marked;
  cards.get(other ?? look).classList.remove("marked");
  marked = other ? null : look;
  if (marked) cards.get(look).classList.add("marked");
  else if (other !== look) openCompare(other, look);
}

const visible = () => looks.filter((look) => !cards.get(look).hidden);

/* Left and right by order, up and down to the nearest card of the next row. */
function walk(look, key) {
  const all = visible();
  const at = all.indexOf(look);
  if (key === "ArrowLeft" || key === "ArrowRight") {
    cards.get(all[at + (key === "ArrowRight" ? 1 : -1)] ?? look).focus();
    return;
  }
  const here = cards.get(look).getBoundingClientRect();
  const down = key === "ArrowDown";
  const rows = all.map((other) => [cards.get(other), cards.get(other).getBoundingClientRect()])
    .filter(([, box]) => (down ? box.top > here.top + 1 : box.top < here.top - 1));
  const far = ([, box]) => Math.abs(box.top - here.top) * 100 + Math.abs(box.left - here.left);
  rows.sort((one, two) => far(one) - far(two));
  rows[0]?.[0].focus();
}

function search() {
  const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const only = byId("only").getAttribute("aria-pressed") === "true";
  let count = 0;
  for (const look of looks) {
    const fits = words.every((word) => look.words.includes(word)) && (!only || stars.has(look));
    cards.get(look).hidden = !fits;
    count += fits;
  }
  const all = `${looks.length} ${looks.length === 1 ? "look" : "looks"}`;
  byId("count").textContent = count === looks.length ? all : `${count} of ${all}`;
}

function drawBar() {
  const line = pinning();
  byId("bar").hidden = !line;
  byId("line").textContent = line;
}

function hang() {
  looks.sort((one, two) => two.when - one.when);
  byId("wall").append(...looks.map(card));
  byId("search").addEventListener("input", search);
  byId("only").addEventListener("click", () => {
    const button = byId("only");
    button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
    search();
  });
  byId("copy").replaceWith(copyButton(pinning));
  stars.listeners.push(drawBar, search);
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLInputElement && event.target.type === "search";
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "/" && !typing) {
      event.preventDefault();
      byId("search").focus();
    } else if (event.key === "Escape" && typing) {
      byId("search").value = "";
      search();
      cards.get(visible()[0])?.focus();
    } else if (typing ? event.key === "Enter" : event.target === document.body && event.key.startsWith("Arrow")) {
      event.preventDefault();
      cards.get(visible()[0])?.focus();
    }
  });
  drawBar();
  search();
}
