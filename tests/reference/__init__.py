"""The reference set: collide's results for a fixed set of pieces, frozen as plain data.

A piece is frozen as its look, its recipe, the pictures and sounds that its tasks made, and the
number of frames and the length of the finished video. The output of encoders is not frozen:
pictures are frozen before x264, and sound before AAC.

    pieces.py             the pieces: the words that are typed to render each
    reference.json        their results, on clips that the tests make themselves
    footage.json          results on real clips, if ../shared/footage is beside the checkout
    incremental.json      the tasks that a change renders, and separately the reasons in words
    records/              manifests, looks and videos that an earlier version wrote
    records.json          the results of each record

`pytest tests/reference --freeze` rewrites the four JSON files, or with `-k NAME` a part of them;
review the diff. An existing record is never rewritten: it must stay readable as it is. Comparisons
are skipped if the engine is not the one that froze the results.
"""
