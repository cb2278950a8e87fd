//! Lines of apps that use mars themselves.
//!
//! `[I][2023-11-05 +8.0 14:19:18.434][8844, 9112*][tag][file.cpp:828, func][message`: the zone in hours with one
//! decimal, `*` for the main thread. Source: mars' `formater.cc`.

use super::cursor::Cursor;
use super::time::{DAY, Time};
use super::{Form, Head, Record, filled};

/// The head, if it is one of this form.
pub fn head(line: &[u8]) -> Option<Head> {
    let mut cursor = Cursor(line);
    cursor.literal(b"[")?;
    let level = cursor.level()?;
    cursor.literal(b"][")?;
    let time = time(&mut cursor)?;
    cursor.literal(b"]")?;
    Some(Head::new(Form::Stock, Some(level), Some(time)))
}

/// `2023-11-05 +8.0 14:19:18.434`
fn time(cursor: &mut Cursor<'_>) -> Option<Time> {
    let day = cursor.date()?;
    cursor.literal(b" ")?;
    let ahead = cursor.sign()?;
    let hours = i16::try_from(cursor.number()?).ok().filter(|&hours| hours <= 15)?;
    cursor.literal(b".")?;
    // Zones lie on quarters of an hour, of which one decimal shows the tenth next to them.
    let minutes = match cursor.byte()? {
        b'0' => 0,
        b'2' | b'3' => 15,
        b'5' => 30,
        b'7' | b'8' => 45,
        tenth => 6 * i16::from(tenth.checked_sub(b'0').filter(|&tenth| tenth < 10)?),
    };
    cursor.literal(b" ")?;
    Some(Time { wall: day * DAY + cursor.time_of_day()?, zone: Some(ahead * (hours * 60 + minutes)) })
}

/// The fields behind the time, as far as they are there.
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
    let place = cursor.until_all(b"][")?;
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
    use super::super::{Level, parse};
    use super::*;

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
