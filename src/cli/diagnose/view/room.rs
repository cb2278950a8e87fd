//! How much of what could be said has room: whole clauses, so that nothing breaks off.

use super::sheet::Sheet;

/// `why` and `advice` in no more than `most` lines together. `why` has parts, the most important first. Clauses are left
/// out from the end, then words; only if not even the first ones have room, they are cut off.
pub fn share(why: &[String], advice: &str, most: usize, width: usize, sheet: &Sheet<'_>) -> (Vec<String>, Vec<String>) {
    let (mut why, mut advice) = (sentences(why), clauses(advice, &CLAUSES));
    let lines = |text: &str| sheet.wrap(text, width).len();
    let fits = |why: &[Clause], advice: &[Clause]| lines(&said(why)) + lines(&said(advice)) <= most;
    for of_advice in [true, false] {
        let first = |clauses: &Vec<Clause>| clauses.iter().take(1).cloned().collect::<Vec<_>>();
        if fits(&first(&why), &first(&advice)) {
            break;
        }
        let finer = if of_advice { &mut advice } else { &mut why };
        *finer = finer.first().map(|(clause, _)| clauses(clause, &WORDS)).unwrap_or_default();
    }
    // What to do comes first, then what is known.
    let (mut of_why, mut of_advice) = (1, 1);
    let (mut more_why, mut more_advice) = (true, true);
    let head = |clauses: &'_ [Clause], count: usize| clauses.get(..count).unwrap_or(clauses).to_vec();
    while more_why || more_advice {
        more_advice =
            more_advice && of_advice < advice.len() && fits(&head(&why, of_why), &head(&advice, of_advice + 1));
        of_advice += usize::from(more_advice);
        more_why = more_why && of_why < why.len() && fits(&head(&why, of_why + 1), &head(&advice, of_advice));
        of_why += usize::from(more_why);
    }
    let (why, advice) = (said(&head(&why, of_why)), said(&head(&advice, of_advice)));
    let for_advice = lines(&advice).min(most.saturating_sub(1)).max(1);
    let for_why = most.saturating_sub(for_advice).max(1);
    (sheet.wrap_within(&why, width, for_why), sheet.wrap_within(&advice, width, for_advice))
}

/// Where a sentence could end.
const CLAUSES: [&str; 3] = [". ", "; ", ": "];
/// Where it could end if there is little room.
const WORDS: [&str; 2] = [", ", " and "];

/// A part of a sentence, and the mark after it.
type Clause = (String, &'static str);

fn sentences(parts: &[String]) -> Vec<Clause> {
    let mut all: Vec<Clause> = Vec::new();
    for part in parts {
        if let Some((_, mark)) = all.last_mut() {
            *mark = "; ";
        }
        all.extend(clauses(part, &CLAUSES));
    }
    all
}

/// `text`, taken apart at these marks.
fn clauses(text: &str, marks: &[&'static str]) -> Vec<Clause> {
    let mut clauses = Vec::new();
    let mut rest = text.trim_end_matches('.');
    loop {
        // What is short is not worth a clause of its own: a code, or the start of a list.
        let end = marks.iter().filter_map(|mark| {
            let from = rest.char_indices().map(|(at, _)| at).nth(SHORTEST)?;
            let at = from + rest.get(from..)?.find(mark)?;
            Some((at, *mark))
        });
        let Some((at, mark)) = end.min() else { break };
        clauses.push((rest.get(..at).unwrap_or_default().to_owned(), mark));
        rest = rest.get(at + mark.len()..).unwrap_or_default();
    }
    clauses.push((rest.to_owned(), ""));
    clauses
}

/// Characters of a clause, at least.
const SHORTEST: usize = 24;

/// Clauses as a sentence.
fn said(clauses: &[Clause]) -> String {
    let mut said = String::new();
    let mut before = "";
    for (clause, mark) in clauses {
        said += before;
        said += clause;
        before = mark;
    }
    let mut chars = said.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::super::super::super::page::Page;
    use super::*;

    #[test]
    fn clauses_are_left_out_from_the_end() {
        let page = Page { width: 60, seen: true, ascii: false };
        let sheet = Sheet { page: &page, out: String::new() };
        let why =
            ["-10001: the key is out of date: the UserSig's time is over".to_owned(), "2 logins failed".to_owned()];
        let advice =
            "Fetch a new UserSig and log in with it; the old one won't work again. Check how long it is valid.";
        let shared = |most, width| {
            let (why, advice) = share(&why, advice, most, width, &sheet);
            (why.join("/"), advice.join("/"))
        };
        let all = "-10001: the key is out of date: the UserSig's time is over; 2 logins failed.";
        assert_eq!(shared(2, 200), (all.into(), advice.into()));
        let (why, advice) = shared(3, 52);
        assert_eq!(why, "-10001: the key is out of date.");
        assert_eq!(
            advice,
            "Fetch a new UserSig and log in with it; the old one/won't work again. Check how long it is valid."
        );
        let (why, advice) = shared(2, 40);
        assert_eq!(
            (why.as_str(), advice.as_str()),
            ("-10001: the key is out of date.", "Fetch a new UserSig and log in with it.")
        );
        let (why, advice) = shared(2, 20);
        assert_eq!((why.as_str(), advice.as_str()), ("-10001: the key is…", "Fetch a new UserSig…"));
    }
}
