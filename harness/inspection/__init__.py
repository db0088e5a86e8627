"""What is in an artifact, and what of it is dangerous to load. Nothing is loaded, and TensorFlow is not needed."""
