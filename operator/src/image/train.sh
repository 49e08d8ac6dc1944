#!/usr/bin/env bash
# train.sh RUNTIME CLASS_PATH LIST: writes to LIST the classes that go into the image's class-data archive: those that a
# demo loads, and an operator that watches, answers a policy and gives its lease back. Runs in the directory to which
# CLASS_PATH is relative. Lambdas stay out: they are numbered anew with every change of the code, and in the archive
# they saved nothing that could be measured.
set -euo pipefail
runtime=$1 class_path=$2 list=$3
sources=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$runtime/bin/java" -Xshare:off -XX:DumpLoadedClassList="$work/demo.classes" -cp "$class_path" \
  dev.breakeven.cli.Breakeven demo --report "$work/report.html" >"$work/log"
java "$sources/TrainingCluster.java" "$work" \
  "$runtime/bin/java" -Xshare:off -XX:DumpLoadedClassList="$work/operator.classes" -cp "$class_path" \
  dev.breakeven.cli.Breakeven operator
LC_ALL=C sort -u "$work"/*.classes | grep -v -e '^#' -e '^@lambda-proxy' >"$list"
