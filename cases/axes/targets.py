"""What can be learned from the corpus: token ids in, raw labels out. Plain numpy.

How labels are encoded is the loss's affair, not the target's.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any, Callable, Mapping, NamedTuple, Sequence

import numpy as np

from cases.corpus.sentences import SENTIMENTS, TOPICS, Sentence

# Kinds of outputs.
CLASS = "class"  # one of several
FLAGS = "flags"  # any of several
VALUE = "value"  # a number

#: Continues a word, begins a word, is punctuation.
TAGS = 3
#: Offered for each example of multiple choice.
CHOICES = 2
#: Every so many tokens one is hidden.
MASKED_EVERY = 4


class Output(NamedTuple):
    """One output of a head: its kind, and the units of the layer that makes it."""

    kind: str
    units: int


class Labels(NamedTuple):
    """Raw labels of one output.

    Attributes:
        values: CLASS: int, indices. FLAGS: float32 (examples, flags), 0 or 1. VALUE: float32 (examples, 1).
        classes: What a CLASS index counts to; 0 otherwise.
    """

    values: np.ndarray
    classes: int = 0


class Examples(NamedTuple):
    """A batch.

    Attributes:
        x: input_ids and attention_mask, each int32 (examples, tokens), or
            (examples, choices, tokens).
        labels: By output name.
        weights: float32 (examples, tokens), 0 where a token has no label; None: all have.
    """

    x: Mapping[str, np.ndarray]
    labels: Mapping[str, Labels]
    weights: np.ndarray | None = None


@dataclass(frozen=True)
class Target:
    """What a head learns.

    Attributes:
        outputs: By name, in the model's order.
        examples: Makes a batch of sentences, with transformers' tokenizer, or what does the same.
        weighted: Whether a batch comes with weights.
        shape: Of one example's input_ids; None where it varies.
    """

    outputs: Mapping[str, Output]
    examples: Callable[[Sequence[Sentence], Any], Examples]
    weighted: bool = False
    shape: tuple[int | None, ...] = (None,)


def tokenize(tokenizer: Any, *texts: Sequence[str]) -> dict[str, np.ndarray]:
    """Texts, or pairs of texts, padded to the longest: int32 (examples, tokens)."""
    encoded = tokenizer(*texts, padding=True, return_tensors="np")
    return {name: encoded[name].astype("int32") for name in ("input_ids", "attention_mask")}


def tokenize_texts(sentences: Sequence[Sentence], tokenizer: Any) -> dict[str, np.ndarray]:
    return tokenize(tokenizer, [each.text for each in sentences])


def sentiment(sentences: Sequence[Sentence], tokenizer: Any) -> Examples:
    return Examples(tokenize_texts(sentences, tokenizer), {"sentiment": _sentiment(sentences)})


def rating(sentences: Sequence[Sentence], tokenizer: Any) -> Examples:
    return Examples(tokenize_texts(sentences, tokenizer), {"rating": _rating(sentences)})


def topics(sentences: Sequence[Sentence], tokenizer: Any) -> Examples:
    return Examples(tokenize_texts(sentences, tokenizer), {"topics": _topics(sentences)})


def everything(sentences: Sequence[Sentence], tokenizer: Any) -> Examples:
    """All that is known of a sentence as a whole."""
    labels = {"sentiment": _sentiment(sentences), "rating": _rating(sentences), "topics": _topics(sentences)}
    return Examples(tokenize_texts(sentences, tokenizer), labels)


def tags(sentences: Sequence[Sentence], tokenizer: Any) -> Examples:
    """Each token's place in its word; <s>, </s> and <pad> have none."""
    x = tokenize_texts(sentences, tokenizer)
    values = np.array(
        [[_tag(piece) for piece in tokenizer.convert_ids_to_tokens(row)] for row in x["input_ids"].tolist()]
    )
    return Examples(x, {"tags": Labels(values, TAGS)}, _is_text(x, tokenizer).astype("float32"))


def span(sentences: Sequence[Sentence], tokenizer: Any) -> Examples:
    """The first and the last token of the word with most tokens."""
    x = tokenize_texts(sentences, tokenizer)
    ends = [_longest_word(tokenizer.convert_ids_to_tokens(row)) for row in x["input_ids"].tolist()]
    start, end = np.array(ends).T
    tokens = x["input_ids"].shape[1]
    return Examples(x, {"start": Labels(start, tokens), "end": Labels(end, tokens)})


def hidden_tokens(sentences: Sequence[Sentence], tokenizer: Any) -> Examples:
    """Some tokens become <mask>; the label of a token is what it was, and only these count."""
    x = tokenize_texts(sentences, tokenizer)
    ids = x["input_ids"]
    hidden = _is_text(x, tokenizer) & (np.arange(ids.shape[1]) % MASKED_EVERY == 1)
    masked = {**x, "input_ids": np.where(hidden, np.int32(tokenizer.mask_token_id), ids)}
    return Examples(masked, {"tokens": Labels(ids, len(tokenizer))}, hidden.astype("float32"))


def choice(sentences: Sequence[Sentence], tokenizer: Any) -> Examples:
    """Which of two topics a sentence has. Each choice is a pair of texts, the sentence and the topic."""
    right = np.arange(len(sentences)) % CHOICES
    offered = [_offer(each, place) for each, place in zip(sentences, right)]
    texts = [each.text for each in sentences for _ in range(CHOICES)]
    pairs = tokenize(tokenizer, texts, [topic for row in offered for topic in row])
    x = {name: rows.reshape(len(sentences), CHOICES, -1) for name, rows in pairs.items()}
    return Examples(x, {"choice": Labels(right, CHOICES)})


def _sentiment(sentences: Sequence[Sentence]) -> Labels:
    return Labels(np.array([each.sentiment for each in sentences]), SENTIMENTS)


def _rating(sentences: Sequence[Sentence]) -> Labels:
    return Labels(np.array([[each.rating] for each in sentences], "float32"))


def _topics(sentences: Sequence[Sentence]) -> Labels:
    return Labels(np.array([[topic in each.topics for topic in TOPICS] for each in sentences], "float32"))


def _is_text(x: Mapping[str, np.ndarray], tokenizer: Any) -> np.ndarray:
    """Bool (examples, tokens): neither <s>, </s> nor <pad>."""
    return ~np.isin(x["input_ids"], tokenizer.all_special_ids)


def _tag(piece: str) -> int:
    text = piece.lstrip("▁")
    if text and all(unicodedata.category(character).startswith("P") for character in text):
        return 2
    return int(piece.startswith("▁"))


def _longest_word(pieces: list[str]) -> tuple[int, int]:
    """A word begins at a piece with sentencepiece's mark of a space, and ends before the next or before </s>."""
    begins = [index for index, piece in enumerate(pieces) if piece.startswith("▁")]
    words = list(zip(begins, [*begins[1:], pieces.index("</s>")]))
    start, after = max(words, key=lambda word: word[1] - word[0])
    return start, after - 1


def _offer(sentence: Sentence, right: int) -> list[str]:
    """The sentence's topic at index `right`, topics it does not have at the others."""
    wrong = (topic for topic in TOPICS if topic not in sentence.topics)
    return [sentence.topics[0] if place == right else next(wrong) for place in range(CHOICES)]


SENTIMENT = Target({"sentiment": Output(CLASS, SENTIMENTS)}, sentiment)
RATING = Target({"rating": Output(VALUE, 1)}, rating)
TOPIC_FLAGS = Target({"topics": Output(FLAGS, len(TOPICS))}, topics)
EVERYTHING = Target({**SENTIMENT.outputs, **RATING.outputs, **TOPIC_FLAGS.outputs}, everything)
TAG = Target({"tags": Output(CLASS, TAGS)}, tags, weighted=True)
# One score for each place or for each token of the vocabulary: these are the classes.
SPAN = Target({"start": Output(CLASS, 1), "end": Output(CLASS, 1)}, span)
CHOICE = Target({"choice": Output(CLASS, 1)}, choice, shape=(CHOICES, None))
HIDDEN_TOKENS = Target({"tokens": Output(CLASS, 1)}, hidden_tokens, weighted=True)
