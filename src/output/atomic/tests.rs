//! Files appear complete or not at all, and nothing of others is touched on the way.

use super::*;

fn file(place: OutputPlace<'_>) -> OutputFile<'_> {
    OutputFile::new(place, 0o666)
}

fn write(place: OutputPlace<'_>, text: &[u8]) -> io::Result<()> {
    let mut file = file(place);
    file.write_all(text)?;
    file.commit(None, &Taken::default())
}

#[test]
fn a_file_appears_complete_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.log");
    fs::write(&path, "earlier").unwrap();
    for place in [OutputPlace::Named(&path), OutputPlace::Below(folder.path(), Path::new("a.log"))] {
        let mut file = file(place);
        file.write_all(b"half").unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
        drop(file);
        assert_eq!(fs::read(&path).unwrap(), b"earlier");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
    write(OutputPlace::Named(&path), b"whole").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"whole");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_folder_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("d")).unwrap();
    let (named, below) = (folder.path().join("d"), OutputPlace::Below(folder.path(), Path::new("d")));
    for place in [OutputPlace::Named(&named), below] {
        assert_eq!(write(place, b"").unwrap_err().kind(), io::ErrorKind::IsADirectory);
    }
}

#[test]
fn no_path_leads_out_of_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    for path in ["../a", "a/../../b", "/a", "", "..", "a/.."] {
        assert!(write(OutputPlace::Below(&root, Path::new(path)), b"").is_err(), "{path}");
    }
    write(OutputPlace::Below(&root, Path::new("a/b/c")), b"").unwrap();
    assert!(root.join("a/b/c").is_file());
    assert!(write(OutputPlace::Below(&root, Path::new("a/b/c/d")), b"").is_err(), "a file where a folder must be");
    assert!(write(OutputPlace::Below(&root, Path::new("a/b")), b"").is_err(), "a folder where the file must be");
}

#[test]
fn no_folder_is_created_for_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut planned = file(OutputPlace::Below(folder.path(), Path::new("a/b/c")));
    planned.flush().unwrap();
    drop(planned);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_taken_file_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let taken = Taken::default();
    let put = |name: &str| {
        let mut file = file(OutputPlace::Below(folder.path(), Path::new(name)));
        file.write_all(name.as_bytes()).unwrap();
        file.commit(None, &taken)
    };
    put("a").unwrap();
    put("b").unwrap();
    // As it is on a file system that ignores case.
    let ignores_case = folder.path().join("A").exists();
    if !ignores_case {
        fs::hard_link(folder.path().join("a"), folder.path().join("A")).unwrap();
    }
    assert!(put("A").is_err() && put("a").is_err());
    assert_eq!(fs::read(folder.path().join("a")).unwrap(), b"a");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), if ignores_case { 2 } else { 3 });
}

#[test]
fn the_time_is_set() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
    file(OutputPlace::Named(&path)).commit(Some(time), &Taken::default()).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), time);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let (root, outside) = (folder.path().join("root"), folder.path().join("outside"));
    fs::create_dir_all(&root).unwrap();
    fs::create_dir_all(&outside).unwrap();
    fs::write(outside.join("file"), "mine").unwrap();
    symlink(&outside, root.join("folder")).unwrap();
    symlink(outside.join("file"), root.join("file")).unwrap();
    symlink(outside.join("new"), root.join("dangling")).unwrap();
    for path in ["folder/a", "folder/d/a", "file", "dangling", "dangling/a"] {
        let error = write(OutputPlace::Below(&root, Path::new(path)), b"theirs").unwrap_err();
        assert_eq!(error.to_string(), "a symbolic link is in the way", "{path}");
    }
    assert_eq!(fs::read(outside.join("file")).unwrap(), b"mine");
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
    // A link that the user names is followed: to a folder, and to a file.
    symlink(&outside, folder.path().join("link")).unwrap();
    write(OutputPlace::Below(&folder.path().join("link"), Path::new("a")), b"").unwrap();
    assert!(outside.join("a").is_file());
    write(OutputPlace::Named(&root.join("file")), b"new").unwrap();
    assert!(root.join("file").is_symlink());
    assert_eq!(fs::read(outside.join("file")).unwrap(), b"new");
}

#[cfg(unix)]
#[test]
fn a_folder_swapped_for_a_link_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (root, victim, aside) = (folder.path().join("b"), folder.path().join("victim"), folder.path().join("aside"));
    fs::create_dir(&victim).unwrap();
    let mut file = file(OutputPlace::Below(&root, Path::new("d/a")));
    file.write_all(b"one").unwrap();
    fs::rename(root.join("d"), &aside).unwrap();
    std::os::unix::fs::symlink(&victim, root.join("d")).unwrap();
    file.write_all(b"two").unwrap();
    file.commit(None, &Taken::default()).unwrap();
    assert_eq!(fs::read_dir(&victim).unwrap().count(), 0);
    assert_eq!(fs::read(aside.join("a")).unwrap(), b"onetwo");
    assert!(write(OutputPlace::Below(&root, Path::new("d/b")), b"").is_err());
}

#[cfg(unix)]
#[test]
fn permissions_never_grow_beyond_those_of_an_earlier_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (path, plain) = (folder.path().join("a"), folder.path().join("b"));
    fs::write(&plain, "").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    let umask = !mode(&plain) & 0o666;
    let place = OutputPlace::Below(folder.path(), Path::new("a"));
    write(place, b"").unwrap();
    assert_eq!(mode(&path), mode(&plain));

    let put = |asked: u32, widened: Option<u32>| {
        let mut file = OutputFile::new(place, asked);
        if let Some(mode) = widened {
            file.widen(mode, umask).unwrap();
        }
        file.commit(None, &Taken::default()).unwrap();
        mode(&path)
    };
    let set = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    set(0o4755);
    assert_eq!(put(0o4777, None), mode(&plain) & 0o755, "neither set-user-ID nor execute");
    set(0o640);
    assert_eq!(put(0o644, None), 0o640);
    set(0o600);
    assert_eq!(put(0o666, Some(0o666)), 0o600);
    fs::remove_file(&path).unwrap();
    assert_eq!(put(0o600, None), 0o600);
    fs::remove_file(&path).unwrap();
    assert_eq!(put(0o600, Some(0o4755)), mode(&plain) & 0o644);
}

#[cfg(unix)]
#[test]
fn only_regular_files_are_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("a")).unwrap();
    assert!(write(OutputPlace::Below(folder.path(), Path::new("a")), b"").is_err());
}
