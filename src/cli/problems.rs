//! What is wrong with a log, in words.

use crate::decode::Report;
use crate::output::marker::{Count, KeyId};
use crate::xlog::header::ClientKey;

/// What is wrong with a file, a sentence each.
pub fn of(report: &Report) -> impl Iterator<Item = String> {
    let Report { gaps, lost, unopened, repaired, skips, missing, .. } = report;
    let lost = (*gaps > 0).then(|| {
        let mut text = format!("{} in {} not decoded", Count(*lost, "byte"), Count(*gaps, "place"));
        if *unopened > 0 {
            text += &format!(", {} among them", Count(*unopened, "encrypted block"));
        }
        text
    });
    let repaired = (*repaired > 0).then(|| format!("{} read in spite of a damaged header", Count(*repaired, "block")));
    let skips = (*skips > 0).then(|| {
        format!(
            "seq skips in {}: {} missing, here or in another file of the app",
            Count(*skips, "place"),
            Count(*missing, "block")
        )
    });
    [lost, repaired, skips].into_iter().flatten()
}

/// What to do about encrypted blocks that were left out.
pub fn key_hint(clients: &[ClientKey], has_keys: bool) -> String {
    let keys: Vec<_> = clients.iter().map(|client| KeyId(client).to_string()).collect();
    let none_fits = if has_keys { "none of the keys fits: " } else { "" };
    format!(
        "{none_fits}give the app's private key with --key-file FILE (or IMLOG_KEY, or --key); client keys seen: {}",
        keys.join(", ")
    )
}
