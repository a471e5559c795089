"""The forms: what was sent, in the right shape, or why not in plain words.

Whether what was sent may be done is a rule's question, not a form's.
"""
