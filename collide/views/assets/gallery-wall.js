/* The wall: a card for each look and each sheet of a sweep or roll, a search, and keys to move between cards. */
const several = data.projects.length > 1;
const MANY_PICTURES = 4; // the number of pictures on the card of a sheet
let marked = null; // the first card of a comparison
let current = null; // the card that was selected last

/* The items of the wall: looks, and sheets, which contain the items of their cells. */
const walls = [];

const clipsOf = (look) => look.layers.map((layer) => layer.clip).join(" · ");

function card(look, cell = null) {
  const frame = picture(look);
  const clips = clipsOf(look);
  const turned = cell ? cell.turned : changed(look);
  if (cell?.number) frame.prepend(el("span", { className: "number", textContent: cell.number }));
  const made = el("figure", { className: cell ? "card cell" : "card", tabIndex: 0 },
    frame,
    el("figcaption", {},
      several ? el("b", { textContent: look.project }) : null,
      look.called?.length ? el("b", { className: "called", textContent: look.called.join(", ") }) : null,
      el("code", { textContent: look.look }),
      el("span", { className: "when", textContent: when(look.when) }),
      look.still && !look.video && gone(look) ? el("span", { className: "when", textContent: gone(look) }) : null,
      starButton(look)),
    el("p", { className: "clips", textContent: clips, title: clips }),
    turned ? el("p", { className: "turned", textContent: turned, title: turned }) : null);
  const item = { look, cell, when: look.when, card: made, play: look.video ? hoverFilm(frame, look.video) : () => {} };
  made.addEventListener("click", () => openLook(item));
  made.addEventListener("keydown", (event) => onCard(event, item));
  return item;
}

/* Return the item of a sheet: a card that unfolds into the cards of its cells. */
function sheetCard(project, sheet) {
  const cells = sheet.cells.map((cell) => card(byName.get(`${project.name}/${cell.look}`), cell));
  const few = cells.slice(0, cells.length < MANY_PICTURES ? 2 : MANY_PICTURES);
  const names = [...new Set(sheet.cells.flatMap((cell) => [...cell.turned.matchAll(/(\S+)=/g)].map(([, name]) => name)))];
  const what = names.length && sheet.verb !== "roll" ? `${sheet.verb} of ${names.join(", ")}` : sheet.verb;
  const count = `${cells.length} ${cells.length === 1 ? "look" : "looks"}`;
  const numbers = cells.map((cell) => cell.cell.number);
  const [clips, ...others] = new Set(cells.map((cell) => clipsOf(cell.look)));
  const typed = sheet.last ? `look=${numbers[0]} … look=${numbers.at(-1)} in the terminal` : "";
  const made = el("figure", { className: "card sheet", tabIndex: 0, role: "button", "aria-expanded": "false" },
    el("div", { className: few.length < MANY_PICTURES ? "mosaic few" : "mosaic" }, ...few.map((cell) => picture(cell.look))),
    el("figcaption", {},
      several ? el("b", { textContent: project.name }) : null,
      el("b", { textContent: count }),
      el("span", { className: "when", textContent: when(sheet.when) })),
    el("p", { textContent: what, title: what }),
    others.length ? null : el("p", { className: "turned", textContent: clips, title: clips }),
    typed ? el("p", { className: "turned", textContent: typed }) : null);
  const item = { sheet, cells, when: sheet.when, card: made, unfolded: false };
  made.addEventListener("click", () => unfold(item));
  made.addEventListener("keydown", (event) => onCard(event, item));
  return item;
}

function unfold(item) {
  item.unfolded = !item.unfolded;
  item.card.setAttribute("aria-expanded", item.unfolded);
  search();
}

function onCard(event, item) {
  if (event.target === event.currentTarget) act(event, item);
}

/* Perform the action of a key on the selected card. */
function act(event, item) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { look } = item;
  if (event.key === "Enter" || event.key === " ") item.sheet ? unfold(item) : openLook(item);
  else if (event.key.startsWith("Arrow")) walk(item, event.key);
  else if (look && event.key === "s") stars.turn(look);
  else if (look && event.key === "c") mark(item);
  else if (look && event.key === "p") item.play();
  else if (marked && event.key === "Escape") mark(marked);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/* Mark a look, compare it with the look that is already marked, or unmark it if it is the same look. */
function mark(item) {
  const other = marked;
  (other ?? item).card.classList.remove("marked");
  marked = other ? null : item;
  onTop();
  if (marked) item.card.classList.add("marked");
  else if (other !== item) openCompare(other.look, item.look);
}

const [waits, bar] = ["waits", "bar"].map(byId);

/* Move the page's messages into the topmost open dialog, so that it does not cover them, or back to the page. */
function onTop() {
  const top = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  for (const one of [waits, bar]) if (one.parentElement !== top) top.append(one);
  waits.hidden = !marked;
  if (!marked) return;
  const away = "press c on another look to compare, Esc to cancel";
  const here = open === marked ? ", this look: press c to cancel" : ": press c to compare";
  waits.textContent = `A is ${marked.look.look}${top.id === "look" ? here : `: ${away}`}`;
}

const every = () => walls.flatMap((item) => [item, ...(item.cells ?? [])]);
const visible = () => every().filter((item) => !item.card.hidden);

/* Move the focus: left and right in order, up and down to the nearest card above or below. */
function walk(item, key) {
  const all = visible();
  const at = all.indexOf(item);
  if (key === "ArrowLeft" || key === "ArrowRight") {
    (all[at + (key === "ArrowRight" ? 1 : -1)] ?? item).card.focus();
    return;
  }
  const here = item.card.getBoundingClientRect();
  const down = key === "ArrowDown";
  const rows = all.map((other) => [other.card, other.card.getBoundingClientRect()])
    .filter(([, box]) => (down ? box.top > here.top + 1 : box.top < here.top - 1));
  const far = ([, box]) => Math.abs(box.top - here.top) * 100 + Math.abs(box.left - here.left);
  rows.sort((one, two) => far(one) - far(two));
  rows[0]?.[0].focus();
}

const pressed = (id) => byId(id).getAttribute("aria-pressed") === "true";

/* Show the cards that match the search and the pressed buttons. A cell that matches is shown if its look has no other
   matching card. Without a search and a pressed button, cells are shown while their sheet is unfolded. */
function search() {
  const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const [only, videos] = [pressed("only"), pressed("videos")];
  const sifted = only || videos || words.length > 0;
  const fits = ({ look, cell }) => (!only || stars.has(look)) && (!videos || look.video)
    && words.every((word) => look.words.includes(word) || cell?.turned.toLowerCase().includes(word));
  const found = new Set();
  for (const item of walls.filter((one) => one.look)) {
    item.card.hidden = !fits(item);
    if (fits(item)) found.add(item.look);
  }
  for (const item of walls.filter((one) => one.sheet)) {
    let some = false;
    for (const cell of item.cells) {
      const fit = fits(cell);
      const own = found.has(cell.look);
      some ||= fit;
      cell.card.hidden = sifted ? !fit || own : !item.unfolded;
    }
    item.card.hidden = sifted && !some;
    for (const cell of item.cells.filter(fits)) found.add(cell.look);
  }
  const all = `${looks.length} ${looks.length === 1 ? "look" : "looks"}`;
  byId("count").textContent = found.size === looks.length ? all : `${found.size} of ${all}`;
  byId("none").hidden = found.size > 0;
}

/* Fill the wall. A look on a sheet has a card of its own only if it was rendered or starred. */
function hang() {
  for (const project of data.projects) {
    const sheets = (project.sheets ?? []).map((sheet) => sheetCard(project, sheet));
    const inside = new Set(sheets.flatMap((item) => item.cells.map((cell) => cell.look)));
    const own = looks.filter((look) => look.project === project.name)
      .filter((look) => look.rendered || look.pinned || !inside.has(look));
    walls.push(...sheets, ...own.map((look) => card(look)));
  }
  walls.sort((one, two) => two.when - one.when);
  byId("wall").append(...every().map((item) => item.card), el("p", { id: "none", textContent: "no look matches the search" }));
  byId("search").addEventListener("input", search);
  for (const id of ["only", "videos"]) {
    byId(id).addEventListener("click", () => {
      byId(id).setAttribute("aria-pressed", !pressed(id));
      search();
    });
  }
  stars.listeners.push(search);
  document.addEventListener("keydown", onPage);
  starBar(signs);
  search();
  byId("wall").addEventListener("focusin", ({ target }) => { current = every().find((item) => item.card === target) ?? current; });
  visible()[0]?.card.focus({ preventScroll: true });
}

function onPage(event) {
  const typing = event.target instanceof HTMLInputElement && event.target.type === "search";
  if (document.querySelector("dialog[open]") || event.defaultPrevented) return;
  if (event.key === "/" && !typing) {
    event.preventDefault();
    byId("search").focus();
  } else if (event.key === "Escape" && typing) {
    byId("search").value = "";
    search();
    visible()[0]?.card.focus();
  } else if (typing && event.key === "Enter") {
    event.preventDefault();
    visible()[0]?.card.focus();
  } else if (event.target === document.body) {
    const item = visible().includes(current) ? current : visible()[0];
    if (!item) return;
    item.card.focus();
    if (!event.key.startsWith("Arrow")) act(event, item);
    else event.preventDefault();
  }
}
