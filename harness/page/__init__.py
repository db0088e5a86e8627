"""Results as a folder of static pages: of one run, of many rows, of a crossing."""
