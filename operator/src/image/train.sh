#!/usr/bin/env bash
# Writes the list of classes that go into the image's class-data archive: those that a demo loads, and an operator that
# watches, answers a policy and gives its lease back. The list is kept in the repository, because which classes of Netty
# a run meets depends on its timing, and a build must not. Lambdas stay out: they are numbered anew with every change of
# the code, and in the archive they saved nothing that could be measured. After: mvn -B package -Pimage -DskipTests
set -euo pipefail
sources=$(cd "$(dirname "$0")" && pwd)
image=$sources/../../target/image
image=$(cd "$image" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$image/stage"
class_path=$(sed 's#/app/##g' "$image/app/app/class-path")
"$image/jre/jre/bin/java" -Xshare:off -XX:DumpLoadedClassList="$work/demo.classes" -cp "$class_path" \
  dev.breakeven.cli.Breakeven demo --report "$work/report.html" >"$work/log"
java "$sources/TrainingCluster.java" "$work" \
  "$image/jre/jre/bin/java" -Xshare:off -XX:DumpLoadedClassList="$work/operator.classes" -cp "$class_path" \
  dev.breakeven.cli.Breakeven operator
LC_ALL=C sort -u "$work"/*.classes | grep -v -e '^#' -e '^@lambda-proxy' >"$sources/classes"
wc -l "$sources/classes"
