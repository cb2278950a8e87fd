//! The times of the records next to a gap.

use crate::line::{Form, Head, Time};

/// The time of the first record in `text` that has one.
pub fn first(text: &[u8]) -> Option<Time> {
    text.split(|&byte| byte == b'\n').find_map(time)
}

/// The time of the last record in `text` that has one.
pub fn last(text: &[u8]) -> Option<Time> {
    text.rsplit(|&byte| byte == b'\n').find_map(time)
}

/// When a line was logged by the app, rather than by its log writer.
fn time(line: &[u8]) -> Option<Time> {
    Head::of(line).filter(|head| !matches!(head.form, Form::Note | Form::Marker))?.time
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_lines_with_a_time() {
        let line = |hour: u8| format!("TIM: 2023-11-06 {hour:02}:19:18.434 I |-a.cpp:1  F  |m\nmore\n");
        let note = "^^^^^^^^^^Nov 22 2023^^^20:14:53^^^^^^^^^^[1,1][2023-11-05 +0800 04:16:36]\n";
        let text = format!("{note}more\n{}{}{note}", line(8), line(9));
        assert_eq!(first(text.as_bytes()).map(Time::hour), Some(8));
        assert_eq!(last(text.as_bytes()).map(Time::hour), Some(9));
        assert_eq!((first(note.as_bytes()), last(b"no head\n"), first(b"")), (None, None, None));
    }
}
