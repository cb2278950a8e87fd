use imlog::*;
fn main() {
    let path = std::env::args().last().unwrap();
    let mut d = Diagnoser::default();
    d.next_log(&path, None);
    read_records(&Decoder::default(), std::fs::File::open(&path).unwrap(), concerns, |p: Piece<'_>| {
        d.piece(p);
        Ok::<_, std::convert::Infallible>(())
    })
    .unwrap();
    let d = d.finish();
    eprintln!("{}", d.verdict());
    for f in &d.findings {
        println!(
            "{}",
            serde_json::json!({"type":"finding","rule":f.rule().name,"severity":f.severity.name(),"first":f.first.map(|t|t.to_string()),"last":f.last.map(|t|t.to_string()),"count":f.count})
        );
        eprintln!("  {} {} | {:?} {:?} {:?}", f.severity.name(), f.sentence(), f.codes, f.notes, f.consequences);
    }
    for s in &d.sessions {
        eprintln!(
            "  session {} pid {:?} {:?} users {:?} {} changes {:?}",
            s.number,
            s.pid,
            s.about,
            s.users,
            s.ending.name(),
            s.changes.len()
        );
    }
    for g in &d.groups {
        eprintln!("  group {:?} {}", g.key(), g.count);
    }
    for h in &d.harmless {
        eprintln!("  harmless {:?}", h);
    }
}
