//! Who says what, without the rest.

use super::fields::{trim_end, trim_line};
use super::tim::{self, Speaker};
use super::{Form, Head, Record};

/// Who says what on the first line of a record. That is all that it takes to know what most records are about, and is
/// read several times as fast as all fields.
#[derive(Clone, Copy, Debug)]
pub struct Statement<'a> {
    /// As [`Record::tag`].
    pub tag: Option<&'a [u8]>,
    /// The first line of [`Record::message`].
    pub message: &'a [u8],
    speaker: Speaker<'a>,
}

impl<'a> Statement<'a> {
    /// What is said by the record whose first line this is, with or without its end.
    #[inline]
    pub fn of(head: &Head, line: &'a [u8]) -> Statement<'a> {
        if head.form == Form::Tim
            && let Some((speaker, message)) = tim::statement(head, trim_line(line))
        {
            return Statement { tag: None, speaker, message };
        }
        let Record { tag, function, message, .. } = Record::new(*head, line);
        Statement { tag, speaker: Speaker::Function(function), message }
    }

    /// As [`Record::function`].
    pub fn function(&self) -> Option<&'a [u8]> {
        self.speaker.function()
    }

    /// The last four bytes of the function, if it has as many. Most end no function that is looked for, and so need not
    /// be told from the place before them.
    #[inline]
    pub fn function_end(&self) -> Option<[u8; 4]> {
        let text = match self.speaker {
            Speaker::Function(function) => function?,
            Speaker::Behind(place) => trim_end(place),
        };
        text.last_chunk().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn a_statement_says_what_the_record_does() {
        for text in [
            "TIM: 2023-11-06 14:19:18.434 I |-login.cpp:768      LogRequestBegin      |Login begin|task_id:6|\nmore",
            "TIM: 2023-11-06 14:19:18.434 E |-login.cpp:768\tTab      Two words  |\r\n",
            "TIM: 2023-11-06 14:19:18.434 E |-login.cpp:768      |m",
            "TIM: 2023-11-06 14:19:18.434 E |-x|y   Fn   |m",
            "TIM: 2023-11-06 14:19:18.434 E |-   Fn   |m",
            "TIM: 2023-11-06 14:19:18.434 E |- |m",
            "TIM: 2023-11-06 14:19:18.434 E |-no bar",
            "TIM: 2023-11-06 14:19:18.434 E |-",
            "TIM: 2023-11-06 14:19:18.434 I 1-2   |-a.cpp:1  F  |m",
            "TIM: 2023-11-06 14:19:18.434567 I |-a.cpp:1  F  |m",
            "TIM: 2023-11-06 14:19:18 I |-ab  |-c.d |m",
            "TIM: 2023-11-06 14:19:18.434 I words |-a.cpp:1  F  |m",
            "TIM: ====== 5-11-06 14:1.434 I |-a.cpp:1  F  |m",
            "\u{FEFF}TIM: 2023-11-06 14:19:18.434 E |-a.cpp:1  f  |m\n",
            "[I][2023-11-05 +8.0 14:19:18.434][1, 2][tag][a.cpp:1, f][m",
            "2021-12-14 19:46:49.652 8830-8909/com.example E/imsdk: TIM: |-login.cpp:380   F   |m",
        ] {
            let record = parse(text).unwrap();
            let line = text.split_inclusive('\n').next().unwrap();
            let said = Statement::of(&record.head, line.as_bytes());
            let message = record.message.split(|byte| *byte == b'\n').next().unwrap();
            assert_eq!((said.tag, said.function(), said.message), (record.tag, record.function, message), "{text}");
            if let Some(end) = record.function.and_then(|function| function.last_chunk()) {
                assert_eq!(said.function_end(), Some(*end), "{text}");
            }
        }
    }
}
