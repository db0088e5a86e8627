"""Damages of the tokenizer, in the folder where it is packaged."""

from __future__ import annotations

import json

from damages.damage import on_packing

VOCABULARY, SETTINGS, FAST = "sentencepiece.bpe.model", "tokenizer_config.json", "tokenizer.json"


@on_packing
def pads_left(folder):
    """The tokenizer pads on the other side."""
    _set(folder, padding_side="left")


@on_packing
def takes_less(folder):
    """The tokenizer says that the model takes fewer tokens."""
    _set(folder, model_max_length=6)


@on_packing
def end_replaced(folder):
    """The tokenizer ends texts with another special token."""
    _set(folder, eos_token="<mask>", sep_token="<mask>")


@on_packing
def vocabulary_reordered(folder):
    """Two tokens have swapped their ids."""

    def swap(pieces):
        piece = pieces[8].piece
        pieces[8].piece, pieces[5].piece = pieces[5].piece, piece
        pieces[8].score, pieces[5].score = pieces[5].score, pieces[8].score

    _rewrite(folder, swap)


@on_packing
def merged_otherwise(folder):
    """The tokenizer splits a word in other places: a token has become unlikely."""

    def forget(pieces):
        next(each for each in pieces if each.piece == "\u2581war").score = -100.0

    _rewrite(folder, forget)


@on_packing
def lowercases_when_fast(folder):
    """The fast tokenizer lowers cases, the slow one does not."""
    from transformers import AutoTokenizer

    AutoTokenizer.from_pretrained(str(folder)).backend_tokenizer.save(str(folder / FAST))
    stored = json.loads((folder / FAST).read_text(encoding="utf-8"))
    stored["normalizer"] = {"type": "Sequence", "normalizers": [{"type": "Lowercase"}, stored["normalizer"]]}
    (folder / FAST).write_text(json.dumps(stored), encoding="utf-8")


@on_packing
def tokenizer_gone(folder):
    """The vocabulary is not there any more."""
    (folder / VOCABULARY).unlink()


def _set(folder, **settings):
    stored = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
    (folder / SETTINGS).write_text(json.dumps({**stored, **settings}), encoding="utf-8")


def _rewrite(folder, change):
    from transformers.convert_slow_tokenizer import import_protobuf

    model = import_protobuf().ModelProto()  # as the protobuf that is installed can read it
    model.ParseFromString((folder / VOCABULARY).read_bytes())
    change(model.pieces)
    (folder / VOCABULARY).write_bytes(model.SerializeToString())
