"""What is broken upstream, measured: each entry with its message, its condition and its link.

`python -m harness known-failures --update` proposes entries from the last results.
"""

from cases.known_failures import keras_2, stopping

KNOWN_FAILURES = (*stopping.KNOWN_FAILURES, *keras_2.KNOWN_FAILURES)
