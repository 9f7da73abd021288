"""The way back to a line: by marks or in order, the same lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.events.readers import lines as module
from compliance.events.readers.lines import prove, read_lines
from compliance.events.readers.source import open_source


@pytest.mark.parametrize("marked", [1, 3, 1024])
@given(data=st.data())
def test_marks_lead_to_the_same_lines(
    tmp_path_factory: pytest.TempPathFactory, marked: int, data: st.DataObject
) -> None:
    """Whichever lines are wanted, however many lie between two marks or in one read, with or without a last line feed."""
    rows = data.draw(
        st.lists(st.binary(min_size=1, max_size=9).map(lambda raw: raw.hex().encode()), min_size=1, max_size=30)
    )
    wanted = data.draw(st.sets(st.integers(1, len(rows) + 2)))
    path = tmp_path_factory.mktemp("lines") / "a.ndjson"
    path.write_bytes(b"\n".join(rows) + data.draw(st.sampled_from([b"", b"\n"])))
    expected = [(number, rows[number - 1]) for number in sorted(wanted) if number <= len(rows)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_MARKED", marked)
        patch.setattr(module, "CHUNK", data.draw(st.integers(20, 200)))
        found = prove(open_source(Path(path)))
        assert found is not None
        assert found.lines == len(rows)
        assert list(read_lines(path, wanted, found.marks)) == expected
        assert list(read_lines(path, wanted)) == expected
