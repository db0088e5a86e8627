from __future__ import annotations

import pytest

from dev.mutations import MUTATIONS, ROOT


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda each: each.what)
def test_a_mutation_reverses_a_decision_that_still_stands(mutation):
    """`python -m dev.mutations` shows that each is noticed; that takes a minute."""
    assert 1 == (ROOT / mutation.file).read_text(encoding="utf-8").count(mutation.before)
    assert mutation.before != mutation.after
