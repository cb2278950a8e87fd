"""The program for each target, and what Cargo.toml says of the project."""

import json
import os
import pathlib
import shutil
import subprocess

# By what each is linked: `zig` for any C library of Linux, mingw for Windows.
TARGETS = {
    "x86_64-unknown-linux-gnu": "zig",
    "x86_64-unknown-linux-musl": "zig",
    "aarch64-unknown-linux-musl": "zig",
    "x86_64-pc-windows-gnu": "mingw",
}
# The oldest C library that the program runs with: that of RHEL 7.
GLIBC = "2.17"
# What Debian has where rustup cannot be had: a compiler, and the source of `std` to build it for other targets.
DEBIAN = {"PATH": "/usr/bin:/bin", "RUSTC": "/usr/bin/rustc", "RUSTDOC": "/usr/bin/rustdoc", "RUSTC_BOOTSTRAP": "1"}
BUILD_STD = "-Zbuild-std=std,panic_abort,panic_unwind"


class Project:
    """The project as it is checked out."""

    def __init__(self, root):
        self.root = root
        metadata = self.run(["cargo", "metadata", "--no-deps", "--format-version", "1"], stdout=subprocess.PIPE).stdout
        package = json.loads(metadata)["packages"][0]
        self.version, self.description = package["version"], package["description"]
        self.license, self.repository = package["license"], package["repository"]
        time = self.run(["git", "log", "-1", "--format=%ct"], stdout=subprocess.PIPE).stdout
        self.time = int(time)
        rustc = self.run(["rustc", "-vV"], stdout=subprocess.PIPE).stdout.decode()
        self.host = next(line.removeprefix("host: ") for line in rustc.splitlines() if line.startswith("host: "))

    def run(self, command, env=None, **more):
        more = {"cwd": self.root, "check": True, **more}
        return subprocess.run(command, env={**os.environ, **(env or {})}, **more)

    def name(self, target):
        """What archives are called, without the ending, and the folder in them."""
        return f"imlog-v{self.version}-{target}"

    def build(self, target):
        """Builds the program. Returns its path."""
        env, flags = self.environment(target)
        subcommand = "zigbuild" if TARGETS.get(target) == "zig" else "build"
        asked = f"{target}.{GLIBC}" if target.endswith("-gnu") and subcommand == "zigbuild" else target
        self.run(["cargo", subcommand, "--release", "--locked", "--target", asked, *flags], env)
        name = "imlog.exe" if "windows" in target else "imlog"
        return self.root / "target" / target / "release" / name

    def environment(self, target):
        """What the compiler is told, so that what it makes does not depend on where."""
        home = pathlib.Path(os.environ.get("CARGO_HOME", pathlib.Path.home() / ".cargo"))
        remap = {self.root: "imlog", home: "cargo"}
        flags = [f"--remap-path-prefix={path}={name}" for path, name in remap.items()]
        c_flags = " ".join(f"-ffile-prefix-map={path}={name}" for path, name in remap.items())
        if target.endswith("-musl"):
            # Zig brings its own start files.
            flags.append("-Clink-self-contained=no")
        env = {"CARGO_ENCODED_RUSTFLAGS": "\x1f".join(flags), "CFLAGS": c_flags}
        if target == self.host or has_std(target):
            return env, []
        zig = os.pathsep.join(filter(None, (program_folder(name) for name in ("cargo-zigbuild", "ziglang", "python3"))))
        path = os.pathsep.join(filter(None, (zig, DEBIAN["PATH"])))
        return {**env, **DEBIAN, "PATH": path}, [BUILD_STD]

    def deb(self, target, out):
        """The package for Debian and its like, around what is there already; Cargo.toml says which files."""
        self.run(["cargo", "deb", "--no-build", "--no-strip", "--target", target, "--output", str(out)])


def has_std(target):
    """Whether rustup has the standard library of a target, or can get it."""
    if not shutil.which("rustup"):
        return False
    added = subprocess.run(["rustup", "target", "add", target], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return added.returncode == 0


def program_folder(name):
    path = shutil.which(name)
    return str(pathlib.Path(path).parent) if path else None
