"""A small encoder of Keras' own layers, written once for every Keras, so that records can cross between them.

In two halves, as a head: what `__init__` would make, and what `call()` would do with it.
"""

from __future__ import annotations

from typing import Any, Mapping

from cases.checkpoint import TINY


def layers(keras: Any, vocabulary: int) -> dict[str, Any]:
    width, heads = TINY["hidden_size"], TINY["num_attention_heads"]
    return {
        "pieces": keras.layers.Embedding(vocabulary, width, name="pieces"),
        # Where a token stands, by its neighbours: a table of positions would need a layer that counts.
        "places": keras.layers.Conv1D(width, 3, padding="same", name="places"),
        "placed": keras.layers.Add(name="placed"),
        "before": keras.layers.LayerNormalization(name="before"),
        # No dropout: Keras 3 forgets the state of its generators, and training on would show nothing else.
        "seen": keras.layers.Reshape((1, -1), name="seen"),
        "attention": keras.layers.MultiHeadAttention(heads, width // heads, name="attention"),
        "attended": keras.layers.Add(name="attended"),
        "after": keras.layers.LayerNormalization(name="after"),
    }


def call(layers: Mapping[str, Any], ids: Any, mask: Any) -> Any:
    """Token ids and attention mask, int (examples, tokens) -> hidden states, float (examples, tokens, width)."""
    embedded = layers["pieces"](ids)
    placed = layers["before"](layers["placed"]([embedded, layers["places"](embedded)]))
    seen = layers["attention"](placed, placed, attention_mask=layers["seen"](mask))
    return layers["after"](layers["attended"]([placed, seen]))
