"""The published how-to's three examples, as users write them, and a mended twin of each.

A twin differs in one line: it calls the pretrained model's main layer, the
only class of transformers' XLM-RoBERTa that Keras can find again by itself.
"""
