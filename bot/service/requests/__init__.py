"""Asks, answered: who may, what they meant, what has to be found for it, and what is done."""
