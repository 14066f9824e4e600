"""Systems that subscribe: told of reports by signed calls, once they have shown that they want to be."""
