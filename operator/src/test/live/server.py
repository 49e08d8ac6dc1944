"""server.py MODEL PORT: llama.cpp's own HTTP server on loopback, with /metrics, until it is ended."""
import signal
import sys
import threading

import xllamacpp

params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.hostnames = ["127.0.0.1"]
params.port = int(sys.argv[2])
params.endpoint_metrics = True
params.n_ctx = 4096
params.n_parallel = 4
params.cpuparams.n_threads = 1
params.cpuparams_batch.n_threads = 1
params.n_threads_http = 4
params.warmup = False
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
ended = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: ended.set())
ended.wait()
