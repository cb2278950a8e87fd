"""The packages of npm: one with a small script, and one for each platform with the program, of which npm takes what fits."""

import json

from . import archives

# As node calls them.
PLATFORMS = {
    "x86_64-unknown-linux-musl": ("linux", "x64"),
    "aarch64-unknown-linux-musl": ("linux", "arm64"),
    "x86_64-pc-windows-gnu": ("win32", "x64"),
    "x86_64-apple-darwin": ("darwin", "x64"),
    "aarch64-apple-darwin": ("darwin", "arm64"),
}


def make(project, programs, out):
    common = {"version": project.version, "license": project.license, "repository": project.repository}
    license_text = (project.root / "LICENSE").read_bytes()
    folder = out / "npm"
    folder.mkdir()
    for target, (system, cpu) in PLATFORMS.items():
        if target not in programs:
            continue
        program = programs[target]
        name = f"imlog-{system}-{cpu}"
        package = {"name": name, "description": f"imlog for {system} on {cpu}", **common, "os": [system], "cpu": [cpu]}
        pack(project, folder, name, package, {program.name: (program.read_bytes(), 0o755), "LICENSE": (license_text, 0o644)})
    sources = project.root / "packaging/npm"
    package = {
        "name": "imlog",
        "description": project.description,
        **common,
        "bin": {"imlog": "imlog.js"},
        "engines": {"node": ">=18"},
        "optionalDependencies": {f"imlog-{system}-{cpu}": project.version for system, cpu in PLATFORMS.values()},
    }
    files = {name: ((sources / name).read_bytes(), 0o755 if name.endswith(".js") else 0o644) for name in ("imlog.js", "README.md")}
    pack(project, folder, "imlog", package, {**files, "LICENSE": (license_text, 0o644)})


def pack(project, folder, name, package, files):
    """What `npm pack` would make, of files that are in no folder yet."""
    manifest = (json.dumps(package, indent=2) + "\n").encode()
    members = [("package/package.json", manifest, 0o644)]
    members += [(f"package/{file}", content, mode) for file, (content, mode) in files.items()]
    archives.tarred(folder / f"{name}-{project.version}.tgz", members, project.time)
