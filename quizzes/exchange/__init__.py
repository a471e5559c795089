"""Questions from and for other systems: GIFT and Moodle XML.

Nothing is dropped without a word: what could not be carried, or means something else afterwards, is a `report.Note`
with its line.  Reading raises `report.Unreadable` for a whole file, and nothing else whatever the file holds.
"""
