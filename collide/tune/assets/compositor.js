// The compositor: lays looks by their cuts, as the stack does, while the finger moves.
// One video holds a row for each layer: its look, its cut, its own alpha.

const MODES = ["normal", "darken", "multiply", "overlay", "lighten", "screen", "difference"];
const BY = { none: 0, color: 1, light: 2, matte: 3 };

const VERTEX = `
attribute vec2 corner;
varying vec2 at;
void main() { at = vec2(corner.x, 1.0 - corner.y); gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0); }`;

function fragment(count) {
  return `
precision highp float;
varying vec2 at;
uniform sampler2D atlas;
uniform vec2 grid;         // columns, rows
uniform vec2 texel;        // of the atlas
uniform vec4 rect[${count}];    // left, top, width, height of a layer's picture, in shares of the frame
uniform vec4 key[${count}];     // by distance: similarity, softness, reach; light: low, high, width; matte: middle, width, side
uniform vec3 lay[${count}];     // what it opens by, opacity, blend mode

vec3 tile(float column, float row, vec2 uv) {
  vec2 size = 1.0 / grid;
  vec2 low = vec2(column, row) * size + texel, high = (vec2(column, row) + 1.0) * size - texel;
  return texture2D(atlas, clamp((vec2(column, row) + uv) * size, low, high)).rgb;
}

float alpha(vec3 how, vec4 k, float value) {
  if (how.x < 0.5) return 1.0;
  if (how.x < 1.5) {
    float distance = value * value * k.z;
    return k.y > 0.0001 ? clamp((distance - k.x) / k.y, 0.0, 1.0) : step(k.x, distance);
  }
  if (how.x < 2.5) {
    float beside = max(k.x - value, value - k.y);
    return k.z > 0.0 ? clamp(beside / k.z, 0.0, 1.0) : step(0.0001, beside);
  }
  return clamp(0.5 + k.z * (value - k.x) / k.y, 0.0, 1.0);
}

vec3 mixed(float mode, vec3 low, vec3 high) {
  if (mode < 0.5) return high;
  if (mode < 1.5) return min(low, high);
  if (mode < 2.5) return low * high;
  if (mode < 3.5) return mix(2.0 * low * high, 1.0 - 2.0 * (1.0 - low) * (1.0 - high), step(0.5, low));
  if (mode < 4.5) return max(low, high);
  if (mode < 5.5) return 1.0 - (1.0 - low) * (1.0 - high);
  return abs(low - high);
}

void main() {
  vec3 color = vec3(0.0);
  for (int i = 0; i < ${count}; i++) {
    vec2 uv = (at - rect[i].xy) / rect[i].zw;
    vec2 inside = step(vec2(0.0), uv) * step(uv, vec2(1.0));
    float own = tile(2.0, float(i), uv).r;
    if (grid.x < 2.5) own = 1.0;
    float cut = grid.x < 1.5 ? 1.0 : tile(1.0, float(i), uv).r;
    float seen = alpha(lay[i], key[i], cut) * own * lay[i].y * inside.x * inside.y;
    vec3 look = tile(0.0, float(i), uv);
    color = mix(color, mixed(lay[i].z, color, look), seen);
  }
  gl_FragColor = vec4(color, 1.0);
}`;
}

export class Compositor {
  constructor(canvas) {
    this.canvas = canvas;
    this.drawn = 0; // frames, for whoever measures
    this.video = Object.assign(document.createElement("video"), { muted: true, loop: true, playsInline: true, preload: "auto" });
    this.gl = canvas.getContext("webgl", { antialias: false, preserveDrawingBuffer: true });
    this.works = Boolean(this.gl);
    this.plays = null; // the description of what the video holds
    this.moving = false;
  }

  // Take another loop: its description, and the address of its video.
  async load(plays, address) {
    if (!this.works) return;
    const same = this.plays && this.video.dataset.address === address;
    this.plays = plays;
    if (!same) {
      this.video.dataset.address = address;
      this.video.src = address;
      try {
        await this.video.play();
        if (!this.moving) this.video.pause();
      } catch {
        this.works = this.video.error === null; // no H.264 here: pictures of the server are shown
        return;
      }
    }
    this.prepare();
  }

  get ready() { return this.works && this.plays !== null && this.video.readyState >= 2 && Boolean(this.program); }

  prepare() {
    const { gl, plays } = this, count = plays.layers.length;
    if (this.count !== count) {
      this.count = count;
      this.program = linked(gl, VERTEX, fragment(count));
      gl.useProgram(this.program);
      const buffer = gl.createBuffer(), corner = gl.getAttribLocation(this.program, "corner");
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([0, 0, 1, 0, 0, 1, 1, 1]), gl.STATIC_DRAW);
      gl.enableVertexAttribArray(corner);
      gl.vertexAttribPointer(corner, 2, gl.FLOAT, false, 0, 0);
      gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
      for (const [name, value] of [["WRAP_S", "CLAMP_TO_EDGE"], ["WRAP_T", "CLAMP_TO_EDGE"], ["MIN_FILTER", "LINEAR"], ["MAG_FILTER", "LINEAR"]]) {
        gl.texParameteri(gl.TEXTURE_2D, gl[`TEXTURE_${name}`], gl[value]);
      }
    }
    const [wide, high] = plays.tile;
    if (this.canvas.width !== wide || this.canvas.height !== high) Object.assign(this.canvas, { width: wide, height: high });
    gl.viewport(0, 0, wide, high);
    const at = (name) => gl.getUniformLocation(this.program, name);
    gl.uniform2f(at("grid"), plays.columns, count);
    gl.uniform2f(at("texel"), 1 / (wide * plays.columns), 1 / (high * count));
  }

  // Draw one frame; `value(knob, layer)` is what a knob is set to now.
  draw(value) {
    if (!this.ready) return false;
    const { gl, plays } = this, rects = [], keys = [], lays = [];
    for (const layer of plays.layers) {
      const get = (knob) => value(knob, layer.number);
      const [x, y, wide, high] = layer.rect;
      const moved = layer.moves ? [Number(get("x") ?? 0) / 2, Number(get("y") ?? 0) / 2] : [0, 0];
      rects.push(x + moved[0], y + moved[1], wide, high);
      keys.push(...this.key(layer, get));
      const first = layer.number === plays.layers[0].number;
      lays.push(BY[layer.by], first ? 1 : Number(get("opacity") ?? 1), first ? 0 : Math.max(0, MODES.indexOf(get("blend_mode"))));
    }
    const at = (name) => gl.getUniformLocation(this.program, name);
    gl.uniform4fv(at("rect"), rects);
    gl.uniform4fv(at("key"), keys);
    gl.uniform3fv(at("lay"), lays);
    // a frame goes to the texture once: that is what costs where there is no graphics card
    const frame = `${this.video.src} ${this.video.currentTime}`;
    if (frame !== this.uploaded) gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB, gl.RGB, gl.UNSIGNED_BYTE, this.video);
    this.uploaded = frame;
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    this.drawn += 1;
    return true;
  }

  // The four numbers by which a cut becomes alpha.
  key(layer, get) {
    const soft = Number(get("softness") ?? 0);
    if (layer.by === "color") return [layer.similarity ?? Number(get("similarity")), soft, layer.reach, 0];
    if (layer.by === "light") {
      const [low, high] = layer.light, stored = (end) => Math.trunc(16 + 219 * end) / 255;
      return [low <= 0 ? 0 : stored(low), high >= 1 ? 1 : stored(high), Math.trunc(soft * 255) / 255, 0];
    }
    if (layer.by !== "matte") return [0, 0, 0, 0];
    const width = Math.max(0.004, Number(get("matte_softness"))), side = layer.opens === "background" ? 1 : -1;
    return [0.5 - Number(get("matte_shift")), width, side, 0];
  }

  // Show the frame of the piece that is seen at a time.
  async seek(seconds) {
    if (!this.ready) return;
    const wanted = Math.max(0, seconds - this.plays.first / this.plays.fps) + 0.25 / this.plays.fps;
    if (Math.abs(this.video.currentTime - wanted) < 0.5 / this.plays.fps) return;
    await new Promise((done) => {
      this.video.addEventListener("seeked", done, { once: true });
      this.video.currentTime = Math.min(wanted, this.video.duration - 0.01);
    });
  }

  // The look of one layer, for its tab.
  thumbnail(canvas, index) {
    if (!this.ready) return;
    const [wide, high] = [this.video.videoWidth / this.plays.columns, this.video.videoHeight / this.plays.layers.length];
    canvas.getContext("2d").drawImage(this.video, 0, index * high, wide, high, 0, 0, canvas.width, canvas.height);
  }
}

function linked(gl, vertex, pixel) {
  const program = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, pixel]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader));
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return program;
}
