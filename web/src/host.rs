//! What the worker does for the library: see `worker.js`.

use std::io::{self, Read, Write};

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Fills `buffer` from `offset` of a file on. Returns how many bytes there were, 0 at its end; less than that if it
    /// cannot be read.
    #[wasm_bindgen(js_name = imlogRead)]
    fn read(file: u32, offset: f64, buffer: &mut [u8]) -> i32;

    /// Takes the next part of a text.
    #[wasm_bindgen(js_name = imlogWrite)]
    fn write(text: &[u8]);
}

/// A file of the worker, by its number.
pub struct File {
    number: u32,
    /// Exact up to 8 PiB.
    offset: f64,
}

impl File {
    /// The file from its start on.
    pub fn new(number: u32) -> File {
        File { number, offset: 0.0 }
    }
}

impl Read for File {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = read(self.number, self.offset, buffer);
        let count = usize::try_from(count).map_err(|_| io::Error::other("the browser cannot read the file"))?;
        self.offset += count as f64;
        Ok(count)
    }
}

/// The text that the worker collects.
pub struct Text;

impl Write for Text {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        write(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
