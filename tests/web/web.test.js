// What the page does with logs: everything that people do with it, and nothing that a log wants.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { hostile } from "../browser/logs.js";
import { axe, incident, launch, open, program, remove, shots, write } from "../browser/pages.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const built = join(root, "web/dist/imlog.html");
const testdata = join(root, "testdata");
const keyFile = join(testdata, "test.key");
const key = readFileSync(keyFile, "utf8");
const outage = incident("outage.xlog");
const encrypted = join(testdata, "async-zlib-crypt.xlog");
let browser;

before(async () => {
  browser = await launch();
});

after(async () => {
  await browser?.close();
  remove();
});

// Opens the page, does something with it, and makes sure that it kept quiet, and so did the report in it.
async function visit(act, options = {}) {
  const { page, noise, close } = await open(browser, built, { locale: "en-US", ...options });
  try {
    const result = await act(page, page.frameLocator("#report"));
    for (const frame of page.frames()) {
      noise.push(...(await frame.evaluate(() => window.breaches ?? [])));
    }
    assert.deepEqual(noise, []);
    return result;
  } finally {
    await close();
  }
}

const pick = (page, paths) => page.locator("#files").setInputFiles(paths);
const verdict = (report) => report.getByRole("heading", { level: 1 });

// Drops files as a person does, as far as a script can.
async function drop(page, paths) {
  const files = paths.map((path) => ({
    name: basename(path),
    bytes: readFileSync(path).toString("base64"),
  }));
  const dropped = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const { name, bytes } of files) {
      const letters = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([letters], name));
    }
    return transfer;
  }, files);
  await page.dispatchEvent("body", "drop", { dataTransfer: dropped });
}

// What the program makes of logs. Findings and damage give exit code 1.
function native(...args) {
  try {
    return execFileSync(program, args, { stdio: "pipe", maxBuffer: 1 << 28 });
  } catch (error) {
    if (error.status !== 1) {
      throw error;
    }
    return error.stdout;
  }
}

const nativeVerdict = (...args) => {
  const [, heading] = native("diagnose", "--html", "-", ...args)
    .toString()
    .match(/<h1[^>]*>(.*?)<\/h1>/s);
  return heading.replace(/<[^>]*>/g, "");
};

const plain = (text) => text.replaceAll("&#39;", "'").replace(/\s+/g, " ").trim();

async function download(page, act) {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
}

test("a log is dropped, and what went wrong is said as the program says it", async () => {
  await visit(async (page, report) => {
    await drop(page, [outage]);
    await verdict(report).waitFor();
    const said = plain(await verdict(report).textContent());
    assert.match(said, /^The SDK could not connect to the server, 35 times/);
    assert.equal(said, plain(nativeVerdict(outage)));
    assert.match(await page.locator("#list").textContent(), /outage\.xlog\d.* blocks, .* of text/);
  });
});

test("the report in the page works as it does alone", async () => {
  await visit(async (page, report) => {
    await pick(page, [outage]);
    await report.locator('.marks a[href="#finding-2"] rect').click();
    await report.locator("#finding-2:focus").waitFor();
    assert.ok(await report.locator("#finding-2 .proof").first().isVisible());
    await report.locator("#search").fill("nothing has this");
    await report.locator("#matches", { hasText: "0 matches" }).waitFor();
  });
});

test("the days of an app are read in their order, whatever the order of the files", async () => {
  const early = write(
    "app_20250306.log",
    "TIM: 2025-03-06 08:00:00.000 E |-a.cpp:1 F |first|error_code:6013\n",
  );
  const late = write(
    "app_20250307.log",
    "TIM: 2025-03-07 08:00:00.000 E |-a.cpp:1 F |last|error_code:6013\n",
  );
  await visit(async (page, report) => {
    await pick(page, [late, early]);
    const files = report.locator("#files tbody tr");
    await files.first().waitFor();
    const rows = await files.allTextContents();
    assert.equal(rows.length, 2);
    assert.match(rows[0], /app_20250306/);
    assert.match(rows[1], /app_20250307/);
  });
});

test("an encrypted log asks for its key, and goes on when it comes", async () => {
  await visit(async (page, report) => {
    await pick(page, [encrypted]);
    const keys = page.locator("#keys");
    await keys.waitFor();
    assert.match(await page.locator("#list").textContent(), /needs a key: \d/);
    await keys.fill("not a key");
    await page.locator("#apply").click();
    const problem = page.locator("#problem");
    await problem.waitFor();
    const said = await problem.textContent();
    assert.match(said, /^Key in line 1: a private key is 64 hex digits/);
    assert.ok(!said.includes("not a key"));
    await keys.fill(`${"1".repeat(64)}\n\n${key}`);
    await page.locator("#apply").click();
    await verdict(report).waitFor();
    await page.locator("#list .bad:empty").waitFor({ state: "attached" });
    assert.equal(await page.locator("#problem").isVisible(), false);
    const stored = await page.evaluate(() => localStorage.length + sessionStorage.length);
    assert.equal(stored + (await page.context().cookies()).length, 0, "the key is not stored");
  });
});

test("texts are the same as the program's, for every log of testdata", async () => {
  const names = readdirSync(testdata).filter((name) => /\.(xlog|mmap3)$/.test(name));
  assert.ok(names.length > 15);
  const logs = [...names.map((name) => join(testdata, name)), outage];
  await visit(async (page) => {
    await page.locator("#key-details summary").click();
    await page.locator("#keys").fill(key);
    await pick(page, logs);
    await page.locator("#redact").uncheck();
    for (const [at, log] of logs.entries()) {
      const button = page.locator("#list li").nth(at).getByRole("button");
      const { name, content } = await download(page, () => button.click());
      assert.equal(name, `${basename(log)}.log`);
      const expected = native("decode", "-q", "--key-file", keyFile, "-o", "-", log);
      assert.ok(content.length > 0 && content.equals(expected), `${name} is the same`);
    }
  });
});

test("a damaged log is read around the damage, and says so", async () => {
  const bytes = readFileSync(outage);
  bytes.fill(0x5a, 4100, 4300);
  const damaged = write("damaged.xlog", bytes.subarray(0, bytes.length - 50));
  await visit(async (page, report) => {
    await pick(page, [damaged]);
    await verdict(report).waitFor();
    const said = await page.locator("#list .bad").textContent();
    assert.match(said, /ends in the midst of a block; .* in \d+ places? not decoded/);
    await page.locator("#redact").uncheck();
    const { content } = await download(page, () => page.locator("#list button").click());
    assert.ok(content.equals(native("decode", "-q", "-o", "-", damaged)));
  });
});

test("what is personal is masked, unless that is switched off", async () => {
  const log = write(
    "login.log",
    "TIM: 2025-03-06 08:00:00.000 E |-a.cpp:1 Login |Login begin|userid:secret_bob|error_code:6013\n",
  );
  const holds = async (report, word) => (await report.locator("body").textContent()).includes(word);
  await visit(async (page, report) => {
    await pick(page, [log]);
    await verdict(report).waitFor();
    assert.equal(await holds(report, "secret_bob"), false);
    const save = () => page.locator("#save-report").click();
    const masked = await download(page, save);
    assert.equal(masked.name, "imlog-report.html");
    assert.ok(!masked.content.includes("secret_bob") && masked.content.includes("user-1"));
    await page.locator("#redact").uncheck();
    await report.getByText("secret_bob").first().waitFor({ state: "attached" });
    assert.ok((await download(page, save)).content.includes("secret_bob"));
  });
  await visit(async (page) => {
    await pick(page, [join(testdata, "imsdk_C_20231106.xlog")]);
    const { content } = await download(page, () => page.locator("#list button").click());
    assert.ok(content.includes("userid:user-1"), "in texts, too");
  });
});

test("what is no log is named, and the others are read", async () => {
  const noise = write(
    "noise.bin",
    Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 37) % 251)),
  );
  const empty = write("empty.xlog", "");
  const zip = join(testdata, "archives/info-zip.zip");
  await visit(async (page, report) => {
    await pick(page, [noise, zip, empty]);
    await page.locator("#problem").waitFor();
    assert.equal(await page.locator("#problem").textContent(), "None of these files is a log.");
    assert.equal(await page.locator("#report").isVisible(), false);
    const rows = await page.locator("#list li").allTextContents();
    assert.match(rows[0], /noise\.bin.*no xlog block found, and no text/);
    assert.match(rows[1], /info-zip\.zip.*an archive: unpack it/);
    assert.match(rows[2], /empty\.xlog.*empty/);
    await drop(page, [noise, outage]);
    await verdict(report).waitFor();
  });
});

test("a hostile log, and a hostile name, run nothing", async () => {
  const name = "<img src=x onerror=alert(1)>\u202e.log";
  const log = write("hostile.log", hostile());
  await visit(async (page, report) => {
    await page
      .locator("#files")
      .setInputFiles([{ name, mimeType: "text/html", buffer: readFileSync(log) }]);
    await verdict(report).waitFor();
    await page.locator("#redact").uncheck();
    await report.getByText("<script>alert(1)</script>").first().waitFor({ state: "attached" });
    assert.equal(await page.locator("#list .name").textContent(), name);
    assert.equal(await page.locator("#list img").count(), 0);
    for (const frame of page.frames()) {
      assert.equal(await frame.evaluate(() => window.ran), undefined);
    }
    // Even what ran there could not reach the page, or anything beyond it.
    const inside = page.frames().at(-1);
    const reached = await inside.evaluate(() => {
      try {
        return Boolean(parent.document.body);
      } catch {
        return false;
      }
    });
    assert.equal(reached, false);
  });
});

test("no request gets out, even if something asks for one", async () => {
  const { page, noise, close } = await open(browser, built);
  const asked = await page.evaluate(async () => {
    const violated = new Promise((resolve) => {
      document.addEventListener("securitypolicyviolation", (event) =>
        resolve(event.effectiveDirective),
      );
    });
    const failed = await fetch("http://127.0.0.1:9/").then(
      () => false,
      () => true,
    );
    return [failed, await violated];
  });
  assert.deepEqual(asked, [true, "connect-src"]);
  assert.equal(
    noise.some((line) => line.startsWith("response")),
    false,
  );
  await close();
});

test("reading can be cancelled, and started again", async () => {
  const big = write(
    "big.xlog",
    Buffer.concat(Array(60).fill(readFileSync(join(testdata, "imsdk_C_20231106.xlog")))),
  );
  await visit(async (page, report) => {
    await pick(page, [big]);
    await page.locator("#cancel").click();
    await page.locator("#start").waitFor();
    assert.equal(await page.locator("#busy").isVisible(), false);
    for (const worker of page.workers()) {
      await worker.waitForEvent("close");
    }
    await pick(page, [outage]);
    await verdict(report).waitFor();
    await page.locator("#again").click();
    await page.locator("#start").waitFor();
    assert.equal(await page.locator("#report").isVisible(), false);
  });
});

test("it speaks Chinese to those who do", async () => {
  await visit(
    async (page, report) => {
      assert.match(await page.locator("#start h2").textContent(), /将日志拖到此处/);
      await pick(page, [outage]);
      await verdict(report).waitFor();
      assert.match(await page.locator("#list").textContent(), /个数据块/);
      await page.locator("#language").selectOption("en");
      assert.match(await page.locator("#list").textContent(), /blocks/);
    },
    { locale: "zh-CN" },
  );
});

test("it fits any width, has no defect that a program finds, and can be used by keyboard", async () => {
  for (const width of [360, 800, 1600]) {
    for (const colorScheme of ["light", "dark"]) {
      await visit(
        async (page, report) => {
          const look = async (state) => {
            const wide = await page.evaluate(
              () => document.documentElement.scrollWidth > innerWidth,
            );
            assert.equal(wide, false, `nothing is cut off at ${width} pixels`);
            await page.evaluate(axe);
            const { violations } = await page.evaluate(() => window.axe.run({ iframes: false }));
            assert.deepEqual(
              violations.map(({ id, nodes }) => [id, nodes[0].html]),
              [],
            );
            if (shots) {
              await page.screenshot({
                path: join(shots, `web-${state}-${width}-${colorScheme}.png`),
              });
            }
          };
          await look("start");
          for (let step = 0; step < 3; step += 1) {
            await page.keyboard.press("Tab");
          }
          assert.equal(await page.evaluate(() => document.activeElement.tagName), "SUMMARY");
          await pick(page, [outage, encrypted]);
          await verdict(report).waitFor();
          await look("report");
        },
        { viewport: { width, height: 800 }, colorScheme },
      );
    }
  }
});
