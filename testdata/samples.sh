#!/bin/sh
# samples.sh DIR: makes the logs that the samples of README.md and docs/ use, in DIR, a new or empty folder.
# Needs nothing but sh, cp, dd, echo, head and touch.
set -eu
from=$(cd "$(dirname "$0")" && pwd)
mkdir -p "${1:?usage: samples.sh DIR}"
cd "$1"
[ -z "$(ls -A)" ] || { echo "samples.sh: $1 is not empty" >&2; exit 1; }

# copy NAME TO: copies a file of testdata/, as old as what is in it.
copy() {
  cp "$from/$1" "$2"
  touch -t 202311070900 "$2"
}

# A day of an app with the IM SDK, a copy with eight bytes overwritten, and a day of an app that uses mars itself.
copy imsdk_C_20231106.xlog imsdk_C_20231106.xlog
copy imsdk_C_20231106.xlog damaged.xlog
printf 'damaged!' | dd of=damaged.xlog bs=1 seek=30000 conv=notrunc 2>/dev/null
copy async-zlib-plain.xlog mars.xlog
copy crash-plain.mmap3 mars.mmap3

# A line of an app with a formatter of its own.
echo 'ShowStart: 2022-01-09 +8.0 17:03:10.973/E/    /Operation   File.m.23 -[X y]   text' > own.log

# An encrypted log, and the key to it.
copy async-zlib-crypt.xlog encrypted.xlog
copy test.key app.key

# A log with an outage in it, a week of logs with that day in it, and a healthy log.
copy incidents/outage.xlog outage.xlog
copy incidents/week.zip week.zip
copy incidents/healthy.xlog.log healthy.log

# What `adb pull` brings: two days, one encrypted, and a cache file.
pull=pull/com.example.chat/files/log/tencent/imsdk
mkdir -p $pull
copy async-zlib-crypt.xlog $pull/imsdk_20231105.xlog
copy imsdk_C_20231106.xlog $pull/imsdk_20231106.xlog
copy crash-plain.mmap3 $pull/imsdk.mmap3

# A zip from a user, and one that was cut off on its way.
copy archives/info-zip.zip support.zip
head -c 17000 "$from/archives/info-zip-piped.zip" > cut.zip

# A week on a server, on 14 November 2023.
mkdir -p server/push
for name in imsdk_C_20231105-2.xlog imsdk_C_20231105-2.xlog.log imsdk_C_20231106.xlog imsdk_C_20231107.xlog \
  imsdk_C_20231114.xlog push/PUSH_20231104_1.xlog app.xlog imsdk_C.mmap3 imsdk_20231001.log; do
  cp "$from/legacy-03-sync.xlog" "server/$name"
  touch -t 202311140900 "server/$name"
done
