"""Manifests of installers, from templates: `@version@`, `@repository@`, and `@sha256:TARGET@` of what was made."""

import hashlib
import re


def make(project, out):
    templates = project.root / "packaging/templates"
    for template in sorted(templates.rglob("*.in")):
        text = template.read_text()
        text = text.replace("@version@", project.version).replace("@repository@", project.repository)
        text = text.replace("@description@", project.description).replace("@license@", project.license)
        text = re.sub(r"@sha256:([^@]+)@", lambda found: sha256(project, out, found[1]), text)
        path = out / "manifests" / template.relative_to(templates).with_suffix("")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def sha256(project, out, target):
    """Of the archive for this target. Zeros where it was not made here: no installer takes it then."""
    made = list(out.glob(f"{project.name(target)}.*"))
    return hashlib.sha256(made[0].read_bytes()).hexdigest() if made else "0" * 64
