"""A tarball, or for Windows a zip: a folder with the program and what belongs to it."""

import gzip
import io
import tarfile
import time
import zipfile


def make(project, target, program, man, out):
    folder = project.name(target)
    files = {program.name: (program, 0o755)}
    for name in ("README.md", "LICENSE", "CHANGELOG.md"):
        files[name] = (project.root / name, 0o644)
    for page in sorted(man.iterdir()):
        files[f"man/{page.name}"] = (page, 0o644)
    for script in sorted((project.root / "completions").iterdir()):
        files[f"completions/{script.name}"] = (script, 0o644)
    members = [(f"{folder}/{name}", path.read_bytes(), mode) for name, (path, mode) in files.items()]
    if "windows" in target:
        zipped(out / f"{folder}.zip", members, project.time)
    else:
        tarred(out / f"{folder}.tar.gz", members, project.time)


def tarred(path, members, when):
    """As the same members always are: by root, of the time of the commit."""
    with open(path, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            for name, content, mode in members:
                member = tarfile.TarInfo(name)
                member.size, member.mode, member.mtime = len(content), mode, when
                member.uname = member.gname = "root"
                tar.addfile(member, io.BytesIO(content))


def zipped(path, members, when):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for name, content, mode in members:
            member = zipfile.ZipInfo(name, time.gmtime(when)[:6])
            member.external_attr = (0o100000 | mode) << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(member, content)
