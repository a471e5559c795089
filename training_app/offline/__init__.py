"""What runs on a device without a network: `verifier`, which imports nothing of the product."""
