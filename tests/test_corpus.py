from __future__ import annotations

import ast
import unicodedata
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

import cases
from cases.corpus.sentences import ONE, OTHER, SENTIMENTS, TOPICS, TRAIN, VOCABULARY, sentences, split
from cases.corpus.train import MODEL, SENTENCEPIECE, train

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
