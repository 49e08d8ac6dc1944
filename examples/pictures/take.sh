#!/usr/bin/env bash
# Takes the pictures of the pages again, from the report that the demo writes. It needs chromium, and pngquant to make them small.
set -euo pipefail
cd "$(dirname "$0")/../.."
for program in chromium pngquant; do
  command -v "$program" >/dev/null || { echo "take.sh: there is no $program on the PATH" >&2; exit 1; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
./breakeven demo --report "$work/report.html" >/dev/null
mvn -B -q test-compile exec:java -pl operator -Dexec.classpathScope=test \
  -Dexec.mainClass=dev.breakeven.render.html.Pictures -Dexec.args="$work/report.html $work"
for picture in report breakeven; do
  pngquant --force --strip --output "examples/pictures/$picture.png" 128 "$work/$picture.png"
done
ls -l examples/pictures/*.png
