"""The frame rate of the live page's moving preview, and its difference from the exact still.

    python -m benchmarks.preview [folder of clips]

The benchmark measures how many frames per second the page draws while a slider moves, in headless
Chromium with software graphics. The benchmark measures the same rate for a minimal page, which has
only a video, a canvas and a short shader. The two pages are measured alternately, so the ratio of
their rates is valid even on a busy machine. The benchmark also measures the mean difference between
preview and exact still, in 8-bit levels, for several seeds and times of pieces without post.
"""

import sys
from pathlib import Path
from statistics import mean, median

from playwright.sync_api import Page

from benchmarks.footage import FOOTAGE
from benchmarks.tune import tuned
from benchmarks.tune_controls import opened

SLIDER = "layer2.similarity"
ROUNDS = 4
SEEDS = (7, 11, 23, 42)
TIMES = (2.0, 6.0, 10.5)

DRAWN = """async ([name]) => {
  const box = document.querySelector(`[data-name="${name}"] input[type=range]`);
  const { compositor } = window.tune, frame = () => new Promise(requestAnimationFrame);
  const move = () => {
    box.value = 0.1 + 0.4 * Math.abs(Math.sin(performance.now() / 700));
    box.dispatchEvent(new Event('input', { bubbles: true }));
  };
  for (const until = performance.now() + 500; performance.now() < until; await frame()) move();
  const first = compositor.drawn, began = performance.now();
  for (const until = began + 3000; performance.now() < until; await frame()) move();
  return (compositor.drawn - first) / (performance.now() - began) * 1000;
}"""

# The minimal page, whose loop comes from the experiment that led to the design.
LEAST = """async (address) => {
  const made = (name, given) => Object.assign(document.createElement(name), given);
  const video = made('video', { muted: true, loop: true, src: address });
  const canvas = made('canvas', { width: 640, height: 360 });
  document.body.replaceChildren(canvas);
  await video.play();
  const gl = canvas.getContext('webgl'), program = gl.createProgram();
  for (const [kind, text] of [[gl.VERTEX_SHADER, `attribute vec2 c; varying vec2 at; void main() {
      at = vec2(c.x, 1.0 - c.y); gl_Position = vec4(c * 2.0 - 1.0, 0.0, 1.0); }`],
    [gl.FRAGMENT_SHADER, `precision mediump float; varying vec2 at; uniform sampler2D atlas;
      uniform float threshold; void main() {
      vec3 seen = texture2D(atlas, vec2(at.x, at.y * 0.2)).rgb;
      for (int i = 0; i < 2; i++) {
        float row = 1.0 + 2.0 * float(i);
        float cut = texture2D(atlas, vec2(at.x, (at.y + row + 1.0) * 0.2)).r;
        vec3 look = texture2D(atlas, vec2(at.x, (at.y + row) * 0.2)).rgb;
        seen = mix(seen, look, clamp((cut * 0.5 - threshold) / 0.05, 0.0, 1.0));
      }
      gl_FragColor = vec4(seen, 1.0); }`]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  gl.useProgram(program);
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([0, 0, 1, 0, 0, 1, 1, 1]), gl.STATIC_DRAW);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  for (const [side, how] of [['WRAP_S', 'CLAMP_TO_EDGE'], ['WRAP_T', 'CLAMP_TO_EDGE'],
    ['MIN_FILTER', 'LINEAR']]) gl.texParameteri(gl.TEXTURE_2D, gl[`TEXTURE_${side}`], gl[how]);
  const threshold = gl.getUniformLocation(program, 'threshold');
  let drawn = 0, on = true;
  const draw = () => {
    gl.uniform1f(threshold, 0.1 + 0.4 * Math.abs(Math.sin(performance.now() / 700)));
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB, gl.RGB, gl.UNSIGNED_BYTE, video);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    drawn += 1;
    if (on) video.requestVideoFrameCallback(draw);
  };
  video.requestVideoFrameCallback(draw);
  await new Promise((done) => setTimeout(done, 500));
  const first = drawn, began = performance.now();
  await new Promise((done) => setTimeout(done, 3000));
  on = false;
  video.pause();
  return (drawn - first) / (performance.now() - began) * 1000;
}"""

APART = """async (at) => {
  const { compositor, state } = window.tune, exact = document.getElementById('exact');
  const [wide, high] = compositor.plays.size;
  const read = (one) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: wide, height: high });
    const context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.drawImage(one, 0, 0, wide, high);
    return context.getImageData(0, 0, wide, high).data;
  };
  compositor.video.pause();
  await compositor.seek(at);
  const value = (knob, layer) => state.values.get(layer ? `layer${layer}.${knob}` : knob);
  compositor.draw(value);
  const [one, other] = [read(compositor.canvas), read(exact)];
  let sum = 0;
  for (let pixel = 0; pixel < one.length; pixel += 4) {
    for (let plane = 0; plane < 3; plane += 1) {
      sum += Math.abs(one[pixel + plane] - other[pixel + plane]);
    }
  }
  return sum / (one.length / 4 * 3);
}"""

ACT = """async ([name, body]) => {
  const headers = { 'Content-Type': 'application/json' };
  const asked = { method: 'POST', headers, body: JSON.stringify(body) };
  return (await (await fetch(`act/${name}`, asked)).json()).number;
}"""


def act(page: Page, name: str, **body: object) -> None:
    """Perform an action and wait until the page shows its exact still and its preview."""
    number = page.evaluate(ACT, [name, body])
    page.wait_for_function(
        """(number) => window.tune.state.looped >= number && window.tune.state.seen >= number
          && document.getElementById('mark').textContent === 'exact'""",
        arg=number,
    )


def rates(page: Page) -> None:
    """Print the frames per second of the page and of the minimal page."""
    opened(page, SLIDER)
    browser = page.context.browser
    assert browser
    least = browser.new_page(viewport={"width": 1600, "height": 1000})
    least.goto(page.url + "assets/paper.css")
    both = list[tuple[float, float]]()
    for _ in range(ROUNDS):
        page.bring_to_front()
        drawn = page.evaluate(DRAWN, [SLIDER])
        act(page, "look")
        address = page.evaluate("window.tune.compositor.video.src")
        least.bring_to_front()
        both.append((drawn, least.evaluate(LEAST, address)))
        print(f"  {both[-1][0]:5.1f} {both[-1][1]:5.1f}", flush=True)
    least.close()
    page.bring_to_front()
    drawn, bare = (median(one) for one in zip(*both, strict=True))
    ratio = median(one / other for one, other in both)
    print(
        f"frames per second while a slider moves: {drawn:.1f}; the minimal page: {bare:.1f}; "
        f"ratio: {ratio:.2f}"
    )


def main(words: list[str]) -> int:
    """Measure and print the frame rates, then the differences."""
    with tuned(Path(words[0]) if words else FOOTAGE) as (page, _):
        act(page, "look")
        rates(page)
        apart = list[float]()
        for seed in SEEDS:
            act(page, "turn", knobs={"seed": str(seed)})
            for at in TIMES:
                act(page, "seek", at=at)
                apart.append(page.evaluate(APART, at))
                missing = ", ".join(page.evaluate("window.tune.compositor.plays.missing"))
                print(f"  seed {seed:3} at {at:4} s: {apart[-1]:5.2f} {missing}", flush=True)
        print(
            f"preview against the exact still, levels: {mean(apart):.2f}, at most {max(apart):.2f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
