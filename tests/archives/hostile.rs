//! Malicious archives: names that lead out of the folder, and bombs.

use proptest::prelude::*;

use crate::program::{Ended, Folder};
use crate::support::archive::{Entry, gzip, tar_of, zip, zip_of, zstd};
use crate::{assert_code, log};

fn texts(folder: &Folder) -> Vec<String> {
    folder.files().into_iter().filter(|name| name.ends_with(".log")).collect()
}

const NAMES: [&str; 11] = [
    "../../up.xlog",
    "/etc/abs.xlog",
    "C:\\Windows\\drive.xlog",
    "..\\back.xlog",
    "a/../../../in.xlog",
    "con.xlog",
    "d/NUL/x.xlog",
    "line\nfeed\x1b[31m.xlog",
    "dots. ./x.xlog",
    "ab:stream.xlog",
    "//server/share/unc.xlog",
];

#[test]
fn no_name_leads_out_of_the_folder() {
    let logs: Vec<_> = NAMES.iter().map(|name| (*name, log("harmless"))).collect();
    let files: Vec<_> = logs.iter().map(|(name, data)| (*name, data.as_slice())).collect();
    let tar = tar_of(&files);
    for (name, bytes) in [("o.zip", zip_of(&files)), ("o.tar", tar.clone()), ("o.tgz", gzip(&tar))] {
        let folder = Folder::new();
        folder.write(&format!("in/{name}"), bytes);
        let ended = folder.run(&["decode", "-v", &format!("in/{name}")]);
        assert_code(&ended, 0);
        assert!(!ended.err.contains('\x1b'), "nothing that a terminal obeys: {:?}", ended.err);
        let expected = [
            "__/__/up.xlog",
            "__/back.xlog",
            "_con.xlog",
            "a/__/__/__/in.xlog",
            "ab_stream.xlog",
            "d/_NUL/x.xlog",
            "dots___/x.xlog",
            "etc/abs.xlog",
            "line_feed_[31m.xlog",
            "server/share/unc.xlog",
            "Windows/drive.xlog",
        ];
        let mut expected: Vec<_> = expected.iter().map(|name| format!("in/o/{name}.log")).collect();
        let mut found = texts(&folder);
        expected.sort();
        found.sort();
        assert_eq!(found, expected);
    }
}

#[test]
fn the_folder_of_an_inner_archive_is_below_that_of_the_outer() {
    let inner = |name: &str| zip_of(&[(name, &log(name))]);
    let names = ["..zip", "...zip", ".. .tar.gz", "d/..tgz", "a. .zip", ".tar.zip", "con.zip", "con .zip"];
    let archives: Vec<_> = names.iter().map(|name| (*name, inner("x.xlog"))).collect();
    let mut files: Vec<_> = archives.iter().map(|(name, data)| (*name, data.as_slice())).collect();
    let a = log("a");
    files.push(("a.xlog", &a));
    for (name, bytes) in [("o.zip", zip_of(&files)), ("o.tgz", gzip(&tar_of(&files)))] {
        let folder = Folder::new();
        folder.write(&format!("in/d/{name}"), bytes);
        assert_code(&folder.run(&["decode", &format!("in/d/{name}")]), 0);
        let expected = ["", ".tar/", "_/", "__/", "___/", "_con/", "_con_/", "a__/", "d/_/"];
        let mut expected: Vec<_> =
            expected.map(|at| format!("in/d/o/{at}{}.xlog.log", if at.is_empty() { "a" } else { "x" })).into();
        let mut found = texts(&folder);
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "{name}");
    }
    // The user's own files may be called like this too.
    let folder = Folder::new();
    for name in ["..zip", "...zip"] {
        folder.write(&format!("in/d/{name}"), inner("x.xlog"));
    }
    assert_code(&folder.run(&["decode", "in/d"]), 0);
    assert_eq!(texts(&folder), ["in/d/_/x.xlog.log", "in/d/__/x.xlog.log"]);
}

#[test]
fn names_are_decoded_or_escaped_never_lost() {
    let gbk = b"\xC8\xD5\xD6\xBE/\xB5\xC7\xC2\xBC.xlog";
    let neither = b"\xFF\xFEa.xlog";
    let entries =
        [Entry::new(gbk, log("gbk")), Entry::new(neither, log("neither")), Entry::new("日.xlog", log("utf8"))];
    let tar = tar_of(&[
        (gbk.to_vec(), &log("gbk")[..]),
        (neither.to_vec(), &log("neither")[..]),
        ("日.xlog".into(), &log("utf8")),
    ]);
    for (name, bytes) in [("o.zip", zip(&entries)), ("o.tgz", gzip(&tar))] {
        let folder = Folder::new();
        folder.write(name, bytes);
        assert_code(&folder.run(&["decode", name]), 0);
        assert_eq!(texts(&folder), ["o/%FF%FEa.xlog.log", "o/日.xlog.log", "o/日志/登录.xlog.log"]);
    }
}

#[cfg(unix)]
#[test]
fn links_in_the_output_folder_lead_nowhere() {
    use std::{fs, os::unix::fs::symlink};
    let files: [(&str, &[u8]); 4] =
        [("folder/a.xlog", &log("a")), ("b.xlog", &log("b")), ("dangling.xlog", &log("c")), ("good.xlog", &log("d"))];
    for (name, bytes) in [("o.zip", zip_of(&files)), ("o.tgz", gzip(&tar_of(&files)))] {
        let (folder, outside) = (Folder::new(), Folder::new());
        outside.write("mine", "mine");
        folder.write(name, bytes);
        fs::create_dir(folder.path("o")).unwrap();
        symlink(outside.path(""), folder.path("o/folder")).unwrap();
        symlink(outside.path("mine"), folder.path("o/b.xlog.log")).unwrap();
        symlink(outside.path("new"), folder.path("o/dangling.xlog.log")).unwrap();
        let ended = folder.run(&["decode", name]);
        assert_code(&ended, 1);
        assert_eq!(ended.err.matches("a symbolic link is in the way").count(), 3, "{}", ended.err);
        assert_eq!((outside.files(), outside.read("mine")), (vec!["mine".to_string()], "mine".into()));
        assert_eq!(folder.read("o/good.xlog.log"), "d\n");
    }
}

/// What the user named may be a link; what lies below it is not theirs alone.
#[cfg(unix)]
#[test]
fn the_folder_of_an_archive_must_not_be_a_link() {
    use std::{fs, os::unix::fs::symlink};
    for (name, bytes) in
        [("o.zip", zip_of(&[("a.xlog", &log("a"))])), ("o.tgz", gzip(&tar_of(&[("a.xlog", &log("a")[..])])))]
    {
        let (folder, outside) = (Folder::new(), Folder::new());
        folder.write(&format!("in/d/{name}"), &bytes);
        symlink(outside.path(""), folder.path("in/d/o")).unwrap();
        folder.write("out/x", "");
        symlink(outside.path(""), folder.path("out/d")).unwrap();
        for args in [&["in"][..], &["in/d"], &[&format!("in/d/{name}")], &["--output-dir", "out", "in"]] {
            let ended = folder.run(&[&["decode"], args].concat());
            assert_code(&ended, 1);
            assert!(ended.err.contains("a symbolic link is in the way"), "{args:?}: {}", ended.err);
            assert!(outside.files().is_empty(), "{args:?}");
        }
        symlink(folder.path("in"), folder.path("named")).unwrap();
        fs::remove_file(folder.path("in/d/o")).unwrap();
        assert_code(&folder.run(&["decode", "named"]), 0);
        assert_code(&folder.run(&["decode", "--output-dir", "out/d", &format!("in/d/{name}")]), 0);
        assert_eq!((folder.read("in/d/o/a.xlog.log"), outside.read("a.xlog.log")), ("a\n".into(), "a\n".into()));
    }
}

fn limited(bytes: &[u8], name: &str, args: &[&str]) -> (Folder, Ended) {
    let folder = Folder::new();
    folder.write(name, bytes);
    let ended = folder.run(&[&["decode", name][..], args].concat());
    (folder, ended)
}

#[test]
fn members_are_counted() {
    let a = log("a");
    let files: Vec<(String, &[u8])> = (0..20).map(|number| (format!("{number:02}.xlog"), a.as_slice())).collect();
    let entries: Vec<_> = files.iter().map(|(name, data)| Entry::new(name, data)).collect();
    let tar = tar_of(&files);
    for (name, bytes) in [("o.zip", zip(&entries)), ("o.tar", tar.clone()), ("o.tgz", gzip(&tar))] {
        let (folder, ended) = limited(&bytes, name, &["--max-members", "5"]);
        assert_code(&ended, 1);
        let told = format!(
            "error: cannot read `{name}`: it has more than 5 members\nhint: if you trust it, raise --max-members"
        );
        assert!(ended.err.contains(&told), "{}", ended.err);
        assert_eq!(texts(&folder).len(), 5, "{name}");
        assert_code(&limited(&bytes, name, &["--max-members", "20"]).1, 0);
    }
}

#[test]
fn impossible_names_are_reported_and_the_others_read() {
    let (a, deep) = (log("a"), format!("{}deep.xlog", "d/".repeat(33)));
    let (long, longest) = (format!("{}.xlog", "n".repeat(5000)), format!("{}.xlog", "n".repeat(60_000)));
    let least_deep = format!("{}a.xlog", "d/".repeat(32));
    let files: [(&str, &[u8]); 7] = [
        (&deep, &a),
        (&long, &a),
        (&longest, &a),
        (&deep.replace("xlog", "txt"), b"nobody wants it"),
        (&long.replace("xlog", "txt"), b"nobody wants it"),
        (&least_deep, &a),
        ("z.xlog", &a),
    ];
    let (zip, tar) = (zip_of(&files), tar_of(&files));
    let directory = zip.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    for (name, bytes, code) in [
        ("o.zip", &zip[..], 3),
        ("cut.zip", &zip[..directory], 4),
        ("o.tar", &tar, 3),
        ("o.tgz", &gzip(&tar), 3),
        ("o.tar.zst", &zstd(&tar), 3),
    ] {
        let (folder, ended) = limited(bytes, name, &[]);
        assert_code(&ended, 1);
        assert_eq!(ended.err.matches("error: ").count(), code, "{}", ended.err);
        let told = [": its name is longer than 4096 bytes", ": it is more than 32 folders deep"];
        assert_eq!(told.map(|told| ended.err.matches(told).count()), [2, 1], "{}", ended.err);
        assert!(ended.err.len() < 2500, "names are shortened: {}", ended.err.len());
        let stem = name.split('.').next().unwrap();
        assert_eq!(texts(&folder), [format!("{stem}/{least_deep}.log"), format!("{stem}/z.xlog.log")]);
    }
}

#[test]
fn folders_and_names_are_counted_before_any_is_created() {
    let a = log("a");
    let names: Vec<_> = (0..70).map(|number| format!("{number}{}/a.xlog", "/d".repeat(19))).collect();
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), a.as_slice())).collect();
    let tar = tar_of(&files);
    for (name, bytes) in [("o.zip", zip_of(&files)), ("o.tar", tar.clone()), ("o.tgz", gzip(&tar))] {
        let (folder, ended) = limited(&bytes, name, &["--max-members", "1000"]);
        assert_code(&ended, 1);
        let told = "its logs are in more than 1000 folders\nhint: if you trust it, raise --max-members";
        assert!(ended.err.contains(told), "{}", ended.err);
        assert_eq!(texts(&folder).len(), 50, "{name}");
        assert_code(&limited(&bytes, name, &["--max-members", "1400"]).1, 0);
    }
}

#[test]
fn bombs_stop_at_the_limits() {
    let (zeros, a) = (vec![0; 66 << 20], log("a"));
    let ratio = ["--max-ratio", "100", "it unpacks to more than 100 times its size"];
    let unpacked = ["--max-unpacked", "4", "it unpacks to more than 4 MiB"];
    let zip = zip_of(&[("a.xlog", &a), ("bomb.xlog", &zeros), ("z.xlog", &a)]);
    // Bytes that pass by count, whatever the member's name.
    let tgz = gzip(&tar_of(&[("a.xlog", &a[..]), ("bomb", &zeros), ("z.xlog", &a)]));
    let single = gzip(&zeros[..6 << 20]);
    for (name, bytes, options) in [
        ("o.zip", zip, vec![ratio, unpacked]),
        ("o.tgz", tgz, vec![ratio, unpacked]),
        ("o.xlog.gz", single, vec![unpacked]),
    ] {
        for [option, value, told] in options {
            let (folder, ended) = limited(&bytes, name, &[option, value]);
            assert_code(&ended, 1);
            assert!(ended.err.contains(told) && ended.err.contains(option), "{name}: {}", ended.err);
            let expected = if name == "o.xlog.gz" { vec![] } else { vec!["o/a.xlog.log".to_string()] };
            assert_eq!(texts(&folder), expected, "{name}");
        }
    }
}

#[test]
fn a_member_is_no_longer_than_it_claims() {
    let entry = Entry { claimed: Some(100), ..Entry::new("bomb.xlog", vec![0; 1 << 20]) };
    let (_, ended) = limited(&zip(&[entry]), "o.zip", &[]);
    assert_code(&ended, 1);
    assert!(ended.err.contains("`o.zip:bomb.xlog`: its checksum is wrong"), "{}", ended.err);
}

#[test]
fn temporary_copies_have_a_limit() {
    let mut noise = vec![0; 3 << 20];
    let mut seed = 1u64;
    noise.iter_mut().for_each(|byte| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        *byte = (seed >> 33) as u8;
    });
    let inner = zip_of(&[("a.xlog", &log("a")), ("noise", &noise)]);
    let folder = Folder::new();
    folder.write("o.zip", zip_of(&[("inner.zip", &inner), ("b.xlog", &log("b"))]));
    let ended = folder.run(&["decode", "--max-spool", "1", "o.zip"]);
    assert_code(&ended, 1);
    let told = "`o.zip:inner.zip`: temporary copies take more than 1 MiB\nhint: if you trust it, raise --max-spool";
    assert!(ended.err.contains(told), "{}", ended.err);
    assert_eq!(texts(&folder), ["o/b.xlog.log"]);
    let ended = Ended::of(folder.command().args(["decode", "--max-spool", "1", "-"]).write_stdin(inner.clone()));
    assert_code(&ended, 1);
    assert!(ended.err.contains("cannot read standard input: temporary copies"), "{}", ended.err);
    assert_code(&Ended::of(folder.command().args(["decode", "-"]).write_stdin(inner)), 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// Whatever the members are called and whatever stands in the output folder, nothing is written outside of it, and
    /// no log is lost in silence.
    #[test]
    fn nothing_is_written_outside(
        names in prop::collection::vec(
            prop::collection::vec(
                prop::sample::select(vec!["..", ".", "/", "\\", "C:", "a", "A", "link", "con", "\n", " ", "日", "\u{202e}", "file", "~2"]),
                1..7,
            ),
            1..6,
        ),
        as_tar: bool,
    ) {
        let names: Vec<String> = names.iter().map(|parts| format!("{}.xlog", parts.concat())).collect();
        let logs: Vec<_> = names.iter().map(|name| (name.as_str(), log("a"))).collect();
        let files: Vec<_> = logs.iter().map(|(name, data)| (*name, data.as_slice())).collect();
        let folder = Folder::new();
        folder.write("in/o.zip", if as_tar { gzip(&tar_of(&files)) } else { zip_of(&files) });
        folder.write("outside/mine", "mine");
        folder.write("in/o/file", "in the way");
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path("outside"), folder.path("in/o/link")).unwrap();
            std::os::unix::fs::symlink(folder.path("outside/mine"), folder.path("in/o/a.xlog.log")).unwrap();
            std::os::unix::fs::symlink(folder.path("outside"), folder.path("in/o/__")).unwrap();
        }
        let ended = folder.run(&["decode", "in/o.zip"]);
        let outside: Vec<_> = folder.files().into_iter().filter(|name| !name.starts_with("in/o/")).collect();
        prop_assert_eq!(outside, ["in/o.zip", "outside/mine"]);
        prop_assert_eq!(folder.read("outside/mine"), "mine");
        let written = texts(&folder).iter().filter(|name| !folder.path(name).is_symlink()).count();
        let failed = ended.err.matches("error: ").count();
        // A name may be one that nobody looks for: `.xlog` alone, or a folder before it only.
        let looked_for = |name: &&String| {
            let last = name.rsplit(['/', '\\']).next().unwrap();
            !matches!(last, ".xlog" | "C:.xlog") && !name.starts_with("C:.xlog")
        };
        let wanted = names.iter().filter(looked_for).count();
        prop_assert!(written + failed >= wanted, "{:?}: {} written\n{}", names, written, ended.err);
    }
}

/// A wrong entry in the directory affects no other member.
#[test]
fn a_wrong_length_affects_one_member_only() {
    let folder = Folder::new();
    let mut bytes = zip_of(&[("a.xlog", &log("a")[..]), ("b.xlog", &log("b")), ("c.xlog", &log("c"))]);
    // The second entry of the directory; source of the field's place: PKWARE's APPNOTE, 4.3.12.
    let entries: Vec<_> =
        bytes.windows(4).enumerate().filter(|(_, four)| four == b"PK\x01\x02").map(|(at, _)| at).collect();
    bytes[entries[1] + 24..][..4].copy_from_slice(&0xF000_0000u32.to_le_bytes());
    folder.write("o.zip", bytes);
    let ended = folder.run(&["decode", "o.zip"]);
    assert_code(&ended, 1);
    assert_eq!((folder.read("o/a.xlog.log").as_str(), folder.read("o/c.xlog.log").as_str()), ("a\n", "c\n"));
    assert!(ended.err.contains("o.zip:b.xlog"), "{}", ended.err);
}
