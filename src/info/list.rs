//! A list of limited length.

/// The first values, and how many more there were.
#[derive(Clone, Debug)]
pub struct List<T> {
    values: Vec<T>,
    /// Values beyond the limit.
    pub left_out: u64,
}

impl<T> Default for List<T> {
    fn default() -> List<T> {
        List { values: Vec::new(), left_out: 0 }
    }
}

impl<T> List<T> {
    /// How many values are kept.
    pub const LIMIT: usize = 64;

    /// Takes the next value.
    pub fn push(&mut self, value: T) {
        match self.values.len() < Self::LIMIT {
            true => self.values.push(value),
            false => self.left_out += 1,
        }
    }

    /// The last value that was pushed, unless it was left out.
    pub fn last_mut(&mut self) -> Option<&mut T> {
        if self.left_out > 0 { None } else { self.values.last_mut() }
    }

    /// The values that were kept.
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// The values that were kept.
    pub fn values_mut(&mut self) -> &mut [T] {
        &mut self.values
    }

    /// Whether there were no values.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// How many there were.
    pub fn count(&self) -> u64 {
        self.values.len() as u64 + self.left_out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_beyond_the_limit_are_counted() {
        let mut list = List::default();
        (0..100).for_each(|value| list.push(value));
        assert_eq!((list.values().len(), list.left_out, list.count()), (64, 36, 100));
        assert_eq!(list.last_mut(), None);
    }
}
