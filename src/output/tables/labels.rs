//! A column of text that is often the same: each text is kept once per batch.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::builder::Int32Builder;
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, DictionaryArray, StringArray};
use arrow_schema::ArrowError;
use foldhash::fast::FixedState;

/// A column that is being filled.
#[derive(Debug, Default)]
pub struct Labels {
    keys: Int32Builder,
    known: HashMap<Arc<str>, i32, FixedState>,
    values: Vec<Arc<str>>,
    /// The label that came last: most come several times in a row.
    last: Option<(Arc<str>, i32)>,
    /// How much memory the labels take, in bytes.
    bytes: usize,
}

impl Labels {
    /// Adds a row.
    pub fn push(&mut self, label: Option<&str>) {
        let key = label.map(|label| self.key(label));
        self.keys.append_option(key);
    }

    fn key(&mut self, label: &str) -> i32 {
        if let Some((last, key)) = &self.last
            && **last == *label
        {
            return *key;
        }
        let (label, key) = match self.known.get_key_value(label) {
            Some((label, key)) => (label.clone(), *key),
            None => {
                let (label, key) = (Arc::<str>::from(label), self.values.len() as i32);
                self.bytes += label.len();
                self.values.push(label.clone());
                self.known.insert(label.clone(), key);
                (label, key)
            }
        };
        self.last = Some((label, key));
        key
    }

    /// How much text it holds, in bytes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The column; the next one starts empty.
    ///
    /// # Errors
    /// None that can happen.
    pub fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        let values = StringArray::from_iter_values(self.values.drain(..));
        self.known.clear();
        (self.last, self.bytes) = (None, 0);
        Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(self.keys.finish(), Arc::new(values))?))
    }
}
