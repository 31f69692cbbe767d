"""The alerts, applied: look at the fleet, let the core judge, and keep every card true."""
