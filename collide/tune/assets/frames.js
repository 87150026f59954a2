// Frames: the current picture of a video, in textures.
// If the browser provides the planes of a frame, use them without conversion: on a machine without a graphics card,
// this is less than half the work, and no level is rounded twice.

const PLANES = ["NV12", "I420"];

export class Frames {
  constructor(gl, video, changed) {
    Object.assign(this, { gl, video, changed, format: "", time: -1, presented: null, sizes: "", busy: null, buffer: null, waits: false, missed: false });
    this.textures = [gl.TEXTURE0, gl.TEXTURE1].map((unit) => {
      gl.activeTexture(unit);
      const texture = gl.createTexture();
      gl.bindTexture(gl.TEXTURE_2D, texture);
      for (const [name, value] of [["WRAP_S", "CLAMP_TO_EDGE"], ["WRAP_T", "CLAMP_TO_EDGE"], ["MIN_FILTER", "LINEAR"], ["MAG_FILTER", "LINEAR"]]) {
        gl.texParameteri(gl.TEXTURE_2D, gl[`TEXTURE_${name}`], gl[value]);
      }
      return texture;
    });
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    this.wait();
  }

  // Take frames as they arrive, but only after the previous frame has been drawn; see `drawn`.
  wait() {
    const next = (_now, seen) => {
      this.presented = seen?.mediaTime ?? null;
      this.missed = this.waits;
      if (!this.waits) this.catch();
      this.wait();
    };
    if (this.video.requestVideoFrameCallback) this.video.requestVideoFrameCallback(next);
    else setTimeout(next, 40);
  }

  async catch() {
    try {
      if (!await this.take()) return;
    } catch {
      return; // try again with the next frame
    }
    this.waits = true;
    this.changed();
  }

  // Note that the frame was drawn, and take the frame that arrived meanwhile, if any.
  drawn() {
    this.waits = false;
    if (this.missed) this.catch();
    this.missed = false;
  }

  // Take the frame that the video shows; return whether it is a new frame.
  take() {
    this.busy ??= this.taken().finally(() => { this.busy = null; });
    return this.busy;
  }

  // Set whether to read pixels without interpolation.
  sharp(so) {
    if (this.sharply === so) return;
    this.sharply = so;
    const { gl } = this;
    for (const unit of [gl.TEXTURE0, gl.TEXTURE1]) {
      gl.activeTexture(unit);
      for (const name of ["MIN", "MAG"]) gl.texParameteri(gl.TEXTURE_2D, gl[`TEXTURE_${name}_FILTER`], so ? gl.NEAREST : gl.LINEAR);
    }
  }

  // Prepare for another video.
  forget() { Object.assign(this, { time: -1, presented: null, waits: false, missed: false }); }

  async taken() {
    const { gl, video } = this, { address } = video.dataset;
    // while seeking, a video reports the target time, but still shows the previous picture
    let time = this.presented ?? video.currentTime;
    if (video.readyState < 2 || gl.isContextLost()) return false;
    if (typeof VideoFrame !== "undefined" && !this.refused) {
      const frame = new VideoFrame(video);
      time = frame.timestamp / 1e6;
      try {
        if (time === this.time) return false;
        if (PLANES.includes(frame.format)) {
          const size = frame.allocationSize();
          if (this.buffer?.length !== size) this.buffer = new Uint8Array(size);
          const layout = await frame.copyTo(this.buffer);
          if (video.dataset.address !== address) return false; // another video was loaded meanwhile
          this.planes(layout, frame);
          this.time = time;
          return true;
        }
      } catch {
        this.refused = true; // the frame is on the graphics card, which also converts it
      } finally {
        frame.close();
      }
    }
    if (time === this.time) return false;
    gl.activeTexture(gl.TEXTURE0);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGB, gl.RGB, gl.UNSIGNED_BYTE, video);
    [this.format, this.time, this.sizes] = ["rgb", time, ""];
    return true;
  }

  planes(layout, frame) {
    const { gl, buffer } = this, { width, height } = frame.visibleRect;
    if (layout[0].stride !== width) throw new RangeError("rows of a different length");
    const colors = frame.format === "NV12" ? [gl.LUMINANCE_ALPHA, width / 2, height / 2] : [gl.LUMINANCE, width / 2, height];
    const again = this.sizes === `${frame.format} ${width}x${height}`;
    for (const [unit, [kind, wide, high], start] of [[gl.TEXTURE0, [gl.LUMINANCE, width, height], layout[0].offset], [gl.TEXTURE1, colors, layout[1].offset]]) {
      gl.activeTexture(unit);
      const bytes = buffer.subarray(start, start + wide * high * (kind === gl.LUMINANCE_ALPHA ? 2 : 1));
      if (again) gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, wide, high, kind, gl.UNSIGNED_BYTE, bytes);
      else gl.texImage2D(gl.TEXTURE_2D, 0, kind, wide, high, 0, kind, gl.UNSIGNED_BYTE, bytes);
    }
    [this.format, this.sizes] = [frame.format, `${frame.format} ${width}x${height}`];
  }
}
