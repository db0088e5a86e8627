"""The folder that goes from the process that saves to every process that loads."""
