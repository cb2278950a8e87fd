//! Archives of all kinds give the same logs, whatever the size of the reads, streamed or copied.
#![no_main]

use std::convert::Infallible;
use std::io::{ErrorKind, Read};
use std::path::Component;

use imlog::internals::input::Input;
use imlog::internals::input::archive::limits::Limits;
use imlog::internals::input::archive::{Label, Problem};
use imlog::internals::input::expand::{Copied, Expander, FoundInput, StreamedArchive};
use imlog::internals::input::wanted::Wanted;

const LIMITS: Limits = Limits { members: 200, unpacked: 4 << 20, ratio: 250, spool: 2 << 20, window: 1 << 20 };

/// A log: its name, its bytes, and why it breaks off. A problem has no bytes.
type Seen = (String, Vec<u8>, Option<String>);

fn read(label: &Label, reader: &mut dyn Read, size: usize) -> Seen {
    for path in [&label.folder, &label.path] {
        assert!(path.components().all(|part| matches!(part, Component::Normal(_))), "{path:?}");
        assert!(path.components().count() <= 34 && path.as_os_str().len() <= 4 * 4096);
    }
    let (mut bytes, mut buffer) = (Vec::new(), vec![0; size]);
    let error = loop {
        match reader.read(&mut buffer) {
            Ok(0) => break None,
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => break Some(error.to_string()),
        }
    };
    (label.shown().display().to_string(), bytes, error)
}

fn problem(Problem { place, cause }: Problem) -> Seen {
    (place.display().to_string(), Vec::new(), Some(cause.to_string()))
}

fn open(input: &Input, size: usize) -> Seen {
    let Input::Member(member) = input else { panic!("it is in an archive") };
    match input.open() {
        Ok((mut reader, _)) => read(&member.label, &mut reader, size),
        Err(error) => (input.name().display().to_string(), Vec::new(), Some(error.to_string())),
    }
}

fn visit(archive: &StreamedArchive, size: usize, seen: &mut Vec<Seen>) {
    let Ok(()) = archive.visit(&mut |passing| {
        seen.push(match passing {
            Ok(passing) => read(&passing.member.label, passing.reader, size),
            Err(error) => problem(error),
        });
        Ok::<_, Infallible>(())
    });
}

fn copy(archive: &StreamedArchive, size: usize, seen: &mut Vec<Seen>) {
    let mut copies = Vec::new();
    archive.copies(&mut |copy| copies.push(copy));
    seen.extend(copies.into_iter().map(|copy| match copy {
        Ok(Copied { member, broken }) => {
            let (name, bytes, error) = open(&Input::Member(member), size);
            (name, bytes, error.or(broken.map(|cause| cause.to_string())))
        }
        Err(error) => problem(error),
    }));
}

fn all(bytes: &[u8], size: usize, copies: bool) -> Vec<Seen> {
    let expander = Expander::new(Wanted { texts: true }, LIMITS);
    let mut seen = Vec::new();
    for found in expander.bytes(bytes).into_iter().flatten() {
        match found {
            Ok(FoundInput::Log(input)) => seen.push(open(&input, size)),
            Ok(FoundInput::Streamed(archive)) if copies => copy(&archive, size, &mut seen),
            Ok(FoundInput::Streamed(archive)) => visit(&archive, size, &mut seen),
            Err(error) => seen.push(problem(error)),
        }
    }
    seen
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let large = all(bytes, 64 << 10, false);
    // How much comes before a limit depends on the reads, and a copy describes damage in other words.
    let is_over =
        |seen: &[Seen]| seen.iter().any(|(_, _, error)| error.as_ref().is_some_and(|it| it.contains("more than")));
    if is_over(&large) {
        return;
    }
    assert_eq!(large, all(bytes, 61, false));
    let copies = all(bytes, 4096, true);
    if !is_over(&copies) {
        let logs = |seen: Vec<Seen>| seen.into_iter().map(|(name, bytes, error)| (name, bytes, error.is_some()));
        assert!(logs(large).eq(logs(copies)));
    }
});
