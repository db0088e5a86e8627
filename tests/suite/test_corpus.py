from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import unicodedata
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import pytest

import cases
from cases.checkpoint import load_pieces
from cases.corpus.sentences import ONE, OTHER, SENTIMENTS, TOPICS, TRAIN, VOCABULARY, sentences, split
from cases.corpus.train import MODEL, SENTENCEPIECE, train
from harness.fresh.aspects.tokenizer import TEXTS as ODD_TEXTS

TEXTS = [each.text for each in sentences()]
EXAMPLES = Path(cases.__file__).parent / "examples"


@pytest.fixture(scope="module")
def tokenizer():
    pytest.importorskip("transformers", reason="transformers is not installed; it has the tokenizers")
    from cases.checkpoint import load_tokenizer

    return load_tokenizer("")


def test_retraining_gives_the_same_bytes():
    try:
        installed = version("sentencepiece")
    except PackageNotFoundError:
        pytest.skip("sentencepiece is not installed; it trains the tokenizer")
    if installed != SENTENCEPIECE:
        pytest.skip(f"{MODEL.name} was trained with sentencepiece {SENTENCEPIECE}; this is {installed}")

    assert MODEL.read_bytes() == train(TEXTS)


def test_the_corpus_spans_eight_languages_and_four_scripts():
    scripts = {unicodedata.name(letter).split()[0] for text in TEXTS for letter in text if letter.isalpha()}

    assert len({each.lang for each in sentences()}) >= 8
    assert {"LATIN", "CYRILLIC", "GREEK", "ARABIC", "DEVANAGARI", "CJK", "HIRAGANA"} == scripts


def test_every_sentence_occurs_once():
    assert len(TEXTS) == len(set(TEXTS))


def test_every_label_is_in_its_range():
    for each in sentences():
        assert each.split in (TRAIN, OTHER, ONE, VOCABULARY)
        assert 0 <= each.sentiment < SENTIMENTS
        assert 0.0 <= each.rating <= 1.0
        assert set(each.topics) <= set(TOPICS)


def test_what_is_trained_on_shows_every_label():
    assert 8 == len(split(TRAIN))
    assert set(range(SENTIMENTS)) == {each.sentiment for each in split(TRAIN)}
    assert set(TOPICS) == {topic for each in split(TRAIN) for topic in each.topics}


def test_the_batches_differ_in_size_and_in_length(tokenizer):
    shapes = [tokenizer([each.text for each in split(name)], padding=True) for name in (TRAIN, OTHER, ONE)]

    assert [8, 3, 1] == [len(batch["input_ids"]) for batch in shapes]
    assert 3 == len({len(batch["input_ids"][0]) for batch in shapes})


def test_what_is_trained_on_is_padded(tokenizer):
    mask = tokenizer([each.text for each in split(TRAIN)], padding=True)["attention_mask"]

    assert 0 in {column for row in mask for column in row}


def test_no_character_of_the_corpus_is_unknown(tokenizer):
    assert tokenizer.unk_token_id not in {token for row in tokenizer(TEXTS)["input_ids"] for token in row}


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("[a-z]*.py")), ids=lambda path: path.stem)
def test_no_character_of_an_example_is_unknown(tokenizer, path):
    lists = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.List)]
    literals = [each.value for node in lists for each in node.elts if isinstance(each, ast.Constant)]
    texts = [each for each in literals if isinstance(each, str) and " " in each]

    assert len(texts) >= 6
    assert tokenizer.unk_token_id not in {token for row in tokenizer(texts)["input_ids"] for token in row}


def test_special_tokens_are_where_xlm_roberta_has_them(tokenizer):
    names = [tokenizer.bos_token_id, tokenizer.pad_token_id, tokenizer.eos_token_id, tokenizer.unk_token_id]

    assert [0, 1, 2, 3] == names
    assert len(tokenizer) - 1 == tokenizer.mask_token_id


def test_the_fast_tokenizer_agrees(tokenizer):
    transformers = pytest.importorskip("transformers", reason="transformers is not installed; it has the tokenizers")
    fast = transformers.XLMRobertaTokenizerFast(str(MODEL))

    assert tokenizer(TEXTS)["input_ids"] == fast(TEXTS)["input_ids"]
    assert tokenizer(TEXTS, TEXTS)["input_ids"] == fast(TEXTS, TEXTS)["input_ids"]


def test_sentencepiece_alone_says_what_transformers_says(tokenizer):
    pieces = load_pieces("")
    texts = [*TEXTS, *ODD_TEXTS]

    for pairs in ((), (texts[::-1],)):
        ours, theirs = (each(texts, *pairs, padding=True, return_tensors="np") for each in (pieces, tokenizer))

        for name in ("input_ids", "attention_mask"):
            assert theirs[name].tolist() == ours[name].tolist()
    assert len(tokenizer) == len(pieces)
    assert tokenizer.mask_token_id == pieces.mask_token_id
    assert sorted(tokenizer.all_special_ids) == pieces.all_special_ids
    ids = list(range(len(pieces)))
    assert tokenizer.convert_ids_to_tokens(ids) == pieces.convert_ids_to_tokens(ids)


def test_sentencepiece_alone_says_what_keras_hub_says():
    if find_spec("keras_hub") is None:
        pytest.skip("keras-hub is not installed; it has a tokenizer of its own")
    # In a process of its own: it imports TensorFlow, with the Keras that the environment variable names.
    script = f"""
import json, sys
import keras_hub, numpy as np
tokenizer = keras_hub.tokenizers.XLMRobertaTokenizer({str(MODEL)!r})
print(json.dumps([np.asarray(tokenizer(text)).tolist() for text in json.loads(sys.argv[1])]))
"""
    texts = [*TEXTS, *ODD_TEXTS]
    said = subprocess.run(
        [sys.executable, "-c", script, json.dumps(texts)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "TF_USE_LEGACY_KERAS": "0"},
    )
    rows = load_pieces("")(texts, padding=True, return_tensors="np")
    ours = [row[: mask.sum()].tolist()[1:-1] for row, mask in zip(rows["input_ids"], rows["attention_mask"])]

    assert json.loads(said.stdout.splitlines()[-1]) == ours
