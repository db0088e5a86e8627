"""TensorFlow's operations that reach out of the graph, by whatever name an artifact calls them."""

from __future__ import annotations

import re

_FILE = """
    ReadFile WriteFile MatchingFiles WholeFileReader TextLineReader TFRecordReader FixedLengthRecordReader LMDBReader
    TextLineDataset TFRecordDataset FixedLengthRecordDataset CSVDataset LMDBDataset SqlDataset CacheDataset
    SnapshotDataset SnapshotDatasetReader SaveDataset LoadDataset DistributedSave DatasetToTFRecord MatchingFilesDataset
    LoadAndRemapMatrix GenerateVocabRemapping DecodeProto EncodeProto CreateSummaryFileWriter CreateSummaryDbWriter
    ImportEvent DebugIdentity DebugNanCount DebugNumericSummary FileSystemSetConfiguration
"""
_PYTHON = "PyFunc PyFuncStateless EagerPyFunc PyFunction NumpyFunction"
_NETWORK = """
    DataServiceDataset RegisterDataset RemoteCall RemoteFusedGraphExecute BigQueryReader CloudBigtableClient
    GenerateBigQueryReaderPartitions RpcServer RpcClient RpcCall
"""
#: Every SavedModel has these, to be saved and restored; dangerous where something else calls them.
SAVERS = frozenset({"savev2", "save", "saveslices", "restorev2", "restore", "restoreslice", "mergev2checkpoints"})


def plain(name: str) -> str:
    """An operation's name without its version and underscores: "read_file", "io.read_file", "ReadFile" are one."""
    last = re.split(r"[.>]", name)[-1].replace("_", "").casefold()
    return last[len("experimental") :] if last.startswith("experimental") else last


_KINDS = {
    plain(name): kind
    for kind, names in (("file_op", _FILE), ("python_op", _PYTHON), ("network_op", _NETWORK))
    for name in names.split()
}


def kind_of_op(name: str) -> str:
    """The kind of danger that an operation is; "" for none."""
    found = plain(name)
    return _KINDS.get(found) or _KINDS.get(re.sub(r"v\d+$", "", found), "")
