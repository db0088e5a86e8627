"""keras-hub: a classifier that was compiled otherwise than keras-hub does by itself, saved and loaded as .keras."""

import os
import tempfile

os.environ["TF_USE_LEGACY_KERAS"] = "0"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras_hub
from tensorflow import keras

backbone = keras_hub.models.RobertaBackbone(
    vocabulary_size=20, num_layers=1, num_heads=2, hidden_dim=8, intermediate_dim=8, max_sequence_length=8
)
model = keras_hub.models.RobertaTextClassifier(backbone, num_classes=2, preprocessor=None)
model.compile(keras.optimizers.SGD(0.5), keras.losses.SparseCategoricalCrossentropy(from_logits=True, name="mine"))
path = os.path.join(tempfile.mkdtemp(), "model.keras")
model.save(path)
loaded = keras.models.load_model(path)

for name, each in (("saved", model), ("loaded", loaded)):
    optimizer = each.optimizer
    rate = float(optimizer.learning_rate)
    print(f"{name}: {type(optimizer).__name__}, learning rate {rate:.1e}, loss {each.loss.name}")
