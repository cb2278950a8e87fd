#!/bin/sh
# samples.sh DIR: makes the logs that the samples of README.md and docs/ use, in DIR. Needs sh, cp, dd, head, touch.
set -eu
from=$(cd "$(dirname "$0")" && pwd)
mkdir -p "${1:?usage: samples.sh DIR}"
cd "$1"

# Damages a file: overwrites eight bytes from this offset on.
damage() {
  printf 'damaged!' | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

# A day of an app with the IM SDK, a damaged copy, and a day of an app that uses mars itself.
cp "$from/imsdk_C_20231106.xlog" .
cp "$from/imsdk_C_20231106.xlog" damaged.xlog
damage damaged.xlog 30000
cp "$from/async-zlib-plain.xlog" mars.xlog
cp "$from/crash-plain.mmap3" mars.mmap3

# An encrypted log, and the key to it.
cp "$from/async-zlib-crypt.xlog" encrypted.xlog
cp "$from/test.key" app.key

# What `adb pull` brings: two days, one encrypted, and a cache file.
pull=pull/com.example.chat/files/log/tencent/imsdk
mkdir -p $pull
cp "$from/async-zlib-crypt.xlog" $pull/imsdk_20231105.xlog
cp "$from/imsdk_C_20231106.xlog" $pull/imsdk_20231106.xlog
cp "$from/crash-plain.mmap3" $pull/imsdk.mmap3

# A zip from a user, and one that was cut off on its way.
cp "$from/bundles/info-zip.zip" support.zip
head -c 17000 "$from/bundles/info-zip-piped.zip" > cut.zip

# A week on a server, on 14 November 2023.
mkdir -p server/push
for name in imsdk_C_20231105-2.xlog imsdk_C_20231105-2.xlog.log imsdk_C_20231106.xlog imsdk_C_20231107.xlog \
  imsdk_C_20231114.xlog push/PUSH_20231104_1.xlog app.xlog imsdk_C.mmap3 imsdk_20231001.log; do
  cp "$from/legacy-03-sync.xlog" "server/$name"
  touch -t 202311140900 "server/$name"
done
