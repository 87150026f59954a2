/* The comparison of two looks: a slider between their pictures, and the knobs that differ. */
function differing(one, two) {
  const [before, after] = [knobsOf(one), knobsOf(two)];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.map((name) => [name, valueOf(one, before, name), valueOf(two, after, name)])
    .filter(([, old, now]) => old !== undefined && now !== undefined && shown(old) !== shown(now));
}

function slider(one, two) {
  const [wide, high] = one.size.split("x").map(Number);
  const range = el("input", { type: "range", min: 0, max: 100, step: 0.5, value: 50, "aria-label": `from ${one.look} to ${two.look}` });
  const half = (look) => el("img", { src: look.still ?? "", alt: `look ${look.look}` });
  const made = el("div", { className: "ab" }, half(one), half(two), range,
    el("b", { textContent: one.look }), el("b", { textContent: two.look }));
  made.style.setProperty("--ratio", wide / high);
  range.addEventListener("input", () => made.style.setProperty("--at", `${range.value}%`));
  return made;
}

function openCompare(one, two) {
  const view = byId("compare");
  const rows = differing(one, two).map(([name, old, now]) => el("tr", {},
    el("td", { textContent: name }), el("td", { textContent: shown(old) }), el("td", { textContent: shown(now) })));
  const head = el("tr", {}, el("th"), el("th", { textContent: one.look }), el("th", { textContent: two.look }));
  view.replaceChildren(el("div", { className: "view" },
    el("div", { className: "bar" },
      el("h2", { textContent: "two looks" }),
      el("button", { type: "button", textContent: "swap", onclick: () => openCompare(two, one) }),
      el("button", { type: "button", textContent: "close", onclick: () => view.close() })),
    slider(one, two),
    el("div", { className: "differ" },
      el("h3", { textContent: rows.length === 1 ? "one knob differs" : `${rows.length} knobs differ` }),
      rows.length ? el("table", {}, head, ...rows) : null)));
  if (!view.open) view.showModal();
  onTop();
  view.querySelector("input").focus();
}

byId("compare").addEventListener("close", onTop);
