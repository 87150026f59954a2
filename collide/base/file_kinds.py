"""The suffixes of picture, video and sound files."""

# The suffix decides whether a file is examined, as a clip or as a sound. How the file is opened
# depends on its content.
CLIPS = frozenset(
    ".264 .265 .3g2 .3gp .3gpp .amv .apng .asf .avc .avi .avif .avifs .bmp .divx .dv .dvr-ms .evo "
    ".f4v .flv .gif .h264 .h265 .hevc .ivf .jfif .jpe .jpeg .jpg .m1v .m2p .m2t .m2ts .m2v .m4v "
    ".mk3d .mkv .mod .mov .mp4 .mp4v .mpe .mpeg .mpg .mpv .mts .mxf .nut .ogm .ogv .ogx .png .ps "
    ".qt .rm .rmvb .tif .tiff .tod .tp .trp .ts .vob .vro .webm .webp .wmv .wtv .xvid "
    ".y4m".split()
)
SOUNDS = frozenset(".aac .flac .m4a .mp3 .oga .ogg .opus .wav".split())
MATERIAL = CLIPS | SOUNDS
