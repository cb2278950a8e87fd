use std::ops::Range;

use super::super::framing::FrameStep;
use super::super::header::NO_KEY;
use super::*;

fn block(magic: u8, length: u32, key: [u8; 64], body: &[u8]) -> Vec<u8> {
    [&[magic, 0, 0, 1, 1], &length.to_le_bytes()[..], &key, body].concat()
}

/// The steps for a file of headers that each claim a quarter of the file and are followed by a sound block.
fn steps(bytes: usize) -> usize {
    let sound = block(0x08, 2, NO_KEY, b"x\n\0");
    let mut file = sound.repeat(2);
    // It ends, by that, inside the key of another such header.
    let pair = 73 + 10 + sound.len() as u32;
    let claim = bytes as u32 / 4 / pair * pair - 33;
    let mut noise = 1u32;
    while file.len() < bytes {
        let key = std::array::from_fn(|_| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (noise >> 24) as u8 | 1
        });
        file.extend(block(0x06, claim, key, &[b'y'; 10]));
        file.extend(&sound);
    }
    steps_over(&file)
}

/// How many steps it takes to frame `file`.
fn steps_over(file: &[u8]) -> usize {
    let (mut framer, mut at, mut frames) = (Framer::new(), 0, 0);
    while let FrameStep::Frame(frame) = framer.step(Window { bytes: file, eof: true }, at) {
        at = frame.span().end.max(at);
        frames += 1;
    }
    assert_eq!(at, file.len());
    framer.steps.get() + frames
}

#[test]
fn the_search_for_guests_takes_linear_time() {
    let (small, large) = (steps(250_000), steps(1_000_000));
    assert!(large * 2 <= small * 9, "{small}, {large}");
    assert!(large < 6 * 1_000_000 + (5 << 20), "{large}");
}

/// The frames of a whole file.
fn frames(file: &[u8]) -> Vec<Frame> {
    let (mut framer, mut at, mut frames) = (Framer::new(), 0, Vec::new());
    while let FrameStep::Frame(frame) = framer.step(Window { bytes: file, eof: true }, at) {
        at = frame.span().end.max(at);
        frames.push(frame);
    }
    frames
}

/// A block of an encrypted log, 84 bytes long.
fn encrypted(seq: u8, key: [u8; 64]) -> Vec<u8> {
    [&[0x07, seq, 0, 1, 1], &10u32.to_le_bytes()[..], &key, b"0123456789\0"].concat()
}

const KEY: [u8; 64] = [0xA5; 64];

fn spans(frames: &[Frame]) -> Vec<Range<usize>> {
    frames.iter().map(|frame| frame.span().clone()).collect()
}

#[test]
fn a_known_key_marks_the_start_of_a_block() {
    let file = [&encrypted(1, KEY)[..], &[b'x'; 50], &encrypted(9, KEY)].concat();
    assert_eq!(spans(&frames(&file)), [0..134, 134..218]);
    // With another key that does not occur again, the other fields are too little evidence.
    let mut cut = [&encrypted(1, KEY)[..], &[b'x'; 50], &encrypted(9, [0x5A; 64])].concat();
    cut.truncate(134 + 80);
    assert_eq!(spans(&frames(&cut)), std::slice::from_ref(&(0..214)));
}

#[test]
fn a_key_with_a_few_wrong_bytes_is_matched_to_the_right_one() {
    for (wrong, kin) in [(0, None), (1, Some(KEY)), (8, Some(KEY)), (9, None)] {
        let mut key = KEY;
        key[..wrong].fill(1);
        let file = [encrypted(1, KEY), encrypted(2, KEY), encrypted(3, key)].concat();
        let frames = frames(&file);
        let [.., Frame::Block(last)] = frames.as_slice() else { panic!("{frames:?}") };
        assert_eq!(last.kin.as_deref(), kin.as_ref(), "{wrong} wrong");
    }
}

#[test]
fn zeros_with_stray_bytes_are_not_a_header() {
    let mut zeros = vec![0; 1000];
    (zeros[300], zeros[305], zeros[375]) = (0x55, 10, 1);
    assert!(frames(&zeros).iter().all(|frame| !matches!(frame, Frame::Block(_))));
}

#[test]
fn two_guests_in_one_host_are_found() {
    let sound = |seq, body: &[u8]| {
        let length = (body.len() as u32).to_le_bytes();
        [&[0x09, seq, 0, 1, 1], &length[..], &NO_KEY, body, &[0]].concat()
    };
    let (host, guests) = (sound(2, b"0123456789"), [sound(7, b"one"), sound(8, b"other")]);
    let file = [&sound(1, b"x")[..], &host[..76], &guests[0], &host[76..80], &guests[1], &host[80..]].concat();
    let frames = frames(&file);
    let [_, Frame::Block(host), Frame::Block(one), Frame::Block(other)] = frames.as_slice() else {
        panic!("{frames:?}")
    };
    assert_eq!(host.holes, [one.span.clone(), other.span.clone()]);
    assert!(one.guest && other.guest && !host.guest);
    let body: Vec<u8> = host.body().flat_map(|range| file[range].to_vec()).collect();
    assert_eq!(body, b"0123456789");
}

/// Whatever a file contains, four times as much of it takes about four times as many steps, and few steps per byte.
#[test]
fn garbage_takes_linear_time() {
    let noise = |size: usize| -> Vec<u8> {
        let mut noise = 1u32;
        let mut next = || {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (noise >> 24) as u8
        };
        (0..size).map(|_| next()).collect()
    };
    let again = |part: &'static [u8]| move |size: usize| part.repeat(size / part.len());
    let stray = |size: usize| [&[0xFF][..], &[0; 64]].concat().repeat(size / 65);
    /// Makes a file of about this size.
    type Make<'a> = &'a dyn Fn(usize) -> Vec<u8>;
    let files: [(&str, Make<'_>); 8] = [
        ("zeros", &again(&[0])),
        ("noise", &noise),
        ("nines", &again(&[9])),
        ("ones", &again(&[1])),
        ("ones and zeros", &again(&[1, 0, 0])),
        ("stray bytes among zeros", &stray),
        ("short blocks", &again(&[1, 1, 0, 0, 0, 9, 1, 0, 1, 1, 0, 0, 8, 0])),
        ("shapes that change", &again(&[3, 1, 0, 0, 0, 1, 0, 0, 0, 0x58, 0, 1, 1, 0, 0, 0, 0x58, 0])),
    ];
    for (name, file) in files {
        let (small, large) = (file(1 << 18), file(1 << 20));
        let (of_small, of_large) = (steps_over(&small), steps_over(&large));
        assert!(of_large <= of_small * 5 + 10, "{name}: {of_small}, {of_large}");
        assert!(of_large <= 2 * large.len(), "{name}: {of_large}");
    }
}
