"""What is broken upstream, measured: each entry with its message, its condition and its link.

`python -m harness known-failures --update` proposes entries from the last results.
"""

from dataclasses import replace

from cases.known_failures import gold, keras_2, keras_3, packaging, stopping

#: Patterns name cells, and several of these are tried with either Keras.
KNOWN_FAILURES = (
    *(replace(each, when=(*each.when, "keras<3")) for each in (*stopping.KNOWN_FAILURES, *keras_2.KNOWN_FAILURES)),
    *(replace(each, when=(*each.when, "keras>=3")) for each in keras_3.KNOWN_FAILURES),
    *gold.KNOWN_FAILURES,
    *packaging.KNOWN_FAILURES,
)
