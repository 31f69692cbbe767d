"""Alert decisions as pure functions: observations in, incidents and notification plans out.

`observation` decides which changes need confirmation, `lifecycle` opens, updates and closes
incidents, `grouping` chooses their cards, `reminders` schedules reminders and ack checks.
"""
