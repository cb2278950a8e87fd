//! The times of the records next to a gap.

use crate::line::{Form, Head, Time};

/// The time of the first record in `text` that has one. If the log writer alone says one, it is that.
pub fn first(text: &[u8]) -> Option<Time> {
    let lines = || text.split(|&byte| byte == b'\n');
    nearest(lines).or_else(|| lines().filter_map(Head::of).find_map(|head| head.time))
}

/// The time of the last record in `text` that has one.
pub fn last(text: &[u8]) -> Option<Time> {
    nearest(|| text.rsplit(|&byte| byte == b'\n'))
}

/// The time of the first of these lines that has one. A line whose form is not known may be part of a message, so it
/// counts only where no other has a time.
fn nearest<'a, I: Iterator<Item = &'a [u8]>>(lines: impl Fn() -> I) -> Option<Time> {
    // The log writer's own lines are not what people mean by a record.
    let is_known = |head: &Head| !matches!(head.form, Form::Note | Form::Marker | Form::Dated);
    let known = lines().filter_map(Head::of).filter(is_known).find_map(|head| head.time);
    let dated = || lines().filter_map(Head::of).filter(|head| head.form == Form::Dated).find_map(|head| head.time);
    known.or_else(dated)
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
        assert_eq!((last(note.as_bytes()), last(b"no head\n"), first(b"")), (None, None, None));
        assert_eq!(first(note.as_bytes()).map(Time::hour), Some(4), "better than none");
    }
}
