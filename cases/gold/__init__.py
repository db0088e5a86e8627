"""Gold records: a small model as every row of environments.toml has saved it, kept to be loaded by every later run.

    ROW.tar.xz      the records that the row wrote, one folder for each format
    digests.toml    what each archive is, when it was written and why; the last entry of a row counts

`python -m dev.gold tf215 --because "..."` writes the records of a row anew.
"""
