"""Two replicas of a real engine under load, one of them restarted, scraped by a real Prometheus; then what the status says
beside what the clients counted from `usage`. README.md beside this tells the rest."""
import argparse
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time

STEP, LATENESS, SCRAPE, AWAY, MOST = 600, 120, 5, 20, 2.0
here = os.path.dirname(os.path.abspath(__file__))
options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--prometheus", required=True, help="the program")
options.add_argument("--breakeven", required=True, help="the program")
options.add_argument("--steps", type=int, default=3, help="whole steps of ten minutes; 3")
options.add_argument("--port", type=int, default=25700, help="the first of three ports of loopback; 25700")
options = options.parse_args()
directory = tempfile.mkdtemp(prefix="breakeven-live-")
ports = [options.port, options.port + 1]
processes = {}
counted = []  # end of an answer, prompt tokens, cached ones of them, generated tokens
lock = threading.Lock()
ended = threading.Event()


def say(text):
    print(time.strftime("%H:%M:%S"), text, flush=True)


def start(name, *command):
    with open(os.path.join(directory, f"{name}.log"), "ab") as log:
        processes[name] = subprocess.Popen(command, stdout=log, stderr=log)


def end(name):
    processes[name].terminate()
    processes[name].wait(timeout=30)


def engine(i):
    start(f"engine-{i}", sys.executable, os.path.join(here, "server.py"), os.path.join(directory, "tiny.gguf"), str(ports[i]))


def client(seed):
    """Asks one replica or the other, again and again; what fails counts for nothing."""
    chance = random.Random(seed)
    shared = "".join(chance.choice("abcdefgh ") for _ in range(120))
    while not ended.is_set():
        prompt = shared[: chance.choice((40, 80, 120))] + "".join(chance.choice("stuvwxyz ") for _ in range(chance.randrange(20, 200)))
        body = {"prompt": prompt, "max_tokens": chance.randrange(16, 96), "ignore_eos": True, "cache_prompt": True}
        try:
            connection = http.client.HTTPConnection("127.0.0.1", chance.choice(ports), timeout=30)
            connection.request("POST", "/v1/completions", json.dumps(body), {"Content-Type": "application/json"})
            usage = json.loads(connection.getresponse().read())["usage"]
            cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens", 0)
            with lock:
                counted.append((time.time(), usage["prompt_tokens"], cached, usage["completion_tokens"]))
        except (OSError, ValueError, KeyError, http.client.HTTPException):
            ended.wait(0.2)
        ended.wait(chance.uniform(0.1, 0.6))


def status():
    with open(os.path.join(directory, "policy.yaml"), "w") as policy:
        policy.write(
            "apiVersion: breakeven.dev/v1alpha1\nkind: CostPolicy\nmetadata: {name: tiny, namespace: live}\nspec:\n"
            "  model: tiny\n  engine: llamacpp\n  workloads: [{kind: StatefulSet, name: tiny}]\n"
            '  selfHost: {gpu: {hourlyPrice: "1.00", perReplica: 1}}\n'
            '  api: {prices: {inputPerMillion: "1", outputPerMillion: "2"}}\n'
        )
    printed = subprocess.run(
        [options.breakeven, "advise", "-f", os.path.join(directory, "policy.yaml"), "--prometheus", f"http://127.0.0.1:{options.port + 2}", "-o", "json"],
        capture_output=True, text=True, check=False)
    if "{" not in printed.stdout:
        raise SystemExit(f"loop: advise printed no status: {printed.stderr}")
    return json.loads(printed.stdout)["status"]


def main():
    subprocess.run([sys.executable, os.path.join(here, "model.py"), os.path.join(directory, "tiny.gguf")], check=True)
    with open(os.path.join(directory, "prometheus.yml"), "w") as config:
        config.write(f"global: {{scrape_interval: {SCRAPE}s, scrape_timeout: {SCRAPE}s}}\nscrape_configs:\n- job_name: llamacpp\n  static_configs:\n")
        for i, port in enumerate(ports):
            config.write(f'  - {{targets: ["127.0.0.1:{port}"], labels: {{namespace: live, pod: tiny-{i}}}}}\n')
    began = int(time.time()) // STEP * STEP
    engine(0)
    engine(1)
    start("prometheus", options.prometheus, f"--config.file={directory}/prometheus.yml", f"--storage.tsdb.path={directory}/data",
          f"--web.listen-address=127.0.0.1:{options.port + 2}")
    clients = [threading.Thread(target=client, args=(seed,), daemon=True) for seed in range(4)]
    for one in clients:
        one.start()
    first = (int(time.time()) // STEP + 1) * STEP
    last = first + options.steps * STEP
    say(f"two replicas serve; whole steps from {time.strftime('%H:%M', time.localtime(first))} to {time.strftime('%H:%M', time.localtime(last))}; logs in {directory}")
    time.sleep(first + 0.6 * options.steps * STEP - time.time())
    end("engine-1")
    say("one replica ended")
    time.sleep(AWAY)
    engine(1)
    say("and started again")
    time.sleep(last + LATENESS + 30 - time.time())
    observed = status()["observed"]
    ended.set()
    to = time.mktime(time.strptime(observed["to"], "%Y-%m-%dT%H:%M:%SZ")) - time.timezone
    steps = round((to - began) / STEP)
    if float(observed["coveragePercent"]) < 100:
        raise SystemExit(f"loop: of {steps} steps only {observed['coveragePercent']} % are known")
    mine = [c for c in counted if to - steps * STEP <= c[0] < to]
    seconds = steps * STEP
    rates = {
        "inputTokensPerSecond": sum(c[1] - c[2] for c in mine) / seconds,
        "cachedInputTokensPerSecond": sum(c[2] for c in mine) / seconds,
        "outputTokensPerSecond": sum(c[3] for c in mine) / seconds,
    }
    say(f"{len(mine)} answers in the {steps} steps that the status is of, up to {observed['to']}")
    wrong = 0
    for name, rate in rates.items():
        apart = 100 * (float(observed[name]) / rate - 1)
        wrong += abs(apart) > MOST
        say(f"FIGURE {name}: counted {rate:.2f}, in the status {observed[name]}, {apart:+.2f} % {'ok' if abs(apart) <= MOST else 'MISSED'}")
    return wrong


try:
    code = main()
finally:
    ended.set()
    for name in list(processes):
        try:
            end(name)
        except (OSError, subprocess.TimeoutExpired):
            processes[name].kill()
sys.exit(1 if code else 0)
