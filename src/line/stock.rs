//! Lines of apps that use mars themselves.
//!
//! `[I][2023-11-05 +8.0 14:19:18.434][8844, 9112*][tag][file.cpp:828, func][message`: the zone in hours with one
//! decimal, `*` for the main thread. Some writers leave out the point: `+80`. Source: mars' `formater.cc`, posted logs.

use super::cursor::Cursor;
use super::{Record, filled};

/// The fields after the head, as far as they are there.
pub fn fields<'a>(text: &'a [u8], record: &mut Record<'a>) -> Option<()> {
    let mut cursor = Cursor(text);
    let _level = cursor.until(b']')?;
    let _time = cursor.until(b']')?;
    record.message = cursor.0;
    cursor.literal(b"[")?;
    let mut ids = Cursor(cursor.until(b']')?);
    record.pid = ids.number();
    if ids.literal(b",").is_some() {
        ids.spaces();
        record.tid = ids.number();
        record.main_thread = record.tid.map(|_| ids.0 == b"*");
    }
    record.message = cursor.0;
    cursor.literal(b"[")?;
    record.tag = filled(cursor.until(b']')?);
    record.message = cursor.0;
    cursor.literal(b"[")?;
    // A function may hold brackets itself, as methods do in Objective-C.
    let place = cursor.until_both(*b"][")?;
    record.message = cursor.0;
    match memchr::memchr(b',', place).and_then(|at| place.split_at_checked(at)) {
        Some((place, function)) => {
            record.set_place(place, b':');
            record.function = filled(function.get(1..)?);
        }
        None => record.set_place(place, b':'),
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::{Form, Level, parse};

    #[test]
    fn every_field() {
        let record =
            parse("[I][2023-11-05 +8.0 14:19:18.434][8844, 9112*][tag][file.cpp:828, func][the message\n").unwrap();
        assert_eq!((record.head.form, record.head.level), (Form::Stock, Some(Level::Info)));
        assert_eq!(record.head.time.unwrap().to_string(), "2023-11-05T14:19:18.434+08:00");
        assert_eq!((record.pid, record.tid, record.main_thread), (Some(8844), Some(9112), Some(true)));
        assert_eq!((record.tag, record.source, record.line), (Some(&b"tag"[..]), Some(&b"file.cpp"[..]), Some(828)));
        assert_eq!((record.function, record.message), (Some(&b"func"[..]), &b"the message"[..]));
    }

    #[test]
    fn empty_fields_and_methods_with_brackets() {
        let record = parse("[E][2023-11-05 -3.5 14:19:18.434][1, 2][][, ][a\nb\r\n").unwrap();
        assert_eq!((record.tag, record.source, record.line, record.function), (None, None, None, None));
        assert_eq!((record.main_thread, record.message), (Some(false), &b"a\nb"[..]));
        assert_eq!(record.head.time.unwrap().zone, Some(-210));

        let record = parse("[W][2023-11-05 +5.8 14:19:18.434][1, 2][t][A.mm:7, -[A b:c:]][[x][y]").unwrap();
        assert_eq!((record.function, record.message), (Some(&b"-[A b:c:]"[..]), &b"[x][y]"[..]));
        assert_eq!((record.line, record.head.time.unwrap().zone), (Some(7), Some(345)));
    }

    #[test]
    fn an_offset_without_its_point() {
        for (offset, minutes) in [("+80", 480), ("-35", -210)] {
            let line = format!("[I][2023-11-05 {offset} 14:19:18.434][1, 2*][tag][a.cpp:7, func][text");
            let record = parse(&line).unwrap();
            assert_eq!((record.head.form, record.head.time.unwrap().zone), (Form::Stock, Some(minutes)), "{line}");
            assert_eq!((record.tid, record.function, record.message), (Some(2), Some(&b"func"[..]), &b"text"[..]));
        }
    }

    #[test]
    fn what_is_missing_leaves_the_rest_as_message() {
        let record = parse("[F][2023-11-05 +8.0 14:19:18.434]cut here").unwrap();
        assert_eq!((record.head.level, record.pid, record.message), (Some(Level::Fatal), None, &b"cut here"[..]));
        let record = parse("[F][2023-11-05 +8.0 14:19:18.434][7, 8][tag and no more").unwrap();
        assert_eq!((record.tid, record.message), (Some(8), &b"[tag and no more"[..]));
        let record = parse("[F][2023-11-05 +8.0 14:19:18.434][7, 8][tag]message [x][y][z]").unwrap();
        assert_eq!((record.tag, record.source), (Some(&b"tag"[..]), None));
        assert_eq!(record.message, b"message [x][y][z]");
        let record = parse("[F][2023-11-05 +8.0 14:19:18.434][7, 4295022000*][t][a.c:1, f][m").unwrap();
        assert_eq!((record.tid, record.main_thread), (Some(4_295_022_000), Some(true)));
    }

    #[test]
    fn others_are_no_heads() {
        for line in
            ["[I][2023-11-05 14:19:18.434][", "[X][2023-11-05 +8.0 14:19:18.434]", "[I][2023-11-35 +8.0 1", "[I]["]
        {
            assert_eq!(parse(line), None, "{line}");
        }
    }
}
