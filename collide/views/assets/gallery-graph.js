/* The graph of the last run: its tasks, colored by status. */
const SVG = "http://www.w3.org/2000/svg";
const [WIDE, HIGH, ACROSS, DOWN, MANY] = [104, 22, 136, 30, 6];

function svg(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/* If there are many tasks of one kind, group them by status into one box each. */
function folded(tasks) {
  const groups = new Map();
  for (const task of tasks) {
    const kind = task.task.split(":")[0];
    const alike = tasks.filter((other) => other.task.split(":")[0] === kind);
    const name = alike.length > MANY ? `${kind} ${task.status}` : task.task;
    if (!groups.has(name)) groups.set(name, { kind, status: task.status, tasks: [] });
    groups.get(name).tasks.push(task);
  }
  return [...groups.values()];
}

/* Return all direct and indirect dependencies of a box. */
function before(box) {
  box.before ??= new Set([...box.needs].flatMap((need) => [need, ...before(need)]));
  return box.before;
}

/* Place each box to the right of its dependencies, in the same column as others of its kind. Draw a line to a
   dependency only if no other path leads to it. */
function placed(tasks) {
  const boxes = folded(tasks);
  const owner = new Map(boxes.flatMap((box) => box.tasks.map((task) => [task.task, box])));
  const columns = new Map();
  for (const box of boxes) {
    box.needs = new Set(box.tasks.flatMap((task) => task.needs.map((need) => owner.get(need))));
    box.needs.delete(box);
  }
  for (let pass = 0; pass < 3; pass += 1) {
    for (const box of boxes) {
      const behind = Math.max(-1, ...[...box.needs].map((need) => need.column ?? -1)) + 1;
      box.column = Math.max(behind, columns.get(box.kind) ?? 0);
      columns.set(box.kind, box.column);
    }
  }
  const rows = [];
  for (const box of boxes) {
    rows[box.column] = (rows[box.column] ?? 0) + 1;
    box.row = rows[box.column] - 1;
    box.drawn = [...box.needs].filter((need) => ![...box.needs].some((other) => before(other).has(need)));
  }
  return [boxes, rows];
}

function boxOf(box) {
  const [first] = box.tasks;
  const label = box.tasks.length > 1 ? `${box.kind} × ${box.tasks.length}` : first.task.replace(":", " ");
  const seconds = box.tasks.reduce((sum, task) => sum + task.seconds, 0);
  const why = [...new Set(box.tasks.map((task) => task.why).filter(Boolean))].slice(0, 3).join("; ");
  const told = `${label}: ${box.status}${box.status === "rendered" ? `, ${shown(Math.round(seconds * 10) / 10)} s` : ""}${why ? `. ${why}` : ""}`;
  const at = `translate(${box.column * ACROSS + 1} ${box.row * DOWN + 1})`;
  return svg("g", { class: box.status, transform: at },
    svg("title", {}, told),
    svg("rect", { width: WIDE, height: HIGH, rx: 3 }),
    svg("text", { x: 8, y: 15 }, label.length > 15 ? `${label.slice(0, 14)}…` : label));
}

function edge(from, to) {
  const [x, y] = [from.column * ACROSS + WIDE + 1, from.row * DOWN + HIGH / 2 + 1];
  const [u, v] = [to.column * ACROSS + 1, to.row * DOWN + HIGH / 2 + 1];
  const bend = (u - x) / 2;
  return svg("path", { d: `M${x} ${y}C${x + bend} ${y} ${u - bend} ${v} ${u} ${v}` });
}

function graph(tasks) {
  const [boxes, rows] = placed(tasks);
  const most = Math.max(...rows.filter(Boolean));
  const [wide, high] = [rows.length * ACROSS - ACROSS + WIDE + 2, most * DOWN];
  const lines = boxes.flatMap((box) => box.drawn.map((need) => edge(need, box)));
  const words = { width: wide, height: high, viewBox: `0 0 ${wide} ${high}`, role: "img", "aria-label": "the tasks of the last run" };
  return el("div", { className: "graph", tabIndex: 0 }, svg("svg", words, ...lines, ...boxes.map(boxOf)));
}

function hangRun() {
  const [{ run }] = data.projects;
  if (run) {
    const count = (status) => run.tasks.filter((task) => task.status === status).length;
    const told = ["rendered", "restored", "kept", "failed"].map((status) => [status, count(status)]).filter(([, n]) => n);
    const words = told.map(([status, n]) => el("span", { className: status, textContent: `${status} ${n}` }));
    byId("run").append(el("details", {},
      el("summary", { textContent: "what the last render did, step by step" }),
      el("p", { className: "legend dim" }, ...words, el("code", { textContent: command("doit", ...run.words) })),
      el("p", { className: "dim", textContent: "Each box is a step, or many steps of one kind, and reads the results from boxes to its left. Rendered: in that run; restored: taken from a store; kept: unchanged." }),
      graph(run.tasks)));
  }
}

stars.load(looks);
hang();
if (!several) hangRun();
