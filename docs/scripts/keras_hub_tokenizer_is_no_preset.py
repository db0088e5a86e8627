"""keras-hub saves a tokenizer as a preset, and does not take it for one."""

import os
import tempfile

os.environ["TF_USE_LEGACY_KERAS"] = "0"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from pathlib import Path

import keras_hub

model = Path(__file__).resolve().parents[2] / "cases" / "corpus" / "sentencepiece.bpe.model"
tokenizer = keras_hub.tokenizers.XLMRobertaTokenizer(str(model))
path = tempfile.mkdtemp()
tokenizer.save_to_preset(path)
try:
    keras_hub.tokenizers.XLMRobertaTokenizer.from_preset(path)
    print("loads")
except ValueError as error:
    print("ValueError:", str(error).replace(path, "DIR")[:33])
