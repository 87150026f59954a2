"""table: where an instrument without a row is played, and on which layers."""

from collide.plan.table import Row, after, by_key, keyed, rows, still
from tests.dry import with_toy


def test_an_instrument_follows_the_one_that_it_names() -> None:
    """An instrument is played right after the instrument in its AFTER, on the same layers."""
    catalog = with_toy(AFTER="blend/look")
    row = Row("blend/look", still)
    assert [*rows(catalog, row, Row("blend/fit"))] == [
        row,
        Row("blend/toy", still),
        Row("blend/fit"),
    ]


def test_an_instrument_after_the_key_also_follows_a_matte() -> None:
    """An instrument with the key in its AFTER is also played on layers with a matte."""
    catalog = with_toy(AFTER="blend/key")
    assert [*after(catalog, "blend/key", by_key)] == [Row("blend/toy", keyed)]
