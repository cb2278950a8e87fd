//! Logs of the IM SDK in which something happens, line by line.

use imlog::{Concern, Decoder, Diagnoser, Diagnosis, Finding, Piece, RuleId, Severity, concerns, read_records};

/// How the SDK writes its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// 5.x and later, in the file.
    New,
    /// 4.5 to 5.0, in the file: with the process id.
    Old,
}

/// A log that is being written.
#[derive(Clone, Debug)]
pub struct Scene {
    form: Form,
    pid: u32,
    /// Milliseconds since midnight.
    now: u64,
    pub text: String,
}

impl Scene {
    /// An empty log, at 08:00.
    pub fn new(form: Form) -> Scene {
        Scene { form, pid: 4531, now: 8 * 3_600_000, text: String::new() }
    }

    /// A process starts, and logs in.
    pub fn started(form: Form) -> Scene {
        Scene::new(form).opens().init("Debug").login(65)
    }

    fn clock(&self) -> String {
        let (seconds, millis) = (self.now / 1000, self.now % 1000);
        format!("{:02}:{:02}:{:02}.{millis:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }

    pub fn raw(mut self, line: &str) -> Scene {
        self.text.push_str(line);
        self.text.push('\n');
        self
    }

    pub fn line(self, level: char, function: &str, message: &str) -> Scene {
        let (clock, pid) = (self.clock(), self.pid);
        let line = match self.form {
            Form::New => format!("TIM: 2025-03-03 {clock} {level} |-a.cpp:1     {function}     |{message}"),
            Form::Old if function.is_empty() => {
                format!("TIM: 2025-03-03 {clock}/{level}/{pid}-{pid}     /IMSDK     -BaseManager.0     /{message}")
            }
            Form::Old => {
                format!(
                    "TIM: 2025-03-03 {clock}/{level}/{pid}-{pid}     /Common    -a.cpp.1  {function}     /{message}"
                )
            }
        };
        self.raw(&line)
    }

    pub fn wait(mut self, seconds: f64) -> Scene {
        self.now += (seconds * 1000.0) as u64;
        self
    }

    pub fn back(mut self, seconds: u64) -> Scene {
        self.now -= seconds * 1000;
        self
    }

    /// What follows is of this process.
    pub fn by(mut self, pid: u32) -> Scene {
        self.pid = pid;
        self
    }

    /// The process opens the log.
    pub fn opens(self) -> Scene {
        let (pid, clock) = (self.pid, self.clock());
        self.raw(&format!("^^^^^^^^^^Dec 10 2021^^^15:15:13^^^^^^^^^^[{pid},{pid}][2025-03-03 +0800 {}]", &clock[..8]))
    }

    pub fn init(self, level: &str) -> Scene {
        match self.form {
            Form::New => self.line('I', "Init", &format!("InitSDK|sdk_version:8.8.7357|log_level:{level}")),
            Form::Old => self.line('I', "Init", "session init, sdkAppId: 1, app version: 4.6.51").line(
                'I',
                "InitSdk",
                "InitSdk, device type: CLT-L29, app version = 4.6.51",
            ),
        }
    }

    pub fn uninit(self) -> Scene {
        match self.form {
            Form::New => self.line('I', "InternalUninit", "UnInitSDK|cost_time:3ms"),
            Form::Old => self.line('I', "UnInitSdk", "UnInitSdk"),
        }
    }

    pub fn login_begins(self) -> Scene {
        match self.form {
            Form::New => self.line('I', "LogRequestBegin", "Login begin|task_id:6|userid:user_A"),
            Form::Old => self.line('I', "UpdateUser", "reged_: false, tinyid: 0 to identifier: user_A, tinyid: 1"),
        }
    }

    /// A login that takes so many milliseconds.
    pub fn login(self, millis: u64) -> Scene {
        let ends = self.login_begins().wait(millis as f64 / 1000.0);
        match ends.form {
            Form::New => ends.line('I', "LogRequestEnd", "Login success|task_id:6|error_code:0 error_message:OK"),
            Form::Old => ends.line('I', "", "Login success"),
        }
    }

    /// A login that ends with this code.
    pub fn login_fails(self, code: i32) -> Scene {
        let ends = self.login_begins().wait(0.2);
        match ends.form {
            Form::New => ends
                .line('E', "HandleA2D2OnlineResponse", &format!("error_code:{code}|error_message:x"))
                .line('I', "LogRequestEnd", &format!("Login fail|task_id:6|error_code:{code} error_message:x")),
            Form::Old => ends.line('E', "operator()", &format!("reg online failed|code:{code}|msg:x")).line(
                'I',
                "",
                &format!("Login failed, code {code}|msg x"),
            ),
        }
    }

    /// A try to connect that ends with this code.
    pub fn connects(self, code: i32) -> Scene {
        self.line('I', "NotifyConnectResult", &format!("channel connect completed|error_code:{code}|error_message:"))
    }

    pub fn sends(self, code: i32) -> Scene {
        match self.form {
            Form::New => self.line('E', "SendMessageComplete", &format!("error code:{code}|error message:x|message:")),
            Form::Old => self.line('E', "Decode", &format!("send msg|decode|code:{code}|desc:x")),
        }
    }

    /// What is found in it.
    pub fn found(&self) -> Diagnosis {
        diagnose(self.text.as_bytes())
    }

    /// The rule and count of all that is more than good to know.
    pub fn serious(&self) -> Vec<(RuleId, u64)> {
        serious(&self.found())
    }
}

/// What is found in `text`.
pub fn diagnose(text: &[u8]) -> Diagnosis {
    let mut diagnoser = Diagnoser::default();
    diagnoser.next_log("a.log", None);
    let show = |piece: Piece<'_, Concern>| {
        diagnoser.piece(piece);
        Ok::<_, std::convert::Infallible>(())
    };
    read_records(&Decoder::default(), text, concerns, show).unwrap();
    diagnoser.finish()
}

pub fn serious(diagnosis: &Diagnosis) -> Vec<(RuleId, u64)> {
    let findings = diagnosis.findings.iter().filter(|finding| finding.severity > Severity::Info);
    findings.map(|finding| (finding.rule, finding.count)).collect()
}

/// The only finding of this rule.
pub fn only(diagnosis: &Diagnosis, rule: RuleId) -> &Finding {
    let mut findings = diagnosis.findings.iter().filter(|finding| finding.rule == rule);
    let finding = findings.next().unwrap_or_else(|| panic!("no {rule:?}: {:#?}", diagnosis.findings));
    assert!(findings.next().is_none(), "several {rule:?}: {:#?}", diagnosis.findings);
    finding
}
