// The shader: GLSL that stacks the layers of a frame, generated for exactly these layers. The renderer may be software,
// so a feature that no layer uses costs nothing, and without blend modes, layers that are covered are not read.

export const MODES = ["normal", "darken", "multiply", "overlay", "lighten", "screen", "difference"];

export const VERTEX = `
attribute vec2 corner;
varying vec2 at;
void main() { at = vec2(corner.x, 1.0 - corner.y); gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0); }`;

// Functions that read a pixel of a tile: from a picture that the browser has converted, or from the planes of the
// video, which are full-range BT.709.
const READ = {
  rgb: `
vec3 color(vec2 p) { return texture2D(atlas, p).rgb; }
float level(vec2 p) { return texture2D(atlas, p).r; }`,
  planes: `
vec3 color(vec2 p) {
  float y = texture2D(atlas, p).r;
  vec2 c = chroma(p) - vec2(128.0 / 255.0);
  return vec3(y + 1.5748 * c.y, y - 0.1873 * c.x - 0.4681 * c.y, y + 1.8556 * c.x);
}
float level(vec2 p) { return texture2D(atlas, p).r; }`,
};
const CHROMA = {
  NV12: "vec2 chroma(vec2 p) { return texture2D(colors, p).ra; }",
  I420: "vec2 chroma(vec2 p) { return vec2(texture2D(colors, vec2(p.x, p.y * 0.5)).r, texture2D(colors, vec2(p.x, p.y * 0.5 + 0.5)).r); }",
};

const BELOW = { // the formula of each blend mode; `low` is the light below, and `high` the light above
  darken: "min(low, high)",
  multiply: "low * high",
  overlay: "mix(2.0 * low * high, 1.0 - 2.0 * (1.0 - low) * (1.0 - high), step(0.5, low))",
  lighten: "max(low, high)",
  screen: "1.0 - (1.0 - low) * (1.0 - high)",
  difference: "abs(low - high)",
};

const ALPHA = { // from a cut to alpha, by the four numbers `k`
  color: (hard) => (hard ? "step(k.x, v * v * k.z)" : "clamp((v * v * k.z - k.x) / k.y, 0.0, 1.0)"),
  light: (hard) => (hard ? "step(0.0001, max(k.x - v, v - k.y))" : "clamp(max(k.x - v, v - k.y) / k.z, 0.0, 1.0)"),
  matte: () => "clamp(0.5 + k.z * (v - k.x) / k.y, 0.0, 1.0)",
};

const DARKER = (2 / 255).toFixed(6); // stills converted to RGB are two levels darker than the sum

const RING = [[1, 0], [0.7, 0.7], [0, 1], [-0.7, 0.7], [-1, 0], [-0.7, -0.7], [0, -1], [0.7, -0.7]];
const TENT = [[-0.6, 0.4], [-0.2, 0.8], [0.2, 0.8], [0.6, 0.4]]; // positions and weights over a width of 2

const vec = (...parts) => `vec${parts.length}(${parts.map((one) => Number(one).toFixed(6)).join(", ")})`;

// Return the key of a shader; frames whose layers have the same forms use the same shader.
export const formed = (plays, forms, format) => JSON.stringify([plays.columns, plays.tiles, plays.layers.map((one) => [one.comes, one.goes]), forms, format]);

// Return the fragment shader. `forms` gives mode, hard, choke (-1, 0, 1) and feather (0, 1) for each layer;
// `format` is the format of the video's planes, or "rgb".
export function fragment(plays, forms, format) {
  const rows = Math.ceil(plays.tiles / plays.columns), cell = [1 / plays.columns, 1 / rows];
  const tile = (index) => vec(Math.floor(index / rows) * cell[0], (index % rows) * cell[1]);
  const read = (kind, index, uv) => `${kind}(${tile(index)} + clamp(${uv}, inset, 1.0 - inset) * ${vec(...cell)})`;
  const functions = [], count = plays.layers.length;
  plays.layers.forEach((layer, i) => {
    for (const when of layer.goes ? ["comes", "goes"] : ["comes"]) functions.push(...opening(layer, forms[i], i, when, read));
  });
  const light = forms.some((one) => one.mode !== "normal");
  return `
precision highp float;
varying vec2 at;
uniform sampler2D atlas;   // pictures, or their luma
uniform sampler2D colors;
uniform vec2 inset;        // the margin of a tile, so that no tile bleeds into the next
uniform vec4 rect[${count}];    // left, top, width, height of a layer's picture, as fractions of the frame
uniform vec4 key[${count}];     // by color: similarity, softness, reach; light: low, high, width; matte: middle, width, side
uniform vec4 lay[${count}];     // opacity, visible share of the outgoing frame, choke and feather as fractions of the shorter side
uniform vec2 sides;        // the sides of the frame, relative to the shorter side
uniform float dim;         // brightness of the piece; 0 is black
${format === "rgb" ? READ.rgb : CHROMA[format] + READ.planes}
${functions.join("\n")}
void main() {
  vec3 sum = vec3(0.0);
  ${light ? bottomUp(plays, forms) : topDown(plays)}
  gl_FragColor = vec4(clamp(sum - ${DARKER}, 0.0, 1.0) * dim, 1.0);
}`;
}

// Return the functions for the look and alpha of a layer's incoming or outgoing frame, such as look0comes(uv) and
// alpha0comes(uv).
function opening(layer, form, i, when, read) {
  const name = `${i}${when}`, tiles = layer[when];
  const look = `vec3 look${name}(vec2 uv) { return ${read("color", tiles.look, "uv")}; }`;
  const own = tiles.own === undefined ? "" : ` * ${read("level", tiles.own, "uv")}`;
  const cut = ALPHA[layer.by] && tiles.cut !== undefined
    ? `vec4 k = key[${i}]; float v = ${read("level", tiles.cut, "uv")}; return ${ALPHA[layer.by](form.hard)}${own};`
    : `return 1.0${own};`;
  let open = `open${name}`;
  const parts = [look, `float ${open}(vec2 uv) { ${cut} }`];
  const reach = (knob) => `sides * lay[${i}].${knob} / rect[${i}].zw`;
  if (form.feather) {
    const taps = TENT.flatMap(([x, a]) => TENT.map(([y, b]) => `${(a * b / 5.76).toFixed(5)} * ${open}(uv + by * ${vec(x, y)})`));
    parts.push(`float feather${name}(vec2 uv) { vec2 by = ${reach("w")}; return ${taps.join(" + ")}; }`);
    open = `feather${name}`;
  } else if (form.choke) {
    const least = form.choke > 0 ? "min" : "max";
    const taps = RING.map(([x, y]) => `a = ${least}(a, ${open}(uv + by * ${vec(x, y)}));`);
    parts.push(`float choke${name}(vec2 uv) { vec2 by = ${reach("z")}; float a = ${open}(uv); ${taps.join(" ")} return a; }`);
    open = `choke${name}`;
  }
  parts.push(`float alpha${name}(vec2 uv) {
  vec2 inside = step(vec2(0.0), uv) * step(uv, vec2(1.0));
  float a = inside.x * inside.y * lay[${i}].x;
  for (int once = 0; once < 1; once++) { if (a <= 0.0) break; a *= ${open}(uv); }
  return a;
}`);
  return parts;
}

const place = (i) => `vec2 uv = (at - rect[${i}].xy) / rect[${i}].zw;`;

// Stack from the top, and stop as soon as nothing shines through. Loops of one round stand in for `if`, because a
// pixel can leave a loop early, but would execute the body of an `if` in any case.
function topDown(plays) {
  const layers = plays.layers.map((layer, i) => {
    const seen = (share, when) => `for (int once = 0; once < 1; once++) {
      float s = ${share}; if (s <= 0.0) break;
      float a = alpha${i}${when}(uv) * s; if (a * left <= 0.002) break;
      open -= a; sum += left * a * look${i}${when}(uv);
    }`;
    const goes = layer.goes ? seen(`lay[${i}].y`, "goes") : "";
    return `{ ${place(i)} float open = 1.0;
    ${seen(layer.goes ? `1.0 - lay[${i}].y` : "1.0", "comes")} ${goes}
    left *= open; if (left < 0.004) break; }`;
  });
  return `float left = 1.0;
  for (int all = 0; all < 1; all++) { ${layers.reverse().join("\n")} }`;
}

// Stack from the bottom, because a blend mode reads the light below.
function bottomUp(plays, forms) {
  const layers = plays.layers.map((layer, i) => {
    const laid = (when) => {
      const high = `look${i}${when}(uv)`, mode = BELOW[forms[i].mode];
      return `vec3 high = ${high}; float a = alpha${i}${when}(uv); vec3 mixed = ${mode ?? "high"}; vec3 ${when} = mix(low, mixed, a);`;
    };
    const goes = layer.goes ? `vec3 gone = low; for (int once = 0; once < 1; once++) {
      if (lay[${i}].y <= 0.0) break; ${laid("goes")} gone = goes; }` : "";
    return `{ ${place(i)} vec3 low = sum; ${goes} ${laid("comes")} sum = ${layer.goes ? `mix(comes, gone, lay[${i}].y)` : "comes"}; }`;
  });
  return layers.join("\n");
}

export function linked(gl, source) {
  const program = gl.createProgram();
  for (const [kind, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, source]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) throw new Error(gl.getShaderInfoLog(shader));
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return program;
}
