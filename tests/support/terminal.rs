//! Runs the program in a terminal.
#![cfg(unix)]

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// Runs a command with a terminal as its standard streams. Returns what was written to the terminal, and the exit code.
pub fn run(command: &mut Command) -> (String, i32) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let name = std::ffi::OsStr::from_bytes(name.as_bytes());
    let slave = || Stdio::from(File::options().read(true).write(true).open(name).unwrap());
    let mut child = command.stdin(slave()).stdout(slave()).stderr(slave()).spawn().unwrap();
    // Close our copies of its end of the terminal, so that reading ends when it exits.
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut shown = Vec::new();
    match File::from(master).read_to_end(&mut shown) {
        // Linux returns this error when the other end is closed.
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error()) => {}
        other => drop(other.unwrap_or_else(|error: io::Error| panic!("{error}"))),
    }
    (String::from_utf8_lossy(&shown).into_owned(), child.wait().unwrap().code().unwrap())
}
