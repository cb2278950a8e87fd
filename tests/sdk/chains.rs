//! What belongs together is one finding, and what means no harm is none.

use imlog::RuleId;

use crate::scene::Form::{New, Old};
use crate::scene::{Scene, only};

#[test]
fn what_fails_in_an_outage_is_its_consequence() {
    let tries = |scene: Scene, count| (0..count).fold(scene, |scene, _| scene.wait(1.0).connects(9508));
    let begun = || Scene::new(New).opens().init("Debug");
    for scene in [
        tries(begun(), 88).login_fails(9519).sends(9519).wait(1.0).connects(9508),
        // The login is given up before it is clear that this is an outage, or after it.
        tries(tries(begun(), 1).login_fails(9519).sends(9519), 88),
        tries(begun(), 89).connects(0).wait(5.0).login_fails(9519).sends(9519),
    ] {
        assert_eq!(scene.serious(), [(RuleId::ConnectFailed, 89)], "{}", scene.text);
        let found = scene.found();
        let mut consequences: Vec<_> = only(&found, RuleId::ConnectFailed).consequences.clone();
        consequences.sort_by_key(|consequence| consequence.what);
        let consequences: Vec<_> = consequences.iter().map(|what| (what.what, what.code, what.count)).collect();
        assert_eq!(consequences, [("login", 9519, 1), ("message", 9519, 1)]);
    }
    // The server has refused this one: that is another story.
    let refused = tries(begun(), 9).login_fails(70013);
    assert_eq!(refused.serious(), [(RuleId::ConnectFailed, 9), (RuleId::UserSigInvalid, 1)]);
}

#[test]
fn a_few_failed_tries_are_nothing() {
    let scene = Scene::started(New).wait(60.0).connects(9508).wait(1.0).connects(9510).wait(1.0).connects(0);
    assert_eq!(scene.serious(), []);
    // A login that times out beside them is no part of an outage.
    let scene = Scene::started(New).wait(60.0).connects(9508).wait(1.0).login_fails(9519);
    assert_eq!(scene.serious(), [(RuleId::LoginFailed, 1)]);
}

#[test]
fn the_pauses_of_an_outage_grow() {
    let pauses = [1, 2, 4, 8, 30, 60, 120, 300, 700, 900, 1200];
    let scene = pauses.iter().fold(Scene::started(New), |scene, pause| scene.connects(9510).wait(f64::from(*pause)));
    let scene = scene.connects(0);
    assert_eq!(scene.serious(), [(RuleId::ConnectFailed, 11)]);
    assert_eq!(only(&scene.found(), RuleId::ConnectFailed).duration(), 3_325_000);
}

#[test]
fn a_message_that_was_sent_ends_what_kept_the_user_offline() {
    let scene = Scene::started(Old).wait(60.0).connects(9508).wait(1.0).connects(9508).wait(60.0);
    let scene = scene.sends(0).wait(60.0).connects(9508).wait(1.0).connects(9508);
    assert_eq!(scene.serious(), []);
}

#[test]
fn what_only_looks_like_a_failure_is_none() {
    let dump = "synchronized message: data2String:{\"text\":\"error code: 70001\"}";
    let record = "previous record|content:conn_succ=0&error_code=6012&reg_error_code=70001&error_msg=x";
    let dumped = format!("TIM: 2025-03-03 08:00:01.000 D |-TIMPush-TIMPushProvider     |{dump}");
    for scene in [
        Scene::started(New).raw(&dumped),
        Scene::started(Old).line('I', "OnConnecting", record),
        Scene::started(New).line('E', "HandleJoinedGroupListResponse", "error_code:11000|error_message:x"),
        Scene::started(New).line('W', "HandleHeartbeatResponse", "error_code:9519|error_message:x"),
        Scene::started(New).line('E', "HandleGetGroupInfoResponse", "error_code:10010|error_message:x"),
        Scene::started(Old).line('I', "Decode", "set offline push|decode|code:6012|desc:request timeout|buf:"),
    ] {
        assert_eq!(scene.serious(), [], "{}", scene.text);
    }
}

#[test]
fn harmless_errors_are_counted_and_others_grouped() {
    let scene = Scene::started(New)
        .line('E', "HandleJoinedGroupListResponse", "error_code:11000|error_message:community group not open")
        .line('E', "HandleJoinedGroupListResponse", "error_code:11001|error_message:other")
        .line('E', "HandleX", "error_code:1234|error_message:user_1 is not here")
        .line('E', "HandleX", "error_code:1234|error_message:user_2 is not here");
    let found = scene.found();
    assert_eq!(found.harmless.iter().map(|harmless| harmless.count).collect::<Vec<_>>(), [1]);
    let groups: Vec<_> = found.groups.iter().map(|group| (group.code, group.count)).collect();
    assert_eq!(groups, [(Some(1234), 2), (Some(11001), 1)]);
}

#[test]
fn what_a_good_log_has_too_is_taken_out() {
    let good = Scene::started(New).sends(10007).line('E', "HandleX", "error_code:1|error_message:x 1").found();
    let bad = Scene::started(New).line('E', "HandleX", "error_code:1|error_message:x 2");
    let bad = bad.sends(10007).wait(900.0).sends(10017).line('E', "HandleY", "error_code:1|error_message:x");
    let mut found = bad.found();
    assert_eq!(found.subtract(&good), 2);
    assert_eq!(found.findings.iter().filter(|finding| finding.rule == RuleId::SendFailed).count(), 1);
    assert_eq!(found.groups.len(), 1);
    let mut same = good.clone();
    same.subtract(&good);
    assert!(same.findings.is_empty() && same.groups.is_empty());
}
