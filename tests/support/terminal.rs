//! A terminal to run the program in.
#![cfg(unix)]

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// Runs a command whose standard streams are a terminal. Gives what came to the terminal, and the exit code.
pub fn run(command: &mut Command) -> (String, i32) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap();
    let name = std::ffi::OsStr::from_bytes(name.as_bytes());
    let slave = || Stdio::from(File::options().read(true).write(true).open(name).unwrap());
    let mut child = command.stdin(slave()).stdout(slave()).stderr(slave()).spawn().unwrap();
    // Its ends of the terminal are its alone: when it ends, reading ends.
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut shown = Vec::new();
    match File::from(master).read_to_end(&mut shown) {
        // Linux says so when nobody has the other end any more.
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error()) => {}
        other => drop(other.unwrap_or_else(|error: io::Error| panic!("{error}"))),
    }
    (String::from_utf8_lossy(&shown).into_owned(), child.wait().unwrap().code().unwrap())
}
