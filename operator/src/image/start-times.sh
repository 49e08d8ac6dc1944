#!/usr/bin/env bash
# How long the image's operator takes from its start to its first status, with its class-data archive and without, in
# turns; and the CPU time of each. After: mvn -B package -Pimage -DskipTests
# usage: start-times.sh [RUNS]
set -euo pipefail
sources=$(cd "$(dirname "$0")" && pwd)
image=$(cd "$sources/../../target/image" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
class_path=$(sed 's#/app/##g' "$image/app/app/class-path")
cd "$image/stage"
TIMEFORMAT='%U + %S s of CPU'
for run in $(seq "${1:-5}"); do
  for share in on off; do
    rm -f "$work"/*
    times=$( { time java -XX:TieredStopAtLevel=1 "$sources/TrainingCluster.java" "$work" "$image/jre/jre/bin/java" -Xshare:$share \
      -XX:SharedArchiveFile="$image/app/app/breakeven.jsa" -cp "$class_path" dev.breakeven.cli.Breakeven operator; } 2>&1 )
    printf '%s  class data %-3s  %s, %s (the cluster that it meets included)\n' "$run" "$share" \
      "$(grep 'first status' <<<"$times")" "$(tail -n 1 <<<"$times")"
  done
done
uptime
