"""Wheels: the program as a package of Python, which pip, pipx and uv install. And what each program is made of."""

import base64
import hashlib
import zipfile

# What pip calls the kinds of Linux that the program runs on.
LINUX = {"gnu": "manylinux2014", "musl": "musllinux_1_1"}
COMPONENTS = ".cyclonedx.json"


def make(project, target, out):
    """The wheel, and its list of components (an SBOM, as CycloneDX has it) beside the archive."""
    env, flags = project.environment(target)
    command = ["maturin", "build", "--release", "--locked", "--target", target]
    if "linux" in target:
        command += ["--zig", "--compatibility", LINUX[target.rsplit("-", 1)[1]]]
    before = set(out.glob("*.whl"))
    # The current folder's pyproject.toml names the manifest.
    project.run([*command, "--out", str(out), *flags], env, cwd=project.root / "packaging/pypi")
    (wheel,) = set(out.glob("*.whl")) - before
    (out / f"{project.name(target)}{COMPONENTS}").write_bytes(without_place(project.root, wheel))


def without_place(root, wheel):
    """Takes the folder that it was built in out of a wheel: the list of components names it. Returns that list."""
    with zipfile.ZipFile(wheel) as file:
        members = {member.filename: (member, file.read(member)) for member in file.infolist()}
    (name,) = (name for name in members if name.endswith(COMPONENTS))
    (record,) = (name for name in members if name.endswith("/RECORD"))
    components = members[name][1].replace(f"path+file://{root}".encode(), b"pkg:cargo/imlog")
    digest = base64.urlsafe_b64encode(hashlib.sha256(components).digest()).rstrip(b"=").decode()
    lines = members[record][1].decode().splitlines()
    lines = [f"{name},sha256={digest},{len(components)}" if line.startswith(f"{name},") else line for line in lines]
    changed = {name: components, record: "".join(f"{line}\n" for line in lines).encode()}
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for other, (member, content) in members.items():
            file.writestr(member, changed.get(other, content))
    return components
