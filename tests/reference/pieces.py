"""The frozen pieces as plain data: a name, and the arguments of the command that renders the piece.

Most pieces have 33 frames, three more than a segment, so that they have a seam.
"""

from pathlib import Path

PRESETS = sorted(path.stem for path in Path(__file__).parents[2].glob("presets/*/*.json"))

SMALL = "output_size=128x72 fps=6 duration=5.5 min_resolution=0 min_seconds=0 storage=raw seed=5"
THREE = "num_videos=3 layer1.clip=bars.mkv layer2.clip=paper.mkv layer3.clip=sky.mkv"
CUT = "layer2.similarity=0.3 layer3.similarity=0.25 softness=0.05"
MUTE = f"{THREE} audio_sources=0"
PLAIN = f"{MUTE} mode=fixed {CUT}"  # the picture under every effect
HEARD = f"{THREE} mode=fixed {CUT} audio_sources=2 layer1.sound=on layer2.sound=on"
TWO = "num_videos=2 layer1.clip=paper.mkv layer2.clip=disc.mp4"
SUBJECT = f"{TWO} audio_sources=0 mode=rembg matte_rate=4"

MODES = {
    "mode-fixed": f"{MUTE} mode=fixed layer2.colorkey_hex=0x801830 {CUT}",
    "mode-dominant": f"{MUTE} mode=dominant dominant_quant=32",
    "mode-palette": f"{MUTE} mode=palette palette_name=cool palette_count=2",
    "mode-kmeans": f"{MUTE} mode=kmeans kmeans_colors=4 kmeans_key_count=2",
    "mode-luminance": f"{MUTE} mode=luminance luminance_target=random softness=0.1",
    "mode-luminance-grey": f"{MUTE} mode=luminance luminance_key=grey luminance_target=lights",
    "mode-random": f"{MUTE} mode=random random_modes=luminance,palette,kmeans keyframes=3",
    "mode-rembg": f"{SUBJECT} matte_softness=0.3",
    "mode-rembg-colors": f"{SUBJECT} rembg_use=colors rembg_target=foreground rembg_colors=2",
    "mode-of-each-layer": f"{MUTE} mode=dominant layer2.mode=kmeans layer3.coverage=0.4..0.6",
}

POSTS = {
    "post-analog": f"{PLAIN} post=analog grain_kind=perlin grain_color=0.5 breathe_position=0.01"
    " breathe_rotation=1 color_drift=0.01 flicker=0.1",
    "post-analog-grains": f"{PLAIN} post=analog grain_kind=poisson grain_size=2 breathe=0.05",
    "post-color-grade": f"{PLAIN} post=color-grade grade_temperature=4300 grade_contrast=1.4"
    " grade_shadow_tone=-0.3 grade_highlights=0.2 grade_curve=cross",
    "post-color-grade-lut": f"{PLAIN} post=color-grade grade_lut=swap.cube grade_lut_strength=0.7",
    "post-deflicker": f"{PLAIN} post=deflicker deflicker_light=1",
    "post-feedback": f"{PLAIN} post=feedback feedback_mix=average feedback_zoom=0.9",
    "post-feedback-darken": f"{PLAIN} post=feedback feedback_mix=darken feedback_cool=-0.5",
    "post-glitch": f"{PLAIN} post=glitch glitch_often=0.9 glitch_blocks=0.3 glitch_split=0.5",
    "post-stabilize": f"{PLAIN} post=stabilize stabilize_seconds=1",
    "post-stabilize-still": f"{PLAIN} post=stabilize stabilize_path=still stabilize_zoom=5",
    "post-vhs": f"{PLAIN} post=vhs vhs_tracking=0.6 vhs_heads=0.5 vhs_dropouts=0.8",
    "post-chain-of-four": f"{PLAIN} post=color-grade,feedback,vhs,analog grade_saturation=0.4",
    "post-neighbors-and-neutral": f"{PLAIN} post=glitch,deflicker,color-grade,analog",
}

LAYERS = {
    "lay-ink": f"{PLAIN} blend_mode=multiply opacity=0.8 layer3.blend_mode=darken fit=contain",
    "lay-light": f"{PLAIN} blend_mode=screen opacity=0.7 layer3.blend_mode=lighten fit=blur",
    "lay-stains": f"{PLAIN} blend_mode=overlay layer3.blend_mode=difference fit=stretch",
    "lay-placed": f"{PLAIN} scale=0.5 layer2.x=-0.6 layer2.y=0.4 layer3.x=0.7 layer3.scale=1.3",
    "lay-turned": f"{PLAIN} hue_shift=40 saturation=1.6 brightness=0.1 contrast=1.3 gamma=0.8"
    " layer2.auto_normalize=true layer3.color_shift=false",
    "lay-420": f"{PLAIN} chroma=420 fit=contain layer3.opacity=0.5",
    "pace-speed": f"{HEARD} layer1.speed=0.5 layer2.speed=1.7 layer3.speed=3",
    "pace-loops": f"{HEARD} layer1.loop_seconds=1.3 layer1.start=0.4 layer2.loop_seconds=0.7",
    "pace-short": f"{MUTE} mode=fixed {CUT} layer3.clip=blink.mkv layer2.clip=card.avi start=0.5",
    "kept-ffv1": f"{PLAIN} storage=ffv1 fps=7 duration=6",
    "kept-ffvhuff": f"{PLAIN} storage=ffvhuff fps=5 duration=11",
    "dice-drawn": "num_videos=4 audio_sources=3 similarity=0.2..0.4 hue_shift=-30..30 layer2.take=1"
    " layer3.dice=4",
    "one-layer": "num_videos=1 layer1.clip=card.avi layer1.sound=on audio_sources=1",
}

SOUNDS = {
    "sound-plain": HEARD,
    "sound-beds": f"{HEARD} audio_beds=2 bed1=rain.wav bed2=bell.flac bed_volume=-6"
    " bed_again=false",
    "sound-beds-alone": f"{MUTE} mode=fixed {CUT} audio_beds=2 bed_start=0..1",
    "sound-echo": f"{HEARD} layer1.echo=0.5 layer1.echo_ms=210 echo_again=0.6 layer2.echo=0.2",
    "sound-equalizer": f"{HEARD} eq_low=-9 eq_mid=4 layer2.eq_high=-15",
    "sound-fades": f"{HEARD} mix_fade_in=0.8 mix_fade_out=1.5 seam_ms=80 sound_again=false",
    "sound-spread": f"{HEARD} spread=0.8 volume=-3 layer2.level=false loudness_lufs=-23",
    "sound-pinned": f"{HEARD} layer1.pan=-0.9 layer2.pan=0.5 peak_db=-6 layer3.sound=on",
}


def preset(name: str) -> str:
    """Return the words that render a preset, with sound only for an audio preset."""
    kind = next(Path(__file__).parents[2].glob(f"presets/*/{name}.json")).parent.name
    under = {"post": PLAIN, "audio": f"{THREE} mode=fixed {CUT}", "blend": "audio_sources=0"}
    return f"preset={name} {under[kind]}"


PIECES = {f"preset-{name}": preset(name) for name in PRESETS} | MODES | POSTS | LAYERS | SOUNDS

# name -> words, and three times in seconds
STILLS = {
    "still-plain": (PLAIN, ("0", "2.5", "5.3")),
    "still-of-the-past": (f"{PLAIN} post=feedback,analog flicker=0.2", ("0.5", "4.9", "5.2")),
    "still-of-neighbors": (f"{PLAIN} post=glitch,vhs glitch_often=1", ("0.1", "3", "5.4")),
    "still-of-a-matte": (SUBJECT, ("1", "4.9", "5.1")),
}

# format -> the arguments for each piece exported in that format
EXPORTS = {
    "ffmpeg": (HEARD, f"{PLAIN} post=vhs,feedback fit=blur", f"{SUBJECT} rembg_target=foreground"),
    "prores4444": (HEARD, f"{PLAIN} post=color-grade grade_contrast=1.5"),
    "h265-10": (f"{HEARD} hevc_crf=18",),
    "vertical": (f"{PLAIN} upright_fill=blur", f"{HEARD} upright_fill=crop upright_at=0.2"),
    "stems": (f"{HEARD} audio_beds=1 bed1=rain.wav mix_fade_in=0.5",),
    "look": (f"{HEARD} post=color-grade grade_lut=swap.cube",),
}
