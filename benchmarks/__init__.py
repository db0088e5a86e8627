"""What it costs, side by side: figures for README and docs come from these commands. Not shipped."""
