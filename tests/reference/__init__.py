"""The reference set: collide's results for a fixed set of pieces, frozen as plain data.

The frozen results of a piece are its look, its recipe, the pictures and sounds that its tasks made,
and the length of the finished video. Pictures are frozen before x264 and sound before AAC, because
the output of these encoders may differ.

    pieces.py             the pieces: the arguments of the command that renders each piece
    reference.json        their results, on clips that the tests make themselves
    footage.json          results on real clips, if ../shared/footage is next to the checkout
    incremental.json      the tasks that run after a change, and the reasons in words
    records/              manifests, looks and videos that an earlier version wrote
    records.json          the results of each record

`pytest tests/reference --freeze` rewrites the four JSON files; with `-k NAME`, only the results of
NAME. Review the diff. The option never rewrites an existing record, which must remain readable
unchanged. If a different engine made the frozen results, the tests skip comparisons.
"""
