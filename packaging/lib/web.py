"""The page that reads logs in a browser: the library as WebAssembly, and all that is around it, in one file."""

import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys

from . import cargo

TARGET = "wasm32-unknown-unknown"
# Every browser that the page is for has it.
FEATURES = "-Ctarget-feature=+simd128"
# By Debian's names, and by those of a machine where there is only one.
LLVM = "22"


def build(project):
    """The library as WebAssembly, with its JavaScript in web/pkg. Returns its bytes."""
    env, flags = environment(project)
    manifest = project.root / "web/Cargo.toml"
    target = project.root / "target/web"
    command = ["cargo", "build", "--release", "--locked", "--target", TARGET, *flags]
    project.run([*command, "--manifest-path", manifest, "--target-dir", target], env)
    made = target / TARGET / "release/imlog_web.wasm"
    pkg = project.root / "web/pkg"
    shutil.rmtree(pkg, ignore_errors=True)
    bind = [bindgen(project, manifest), made, "--target", "web", "--omit-default-module-path", "--out-dir", pkg]
    project.run(bind)
    modules(project)
    wasm = pkg / "imlog_web_bg.wasm"
    # Not with all features: engines refuse the result.
    enabled = ["simd", "bulk-memory", "bulk-memory-opt", "mutable-globals", "nontrapping-float-to-int"]
    enabled += ["sign-ext", "reference-types", "multivalue", "call-indirect-overlong"]
    optimize = [project.root / "web/node_modules/.bin/wasm-opt", "-O3", *(f"--enable-{name}" for name in enabled)]
    project.run([*optimize, wasm, "-o", wasm])
    return wasm.read_bytes()


def environment(project):
    """What the compilers are told, and further arguments for cargo."""
    clang = tool("clang")
    env, flags = project.environment(TARGET)
    env["CARGO_ENCODED_RUSTFLAGS"] += f"\x1f{FEATURES}"
    env[f"CC_{TARGET.replace('-', '_')}"] = clang
    env[f"AR_{TARGET.replace('-', '_')}"] = tool("llvm-ar")
    if flags:
        # Debian's compiler has no linker of its own.
        env["CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER"] = tool("wasm-ld")
        flags = ["-Zbuild-std=std,panic_abort"]
    return env, flags


def tool(name):
    """The path of one of LLVM's programs. Those that are missing are installed, on Debian."""
    path = shutil.which(f"{name}-{LLVM}") or shutil.which(name)
    if path:
        return path
    packages = [f"{package}-{LLVM}" for package in ("clang", "lld", "llvm")]
    as_root = [] if os.geteuid() == 0 else ["sudo"]
    try:
        subprocess.run([*as_root, "apt-get", "update", "-qq"], check=True)
        subprocess.run([*as_root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], check=True)
    except (OSError, subprocess.CalledProcessError):
        sys.exit(f"packaging/web: {name} is missing, and could not be installed")
    return shutil.which(f"{name}-{LLVM}")


def bindgen(project, manifest):
    """The wasm-bindgen of the version that the library is built with. They have to be the same."""
    version = re.search(r'^wasm-bindgen = "=(.+)"$', manifest.read_text(), re.MULTILINE)[1]
    root = project.root / "target/web-tools"
    program = root / "bin/wasm-bindgen"
    has = program.exists() and subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    if has != f"wasm-bindgen {version}\n":
        # Its speed does not matter, that of its build does.
        install = ["cargo", "install", "wasm-bindgen-cli", "--debug", "--quiet", "--version", version]
        project.run([*install, "--root", root, "--target-dir", root / "build"])
    return program


def modules(project):
    """Installs what web/package.json names, if it is not what the lock file says."""
    folder = project.root / "web"
    lock, installed = folder / "package-lock.json", folder / "node_modules/.imlog-lock"
    if not installed.exists() or installed.read_bytes() != lock.read_bytes():
        project.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder)
        shutil.copy(lock, installed)


def page(project, wasm):
    """The page, with everything in it. Returns its bytes."""
    web, report = project.root / "web/page", project.root / "src/report"
    style = read(report / "report.css") + "\n" + read(web / "page.css")
    script = bundle(project, "page.js", "esm")
    parts = {
        "policy": policy([script, read(report / "report.js")], [style, read(report / "report.css")]),
        "version": project.version,
        "style": style,
        "worker": bundle(project, "worker.js", "iife"),
        "wasm": base64.b64encode(wasm).decode(),
        "script": script,
    }
    for name in ("worker", "script"):
        # It would end there, for the browser.
        assert "</script" not in parts[name] and "<!--" not in parts[name]
    return re.sub(r"\{\{(\w+)\}\}", lambda part: parts[part[1]], read(web / "templates/page.html")).encode()


def read(path):
    # A browser hashes what it has read, and it reads every line break as this.
    return path.read_text(encoding="utf-8").replace("\r\n", "\n")


def bundle(project, name, form):
    """A script with what it imports."""
    folder = project.root / "web"
    bundler = folder / "node_modules/.bin/esbuild"
    command = [bundler, folder / "page" / name, "--bundle", "--minify", f"--format={form}", "--charset=utf8"]
    made = project.run([*command, "--target=es2022", "--log-level=warning"], stdout=subprocess.PIPE).stdout
    return made.decode().strip()


def policy(scripts, styles):
    """What the page may do. The report that is shown in it inherits this, and has a policy of its own."""

    def hashes(texts):
        digests = (hashlib.sha256(text.encode()).digest() for text in texts)
        return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)

    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {hashes(scripts)} 'wasm-unsafe-eval'",
            f"style-src {hashes(styles)}",
            "connect-src 'none'",
            "img-src data:",
            "worker-src blob:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
