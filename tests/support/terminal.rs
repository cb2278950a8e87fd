//! Runs the program in a terminal.
#![cfg(unix)]

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::process::{Child, Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// Runs a command with a terminal as its standard streams. Returns what was written to the terminal, and the exit code.
pub fn run(command: &mut Command) -> (String, i32) {
    start(command).end()
}

/// Starts a command with a terminal as its standard streams.
pub fn start(command: &mut Command) -> Session {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let name = std::ffi::OsStr::from_bytes(name.as_bytes());
    let slave = || Stdio::from(File::options().read(true).write(true).open(name).unwrap());
    let child = command.stdin(slave()).stdout(slave()).stderr(slave()).spawn().unwrap();
    // Close our copies of its end of the terminal, so that reading ends when it exits.
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Session { child, master: File::from(master), shown: Vec::new() }
}

/// A command that runs in a terminal.
pub struct Session {
    child: Child,
    master: File,
    shown: Vec<u8>,
}

impl Session {
    /// Waits until the terminal shows this text.
    pub fn wait_for(&mut self, text: &str) {
        while !String::from_utf8_lossy(&self.shown).contains(text) {
            assert!(self.read() > 0, "no {text:?} in {:?}", String::from_utf8_lossy(&self.shown));
        }
    }

    /// All that was written to the terminal, and the exit code.
    pub fn end(mut self) -> (String, i32) {
        while self.read() > 0 {}
        (String::from_utf8_lossy(&self.shown).into_owned(), self.child.wait().unwrap().code().unwrap())
    }

    fn read(&mut self) -> usize {
        let mut buffer = [0; 4096];
        match self.master.read(&mut buffer) {
            // Linux returns this error when the other end is closed.
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error()) => 0,
            read => {
                let read = read.unwrap_or_else(|error: io::Error| panic!("{error}"));
                self.shown.extend_from_slice(&buffer[..read]);
                read
            }
        }
    }
}
