"""Two observations in, findings out. numpy alone."""
