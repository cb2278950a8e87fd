//! Many files, and any files.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use proptest::prelude::*;

use crate::folder::{Folder, NOON, set};

#[test]
fn a_hundred_thousand_files() {
    let folder = Folder::new();
    for number in 0..100_000 {
        let day = if number % 2 == 0 { "20200101" } else { "20231114" };
        File::create(folder.path().join(format!("imsdk_{day}_{number}.xlog"))).unwrap();
    }
    let dry = folder.prune(&["-n"]);
    let real = folder.prune(&["-v"]);
    assert_eq!(dry.lines().len(), 50_000);
    assert!(real.stdout == dry.stdout);
    assert_eq!(real.stderr, "50000 files removed, 0 B freed; 50000 kept; 0 failed\n");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 50_000);
}

/// A tree as deep as the longest path: a recursion would overflow the stack in deeper ones.
#[cfg(unix)]
#[test]
fn a_thousand_folders_in_one_another() {
    let folder = Folder::new();
    let deepest: PathBuf = std::iter::repeat_n("d", if cfg!(target_os = "linux") { 1000 } else { 300 }).collect();
    folder.file(deepest.join("imsdk_20200101.xlog"), NOON);
    let dry = folder.prune(&["-n", "--prune-empty-dirs"]);
    let real = folder.prune(&["-v", "--prune-empty-dirs"]);
    assert_eq!(dry.lines().len(), deepest.iter().count() + 1);
    assert!(real.code == Some(0) && real.stdout == dry.stdout);
    assert!(folder.all().is_empty());
}

/// The paths of files, and the days since each was last written.
fn files() -> impl Strategy<Value = BTreeMap<String, u64>> {
    let folder = prop::sample::select(vec!["", "", "a/", "a/b/", "c.xlog/", "c.xlog/d/"]);
    let stem = prop::sample::select(vec!["imsdk", "imsdk_C", "日志", "x 1", ".x"]);
    let day =
        prop::sample::select(vec!["", "_20231101", "_20231106-2", "_20231107", "_20231114", "_20230229", "_2099"]);
    let ending = prop::sample::select(vec![
        ".xlog",
        ".xlog",
        ".xlog",
        ".xlog.log",
        ".xlog.log",
        ".XLOG",
        ".log",
        ".mmap2",
        ".mmap3",
        ".mmap3.log",
        "",
    ]);
    let path = (folder, stem, day, ending).prop_map(|(folder, stem, day, ending)| [folder, stem, day, ending].concat());
    prop::collection::btree_map(path, 0_u64..20, 0..25)
}

fn is_subject(path: &str) -> bool {
    let path = path.to_lowercase();
    path.ends_with(".xlog") || path.ends_with(".xlog.log")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_goes_and_what_stays_is_all(
        files in files(),
        days in 0_u32..15,
        by in prop::sample::select(vec!["name", "mtime", "auto"]),
        empty_folders: bool,
    ) {
        let folder = Folder::new();
        for (path, age) in &files {
            folder.file(path, NOON);
            let written = SystemTime::from(NOON.parse::<chrono::DateTime<chrono::Utc>>().unwrap());
            let file = File::options().append(true).open(folder.path().join(path)).unwrap();
            file.set_modified(written - Duration::from_secs(age * 86_400)).unwrap();
        }
        let before = folder.all();
        let days = days.to_string();
        let mut args = vec!["--days", &days, "--by", by];
        args.extend(empty_folders.then_some("--prune-empty-dirs"));
        let json = folder.prune(&[&["-n", "--json"], args.as_slice()].concat());
        let dry = folder.prune(&[&["-n"], args.as_slice()].concat());
        prop_assert_eq!(&folder.all(), &before);
        let real = folder.prune(&[&["-v"], args.as_slice()].concat());
        prop_assert_eq!((json.code, dry.code, real.code), (Some(0), Some(0), Some(0)));
        let after = folder.all();

        // A dry run lists what a real run removes.
        prop_assert_eq!(dry.lines(), real.lines());
        let went = before.difference(&after).cloned().collect();
        prop_assert_eq!(set(real.lines()), went);
        prop_assert!(after.is_subset(&before));

        // Each file is either removed or kept, and nothing else is touched.
        let shown = |action: &str| -> Vec<String> {
            let objects = json.objects();
            let objects = objects.iter().filter(|object| object["kind"] != "folder" && object["action"] == action);
            objects.map(|object| object["path"].as_str().unwrap().replace('\\', "/").split_off(2)).collect()
        };
        let (removed, kept) = (shown("remove"), shown("keep"));
        prop_assert_eq!(removed.len() + kept.len(), json.objects().iter().filter(|o| o["kind"] != "folder").count());
        let all: Vec<_> = files.keys().filter(|path| is_subject(path)).collect();
        prop_assert_eq!(set(removed.iter().chain(&kept)), set(all));
        prop_assert!(removed.iter().all(|path| !after.contains(&PathBuf::from(path))));
        for path in files.keys().filter(|path| !removed.contains(path)) {
            prop_assert_eq!(fs::read(folder.path().join(path)).unwrap(), b"0123456789");
        }

        // A second run finds nothing to do, unless the first has removed the log that a text got its age from.
        if by == "name" {
            prop_assert_eq!(folder.prune(&[&["-v"], args.as_slice()].concat()).lines(), [""; 0]);
        }
    }
}
