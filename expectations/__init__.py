"""What the data must be: suites for each layer, the gates they make, and the log that a release trusts."""
