//! What a head with a time looks like: one description of each, in terms of its parts.
//!
//! Everything that has to recognize heads goes by these: reading (`read`), the shortcut that `record::template` takes
//! from what was read, and the glance at text that may be damaged (`glance`). As they are generic, each costs what it
//! would cost if it were written out for one of them.
//!
//! To add a head that starts like one of these, add its parts here, and a [`Form`] with its fields. One that starts in
//! another way also needs a line in `Head::of` and in `LineHead::of`.

use super::Form;

/// Heads of mars: `[I][2023-11-05 +8.0 14:19:18.434][8844, 9112*][`. The offset may be `+80`, in tenths of hours.
#[inline(always)]
pub fn stock<P: Parts>(parts: &mut P) -> Option<Form> {
    parts.text(b"[")?;
    parts.level()?;
    parts.text(b"][")?;
    parts.opened();
    parts.date()?;
    parts.text(b" ")?;
    parts.offset()?;
    parts.text(b" ")?;
    parts.clock()?;
    parts.text(b"]")?;
    parts.intact(|parts| {
        parts.text(b"[")?;
        parts.ids()?;
        parts.text(b"][")
    })?;
    Some(Form::Stock)
}

/// Heads of the IM SDK, 4.6 and later: `TIM: 2023-11-06 14:19:18.434 I |-`, `TIM: 2020-08-18 13:48:50.746/I/`,
/// `TIM: 27    2020-06-02 00:21:51.316/I/` with a running number, or a banner without a time.
#[inline(always)]
pub fn tim<P: Parts>(parts: &mut P) -> Option<Form> {
    parts.text(b"TIM: ")?;
    parts.opened();
    let has_time = parts.optional(|parts| {
        if parts.date().is_none() {
            parts.count()?;
            parts.date()?;
        }
        parts.text(b" ")?;
        parts.clock()
    })?;
    if !has_time {
        return Some(Form::Tim);
    }
    if parts.text(b"/").is_some() {
        parts.detail(|parts| parts.level());
        return Some(Form::Tim48);
    }
    parts.detail(|parts| {
        parts.spaces()?;
        parts.level()?;
        parts.border()
    });
    Some(Form::Tim)
}

/// What heads are made of. Each part is taken if it comes next; `None`: something else does.
pub trait Parts {
    /// These bytes.
    fn text(&mut self, text: &[u8]) -> Option<()>;
    /// The letter of the level.
    fn level(&mut self) -> Option<()>;
    /// `2023-11-05`
    fn date(&mut self) -> Option<()>;
    /// `14:19:18.434`
    fn clock(&mut self) -> Option<()>;
    /// `+8.0`, `+80`: hours ahead of UTC, or tenths of them.
    fn offset(&mut self) -> Option<()>;
    /// `27    `: a running number, and spaces.
    fn count(&mut self) -> Option<()>;
    /// `8844, 9112*`: process and thread.
    fn ids(&mut self) -> Option<()>;
    /// One space or more.
    fn spaces(&mut self) -> Option<()>;
    /// The end of a word or of the line, which is not taken.
    fn border(&mut self) -> Option<()>;

    /// A line that starts like this is meant to be a head.
    fn opened(&mut self);
    /// Parts that start with a digit, and that a head may do without. Returns whether they are there.
    fn optional(&mut self, parts: impl FnOnce(&mut Self) -> Option<()>) -> Option<bool>;
    /// Parts that say something, but do not make the head one: where others stand, that is unknown.
    fn detail(&mut self, parts: impl FnOnce(&mut Self) -> Option<()>);
    /// Parts that come after the head in an undamaged line. A line that is cut before them has a head.
    fn intact(&mut self, parts: impl FnOnce(&mut Self) -> Option<()>) -> Option<()>;
}
