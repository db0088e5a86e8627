"""The commands, one file each. `add(commands)` gives the parser what it needs to know of one."""
