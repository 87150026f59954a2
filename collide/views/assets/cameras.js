// Draws names like collide/download/camera_names.py. `at` is a position among all names of a pattern, from 0 to 1.
const { patterns, sites } = JSON.parse(document.getElementById("data").textContent);
const field = (name) => document.getElementById(name);
const FEW = 5; // tabs to open at a time, because browsers refuse more
const DAY = 86400000;

const make = (kind, words, properties) => Object.assign(document.createElement(kind), { textContent: words || "" }, properties);
const dayOf = (time) => new Date(time).toISOString().slice(0, 10);
const whole = (at, low, high) => low + Math.min(high - low, Math.floor(at * (high - low + 1)));

/** Return the number of names that a pattern has within the limits, and a function for the nth name. */
function span(pattern, limits) {
  if (pattern.years) {
    const first = Math.max(Date.UTC(pattern.years[0], 0, 1), limits ? limits.since : 0);
    const last = Math.min(Date.UTC(pattern.years[1], 11, 31), limits ? limits.until : Infinity);
    return { count: Math.floor((last - first) / DAY) + 1, name: (n) => dated(pattern, first + n * DAY) };
  }
  const digits = Number(/\{(\d)\}/.exec(pattern.form)[1]);
  const first = limits ? limits.from : 1;
  const last = Math.min(10 ** digits - 1, limits ? limits.to : Infinity);
  return { count: last - first + 1, name: (n) => numbered(pattern, first + n) };
}

function dated(pattern, time) {
  const day = dayOf(time);
  return pattern.form.replace("{date}", day.replaceAll("-", "")).replace("{day}", day);
}

function numbered(pattern, number) {
  return pattern.form.replace(/\{(\d)\}/, (_, digits) => String(number).padStart(Number(digits), "0"));
}

function filled(pattern, at, limits) {
  const { count, name } = span(pattern, limits);
  return name(whole(at, 0, count - 1));
}

/** Return the entered limits, with defaults for empty and invalid fields. */
function asked() {
  const number = (name, otherwise) => field(name).value === "" ? otherwise : Math.max(0, Math.floor(field(name).valueAsNumber));
  const time = (name, otherwise) => Number.isNaN(field(name).valueAsNumber) ? otherwise : field(name).valueAsNumber;
  return {
    count: Math.min(200, Math.max(1, number("count", 12))), from: number("from", 1), to: number("to", 9999),
    since: time("since", 0), until: time("until", Infinity),
  };
}

function ticked(kind) {
  return [...document.querySelectorAll(`#${kind} input:checked`)].map((box) => Number(box.value));
}

function drawn() {
  const limits = asked();
  const some = ticked("cameras").map((at) => span(patterns[at], limits)).filter(({ count }) => count > 0);
  const names = new Set();
  const most = Math.min(limits.count, some.reduce((sum, { count }) => sum + count, 0));
  for (let turn = 0; some.length && names.size < most; turn++) {
    const random = field("order").value === "random";
    const { count, name } = random ? some[whole(Math.random(), 0, some.length - 1)] : some[turn % some.length];
    const n = random ? whole(Math.random(), 0, count - 1) : Math.floor(turn / some.length);
    if (n < count) names.add(name(n));
    if (turn > 100 * most) break; // two patterns may have the same names
  }
  return [...names];
}

let names = [];
const words = (name) => field("exact").checked ? `"${name}"` : name;
const address = (site, name) => site.url.replace("{words}", encodeURIComponent(words(name)));
const links = () => names.flatMap((name) => ticked("sites").map((at) => address(sites[at], name)));

const fetched = (link, ...more) => command("doit", "download", `url=${link}`, ...more);

/* Return a link to a search, and a button that copies the command to download its first video. */
function way(site, name) {
  const link = address(site, name);
  const line = fetched(link, "count=1");
  const copy = make("input", "", { type: "button", value: "doit line", title: line, onclick: () => copied(line, line) });
  copy.setAttribute("aria-label", `copy the doit download line of ${name} at ${site.name}`);
  const whole = make("span", "", { className: "way" });
  whole.append(make("a", site.name, { href: link, target: "_blank", rel: "noreferrer" }), copy);
  return whole;
}

function row(name) {
  const line = make("tr");
  const cell = make("td");
  for (const at of ticked("sites")) cell.append(way(sites[at], name));
  const copy = make("button", "copy", { type: "button", onclick: () => copied(words(name), name) });
  const first = make("td", name);
  first.append(copy);
  line.append(first, cell);
  return line;
}

function show() {
  field("found").replaceChildren(...names.map(row));
  field("few").textContent = Math.min(FEW, links().length);
  const chosen = ticked("cameras");
  const search = chosen.length === 1 ? patterns[chosen[0]].name : "random";
  field("line").textContent = command("doit", "download", `search=${search}`, `count=${Math.max(1, names.length)}`);
}

function draw() {
  names = drawn();
  field("said").textContent = names.length ? "" : "no chosen camera has names within these limits";
  show();
}

async function copied(text, told) {
  await navigator.clipboard.writeText(text);
  field("said").textContent = `copied: ${told}`;
}

function tick(kind, at, label, on) {
  const whole = make("label");
  whole.append(make("input", "", { type: "checkbox", value: at, checked: on }), ...label);
  field(kind).append(whole);
}

patterns.forEach((pattern, at) => {
  const shape = pattern.form.replace(/\{(\d)\}/, (_, n) => "#".repeat(n)).replace("{date}", "20140131").replace("{day}", "2014-01-31");
  tick("cameras", at, [make("code", shape), make("span", pattern.camera)], true);
});
sites.forEach((site, at) => tick("sites", at, [site.name], at === 0));

/* Show the command that downloads a pasted link, or an error if it is not an address. */
function pasted() {
  const link = field("link").value.trim();
  const fits = /^https?:\/\/[^\s/?#]+/i.test(link) && !/\s/.test(link);
  field("fetch").textContent = fits ? fetched(link) : link ? "that is not an address, such as https://…" : "";
  field("take").hidden = !fits;
}
field("link").addEventListener("input", (event) => { event.stopPropagation(); pasted(); });
field("take").addEventListener("click", () => copied(field("fetch").textContent, field("fetch").textContent));

document.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); draw(); });
document.querySelector("form").addEventListener("input", (event) => {
  if (event.target.closest(".sites")) show(); else draw();
});
for (const button of document.querySelectorAll("[data-all]")) {
  button.addEventListener("click", () => {
    for (const box of document.querySelectorAll("#cameras input")) box.checked = Boolean(button.dataset.all);
    draw();
  });
}
field("names").addEventListener("click", () => copied(names.map(words).join("\n"), `${names.length} ${names.length === 1 ? "name" : "names"}`));
field("links").addEventListener("click", () => copied(links().join("\n"), `${links().length} ${links().length === 1 ? "link" : "links"}`));
field("open").addEventListener("click", () => links().slice(0, FEW).forEach((link) => window.open(link, "_blank", "noreferrer")));
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input:not([type=checkbox], [type=button]), select");
  if (event.key === "d" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) draw();
});
draw();
