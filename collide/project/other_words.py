"""Other programs' words for knobs, with collide's own names for them."""

OTHER_WORDS = {
    "resolution": "output_size", "size": "output_size", "width": "output_size",
    "height": "output_size", "dimensions": "output_size", "res": "output_size",
    "layers": "num_videos", "num_layers": "num_videos", "clips": "num_videos",
    "videos": "num_videos", "tracks": "num_videos",
    "length": "duration", "seconds": "duration", "time": "duration", "dur": "duration",
    "framerate": "fps", "frame_rate": "fps", "rate": "fps",
    "quality": "crf", "bitrate": "crf", "codec": "encoding_preset",
    "threshold": "similarity", "tolerance": "similarity", "sensitivity": "similarity",
    "key": "similarity", "blur": "feather", "edge": "softness", "erode": "choke",
    "alpha": "opacity", "transparency": "opacity", "blending": "blend_mode",
    "zoom": "scale", "position": "x", "hue": "hue_shift", "saturate": "saturation",
    "colour": "colorkey_hex", "color": "colorkey_hex", "keycolor": "colorkey_hex",
    "gain": "volume", "loudness": "loudness_lufs", "panning": "pan", "reverb": "echo",
    "delay": "echo_ms", "music": "audio_beds", "file": "clip", "video": "clip", "input": "clip",
    "offset": "start", "in": "start", "begin": "start", "slowmo": "speed", "backwards": "reverse",
    "effect": "post", "effects": "post", "filter": "post", "fx": "post", "lut": "grade_lut",
    "temperature": "grade_temperature", "noise": "grain", "fadein": "fade_in",
    "fadeout": "fade_out", "fade": "fade_in", "random_seed": "seed", "background": "backdrop",
}  # fmt: skip
