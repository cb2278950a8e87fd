//! Which places are taken: no text may replace a log, or the text of another log.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::path::{Component, Path, PathBuf};

use crate::input::archive::name;

/// The real paths of inputs and outputs: without links, `.` and `..`.
#[derive(Debug, Default)]
pub struct Places {
    /// The real path of each folder. Folders are looked up once, since they are few and files are many.
    folders: HashMap<PathBuf, PathBuf>,
    inputs: HashSet<PathBuf>,
    /// Hashes of inputs and outputs in lower case, since names that differ only in case are the same on many systems.
    /// Only hashes, since there may be many; a collision costs no more than a number in a name.
    taken: HashSet<u64>,
    /// Hashes of the folders that outputs are in, likewise.
    folders_of_outputs: HashSet<u64>,
    hasher: RandomState,
    /// The folder of each archive.
    archives: HashMap<PathBuf, PathBuf>,
    /// Those folders, in lower case.
    archive_folders: HashSet<PathBuf>,
}

impl Places {
    /// The real path, also of a file that does not exist yet.
    pub fn real(&mut self, path: &Path) -> PathBuf {
        if path.is_symlink()
            && let Ok(real) = path.canonicalize()
        {
            return real;
        }
        match (path.parent(), path.file_name()) {
            (Some(folder), Some(name)) => self.real_folder(folder).join(name),
            _ => self.real_folder(path),
        }
    }

    /// The real path of a folder. If it does not exist yet, it follows from the one above, in which it will be created.
    fn real_folder(&mut self, folder: &Path) -> PathBuf {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        if let Some(real) = self.folders.get(folder) {
            return real.clone();
        }
        let real = folder.canonicalize().unwrap_or_else(|_| match (folder.parent(), folder.components().next_back()) {
            (Some(above), Some(Component::Normal(name))) => self.real_folder(above).join(name),
            (Some(above), Some(Component::ParentDir)) => {
                let above = self.real_folder(above);
                above.parent().unwrap_or(&above).to_path_buf()
            }
            (Some(above), Some(Component::CurDir)) => self.real_folder(above),
            _ => folder.to_path_buf(),
        });
        self.folders.insert(folder.to_path_buf(), real.clone());
        real
    }

    /// Adds a file that is read.
    pub fn add_input(&mut self, path: &Path) {
        let real = self.real(path);
        self.taken.insert(self.hasher.hash_one(lower_case(&real)));
        self.inputs.insert(real);
    }

    /// Whether this is a file that is read.
    pub fn is_input(&mut self, path: &Path) -> bool {
        let real = self.real(path);
        self.inputs.contains(&real)
    }

    /// Adds a file that is written, and returns its path as the file system compares it.
    pub fn add_output(&mut self, path: &Path) -> PathBuf {
        let real = self.real(path);
        let lower = lower_case(&real);
        self.taken.insert(self.hasher.hash_one(&lower));
        for folder in lower.ancestors().skip(1) {
            if !self.folders_of_outputs.insert(self.hasher.hash_one(folder)) {
                break;
            }
        }
        // Most file systems of Windows and macOS ignore case.
        if cfg!(any(windows, target_os = "macos")) { lower } else { real }
    }

    /// The folder of this archive, always the same: `wanted`, or a numbered one if that is another archive's. Also
    /// returns whether this is the first time that it is asked for.
    pub fn folder(&mut self, archive: &Path, wanted: &Path) -> (PathBuf, bool) {
        if let Some(folder) = self.archives.get(archive) {
            return (folder.clone(), false);
        }
        let mut number = 1;
        let mut folder = wanted.to_path_buf();
        while !self.archive_folders.insert(lower_case(&folder)) {
            number += 1;
            let mut name = wanted.file_name().unwrap_or_default().to_os_string();
            name.push(format!("~{number}"));
            folder = wanted.with_file_name(name);
        }
        self.archives.insert(archive.to_path_buf(), folder.clone());
        (folder, true)
    }

    /// Claims `path` below `root` for a file that is written, or a numbered path if it is taken. A folder in the path gets
    /// a number too if a file has its name.
    pub fn claim(&mut self, root: &Path, path: &Path) -> PathBuf {
        let root = self.real(&root.join("x")).with_file_name("");
        let Places { taken, folders_of_outputs, hasher, .. } = self;
        let hash = |candidate: &Path| hasher.hash_one(lower_case(&root.join(candidate)));
        let mut place = PathBuf::new();
        for folder in path.parent().into_iter().flat_map(Path::components) {
            place = first_free(place.join(folder), |candidate| !taken.contains(&hash(candidate)));
            folders_of_outputs.insert(hash(&place));
        }
        let file = place.join(path.file_name().unwrap_or_default());
        first_free(file, |candidate| !folders_of_outputs.contains(&hash(candidate)) && taken.insert(hash(candidate)))
    }
}

/// The first path that is free: `path`, or one with a number.
fn first_free(path: PathBuf, mut is_free: impl FnMut(&Path) -> bool) -> PathBuf {
    let numbered = (2..).map(|number| name::numbered(&path, number));
    std::iter::once(path.clone()).chain(numbered).find(|candidate| is_free(candidate)).unwrap_or(path)
}

fn lower_case(path: &Path) -> PathBuf {
    path.to_string_lossy().to_lowercase().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_files_get_numbers() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let mut places = Places::default();
        places.add_output(&root.join("d/a.xlog.log"));
        places.add_input(&root.join("in.zip"));
        let mut claim = |path: &str| places.claim(root, Path::new(path)).to_string_lossy().replace('\\', "/");
        assert_eq!(claim("d/a.xlog.log"), "d/a~2.xlog.log");
        assert_eq!(claim("D/A.xlog.log"), "D/A~3.xlog.log");
        assert_eq!(claim("in.zip"), "in~2.zip");
        assert_eq!(claim("b.xlog.log"), "b.xlog.log");
    }

    #[test]
    fn no_file_has_the_name_of_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let mut places = Places::default();
        places.add_input(&root.join("in"));
        places.add_output(&root.join("out/d/x.log"));
        let mut claim = |path: &str| places.claim(root, Path::new(path)).to_string_lossy().replace('\\', "/");
        assert_eq!(claim("a.xlog.log"), "a.xlog.log");
        assert_eq!(claim("a.xlog.log/b.log"), "a~2.xlog.log/b.log");
        assert_eq!(claim("A.xlog.log/c.log"), "A~2.xlog.log/c.log");
        assert_eq!(claim("a~2.xlog.log"), "a~2~2.xlog.log");
        assert_eq!(claim("e/f.log/g.log"), "e/f.log/g.log");
        assert_eq!(claim("e/f.log"), "e/f~2.log");
        assert_eq!(claim("in/a.log"), "in~2/a.log");
        assert_eq!(claim("out/d"), "out/d~2");
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_does_not_exist_yet_has_one_place() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir(root.join("real")).unwrap();
        std::os::unix::fs::symlink(root.join("real"), root.join("link")).unwrap();
        let mut places = Places::default();
        for path in ["real/new/deep/a.log", "link/new/deep/a.log", "link/new/x/../deep/./a.log"] {
            assert_eq!(places.real(&root.join(path)), root.join("real/new/deep/a.log"), "{path}");
        }
        assert_eq!(places.real(Path::new("..")), Path::new("..").canonicalize().unwrap());
    }

    #[test]
    fn archives_have_folders_of_their_own() {
        let mut places = Places::default();
        let mut folder = |archive: &str, wanted: &str| places.folder(Path::new(archive), Path::new(wanted)).0;
        assert_eq!(folder("a.zip", "d/a"), Path::new("d/a"));
        assert_eq!(folder("a.tgz", "d/a"), Path::new("d/a~2"));
        assert_eq!(folder("A.tar", "d/A"), Path::new("d/A~3"));
        assert_eq!(folder("a.zip", "d/a"), Path::new("d/a"));
    }
}
