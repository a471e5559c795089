"""What is stated of officers' learning to a record store (xAPI 1.0.3), where the operators have named one.

`noticing` sees every fact as it is written and puts its statement into the outbox, in the same transaction; `stating`
reads what a statement says; `delivering` sends it; `accounts` knows by which name whom.
"""
