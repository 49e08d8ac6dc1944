#!/usr/bin/env bash
# Lays out in target/image what the image holds beside the jars that Jib puts under /app: the C libraries that a JVM
# loads, a runtime cut down to the modules that the jars need, and an archive of the classes that starting an operator
# loads. Jib makes layers of the three. Nothing is downloaded: all of it is this machine's, and the same machine gives
# the same bytes but for the archive: which classes of Netty a run loads depends on its timing.
set -euo pipefail

fail() { printf 'image: %s\n' "$1" >&2; exit 1; }

target=$1 sources=$(cd "$(dirname "$0")" && pwd)
image=$target/image log=$target/image.log
[ "$(uname -s)" = Linux ] || fail "an image of Linux is made on Linux"
command -v dpkg-query >/dev/null || fail "the C libraries and their licences come from Debian's or Ubuntu's packages, and there is no dpkg"
jdk=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}
[ -d "$jdk/jmods" ] || fail "$jdk holds no jmods: a whole JDK is needed"
rm -rf "$image"
mkdir -p "$image"
: >"$log"

# --- The application, as Jib lays it out: CDS checks size and time of each jar, and Jib sets the time to 1 s.
stage=$image/stage
jar=$(find "$target" -maxdepth 1 -name 'breakeven-operator-*.jar' ! -name '*-tests.jar' ! -name '*-sources.jar')
mkdir -p "$stage/classpath" "$stage/libs"
cp "$jar" "$stage/classpath/"
cp "$target"/lib/*.jar "$stage/libs/"
find "$stage" -name '*.jar' -exec touch -d @1 {} +
# The order of ./breakeven, from the manifest, whose lines are folded at 72 bytes.
class_path=classpath/$(basename "$jar")
for lib in $(cd "$image" && "$jdk/bin/jar" -xf "$jar" META-INF/MANIFEST.MF && tr -d '\r' <META-INF/MANIFEST.MF \
    | sed -e ':a' -e 'N' -e '$!ba' -e 's/\n //g' | sed -n 's/^Class-Path: //p'); do
  class_path=$class_path:libs/${lib#lib/}
done
rm -r "$image/META-INF"

# --- The runtime.
# Jackson reads java.beans where it is there and does without: java.desktop would bring X11. No class names the curves
# of TLS.
modules=$("$jdk/bin/jdeps" --multi-release 17 --ignore-missing-deps --print-module-deps \
  --class-path "$stage/libs/*" "$jar" | sed 's/,java\.desktop//'),jdk.crypto.ec
# One replica is small and has a core or less; a pod that is out of memory is started again. The archive is mapped where
# it was made for: elsewhere, where a JVM puts it by default, every page of it is written to and becomes memory of the
# process, 35 MiB of it. The second compiler takes 70 MiB, and at the start 1.7 times the CPU. The heap begins
# at what a start needs, for growing to it takes eight full collections, and is then kept close to what is used: most of
# what is read is dropped at once. They stand before what JDK_JAVA_OPTIONS says, which wins.
"$jdk/bin/jlink" --module-path "$jdk/jmods" --add-modules "$modules" --output "$image/jre/jre" \
  --strip-java-debug-attributes --no-header-files --no-man-pages \
  --add-options "$(tr '\n' ' ' <"$sources/java-options")" >>"$log"
runtime=$image/jre/jre
rm "$runtime/bin/keytool" "$runtime/lib/jexec" "$runtime/lib/jrt-fs.jar" "$runtime/lib/classlist"

# --- The C libraries, by the paths that the loader looks in, and who may read what about them.
base=$image/base
mkdir -p "$base/etc" "$base/tmp" "$base/var/lib/dpkg/status.d"
find "$runtime" \( -name '*.so' -o -path '*/bin/java' -o -name jspawnhelper \) \
    -exec env LD_LIBRARY_PATH="$runtime/lib/server:$runtime/lib" ldd {} + \
  | grep -v "$runtime" | grep -o '/[^ ]*\.so[^ ]*' | sort -u >"$image/libraries"
while read -r library; do
  mkdir -p "$base$(dirname "$library")"
  cp -L "$library" "$base$library"
  file=$(readlink -f "$library")
  # Since /lib became a link to /usr/lib a package may name its files by either.
  package=$(dpkg-query -S "$library" "$file" "${file#/usr}" 2>/dev/null | sed -n '1s/[:,].*//p' || true)
  [ -n "$package" ] || fail "no package of this machine owns $library"
  dpkg-query -s "$package" >"$base/var/lib/dpkg/status.d/$package"
  mkdir -p "$base/usr/share/doc/$package"
  cp -L "/usr/share/doc/$package/copyright" "$base/usr/share/doc/$package/copyright"
done <"$image/libraries"
cp -L /etc/os-release "$base/etc/os-release"
echo 'hosts: files dns' >"$base/etc/nsswitch.conf"
echo 'breakeven:x:65532:65532::/tmp:/sbin/nologin' >"$base/etc/passwd"
echo 'breakeven:x:65532:' >"$base/etc/group"

# --- Class data, of the classes that a run loads. The archive remembers the jars by the paths it was made with, and
# compares files: relative ones hold under /app, where Jib starts it.
cd "$stage"
"$sources/train.sh" "$runtime" "$class_path" "$image/classes" >>"$log" 2>&1 || fail "the training run failed, see $log"
mkdir -p "$image/app/app"
"$runtime/bin/java" -Xshare:dump -XX:SharedClassListFile="$image/classes" \
  -XX:SharedArchiveFile="$image/app/app/breakeven.jsa" -cp "$class_path" >>"$log" 2>&1 || fail "no class-data archive, see $log"
tr ':' '\n' <<<"$class_path" | sed 's#^#/app/#' | paste -sd: >"$image/app/app/class-path"

cp "$sources/../../../LICENSE" "$image/app/app/LICENSE"
cp "$target/breakeven-sbom.json" "$image/app/app/sbom.json"
