module dev.breakeven/tests/victoriametrics-cluster

go 1.26.2
