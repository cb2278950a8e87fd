//! How much text was looked at, counted in tests only: all of it takes linear time.

#[cfg(test)]
thread_local! {
    static STEPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Counts bytes that are looked at.
#[inline(always)]
pub(super) fn add(bytes: usize) {
    #[cfg(test)]
    STEPS.set(STEPS.get() + bytes);
    #[cfg(not(test))]
    let _ = bytes;
}

/// How many there were since the last call.
#[cfg(test)]
pub(super) fn take() -> usize {
    STEPS.take()
}
