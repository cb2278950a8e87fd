//! A PATH that leads into an archive, as messages and tables show it: `support.zip:Android/data/a.xlog`.

use std::path::{Component, Path, PathBuf};

/// What of an archive is asked for: a member, all below a folder in it, or the same in an archive in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberPath(String);

/// How something in the archive relates to what is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// It is that.
    Itself,
    /// It is in it.
    Inside,
    /// It is an archive that leads there.
    Around,
    /// None of these.
    Other,
}

impl MemberPath {
    /// The archive, and what is asked for in it, if `path` is such a PATH. `is_file` says whether there is such a file.
    /// Names may contain colons; the first file on the way is the archive.
    pub fn split(path: &Path, is_file: impl Fn(&Path) -> bool) -> Option<(PathBuf, MemberPath)> {
        let text = path.to_str()?;
        // On Windows, `C:` and the like.
        let drive = match path.components().next() {
            Some(Component::Prefix(drive)) => drive.as_os_str().len(),
            _ => 0,
        };
        text.match_indices(':').filter(|(at, _)| *at >= drive).find_map(|(at, _)| {
            let (archive, inside) = (text.get(..at)?, text.get(at + 1..)?.trim_end_matches('/'));
            let inside = inside.strip_prefix("./").unwrap_or(inside);
            let is_archive = !inside.is_empty() && (archive == "-" || is_file(Path::new(archive)));
            is_archive.then(|| (archive.into(), MemberPath(inside.to_owned())))
        })
    }

    /// How what these names lead to relates to it.
    pub fn relation(&self, inside: &[String]) -> Relation {
        let names = inside.join(":");
        let goes_on = |long: &str, short: &str, ends: &[char]| {
            long.strip_prefix(short).is_some_and(|rest| rest.starts_with(ends))
        };
        match () {
            () if names == self.0 => Relation::Itself,
            () if goes_on(&names, &self.0, &['/', '\\', ':']) => Relation::Inside,
            () if goes_on(&self.0, &names, &[':']) => Relation::Around,
            () => Relation::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(path: &str) -> Option<(String, String)> {
        let is_file = |path: &Path| [Path::new("d/a.zip"), Path::new("b:c.zip")].contains(&path);
        let (archive, member) = MemberPath::split(Path::new(path), is_file)?;
        Some((archive.to_str()?.into(), member.0))
    }

    #[test]
    fn the_first_file_on_the_way_is_the_archive() {
        let parts = |archive: &str, inside: &str| Some((archive.to_owned(), inside.to_owned()));
        assert_eq!(split("d/a.zip:x/y.xlog"), parts("d/a.zip", "x/y.xlog"));
        assert_eq!(split("d/a.zip:x/"), parts("d/a.zip", "x"));
        assert_eq!(split("d/a.zip:./x"), parts("d/a.zip", "x"));
        assert_eq!(split("b:c.zip:in.tar:y:z.xlog"), parts("b:c.zip", "in.tar:y:z.xlog"));
        assert_eq!(split("-:y.xlog"), parts("-", "y.xlog"));
        for path in ["d/a.zip", "d/a.zip:", "no.zip:a.xlog", "a.xlog"] {
            assert_eq!(split(path), None, "{path}");
        }
    }

    #[test]
    fn names_relate_by_whole_parts() {
        let relation = |asked: &str, inside: &[&str]| {
            MemberPath(asked.into()).relation(&inside.iter().map(|&name| name.to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(relation("d/a.xlog", &["d/a.xlog"]), Relation::Itself);
        assert_eq!(relation("d", &["d/a.xlog"]), Relation::Inside);
        assert_eq!(relation("in.zip", &["in.zip", "a.xlog"]), Relation::Inside);
        assert_eq!(relation("in.zip:a.xlog", &["in.zip"]), Relation::Around);
        assert_eq!(relation("in.zip:a.xlog", &["in.zip", "a.xlog"]), Relation::Itself);
        for inside in ["d/a.xlog2", "d2/a.xlog", "d"] {
            assert_eq!(relation("d/a.xlog", &[inside]), Relation::Other, "{inside}");
        }
    }
}
