"""Processes of a test's own, as several servers on one database are.

They are forked from a process that has the product loaded already and does nothing else: to load it takes a second and
more, each time.
"""

from multiprocessing import get_context

PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(["training_app", "tests.services.recorded"])
