"""What the oversight body sees at a glance, subject by subject; people by their service number only."""
