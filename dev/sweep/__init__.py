"""Other people's models as a suite: tiny random ones of transformers' and keras-hub's families, and keras.applications.

python -m harness run --suite dev.sweep.suite:SUITE --matrix families --results families.jsonl
python -m harness run --keras 3 --suite dev.sweep.suite:SUITE --matrix hub --results hub.jsonl
python -m dev.sweep.page families.jsonl hub.jsonl --page docs/families.md
"""
