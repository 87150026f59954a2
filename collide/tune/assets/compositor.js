// The compositor stacks the looks of the layers by their cuts, like a render, but in the browser.
// One video contains the tiles of all layers: for each layer its look, and its cut and own alpha, if any.

import { Frames } from "./frames.js";
import { formed, fragment, linked, MODES } from "./shader.js";

const HARD = 0.0001; // a smaller softness counts as no softness
const TRIES = 40; // attempts to get the frame after a seek, 15 ms apart
const LINES = 720; // choke and feather are in pixels of a picture with this shorter side

export class Compositor {
  // `changed` is called when there is a new frame to draw.
  constructor(canvas, changed) {
    this.canvas = canvas;
    this.drawn = 0; // the number of drawn frames, for measurements
    this.video = Object.assign(document.createElement("video"), { muted: true, loop: true, playsInline: true, preload: "auto" });
    this.plays = null; // the description of the video in the textures
    this.coming = null; // the description of the loaded video, until its first frame arrives
    this.moving = false;
    this.programs = new Map();
    this.broken = ""; // why there is no moving preview
    // opaque and desynchronized: this halves the work of a software renderer
    this.gl = canvas.getContext("webgl", {
      alpha: false, antialias: false, depth: false, desynchronized: true, preserveDrawingBuffer: true,
    });
    if (!this.gl) { this.broken = "this browser has no WebGL"; return; }
    canvas.addEventListener("webglcontextlost", () => { this.broken = "the browser has lost its graphics: reload the page"; });
    this.frames = new Frames(this.gl, this.video, () => { this.took(); changed(); });
  }

  get works() { return !this.broken; }

  get ready() { return this.works && this.plays !== null; }

  // Load another preview, from its description and the address of its video, and seek to a time in the piece.
  async load(plays, address, seconds) {
    if (!this.gl || this.gl.isContextLost()) return;
    const { video, frames } = this;
    if (video.dataset.address === address && this.works) {
      if (this.coming) this.coming = plays; else this.prepare(plays);
      return;
    }
    video.dataset.address = address;
    this.coming = plays;
    frames.forget();
    video.src = address;
    video.currentTime = placed(plays, seconds).seconds;
    try {
      await video.play();
    } catch {
      if (video.dataset.address !== address || !video.error) return; // another preview was loaded meanwhile
      const plain = video.canPlayType('video/mp4; codecs="avc1.640028"');
      this.broken = plain ? "its video could not be played" : "this browser does not play H.264";
      return;
    }
    this.broken = "";
    if (!this.moving) video.pause();
    if (await frames.take()) this.took();
  }

  took() {
    if (this.coming) this.prepare(this.coming);
    this.coming = null;
  }

  prepare(plays) {
    const { gl } = this, [wide, high] = plays.size;
    this.plays = plays;
    if (this.canvas.width !== wide || this.canvas.height !== high) Object.assign(this.canvas, { width: wide, height: high });
    gl.viewport(0, 0, wide, high);
  }

  // Return whether the preview includes a time in the piece.
  has(seconds) {
    return this.ready && placed(this.plays, seconds).inside;
  }

  // Return whether the current frame of the preview is the frame at a time in the piece.
  stands(seconds) {
    return this.has(seconds) && Math.abs(this.frame - seconds * this.plays.fps) < this.plays.every / 2 + 0.01;
  }

  // Return the time of the preview's frame that is nearest to a time in the piece.
  nearest(seconds) {
    const { first, fps, every } = this.plays;
    return (first + placed(this.plays, seconds).place * every) / fps;
  }

  // Drop a frame without drawing it.
  skip() { this.frames.drawn(); }

  // Return the number of the last frame taken from the video, counted in the piece.
  get frame() {
    const { first, fps, every, count } = this.plays;
    return first + Math.min(count - 1, Math.round(this.frames.time * fps / every) * every);
  }

  // Draw one frame; `value(knob, layer)` returns the current value of a knob.
  draw(value) {
    if (!this.ready) return false;
    const { gl, plays, frame, frames } = this, rects = [], keys = [], lays = [], forms = [];
    for (const layer of plays.layers) {
      const get = (knob) => value(knob, layer.number), amount = (knob, none) => Number(get(knob) ?? none);
      const first = layer === plays.layers[0], [x, y, wide, high] = layer.rect;
      const [right, down] = layer.moves ? [amount("x", 0) / 2, amount("y", 0) / 2] : [0, 0];
      const key = this.key(layer, get), choke = first ? 0 : amount("choke", 0), feather = first ? 0 : amount("feather", 0);
      rects.push(x + right, y + down, wide, high);
      keys.push(...key);
      lays.push(first ? 1 : amount("opacity", 1), goes(layer, frame), Math.abs(choke) / LINES, feather / 2 / LINES);
      const mode = first || !MODES.includes(get("blend_mode")) ? "normal" : get("blend_mode");
      const hard = layer.by === "light" ? !key[2] : layer.by === "color" && key[1] <= HARD;
      forms.push({ mode, hard, choke: Math.sign(choke), feather: Number(feather > 0) });
    }
    // interpolation is most of the work of a software renderer; tiles shown at their own size need no interpolation
    frames.sharp(plain(plays, rects, this.video));
    const at = this.program(forms), short = Math.min(...plays.size);
    gl.uniform4fv(at.rect, rects);
    gl.uniform4fv(at.key, keys);
    gl.uniform4fv(at.lay, lays);
    gl.uniform2f(at.sides, short / plays.size[0], short / plays.size[1]);
    gl.uniform1f(at.dim, dim(plays, frame, value));
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    this.drawn += 1;
    frames.drawn();
    return true;
  }

  // Select the shader for these forms of layers, compile it at its first use, and return the locations of its uniforms.
  program(forms) {
    const { gl, plays, frames } = this, name = formed(plays, forms, frames.format);
    let found = this.programs.get(name);
    if (!found) {
      const program = linked(gl, fragment(plays, forms, frames.format)), corner = gl.getAttribLocation(program, "corner");
      found = { program, corner };
      for (const one of ["rect", "key", "lay", "sides", "dim", "inset", "atlas", "colors"]) found[one] = gl.getUniformLocation(program, one);
      this.programs.set(name, found);
    }
    if (this.used !== found) {
      this.used = found;
      gl.useProgram(found.program);
      this.corners ??= this.quad();
      gl.enableVertexAttribArray(found.corner);
      gl.vertexAttribPointer(found.corner, 2, gl.FLOAT, false, 0, 0);
      gl.uniform1i(found.atlas, 0);
      gl.uniform1i(found.colors, 1);
      const rows = Math.ceil(plays.tiles / plays.columns);
      gl.uniform2f(found.inset, plays.columns / this.video.videoWidth, rows / this.video.videoHeight);
    }
    return found;
  }

  quad() {
    const { gl } = this, buffer = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([0, 0, 1, 0, 0, 1, 1, 1]), gl.STATIC_DRAW);
    return buffer;
  }

  // Return the four numbers for turning a layer's cut into alpha.
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

  // Return whether the preview can show a knob of a layer: x and y only if the layer can move, and the knobs of a
  // key only if the layer has that key.
  shows(knob, number) {
    const layer = this.plays?.layers.find((one) => one.number === number);
    if (!this.ready || !layer) return false;
    if (knob === "x" || knob === "y") return layer.moves;
    if (knob === "similarity") return layer.by === "color" && layer.similarity === undefined;
    if (knob === "softness") return layer.by === "color" || layer.by === "light";
    return knob.startsWith("matte_") ? layer.by === "matte" : true;
  }

  // Seek to a time in the piece; return whether its frame was taken.
  async seek(seconds) {
    if (!this.has(seconds)) return false;
    const { plays, video, frames } = this, wanted = placed(plays, seconds).seconds;
    if (Math.abs(video.currentTime - wanted) > 0.4 * plays.every / plays.fps) {
      await new Promise((done) => {
        for (const over of ["seeked", "emptied"]) video.addEventListener(over, done, { once: true });
        video.currentTime = Math.min(wanted, video.duration - 0.01);
      });
    }
    // a browser reports a finished seek before it provides the frame
    for (let tries = 0; tries < TRIES; tries += 1) {
      await frames.take();
      if (this.stands(seconds)) return true;
      if (video.seeking || this.plays !== plays) return false; // another seek began, or another preview was loaded
      await new Promise((done) => setTimeout(done, 15));
    }
    return false;
  }

  // Draw the look of one layer on the canvas of its tab.
  thumbnail(canvas, index) {
    if (!this.ready) return;
    const { plays, video } = this, rows = Math.ceil(plays.tiles / plays.columns), { look } = plays.layers[index].comes;
    const [wide, high] = [video.videoWidth / plays.columns, video.videoHeight / rows];
    canvas.getContext("2d").drawImage(video, Math.floor(look / rows) * wide, (look % rows) * high, wide, high, 0, 0, canvas.width, canvas.height);
  }
}

// Convert a time in the piece to a position in the preview's video: the index of the frame, its time in seconds, and
// whether the preview includes it.
function placed({ first, fps, every, count }, seconds) {
  const place = Math.round((seconds * fps - first) / every);
  return { place, seconds: (Math.max(0, place) + 0.25) * every / fps, inside: place >= 0 && place * every < count };
}

// Return whether each pixel of the picture is exactly one pixel of a tile.
function plain({ size, columns, tiles }, rects, video) {
  const whole = video.videoWidth === size[0] * columns && video.videoHeight === size[1] * Math.ceil(tiles / columns);
  return whole && rects.every((one, at) => (at % 4 < 2 ? one === 0 : one === 1));
}

// Return the visible share of a cross-fade's outgoing frame, at a frame of the piece.
function goes({ period, fade }, frame) {
  const place = frame % period;
  return frame >= period && place < fade ? (fade - place) / (fade + 1) : 0;
}

// Return the brightness of the piece during its fades, from 0 (black) to 1.
function dim({ fps, frames }, frame, value) {
  const [into, out] = ["fade_in", "fade_out"].map((knob) => Math.min(Math.round(Number(value(knob) ?? 0) * fps), Math.floor(frames / 2)));
  const left = frames - 1 - frame;
  return Math.min(1, frame < into ? frame / into : 1, left < out ? left / out : 1);
}
