//! Compares logs from real writers with the output of the original scripts.

use std::fs;

use crate::program::{Folder, testdata};
use crate::support::library::{TEST_KEY, decode_with, decoder};

#[test]
fn every_text_is_the_same_as_from_the_scripts() {
    let folder = Folder::new();
    let sums = fs::read_to_string(testdata("SHA256SUMS")).unwrap();
    let mut count = 0;
    for line in sums.lines() {
        let (sum, text) = line.split_once("  ").unwrap();
        folder.copy(text.strip_suffix(".log").unwrap(), text.strip_suffix(".log").unwrap());
        count += 1;
        let key = testdata("test.key");
        let ended = folder.run(&["decode", "--key-file", key.to_str().unwrap(), text.strip_suffix(".log").unwrap()]);
        assert_eq!(ended.code, 0, "{text}: {}", ended.err);
        assert_eq!(sha256(&fs::read(folder.path(text)).unwrap()), sum, "{text}");
    }
    assert_eq!(count, 20);
}

#[test]
fn a_file_may_mix_everything() {
    let names = ["sync-zlib-plain", "async-zlib-crypt", "async-zstd-plain", "sync-zstd-crypt", "async-zlib-plain"];
    let read = |name: &str| fs::read(testdata(&format!("{name}.xlog"))).unwrap();
    let decoder = decoder(&[TEST_KEY]);
    let apart: String = names.iter().map(|name| decode_with(&decoder, &read(name)).text).collect();
    let together = decode_with(&decoder, &names.iter().flat_map(|name| read(name)).collect::<Vec<_>>());
    assert!(together.report.is_intact());
    assert_eq!(together.text, apart);
}

#[test]
fn a_cache_file_may_be_appended_with_its_zero_fill() {
    let log = fs::read(testdata("async-zlib-plain.xlog")).unwrap();
    let cache = fs::read(testdata("crash-plain.mmap3")).unwrap();
    let decoder = decoder(&[]);
    let text = |bytes: &[u8]| decode_with(&decoder, bytes).text;
    let expected = text(&log) + &text(&cache) + &text(&log);
    let together = decode_with(&decoder, &[&log[..], &cache, &log].concat());
    assert!(together.report.is_intact(), "{:?}", together.gaps);
    assert_eq!(together.text, expected);
    assert_eq!(together.report.padding, 121_093);
}

#[test]
fn any_number_of_threads_gives_the_same_text() {
    let log = fs::read(testdata("async-zlib-plain.xlog")).unwrap().repeat(20);
    let decode = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| decode_with(&decoder(&[]), &log))
    };
    let one = decode(1);
    assert_eq!(one.report.restarts, 19);
    for threads in 2..=5 {
        let several = decode(threads);
        assert_eq!(several.text, one.text);
        assert_eq!(several.report, one.report);
    }
}

/// Computed here, because not every system has `sha256sum`. There are few sums, and the texts are small.
fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
