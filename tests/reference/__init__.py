"""The reference set: collide's results before its code was reorganized, frozen as plain data.

A piece is frozen as its look, its recipe, the pictures and sounds that its tasks made, and the
count and length of the finished video. What encoders write is not frozen: pictures are frozen
before x264, and sound before AAC.

    pieces.py             what is rendered: words as they are typed
    reference.json        what came out, on clips that the tests make themselves
    footage.json          the same on real clips, where ../shared/footage lies beside the checkout
    incremental.json      which tasks a change renders, and, apart from that, the reasons in words
    records/              manifests, looks and videos that an earlier collide wrote
    records.json          what each of them makes

`pytest tests/reference --freeze` writes the four JSON files again, `-k NAME` a part of them; their
diff is the review. An existing record is never rewritten: it must stay readable as it is. Only the
engine of the frozen results is compared; with another one the tests are skipped.
"""
