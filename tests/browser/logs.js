// Logs that no app would write.

const clock = (seconds) =>
  new Date(Date.UTC(2025, 2, 6, 8) + seconds * 1000).toISOString().replace("T", " ").slice(0, 23);
const line = (seconds, level, func, message, source = "a.cpp:1") =>
  `TIM: ${clock(seconds)} ${level} |-${source.padEnd(39)} ${func.padEnd(39)} |${message}\n`;

const start = (seconds, pid, { device = "ALI-AN00", user = "user_1", app = "1400209777" } = {}) =>
  [
    `^^^^^^^^^^Dec 10 2021^^^15:15:13^^^^^^^^^^[${pid},${pid}][2025-03-06 +0800 08:00:00]\n`,
    `TIM: ======  SDK APP ID:  ${app}\n`,
    "TIM: ======  SDK Version: 8.8.7357\n",
    "TIM: ======  Platform:    Android\n",
    `TIM: ======  Device Type: ${device}\n`,
    `TIM: ======  Process ID:  ${pid}\n`,
    line(
      seconds,
      "I",
      "Init",
      `InitSDK|sdk_app_id:${app}|sdk_version:8.8.7357|platform:Android|log_level:Debug`,
    ),
    line(
      seconds + 1,
      "I",
      "LogRequestBegin",
      `Login begin|task_id:1|userid:${user}|account_type:IM`,
    ),
  ].join("");

const failed = (seconds, words) =>
  line(
    seconds,
    "I",
    "NotifyConnectResult",
    `channel connect completed|channel id:4|error_code:9510|error_message:${words}`,
  );
const connected = (seconds) =>
  line(
    seconds,
    "I",
    "OnConnectComplete",
    "Connect to im server successfully|net_type:WIFI|retry count:0",
  );

// Everything that has ever broken a page, wherever a log can say something.
export function hostile() {
  const attacks = [
    "<script>alert(1)</script><script>window.ran = 1</script>",
    "</script><script>alert(2)</script>",
    "</title></style><img src=x onerror=alert(3)>",
    '"><a href="javascript:alert(4)" onmouseover=alert(5)>',
    "' onfocus=alert(6) autofocus '",
    "]]> --> <!-- <![CDATA[ <svg onload=alert(7)>",
    "\u2028alert(8)\u2029",
    "\u202egnp.exe\u2066 \u200f",
    "\0\x01\x1b[2J\x7f",
    "{{ 7*7 }} {% raw %} #{alert(9)}",
    "&lt;b&gt; &#x3c;script&#x3e;",
    "<base href=https://example.com/><meta http-equiv=refresh content=0;url=https://example.com/>",
    "<iframe srcdoc='<script>parent.ran = 1</script>'></iframe>",
    "<style>@import url(https://example.com/a.css)</style><link rel=stylesheet href=https://example.com/b.css>",
  ];
  const parts = [start(0, 1, { device: attacks[0], user: attacks[2], app: attacks[3] })];
  for (const [at, attack] of attacks.entries()) {
    parts.push(line(10 * at + 3, "D", attack, attack));
    parts.push(failed(10 * at + 4, attack));
    parts.push(line(10 * at + 5, "E", `F${attack}`, `${attack}|error_code:424242`));
    parts.push(line(10 * at + 6, "W", "Same", attack, attack));
  }
  const text = Buffer.from(parts.join(""));
  const invalid = Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0x0a]);
  const long = Buffer.from(line(400, "E", "Long", "<&\"'>".repeat(500_000)));
  return Buffer.concat([text, invalid, long, text]);
}

const letters = (number) => [...`${number}`].map((digit) => "abcdefghij"[digit]).join("");

// More of everything than a page has room for, each as long as it can be, and all of it to be escaped.
export function huge() {
  const parts = [];
  const markup = "<&>\"'".repeat(40);
  for (let session = 0; session < 450; session += 1) {
    const at = session * 5400;
    const name = `${letters(session)}${markup}`;
    parts.push(start(at, 1000 + session, { device: name, user: name }));
    for (let round = 0; round < 3; round += 1) {
      for (let tries = 0; tries < 4; tries += 1) {
        parts.push(line(at + 100 + 1500 * round + 20 * tries, "D", "Around", markup));
        parts.push(failed(at + 110 + 1500 * round + 20 * tries, markup));
      }
      parts.push(connected(at + 200 + 1500 * round));
    }
    for (let error = 0; error < 5; error += 1) {
      const code = 500_000 + session * 5 + error;
      parts.push(
        line(
          at + 4700 + error * 61,
          "E",
          `F${letters(code)}${markup}`,
          `${markup}|error_code:${code}`,
        ),
      );
    }
  }
  return parts.join("");
}
