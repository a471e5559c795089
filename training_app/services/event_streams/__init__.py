"""Streams of security events: tools are told to ask again (OpenID Shared Signals Framework 1.0).

`noticing` sees every fact as it is written and puts what a stream is told of into the outbox, in the same transaction;
`concerns` finds out about whom and which tools a fact is; `streams` is what receivers set up; `polling` and `pushing`
deliver; `keys` sign.
"""
