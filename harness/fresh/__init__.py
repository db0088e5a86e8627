"""What happens inside a fresh process: the only code that imports TensorFlow."""
