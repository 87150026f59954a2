// What goes over the wire: acts to the server, news from it. The token is in this page's address.

export const file = (digest, suffix) => `object/${digest}.${suffix}`;

// Do an act; what holds afterwards, or an Error with .what, .why and .fix.
export async function act(name, body = {}) {
  const answer = await fetch(`act/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (answer.ok) return answer.json();
  const told = answer.status === 422 ? await answer.json() : { what: "the server refused it", why: `it answers ${answer.status}`, fix: "reload the page" };
  throw Object.assign(new Error(told.what), told);
}

// Hear news: heard.NAME(news) for each kind; gone() when the server has ended or is away.
export function listen(heard, gone) {
  const source = new EventSource("news");
  for (const name of Object.keys(heard)) {
    source.addEventListener(name, (event) => heard[name](JSON.parse(event.data)));
  }
  source.addEventListener("ended", () => { source.close(); gone(); });
  source.addEventListener("error", gone);
}

// Make an element: make("p", {class: "dim", onclick: f}, "text", another element)
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
