// The connection to the server, for sending acts and receiving news. The token is part of the page's address.

export const file = (digest, suffix) => `object/${digest}.${suffix}`;

// Return a function send(name, body), which sends one act after another. If the last act is still waiting, another
// seek, or another turn of the same knobs, replaces it.
export function outbox(done, failed) {
  const waiting = [];
  const kind = ({ name, body }) => (name === "turn" ? `turn ${Object.keys(body.knobs)}` : name);
  const alike = (one, other) => ["turn", "seek"].includes(one.name) && kind(one) === kind(other);
  return async (name, body) => {
    const last = waiting.at(-1), next = { name, body };
    if (waiting.length > 1 && alike(last, next)) { last.body = body; return; }
    waiting.push(next);
    if (waiting.length > 1) return;
    while (waiting.length) {
      try { done(await act(waiting[0].name, waiting[0].body)); } catch (error) { failed(error); }
      waiting.shift();
    }
  };
}

// Perform an act, and return the resulting state; throw an Error with .what, .why and .fix if it fails.
export async function act(name, body = {}) {
  const answer = await fetch(`act/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (answer.ok) return answer.json();
  const told = answer.status === 422 ? await answer.json() : { what: "the server refused it", why: `the response was ${answer.status}`, fix: "reload the page" };
  throw Object.assign(new Error(told.what), told);
}

// Receive news: call heard.NAME(news) for each kind, and gone() when the server has ended or is unreachable.
export function listen(heard, gone) {
  const source = new EventSource("news");
  for (const name of Object.keys(heard)) {
    source.addEventListener(name, (event) => heard[name](JSON.parse(event.data)));
  }
  source.addEventListener("ended", () => { source.close(); gone(); });
  source.addEventListener("error", gone);
}

// Create an element: make("p", {class: "dim", onclick: f}, "text", anotherElement).
export function make(name, attributes = {}, ...inside) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...inside.filter((one) => one !== null && one !== undefined));
  return element;
}
