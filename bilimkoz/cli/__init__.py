"""The command line: what a data steward and a sender use. It calls the other packages and computes nothing."""
