"""Damages of what a runtime without TensorFlow computes. Without a runtime: tests/fresh/test_runtimes.py."""

from __future__ import annotations

from damages.damage import on_save
from damages.packaging import zeroed
from harness.formats import KERAS_ONNX, LITERT_MODEL, LITERT_SAVED, TF2ONNX


@on_save(TF2ONNX)
def converted_by_tf2onnx(model, path):
    """tf2onnx converts the model, and onnxruntime computes it."""
    TF2ONNX.save(model, path)


@on_save(TF2ONNX)
def converted_too_soon_by_tf2onnx(model, path):
    """tf2onnx converts the model before the last step moves a bias."""
    with zeroed(model.layers[-1].bias):
        TF2ONNX.save(model, path)


@on_save(KERAS_ONNX)
def exported_as_onnx(model, path):
    """Keras exports the model as ONNX, and names its outputs anew."""
    KERAS_ONNX.save(model, path)


@on_save(KERAS_ONNX)
def exported_too_soon_as_onnx(model, path):
    """The model is exported as ONNX before the last step moves a bias."""
    with zeroed(model.layers[-1].bias):
        KERAS_ONNX.save(model, path)


@on_save(LITERT_MODEL)
def converted_for_litert(model, path):
    """The model is converted for LiteRT, which computes it."""
    LITERT_MODEL.save(model, path)


@on_save(LITERT_MODEL)
def quantized_for_litert(model, path):
    """The model is converted for LiteRT, and its weights are rounded to half precision on the way."""
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations, converter.target_spec.supported_types = [tf.lite.Optimize.DEFAULT], [tf.float16]
    path.write_bytes(converter.convert())


@on_save(LITERT_SAVED)
def converted_for_litert_as_exported(model, path):
    """What was exported is converted for LiteRT, which computes it."""
    LITERT_SAVED.save(model, path)


@on_save(LITERT_SAVED)
def exported_too_soon_for_litert(model, path):
    """What is converted for LiteRT was exported before the last step moved a bias."""
    with zeroed(model.layers[-1].bias):
        LITERT_SAVED.save(model, path)
