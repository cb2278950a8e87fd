//! Each rule, from the lines that it was learned from.

use imlog::{RULES, RuleId, Severity};

use crate::scene::Form::{New, Old};
use crate::scene::{Scene, diagnose, only};

#[test]
fn every_known_line_leads_to_its_rule() {
    for rule in &RULES {
        for line in rule.lines() {
            let found = diagnose(format!("{line}\n").as_bytes());
            assert!(found.findings.iter().any(|finding| finding.rule == rule.id), "{}: {line}", rule.name);
        }
    }
}

#[test]
fn not_initialized() {
    for form in [New, Old] {
        let scene = Scene::started(form).wait(60.0).uninit().wait(4.0).sends(6013).wait(3.0).sends(6018).init("Debug");
        assert_eq!(scene.serious(), [(RuleId::NotInitialized, 2)]);
        let found = scene.found();
        assert!(only(&found, RuleId::NotInitialized).notes[0].contains("after unInitSDK at 08:01:00"), "{found:?}");
    }
    assert_eq!(Scene::new(New).sends(6013).serious(), [(RuleId::NotInitialized, 1)]);
}

#[test]
fn not_logged_in() {
    for form in [New, Old] {
        let scene = Scene::new(form).opens().init("Debug").sends(6014).wait(3.0).sends(6014).wait(9.0).login(60);
        assert_eq!(scene.serious(), [(RuleId::NotLoggedIn, 2)]);
        assert_eq!(only(&scene.found(), RuleId::NotLoggedIn).duration(), 12_060);
    }
}

#[test]
fn usersig_expired() {
    let heartbeat = "receive heartbeat response|error_code:-10001|error_message:key is expired.";
    for scene in [
        Scene::started(New).wait(60.0).line('E', "HandleHeartbeatResponse", heartbeat),
        Scene::started(New).wait(60.0).line('I', "OnUserSigExpired", "userSig expired"),
        Scene::started(Old).wait(60.0).line('I', "OnUserSigExpired", "userSig expired|loginStatus:logined"),
        Scene::started(New).wait(60.0).login_fails(70001),
        Scene::started(Old).wait(60.0).login_fails(6206),
        Scene::started(New).wait(60.0).line('E', "HandleGetGroupListResponse", "error_code:70001|error_message:x"),
    ] {
        assert_eq!(scene.serious(), [(RuleId::UserSigExpired, 1)], "{}", scene.text);
        let over = only(&scene.wait(5.0).login(60).found(), RuleId::UserSigExpired).over;
        assert!(over.is_some());
    }
}

#[test]
fn usersig_loop() {
    for form in [New, Old] {
        let mut scene = Scene::started(form).wait(60.0).line('I', "OnUserSigExpired", "userSig expired");
        for _ in 0..20 {
            scene = scene.wait(2.5).login_fails(70001).line('I', "OnUserSigExpired", "userSig expired");
        }
        assert_eq!(scene.serious(), [(RuleId::UserSigLoop, 20), (RuleId::UserSigExpired, 1)], "{form:?}");
        // A login with a new UserSig ends it: what expires later is another.
        let later = scene.login(60).wait(3600.0).line('I', "OnUserSigExpired", "userSig expired");
        assert_eq!(
            later.serious(),
            [(RuleId::UserSigLoop, 20), (RuleId::UserSigExpired, 1), (RuleId::UserSigExpired, 1)]
        );
    }
}

#[test]
fn usersig_invalid() {
    for code in [70003, 70005, 70009, 70013, 70014, 70020] {
        let scene = Scene::new(New).opens().init("Debug").login_fails(code).wait(9.0).login_fails(code);
        assert_eq!(scene.serious(), [(RuleId::UserSigInvalid, 2)], "{code}");
    }
}

#[test]
fn kicked_offline() {
    let kicked = |function, text| Scene::started(New).wait(60.0).line('W', function, text);
    for scene in [
        kicked("HandleKickoutNotify", "kick_offline_type:1|platform:iOS"),
        kicked("OnKickout", "kick_offline_type:1|platform:iOS|error_code:6208|error_message:x"),
        kicked("HandleKickoutNotify", "platform:iOS").line('W', "OnKickout", "error_code:6208|platform:iOS"),
    ] {
        assert_eq!(scene.serious(), [(RuleId::KickedOffline, 1)], "{}", scene.text);
        assert_eq!(only(&scene.found(), RuleId::KickedOffline).notes, ["the other device: iOS"]);
    }
    let old = "1-Recv|recv cmd im_open_status.stat_forceoffline|code=6208, msg=kick off by other device";
    assert_eq!(Scene::started(Old).line('W', "ForceOffline", old).serious(), [(RuleId::KickedOffline, 1)]);
}

#[test]
fn connect_failed() {
    for form in [New, Old] {
        let mut scene = Scene::started(form).wait(60.0);
        for _ in 0..88 {
            scene = scene.wait(1.0).connects(9508);
        }
        let scene = scene.wait(2.0).connects(0);
        assert_eq!(scene.serious(), [(RuleId::ConnectFailed, 88)]);
        let found = scene.found();
        let outage = only(&found, RuleId::ConnectFailed);
        assert_eq!((outage.codes[&9508], outage.duration()), (88, 89_000));
    }
}

#[test]
fn login_failed() {
    for (form, code) in [(New, 6207), (Old, 6207), (New, 9519), (Old, 6012), (New, 70107)] {
        let mut scene = Scene::new(form).opens().init("Debug");
        for _ in 0..20 {
            scene = scene.wait(4.0).login_fails(code);
        }
        assert_eq!(scene.serious(), [(RuleId::LoginFailed, 20)], "{form:?} {code}");
    }
}

#[test]
fn login_slow() {
    for form in [New, Old] {
        assert_eq!(Scene::new(form).opens().init("Debug").login(9_000).serious(), [(RuleId::LoginSlow, 1)]);
        assert_eq!(Scene::new(form).opens().init("Debug").login(2_500).serious(), []);
    }
    let logged = "Login success|error_code:0 error_message:OK|time cost:8000ms(queue time cost:1ms)";
    assert_eq!(Scene::new(New).line('I', "LogRequestEnd", logged).serious(), [(RuleId::LoginSlow, 1)]);
}

#[test]
fn send_failed() {
    for code in [10007, 10017, 20007, 80001, 120_005, 6200, 9519] {
        for form in [New, Old] {
            let scene = Scene::started(form).sends(code).wait(3.0).sends(code);
            assert_eq!(scene.serious(), [(RuleId::SendFailed, 2)], "{code}");
        }
    }
}

#[test]
fn rate_limited() {
    for code in [7008, 9506, 9507, 60011, 70050] {
        let request =
            |scene: Scene| scene.wait(0.1).line('E', "HandleX", &format!("error_code:{code}|error_message:x"));
        let scene = (0..25).fold(Scene::started(New), |scene, _| request(scene));
        assert_eq!(scene.serious(), [(RuleId::RateLimited, 25)], "{code}");
        assert_eq!(Scene::started(Old).sends(code).serious(), [(RuleId::RateLimited, 1)], "{code}");
    }
}

#[test]
fn push_token_failed() {
    let new = Scene::started(New).line('E', "HandleSetTokenResponse", "error_code:22001|error_message:x");
    let old = Scene::started(Old).line('E', "Decode", "set token|decode|code:-10005|desc:").line(
        'E',
        "",
        "setToken failed, code -10005|descr",
    );
    for scene in [new, old] {
        assert_eq!(scene.serious(), [(RuleId::PushTokenFailed, 1)]);
    }
}

#[test]
fn plan_missing() {
    for code in [7013, 60020] {
        let scene = Scene::started(New).line('E', "HandleX", &format!("error_code:{code}|error_message:x"));
        assert_eq!(scene.serious(), [(RuleId::PlanMissing, 1)]);
    }
}

#[test]
fn unclean_exit() {
    for form in [New, Old] {
        let crashed = Scene::started(form).wait(60.0).raw("signal:11 (SIGSEGV),code:1 (SEGV_MAPERR),fault addr:0x0");
        let killed = Scene::started(form).wait(60.0);
        for (scene, severity) in [(killed, Severity::Warn), (crashed, Severity::Error)] {
            let scene = scene.wait(60.0).by(9000).opens().init("Debug").login(60).wait(60.0).uninit();
            assert_eq!(scene.serious(), [(RuleId::UncleanExit, 1)]);
            assert_eq!(only(&scene.found(), RuleId::UncleanExit).severity, severity);
        }
    }
}

#[test]
fn heartbeat_gap() {
    let scene = Scene::started(New).wait(7200.0).line('I', "RequestHeartbeat", "send heartbeat request");
    assert_eq!(scene.serious(), []);
    assert_eq!(only(&scene.found(), RuleId::HeartbeatGap).duration(), 7_200_000);
}

#[test]
fn clock_skew() {
    // 08:00 in China is 00:00 UTC.
    let midnight = 1_740_960_000;
    let login = |scene: Scene, server_time: i64| {
        scene.line('I', "HandleOnlineResponse", &format!("process online response|server_time:{server_time}"))
    };
    for (ahead, is_wrong) in [(0, false), (30, false), (-30, false), (600, true), (-600, true), (86_400, true)] {
        let zoned = Scene::new(New).opens().init("Debug");
        assert_eq!(login(zoned.clone(), midnight - ahead).serious().len(), usize::from(is_wrong), "{ahead}");
        let local = Scene::new(New).init("Debug");
        assert_eq!(login(local, midnight - ahead).serious().len(), usize::from(is_wrong), "{ahead}");
        // However often it is seen, it is one clock; once it is right, that is over.
        let twice = login(login(zoned, midnight - ahead).wait(3600.0), midnight + 3600 - ahead);
        let found = login(twice.wait(60.0), midnight + 3660).found();
        if is_wrong {
            let skew = only(&found, RuleId::ClockSkew);
            assert_eq!((skew.count, skew.duration()), (2, 3_660_000));
        }
    }
}

#[test]
fn log_level() {
    for level in ["Error", "None", "WARN", "Off"] {
        let scene = Scene::new(New).opens().init(level).uninit().wait(9.0).init(level).uninit();
        assert_eq!(scene.serious(), [(RuleId::LogLevel, 2)], "{level}");
    }
    for level in ["Debug", "Info", "Verbose"] {
        assert_eq!(Scene::new(New).opens().init(level).serious(), []);
    }
}

#[test]
fn log_incomplete() {
    let whole = Scene::started(New).wait(60.0).uninit();
    assert_eq!(whole.serious(), []);
    let log = include_bytes!("../../testdata/imsdk_C_20231106.xlog");
    let cut = diagnose(&log[..log.len() - 100]);
    assert_eq!(only(&cut, RuleId::LogIncomplete).severity, Severity::Warn);
}
