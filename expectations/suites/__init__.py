"""One module per table: the suite of rules that the table must pass, each rule with its reason. Which suites make up a gate: `expectations.gates`."""
