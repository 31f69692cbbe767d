"""The grammar, by tables and by any text at all."""
