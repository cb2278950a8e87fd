//! Frames cover each byte of any input exactly once.
#![no_main]

use imlog::internals::xlog::framing::{Frame, FrameStep, Framer, Window};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (mut framer, mut at, mut covered) = (Framer::new(), 0, 0);
    let window = Window { bytes, eof: true };
    loop {
        match framer.step(window, at) {
            FrameStep::Frame(Frame::Block(block)) => {
                let holes: usize = block.holes.iter().map(|hole| hole.len()).sum();
                assert!(!block.span.is_empty() && block.body().all(|range| range.end <= bytes.len()));
                covered += block.span.len() - holes;
                at = at.max(block.span.end);
            }
            FrameStep::Frame(Frame::Foreign(range) | Frame::Fill(range)) => {
                assert!(!range.is_empty());
                covered += range.len();
                at = at.max(range.end);
            }
            FrameStep::End => break,
            FrameStep::More => panic!("more than everything"),
        }
    }
    assert_eq!(covered, bytes.len());
});
