/* The pieces of a night: each has a star, and plays without sound while the mouse rests on it. */
const pieces = [...document.querySelectorAll("[data-look]")].map((figure) => ({ ...figure.dataset, figure }));

/* Hide the controls of a video until the mouse or the focus is on it. */
function near(film) {
  let [wait, hovered] = [0, false];
  const show = () => { film.controls = true; };
  const leave = () => {
    clearTimeout(wait);
    if (hovered && film.muted) film.pause(); // with its sound on, somebody is listening
    hovered = false;
    if (film.paused && document.activeElement !== film) film.controls = false;
  };
  film.controls = false;
  film.tabIndex = 0;
  for (const name of ["pointerenter", "focus", "click", "play"]) film.addEventListener(name, show);
  for (const name of ["pointerleave", "blur"]) film.addEventListener(name, leave);
  film.addEventListener("pointerenter", (event) => {
    if (event.pointerType === "touch" || calm.matches || !film.paused) return;
    wait = setTimeout(() => {
      hovered = film.muted = true;
      film.play().catch(() => {}); // the video is gone, or the mouse left before it began
    }, REST);
  });
}

stars.load(pieces);
for (const piece of pieces) {
  piece.figure.querySelector("figcaption").append(starButton(piece));
  near(piece.figure.querySelector("video"));
}
starBar();
