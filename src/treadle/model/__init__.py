"""Plain data that every layer shares: operations, schedules, traces, outcomes, findings, results.

Nothing here knows how programs are run. The other layers import downwards onto this one.
"""
