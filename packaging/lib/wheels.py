"""Wheels: the program as a package of Python, which pip, pipx and uv install."""

# What pip calls the systems that the program runs on.
COMPATIBILITY = {"gnu": "manylinux2014", "musl": "musllinux_1_1"}


def make(project, target, out):
    env, flags = project.environment(target)
    compatibility = COMPATIBILITY[target.rsplit("-", 1)[1]]
    command = ["maturin", "build", "--release", "--locked", "--zig", "--target", target, "--compatibility", compatibility]
    # The current folder's pyproject.toml names the manifest.
    project.run([*command, "--out", str(out), *flags], env, cwd=project.root / "packaging/pypi")
