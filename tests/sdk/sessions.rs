//! Processes in a log: where they start, how they end, and whose line is whose.

use imlog::{Bound, Ending, RuleId, Span, Track, TrackState, Zone};

use crate::scene::Form::{New, Old};
use crate::scene::{self, Scene};

fn endings(scene: &Scene) -> Vec<(Option<u64>, Ending)> {
    scene.found().sessions.iter().map(|session| (session.pid, session.ending)).collect()
}

#[test]
fn a_process_that_shuts_down_and_starts_again_is_no_crash() {
    for form in [New, Old] {
        let again = Scene::started(form).wait(60.0).uninit().wait(3.0).init("Debug").login(60).wait(60.0).uninit();
        assert_eq!((again.serious(), endings(&again)), (vec![], vec![(Some(4531), Ending::Uninit)]));
        let next = again.wait(60.0).by(4600).opens().init("Debug").login(60);
        assert_eq!(next.serious(), []);
        assert_eq!(endings(&next), [(Some(4531), Ending::Uninit), (Some(4600), Ending::Open)]);
    }
}

#[test]
fn what_was_in_the_cache_is_of_the_process_before() {
    let ends = "~~~~~ end of mmap ~~~~~[4600,4600][2025-03-03 +0800 08:10:00]";
    let killed = Scene::started(New).wait(60.0).raw("~~~~~ begin of mmap ~~~~~").sends(0);
    let shut_down = killed.clone().uninit();
    let next = |scene: Scene| scene.raw(ends).wait(600.0).by(4600).opens().init("Debug").login(60).uninit();
    assert_eq!(next(killed).serious(), [(RuleId::UncleanExit, 1)]);
    assert_eq!(next(shut_down).serious(), []);
}

#[test]
fn two_processes_may_write_at_the_same_time() {
    let both = |form| {
        let first = Scene::started(form).wait(60.0).by(4600).opens().init("Debug").login(60).wait(60.0);
        first.by(4531).sends(0).wait(1.0).by(4600).sends(0).wait(1.0).by(4531).uninit().by(4600).wait(1.0).uninit()
    };
    for form in [New, Old] {
        let scene = both(form);
        assert_eq!(scene.serious(), [], "{form:?}");
        assert_eq!(endings(&scene), [(Some(4531), Ending::Uninit), (Some(4600), Ending::Uninit)], "{form:?}");
    }
}

#[test]
fn a_log_that_begins_in_the_middle_says_so() {
    let scene = Scene::new(New).sends(0).wait(60.0).sends(0).uninit();
    let found = scene.found();
    let session = &found.sessions[0];
    assert_eq!((scene.serious(), found.sessions.len(), session.has_start), (vec![], 1, false));
    assert_eq!((session.about.sdk_version.as_deref(), session.ending), (None, Ending::Uninit));
}

#[test]
fn states_follow_each_other() {
    let scene = Scene::new(New).opens().init("Debug").connects(0).wait(1.0).login(60).wait(60.0);
    let scene = scene.line('W', "HandleKickoutNotify", "platform:iOS").wait(5.0).login(60).wait(5.0).uninit();
    let found = scene.found();
    let logins = found.sessions[0].changes.iter().filter(|change| change.state.track() == Track::Login);
    assert_eq!(
        logins.map(|change| change.state).collect::<Vec<_>>(),
        [
            TrackState::LoggingIn,
            TrackState::LoggedIn,
            TrackState::Kicked,
            TrackState::LoggingIn,
            TrackState::LoggedIn,
            TrackState::LoggedOut
        ]
    );
}

#[test]
fn clocks_go_back() {
    let scene = Scene::started(New).wait(900.0).sends(10007).back(800).sends(10007).wait(3.0).sends(0).uninit();
    let sends: u64 =
        scene.serious().iter().map(|(rule, count)| if *rule == RuleId::SendFailed { *count } else { 9 }).sum();
    assert_eq!(sends, 2);
    assert_eq!(endings(&scene), [(Some(4531), Ending::Uninit)]);
}

#[test]
fn only_a_span_or_a_user_is_kept() {
    let scene = Scene::started(New).wait(60.0).sends(10007).wait(3600.0).sends(10007).uninit();
    // 08:30.
    let span = Span { start: Some(Bound::Wall(1_740_990_600_000)), end: None };
    let mut found = scene.found();
    found.keep(span, Zone::Fixed(0));
    let times: Vec<_> = found.findings.iter().filter(|finding| finding.rule == RuleId::SendFailed).collect();
    assert_eq!((times.len(), found.sessions.len()), (1, 1));
    let mut other = scene.found();
    other.keep_user("user_B");
    assert_eq!((other.sessions.len(), other.findings.len()), (0, 0));
    let mut own = scene.found();
    own.keep_user("user_A");
    assert_eq!(own, scene.found());
}

#[test]
fn a_session_says_what_each_generation_logs_of_it() {
    let about = |line: &str| scene::diagnose(line.as_bytes()).sessions.remove(0).about;
    let of_4_6 = "TIM: 2020-06-23 22:17:19.145/I/27177-27177   /Common    -imcore_manager.cpp.147  InitSdk    /InitSdk, device type: CLT-L29, system version: 10, app version = 4.6.1\n";
    let found = about(of_4_6);
    assert_eq!((found.device.as_deref(), found.system.as_deref()), (Some("CLT-L29"), Some("10")));
    assert_eq!(found.sdk_version.as_deref(), Some("4.6.1"));
    let of_1_9 =
        "[INFO][TIMManager.mm:137][][ImSDK]InitSdk|1-Init|Succ|version=1.9.2, sdkappid=1400000000, msfappid=1\n";
    assert_eq!(about(of_1_9).app_id.as_deref(), Some("1400000000"));
}
