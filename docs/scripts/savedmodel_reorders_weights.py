"""A SavedModel read without its classes has the same weights in another order."""

import tempfile

from tiny import functional, in_a_fresh_process, pretrained

folder = tempfile.mkdtemp()
model = functional(pretrained().roberta)
model.save(folder)
with open(f"{folder}/names", "w") as file:
    file.write("\n".join(weight.name for weight in model.weights))
in_a_fresh_process(f"""
import tensorflow as tf
names = [weight.name for weight in tf.keras.models.load_model({folder!r}).weights]
before = open("{folder}/names").read().split("\\n")
print("same names:", sorted(names) == sorted(before), " same order:", names == before)
""")
