use super::*;

/// A block with a 73-byte header.
fn block(magic: u8, seq: u16, body: &[u8]) -> Vec<u8> {
    let seq = seq.to_le_bytes();
    [&[magic, seq[0], seq[1], 9, 10], &(body.len() as u32).to_le_bytes()[..], &NO_KEY, body, &[0]].concat()
}

/// The frames of a whole file, each described by a few words and its range.
fn frames(file: &[u8]) -> Vec<String> {
    let (mut framer, mut at, mut frames) = (Framer::new(), 0, Vec::new());
    loop {
        match framer.step(Window { bytes: file, eof: true }, at) {
            FrameStep::Frame(frame) => {
                at = frame.span().end.max(at);
                frames.push(describe(&frame));
            }
            FrameStep::End => return frames,
            FrameStep::More => panic!("there is no more"),
        }
    }
}

fn describe(frame: &Frame) -> String {
    match frame {
        Frame::Foreign(range) => format!("foreign {range:?}"),
        Frame::Fill(range) => format!("fill {range:?}"),
        Frame::Block(block) => {
            let guest = if block.guest { "guest " } else { "" };
            let holes = if block.holes.is_empty() { String::new() } else { format!(" but {:?}", block.holes) };
            format!("{guest}{:?} {} {:?}{holes}", block.fit, block.header.seq, block.span)
        }
    }
}

// Two blocks of 84 bytes.
fn first() -> Vec<u8> {
    block(0x09, 1, b"0123456789")
}

fn second() -> Vec<u8> {
    block(0x09, 2, b"0123456789")
}

#[test]
fn sound_blocks() {
    assert_eq!(frames(b""), [""; 0]);
    assert_eq!(frames(&first()), ["Sound 1 0..84"]);
    assert_eq!(frames(&[first(), second()].concat()), ["Sound 1 0..84", "Sound 2 84..168"]);
    let text = block(0x08, 0, b"a line\n");
    assert_eq!(frames(&[first(), text, second()].concat()), ["Sound 1 0..84", "Sound 0 84..165", "Sound 2 165..249"]);
}

#[test]
fn a_truncated_block_is_broken() {
    assert_eq!(frames(&first()[..83]), ["Broken 1 0..83"]);
    assert_eq!(frames(&first()[..74]), ["Broken 1 0..74"]);
    assert_eq!(frames(&first()[..72]), ["foreign 0..6", "fill 6..72"]);
    // A truncated header still proves the block before it.
    let file = [first(), second()].concat();
    assert_eq!(frames(&file[..84 + 30]), ["Sound 1 0..84", "foreign 84..114"]);
    assert_eq!(frames(&file[..84 + 80]), ["Sound 1 0..84", "Broken 2 84..164"]);
}

#[test]
fn junk_belongs_to_the_block_before_it() {
    let junk = [b'x'; 20];
    assert_eq!(frames(&[&first()[..], &junk, &second()].concat()), ["Broken 1 0..104", "Sound 2 104..188"]);
    assert_eq!(frames(&[&junk[..], &second()].concat()), ["foreign 0..20", "Sound 2 20..104"]);
    assert_eq!(frames(&junk), ["foreign 0..20"]);
}

#[test]
fn zero_fill_is_a_frame_of_its_own() {
    let file = [&first()[..], &[0; 200], &second(), &[0; 7]].concat();
    assert_eq!(frames(&file), ["Sound 1 0..84", "fill 84..284", "Sound 2 284..368", "fill 368..375"]);
    let file = [&[0; 3][..], &first()].concat();
    assert_eq!(frames(&file), ["fill 0..3", "Sound 1 3..87"]);
    assert_eq!(frames(&[0; 500]), ["fill 0..500"]);
}

#[test]
fn one_wrong_field_is_corrected() {
    let third = block(0x09, 3, b"0123456789");
    let with = |at: usize, value: u8| {
        let mut middle = second();
        middle[at] = value;
        frames(&[first(), middle, third.clone()].concat())
    };
    let expect = |middle: &str| ["Sound 1 0..84", middle, "Sound 3 168..252"].map(String::from);
    assert_eq!(with(0, 0x55), expect("Repaired(Magic) 2 84..168"));
    assert_eq!(with(1, 9), expect("Repaired(Seq) 2 84..168"));
    assert_eq!(with(3, 77), expect("Repaired(Hours) 2 84..168"));
    assert_eq!(with(83, 1), expect("Repaired(End) 2 84..168"));
    // The right length is unknown, so the block ends where the next one starts.
    assert_eq!(with(8, 0xFF), expect("Broken 2 84..168"));
}

#[test]
fn a_guest_follows_its_host() {
    let guest = block(0x09, 7, b"guest");
    let (host, len) = (second(), guest.len());
    let file = [&first()[..], &host[..78], &guest, &host[78..], &block(0x09, 3, b"x")].concat();
    let (hole, end) = (84 + 78..84 + 78 + len, 168 + len);
    let frames = frames(&file);
    assert_eq!(frames[1], format!("Sound 2 84..{end} but [{hole:?}]"));
    assert_eq!(frames[2], format!("guest Sound 7 {hole:?}"));
    assert_eq!(frames[3], format!("Sound 3 {end}..{}", file.len()));
    assert_eq!(frames.len(), 4);
}

#[test]
fn a_block_is_certain_once_the_next_header_is_complete() {
    let file = [first(), second()].concat();
    for len in 0..file.len() {
        let step = Framer::new().step(Window { bytes: &file[..len], eof: false }, 0);
        match step {
            FrameStep::Frame(frame) => assert!(len >= 84 + 73 && describe(&frame) == "Sound 1 0..84", "{len}"),
            FrameStep::More => assert!(len < 84 + 73, "{len}"),
            FrameStep::End => panic!("{len}: not the end"),
        }
    }
}

#[test]
fn nothing_is_remembered_about_a_window_after_its_end() {
    let junk = [b'x'; 400];
    let next = [&junk[..100], &first(), &[b'x'; 400 - 100 - 84]].concat();
    let mut framer = Framer::new();
    let (one, other) = (Window { bytes: &junk, eof: false }, Window { bytes: &next, eof: false });
    assert_eq!(framer.step(one, 0), FrameStep::Frame(Frame::Foreign(0..400)));
    assert_eq!(framer.step(one, 400), FrameStep::More);
    assert_eq!(framer.step(other, 0), FrameStep::Frame(Frame::Foreign(0..100)));
}

#[test]
fn a_glance_agrees_with_framing() {
    let file = [first(), second()].concat();
    let head = &file[..73 + GLANCE];
    let [header] = Framer::claims(head).collect::<Vec<_>>()[..] else { panic!("one kind has this magic") };
    let glance = |tail: &[u8], eof| {
        let block = Framer::new().glance(head, header, Window { bytes: tail, eof });
        block.map(|block| describe(&Frame::Block(block)))
    };
    assert_eq!(glance(&file[83..], true).as_deref(), Some("Sound 1 0..84"));
    assert_eq!(glance(&[0], true).as_deref(), Some("Sound 1 0..84"));
    assert_eq!(glance(&[0], false), None);
    assert_eq!(glance(&[1], true), None);
    assert_eq!(glance(b"\0xxxxxxxx", true), None);
}

/// The kind and position of each frame of a file that is read in windows of `size` bytes, which grow where necessary.
/// Adjacent foreign bytes are joined.
fn through_windows(file: &[u8], size: usize) -> Vec<(&'static str, Range<usize>)> {
    let (mut framer, mut frames) = (Framer::new(), Vec::<(&str, Range<usize>)>::new());
    let (mut base, mut at, mut len) = (0, 0, size);
    loop {
        let end = (base + len).min(file.len());
        match framer.step(Window { bytes: &file[base..end], eof: end == file.len() }, at) {
            FrameStep::Frame(frame) => {
                let span = base + frame.span().start..base + frame.span().end;
                at = at.max(frame.span().end);
                match (&frame, frames.last_mut()) {
                    (Frame::Foreign(_), Some(("foreign", last))) if last.end == span.start => last.end = span.end,
                    (Frame::Foreign(_), _) => frames.push(("foreign", span)),
                    (Frame::Fill(_), _) => frames.push(("fill", span)),
                    (Frame::Block(_), _) => frames.push(("block", span)),
                }
            }
            FrameStep::More if at > 0 => (base, at, len) = (base + at, 0, size),
            FrameStep::More => len *= 2,
            FrameStep::End => return frames,
        }
    }
}

#[test]
fn the_end_of_a_window_does_not_matter() {
    let junk = |len: usize| vec![b'x'; len];
    let zeros = |len: usize| vec![0; len];
    // A header with a wrong length, and the same key again, farther on.
    let mut keyed = [first(), junk(600), second()].concat();
    for key in [9..73, 684 + 9..684 + 73] {
        keyed[key].fill(0xA5);
    }
    keyed[8] = 0xFF;
    // A header with a wrong magic, where none is due and nothing follows.
    let mut doubtful = first();
    (doubtful[0], doubtful[83]) = (0x55, b'x');
    for (file, expected) in [
        ([junk(300), zeros(3), junk(300)].concat(), vec![("foreign", 0..603)]),
        (
            [junk(300), zeros(64), junk(300)].concat(),
            vec![("foreign", 0..300), ("fill", 300..364), ("foreign", 364..664)],
        ),
        ([junk(300), zeros(63)].concat(), vec![("foreign", 0..363)]),
        ([junk(300), first(), junk(9)].concat(), vec![("foreign", 0..300), ("block", 300..393)]),
        (
            [junk(300), doubtful, junk(300)].concat(),
            vec![("foreign", 0..306), ("fill", 306..373), ("foreign", 373..684)],
        ),
        (keyed, vec![("block", 0..684), ("block", 684..768)]),
    ] {
        for size in 1..400 {
            assert_eq!(through_windows(&file, size), expected, "windows of {size}");
        }
    }
}
