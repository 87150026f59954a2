"""Odd media made by ffmpeg: the arguments that make each file, and its expected facts.

If facts are listed for a file, collide must accept the file, find those facts, and render it.
collide may reject any other file, or report in its own words that the file's layer failed. In all
cases, the rules in `judged.py` hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

PIC = "-f lavfi -i testsrc2=s=64x36:r=25:d=2"
TONE = "-f lavfi -i sine=440:r=44100:d=2"
BARS = "-f lavfi -i testsrc2=s=64x36:r=50:d=2"  # Two fields become one frame, at half the rate.
BOX = "drawbox=16:9:32:18:yellow@1:fill:replace=1"  # The red around it must not be visible.
HOLE = f"-f lavfi -i color=red@0:s=64x36:r=25:d=2,format=rgba,{BOX}"
H264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p"
MPEG2 = "-c:v mpeg2video -q:v 6"
X265 = "-c:v libx265 -preset ultrafast -pix_fmt yuv420p10le -tag:v hvc1 -x265-params"
WIDE = "log-level=none:colorprim=9:colormatrix=9:transfer"
UPSIDE = "-display_rotation 90"


@dataclass(frozen=True)
class Odd:
    """One kind of odd file."""

    words: str  # ffmpeg's arguments, without the file name.
    works: Mapping[str, Any] = field(default_factory=dict)  # Its expected facts.
    then: str = ""  # Arguments for a second part, which is appended.

    @property
    def encoders(self) -> set[str]:
        """Return the encoders that make the file, which some builds of ffmpeg lack."""
        words = f"{self.words} {self.then}".split()
        pairs = pairwise(words)
        return {name for flag, name in pairs if flag[:2] == "-c" and name != "copy"}


def film(words: str, **facts: Any) -> Odd:
    """Return a kind of file that works, two seconds at 64x36 unless `facts` say otherwise."""
    return Odd(words, {"width": 64, "height": 36, "seconds": 2.0, **facts})


COLORS = {
    "pq.mp4": film(f"{PIC} {X265} {WIDE}=16"),
    "hlg.mov": film(f"{PIC} {X265} {WIDE}=18"),
    "bt2020_sdr.mp4": film(f"{PIC} {X265} {WIDE}=14"),
    "full_range.mp4": film(f"{PIC} -c:v libx264 -pix_fmt yuvj420p"),
    "hd_untagged.mp4": film("-f lavfi -i testsrc2=s=1280x720:r=25:d=2 " + H264,
                            width=1280, height=720),
    "lying_matrix.mp4": Odd(f"{PIC} {H264} -bsf:v h264_metadata=matrix_coefficients=8:"
                             "transfer_characteristics=10:colour_primaries=8"),
    "rgb.mkv": film(f"{PIC} -c:v libx264rgb"),
    "gray16.mkv": film(f"{PIC} -c:v ffv1 -pix_fmt gray16le"),
    "yuv444p12.mkv": film(f"{PIC} -c:v ffv1 -pix_fmt yuv444p12le"),
    "float.mkv": Odd(f"{PIC} -c:v rawvideo -pix_fmt gbrpf32le -allow_raw_vfw 1"),
    "palette.avi": Odd(f"{PIC} -c:v rawvideo -pix_fmt pal8"),
}  # fmt: skip

INTERLACED = {
    "tff.mpg": film(f"{BARS} -vf tinterlace=4 {MPEG2} -flags +ildct+ilme -field_order tt"),
    "bff.mkv": film(f"{BARS} -vf tinterlace=5 {H264} -x264opts bff=1"),
    "flag_without_combs.ts": film(f"{PIC} {H264} -x264opts tff=1"),
    "combs_without_flag.mp4": film(f"{BARS} -vf tinterlace=4,setfield=prog {H264}"),
    "one_field_a_frame.mkv": Odd(f"{PIC} -vf separatefields {H264}"),
    "pulldown.mpg": Odd(
        "-f lavfi -i testsrc2=s=64x36:r=24:d=2 -vf telecine -r 30000/1001 " + MPEG2
    ),
}

ALPHA = {
    "vp8.webm": film(f"{HOLE} -c:v libvpx -pix_fmt yuva420p -auto-alt-ref 0"),
    "vp9.webm": film(f"{HOLE} -c:v libvpx-vp9 -pix_fmt yuva420p -deadline realtime"),
    "prores4444.mov": film(f"{HOLE} -c:v prores_ks -pix_fmt yuva444p10le"),
    "qtrle.mov": film(f"{HOLE} -c:v qtrle"),
    "png.mov": film(f"{HOLE} -c:v png -pix_fmt rgba -movflags faststart"),
    "ffv1.mkv": film(f"{HOLE} -c:v ffv1 -pix_fmt bgra"),
    "utvideo.avi": film(f"{HOLE} -c:v utvideo -pix_fmt gbrap"),
    "alpha.gif": film(f"{HOLE} -c:v gif"),
    "half_alpha.mov": film(
        f"{HOLE.replace('red@0', 'red@0.5')} -c:v png -pix_fmt rgba64be -movflags faststart"
    ),
    "anim.webp": Odd(f"{HOLE} -c:v libwebp_anim -pix_fmt bgra"),
    "anim.apng": Odd(f"{HOLE} -c:v apng"),
}

CONTAINERS = {
    "far_keys.ts": film(f"{PIC} {TONE} {H264} -g 250 -c:a aac -output_ts_offset 5", audio="aac"),
    "blu.m2ts": film(f"{PIC} {TONE} {H264} -g 250 -c:a ac3 -mpegts_m2ts_mode 1", audio="ac3"),
    "camera.mts": film(f"{PIC} {H264} -mpegts_m2ts_mode 1"),
    "wraps.ts": film(f"{PIC} {H264} -output_ts_offset 95442"),
    "program.mpg": film(f"{PIC} {TONE} {MPEG2} -g 100 -c:a mp2 -f vob", audio="mp2"),
    "theora.ogv": film(f"{PIC} {TONE} -c:v libtheora -g 250 -c:a libvorbis", audio="vorbis"),
    "vp8.ogv": Odd(f"{PIC} -c:v libvpx -f ogv"),
    "flash.flv": film(f"{PIC} {TONE} -c:v flv -g 250 -c:a aac", audio="aac"),
    "phone.3gp": Odd("-f lavfi -i testsrc2=s=128x96:r=15:d=2 -c:v h263"),
    "windows.wmv": Odd(f"{PIC} {TONE} -c:v wmv2 -c:a wmav2"),
    "flash.f4v": Odd(f"{PIC} {H264} -f mp4"),
    "broadcast.mxf": Odd(f"{PIC} {MPEG2}"),
    "disc.vob": Odd(f"{PIC} {MPEG2}"),
    "camcorder.mod": Odd(f"{PIC} {MPEG2} -f vob"),
    "tape.dv": Odd("-f lavfi -i testsrc2=s=720x576:r=25:d=0.4 -c:v dvvideo -pix_fmt yuv420p"),
    "raw.h264": Odd(f"{PIC} {H264} -g 250"),
    "raw_under_a_name.mp4": Odd(f"{PIC} {H264} -g 250 -f h264"),
    "mxf_under_a_name.mov": Odd(f"{PIC} {MPEG2} -f mxf"),
    "yuv4mpeg_under_a_name.avi": Odd(f"{PIC} -pix_fmt yuv420p -f yuv4mpegpipe"),
    "nut_under_a_name.mkv": Odd(f"{PIC} -c:v ffv1 -f nut"),
    "fragments.mp4": film(f"{PIC} {H264} -movflags frag_keyframe+empty_moov -g 10"),
    "live.webm": film(f"{PIC} -c:v libvpx -live 1"),
    "mp4_under_a_name.mkv": film(f"{PIC} {H264} -f mp4"),
}

TRACKS = {
    "second_picture.mp4": film(f"{PIC} {PIC} -map 0 -map 1 {H264} -disposition:v:1 default "
                               "-disposition:v:0 0"),
    "second_sound.mkv": film(f"{PIC} -f lavfi -i anullsrc -f lavfi -i sine -map 0 -map 1 -map 2 "
                             f"{H264} -c:a flac -disposition:a:1 default -t 2", audio="flac"),
    "cover_first.mp4": film(f"{PIC} -f lavfi -i color=red:s=64x36:r=25:d=0.04 -map 1 -map 0 "
                            "-c:v:0 png -disposition:v:0 attached_pic -c:v:1 libx264 "
                            "-pix_fmt:v:1 yuv420p"),
    "only_a_cover.mp4": Odd(f"{PIC} {TONE} -c:v png -frames:v 1 -disposition:v attached_pic "
                            "-c:a aac"),
    "forty_sounds.mkv": film(f"{PIC} {TONE} -map 0 {'-map 1 ' * 40} {H264} -c:a flac"),
    "many_channels.mkv": film(f"{PIC} -f lavfi -i anullsrc=cl=7.1:d=2 {H264} -c:a flac",
                              channels=6),
    "no_picture.mp4": Odd(f"{TONE} -c:a aac"),
    "subtitles_only_name.mkv": Odd(f"{PIC} {H264} -metadata title=%s%n$(id)`id`;id"),
    "inf.mov": Odd(f"{PIC} -f lavfi -i aevalsrc='if(between(t,1,1.001),1/0,0.2*sin(2764*t))':d=2 "
                   f"{H264} -c:a pcm_f32le"),
    "nan.mov": Odd(f"{PIC} -f lavfi -i aevalsrc='if(between(t,1,1.001),0/0,0.2*sin(2764*t))':d=2 "
                   f"{H264} -c:a pcm_f32le"),
    "all_inf.mkv": Odd(f"{PIC} -f lavfi -i aevalsrc=1/0:d=2 {H264} -c:a pcm_f64le"),
    "loud.mkv": Odd(f"{PIC} -f lavfi -i aevalsrc=1e30:d=2 {H264} -c:a pcm_f32le"),
    "slow_sound.mkv": Odd(f"{PIC} -f lavfi -i sine=r=1000:d=2 {H264} -c:a pcm_s16le"),
    "fast_sound.mkv": Odd(f"{PIC} -f lavfi -i sine=r=768000:d=1 {H264} -c:a pcm_s16le"),
    "one_sample.mkv": Odd(f"{PIC} -f lavfi -i sine,atrim=end_sample=1 {H264} -c:a pcm_s16le"),
}  # fmt: skip

TIMES = {
    "one_frame.mp4": film(f"{PIC} {H264} -frames:v 1", seconds=0.04),
    "slate.mp4": film(f"-f lavfi -i testsrc2=s=64x36:r=1:d=1 {H264}", seconds=1.0, frames=1),
    "thousand.mkv": film(f"-f lavfi -i testsrc2=s=64x36:r=1000:d=1 {H264}", seconds=1.0),
    "seldom.mkv": Odd(f"-f lavfi -i testsrc2=s=64x36:r=1/30:d=90 {H264}"),
    "variable.mkv": Odd(f"{PIC} -vf setpts='PTS+0.3*random(1)/TB' -fps_mode passthrough {H264}"),
    "same_time.mkv": Odd(f"{PIC} -vf setpts=0 -fps_mode passthrough -c:v ffv1"),
    "backwards.mkv": Odd(f"{PIC} -c:v mjpeg -bsf:v setts=pts=60-N:dts=N-60"),
    "gap_of_an_hour.mkv": Odd(f"{PIC} -vf setpts='PTS+gte(N,12)*3600/TB' "
                              f"-fps_mode passthrough {H264}"),
    "gap_of_136_years.mov": Odd(f"{PIC} -vf setpts='PTS+gte(N,12)*4e9/TB' "
                                f"-fps_mode passthrough {H264} -video_track_timescale 1"),
    "late_by_a_day.mkv": Odd(f"{PIC} -vf setpts='PTS+86400/TB' -copyts {H264}"),
    "sound_only_at_the_end.mkv": Odd(f"{PIC} -itsoffset 20 {TONE} {H264} -c:a flac"),
}  # fmt: skip

TS = "-f mpegts -output_ts_offset"
CHANGES = {
    "shape_changes.ts": Odd(f"{PIC} -vf setsar=16/15 {MPEG2} {TS} 0",
                            then=f"{PIC} -vf setsar=64/45 {MPEG2} {TS} 2"),
    "size_changes.ts": Odd(f"{PIC} {H264} {TS} 0",
                           then=f"{PIC.replace('64x36', '128x96')} {H264} {TS} 2"),
    "size_explodes.ts": Odd(f"{PIC} {H264} {TS} 0",
                            then=f"-f lavfi -i color=s=8000x5000:d=0.08 {H264} {TS} 2"),
    "color_changes.ts": Odd(f"{PIC} {H264} {TS} 0",
                            then=f"{PIC} -c:v libx264 -pix_fmt yuv444p {TS} 2"),
    "codec_changes.ts": Odd(f"{PIC} {H264} {TS} 0", then=f"{PIC} {MPEG2} {TS} 2"),
    "fields_change.ts": Odd(f"{PIC} {MPEG2} {TS} 0",
                            then=f"{BARS} -vf tinterlace=4 {MPEG2} -flags +ildct+ilme {TS} 2"),
    "speed_changes.ts": Odd(f"{PIC} {H264} {TS} 0", then=f"{BARS} {H264} {TS} 2"),
    "channels_change.ts": Odd(f"{PIC} {TONE} {H264} -c:a ac3 -ac 6 {TS} 0",
                              then=f"{PIC} {TONE} {H264} -c:a ac3 -ac 1 {TS} 2"),
    "rate_changes.ts": Odd(f"{PIC} {TONE} {H264} -c:a mp2 -ar 48000 {TS} 0",
                           then=f"{PIC} {TONE} {H264} -c:a mp2 -ar 32000 {TS} 2"),
    "sound_begins.ts": Odd(f"{PIC} {H264} {TS} 0", then=f"{PIC} {TONE} {H264} -c:a mp2 {TS} 2"),
    "sound_ends.ts": Odd(f"{PIC} {TONE} {H264} -c:a mp2 {TS} 0", then=f"{PIC} {H264} {TS} 2"),
    "starts_again.ts": Odd(f"{PIC} {H264} {TS} 0", then=f"{PIC} {H264} {TS} 0"),
    "chained.ogv": Odd(f"{PIC} -c:v libtheora", then=f"{PIC} -c:v libtheora -f ogv"),
    "two_films.mpg": Odd(f"{PIC} {MPEG2} -f vob", then=f"{PIC} {MPEG2} -f vob"),
    "two_films.gif": Odd(f"{HOLE} -c:v gif", then=f"{HOLE} -c:v gif -f gif"),
}  # fmt: skip

SHAPES = {
    "dot.mkv": film("-f lavfi -i color=red:s=1x1:r=25:d=2 -c:v ffv1", width=1, height=1),
    "odd.mkv": film("-f lavfi -i testsrc=s=63x37:r=25:d=2 -c:v ffv1", width=63, height=37),
    "pole.mkv": film("-f lavfi -i testsrc2=s=4x2000:r=25:d=2 -c:v ffv1", width=4, height=2000),
    "wide_pixels.mkv": Odd(f"{PIC} -vf setsar=1000 {H264}"),
    "thin_pixels.mkv": Odd(f"{PIC} -vf setsar=1/1000 {H264}"),
    "bomb.mov": Odd("-f lavfi -i color=s=8000x5000,format=gray -frames:v 1 -c:v png"),
    "bomb.gif": Odd("-f lavfi -i color=s=12000x12000,format=gray -frames:v 1 -c:v gif"),
}

STILLS = {
    f"still.{end}": Odd(f"{HOLE} -frames:v 1 -update 1 {words}")
    for end, words in {
        "png": "-c:v png", "jpg": "-c:v mjpeg -pix_fmt yuvj420p", "webp": "-c:v libwebp",
        "tiff": "-c:v tiff", "bmp": "-c:v bmp", "avif": "-c:v libaom-av1 -still-picture 1",
        "jp2": "-c:v jpeg2000 -pix_fmt rgb24",
    }.items()
} | {
    "frame_0001.png": Odd(f"{PIC} -frames:v 1 -update 1 -c:v png"),
    "frame_0002.png": Odd(f"{PIC} -frames:v 1 -update 1 -c:v png"),
    "still.gif": Odd(f"{HOLE} -frames:v 1 -c:v gif"),
    "png_under_a_name.mp4": Odd(f"{PIC} -frames:v 1 -update 1 -c:v png -f image2"),
    "%03d.mp4": Odd(f"{PIC} -frames:v 1 -c:v png -f image2pipe"),
    "moving.avif": Odd(f"{PIC} -c:v libaom-av1 -cpu-used 8 -f avif"),
}  # fmt: skip

FAMILIES: dict[str, dict[str, Odd]] = {
    "colors": COLORS, "interlaced": INTERLACED, "alpha": ALPHA, "containers": CONTAINERS,
    "tracks": TRACKS, "changes": CHANGES, "times": TIMES, "shapes": SHAPES, "stills": STILLS,
}  # fmt: skip
