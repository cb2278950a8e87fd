// What a page does in a browser: everything that people do with it, and nothing that a log wants.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { hostile, huge } from "./logs.js";
import { axe, incident, launch, make, open, remove, shots, size, write } from "./pages.js";

const TOO_BIG = 1_000_000;
const READY = 300;
let browser;
const pages = {};

before(async () => {
  browser = await launch();
  pages.outage = make("outage", [incident("outage.xlog")]);
  pages.week = make("week", [incident("week.zip")]);
  pages.healthy = make("healthy", [incident("healthy.xlog.log")]);
  pages.hostile = make("hostile", [write("hostile.log", hostile())]);
  pages.huge = make("huge", [write("huge.log", huge())]);
});

after(async () => {
  await browser?.close();
  remove();
});

// Opens a page, does something with it, and makes sure that it kept quiet.
async function visit(name, options, act) {
  const { page, noise, close } = await open(browser, pages[name], options);
  try {
    const result = await act(page);
    if (options.javaScriptEnabled !== false) {
      noise.push(...(await page.evaluate(() => window.breaches)));
    }
    assert.deepEqual(noise, []);
    return result;
  } finally {
    await close();
  }
}

const isInView = (page, selector) =>
  page.locator(selector).evaluate((element) => {
    const box = element.getBoundingClientRect();
    return box.top >= 0 && box.top < innerHeight && box.height > 0;
  });

test("the verdict is what is seen first", async () => {
  for (const width of [360, 800, 1600]) {
    await visit("outage", { viewport: { width, height: 800 } }, async (page) => {
      const title = page.getByRole("heading", { level: 1 });
      assert.match(await title.textContent(), /^The SDK could not connect to the server, 35 times/);
      assert.ok(await isInView(page, "h1"));
      assert.ok(await isInView(page, ".facts"), "who and what it is about, too");
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assert.equal(wide, false, `nothing is cut off at ${width} pixels`);
      const tables = await page
        .locator(".scroll")
        .evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth));
      assert.ok(
        width < 1600 || tables.length === 0,
        "where there is room, no table has to be scrolled",
      );
    });
  }
});

test("a click on a finding leads to its evidence", async () => {
  await visit("week", {}, async (page) => {
    await page.locator("#finding-2 .evidence").evaluate((details) => {
      details.open = false;
    });
    await page.locator(".headlines a").nth(1).click();
    await page.waitForFunction(() => location.hash === "#finding-2");
    await page.waitForFunction(() => document.querySelector("#finding-2 .evidence").open);
    assert.ok(await page.locator("#finding-2 .proof").first().isVisible());
  });
  await visit("outage", {}, async (page) => {
    await page.locator('.marks a[href="#finding-2"] rect').click();
    await page.waitForFunction(() => location.hash === "#finding-2");
    await page.waitForFunction(() => document.activeElement.id === "finding-2");
    assert.ok(await page.locator("#finding-2 .proof").first().isVisible());
    // A state that is failing leads there, too.
    await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
    await page.locator('.lane[data-name="Connection"] .bad').first().click();
    await page.waitForFunction(() => location.hash === "#finding-1");
  });
});

test("a link to a finding opens the page there", async () => {
  await visit("week", { hash: "#finding-2", reducedMotion: "reduce" }, async (page) => {
    await page.waitForFunction(() => document.querySelector("#finding-2 .evidence").open);
    assert.ok(await isInView(page, "#finding-2-title"));
  });
});

const window_of = (page) =>
  page.locator(".plot").evaluate((plot) => [Number(plot.dataset.from), Number(plot.dataset.span)]);

test("the timeline zooms and pans: mouse, buttons, keys, touch", async () => {
  await visit("outage", { reducedMotion: "reduce" }, async (page) => {
    const [from, whole] = await window_of(page);
    assert.equal(from, 0);
    const box = await page.locator(".plot").boundingBox();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const settled = (span) =>
      page.waitForFunction((span) => {
        const now = Number(document.querySelector(".plot").dataset.span);
        return Math.abs(now - span) < span / 100;
      }, span);

    await page.getByRole("button", { name: "Zoom in" }).click();
    await settled(whole / 2);
    await page.getByRole("button", { name: "Show all" }).click();
    await settled(whole);

    // A wheel alone scrolls the page; with Ctrl it zooms, and what is under the mouse stays there.
    await page.mouse.move(x, y);
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -500);
    await page.keyboard.up("Control");
    await page.waitForFunction(
      (whole) => Number(document.querySelector(".plot").dataset.span) < whole / 1.5,
      whole,
    );
    const [left, span] = await window_of(page);
    assert.ok(Math.abs(left + span / 2 - whole / 2) < whole / 100);

    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x - 200, y, { steps: 5 });
    await page.mouse.up();
    await page.waitForFunction(
      (left) => Number(document.querySelector(".plot").dataset.from) > left,
      left,
    );
    assert.equal(await page.evaluate(() => location.hash), "", "a drag is no click");

    await page.getByRole("slider", { name: "Time" }).focus();
    await page.keyboard.press("0");
    await settled(whole);
    await page.keyboard.press("+");
    await settled(whole / 2);
    await page.keyboard.press("-");
    await settled(whole);
  });
  await visit(
    "outage",
    { hasTouch: true, isMobile: true, viewport: { width: 360, height: 740 } },
    async (page) => {
      await page.locator(".plot").scrollIntoViewIfNeeded();
      const [, whole] = await window_of(page);
      const box = await page.locator(".plot").boundingBox();
      const y = box.y + box.height / 2;
      const client = await page.context().newCDPSession(page);
      const touch = (type, ...xs) =>
        client.send("Input.dispatchTouchEvent", {
          type,
          touchPoints: xs.map((share, id) => ({ x: box.x + box.width * share, y, id })),
        });
      await touch("touchStart", 0.4, 0.6);
      for (const share of [0.35, 0.3, 0.25, 0.2]) {
        await touch("touchMove", share, 1 - share);
      }
      await touch("touchEnd");
      await page.waitForFunction(
        (whole) => Number(document.querySelector(".plot").dataset.span) < whole / 2,
        whole,
      );
    },
  );
});

test("hover and focus say what was", async () => {
  await visit("outage", {}, async (page) => {
    await page.locator('.lane[data-name="Connection"] .bad').first().hover();
    const readout = page.locator(".readout");
    await page.waitForFunction(() =>
      document.querySelector(".readout").textContent.includes("failing"),
    );
    assert.match(
      await readout.textContent(),
      /^2025-03-06 08:4.*process: initialized.*login: logged in/,
    );
    await page.locator('.marks a[href="#finding-2"]').focus();
    await page.waitForFunction(() =>
      document.querySelector(".readout").textContent.includes("08:56:40"),
    );
    const slider = page.getByRole("slider", { name: "Time" });
    assert.match(await slider.getAttribute("aria-valuetext"), /UserSig expired/);
    await slider.focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => location.hash === "#finding-2");
  });
});

test("a finding is shown on the timeline", async () => {
  await visit("week", { reducedMotion: "reduce" }, async (page) => {
    const [, whole] = await window_of(page);
    await page.locator("#finding-2").getByRole("button", { name: "Show on the timeline" }).click();
    await page.waitForFunction(
      (whole) => Number(document.querySelector(".plot").dataset.span) < whole / 100,
      whole,
    );
    assert.ok(await isInView(page, ".plot"));
  });
});

test("search finds, and hides the rest", async () => {
  await visit("outage", {}, async (page) => {
    await page.keyboard.press("/");
    await page.keyboard.type("handleheartbeat EXPIRED");
    assert.equal(await page.getByRole("status").first().textContent(), "1 match");
    assert.deepEqual(
      [await page.locator("#finding-1").isVisible(), await page.locator("#finding-2").isVisible()],
      [false, true],
    );
    assert.ok((await page.evaluate(() => CSS.highlights.get("found").size)) > 0);
    // What was searched away comes back when a link leads to it.
    await page.locator('.headlines a[href="#finding-1"]').click();
    await page.waitForFunction(() => !document.querySelector("#finding-1").hidden);
    await page.getByRole("searchbox").fill("no such thing");
    assert.equal(await page.getByRole("status").first().textContent(), "0 matches");
    await page.getByRole("searchbox").press("Escape");
    assert.ok(await page.locator("#finding-1").isVisible());
  });
});

test("tables are sorted by what they hold", async () => {
  await visit("outage", {}, async (page) => {
    const codes = () => page.locator("#codes tbody th").allTextContents();
    assert.deepEqual(await codes(), ["9510", "11000", "-10001"]);
    const head = page.locator("#codes thead th").first();
    await head.getByRole("button").click();
    assert.deepEqual(await codes(), ["11000", "9510", "-10001"]);
    assert.equal(await head.getAttribute("aria-sort"), "descending");
    await head.getByRole("button").press("Enter");
    assert.deepEqual(await codes(), ["-10001", "9510", "11000"]);
    assert.equal(await head.getAttribute("aria-sort"), "ascending");
    await page.locator("#codes thead th").nth(3).getByRole("button").click();
    assert.deepEqual(await codes(), ["11000", "9510", "-10001"]);
  });
  await visit("week", {}, async (page) => {
    const tables = await page.locator("table[data-sortable]").count();
    const heads = await page.locator("table[data-sortable] thead th:not(:has(button))").count();
    assert.ok(tables >= 4 && heads === 0, "every column of every table");
  });
});

test("the command is copied whole", async () => {
  await visit("outage", {}, async (page) => {
    const command = page.locator("#finding-1 .command");
    await command.getByRole("button", { name: "Copy" }).click();
    await command.getByRole("button", { name: "Copied" }).waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied, await command.locator("code").textContent());
    assert.match(copied, /^imlog cat --since 08:43:05 --until 08:45:15 \S+outage\.xlog$/);
  });
});

test("the text of a hostile log is shown, and never run", async () => {
  await visit("hostile", {}, async (page) => {
    const text = await page.locator("body").textContent();
    for (const shown of [
      "<script>alert(1)</script>",
      "</script><script>alert(2)</script>",
      "</title></style><img src=x onerror=alert(3)>",
      '"><a href="javascript:alert(4)" onmouseover=alert(5)>',
      "]]>",
      "\\u{2028}",
      "\\u{202e}",
      "^@",
      "{{ 7*7 }}",
      "&lt;b&gt;",
    ]) {
      assert.ok(text.includes(shown), `${shown} is shown`);
    }
    const steers = [...text].filter(
      (char) => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(char) && char !== "\n",
    );
    assert.deepEqual(steers, [], "nothing that steers is left");
    for (const [selector, count] of [
      ["script", 1],
      ["style", 1],
      ["img, iframe, object, embed, form, base, video, audio", 0],
      ['a:not([href^="#"])', 0],
    ]) {
      assert.equal(await page.locator(selector).count(), count, selector);
    }
    const handlers = await page.evaluate(() =>
      [...document.querySelectorAll("*")].flatMap((element) =>
        [...element.attributes].filter(({ name }) => name.startsWith("on") || name === "style"),
      ),
    );
    assert.equal(handlers.length, 0);
    // Everything that can be clicked and hovered.
    for (const summary of await page.locator("summary").all()) {
      await summary.click();
    }
    await page.getByRole("searchbox").fill("<script>");
    await page.getByRole("searchbox").fill("");
    await page.mouse.wheel(0, 5000);
    assert.equal(await page.evaluate(() => window.ran), undefined);
  });
});

test("the policy holds: what was not in the page does not run, and nothing is asked for", async () => {
  const { page, noise, close } = await open(browser, pages.outage);
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.ran = true";
    const style = document.createElement("style");
    style.textContent = "body { outline: 7px solid red }";
    const image = document.createElement("img");
    image.src = "https://example.com/a.png";
    document.body.append(script, style, image);
    fetch("https://example.com/").catch(() => {});
    document.body.setAttribute("onclick", "window.ran = true");
    document.body.click();
  });
  await page.waitForFunction(() => window.breaches.length >= 5);
  assert.equal(await page.evaluate(() => window.ran), undefined);
  assert.equal(
    await page.evaluate(() => getComputedStyle(document.body).outlineWidth === "7px"),
    false,
  );
  // The browser says that it wanted to, and that the policy did not let it.
  const asked = noise.filter((noise) => noise.startsWith("request:"));
  assert.deepEqual(asked, ["request: https://example.com/a.png"]);
  assert.deepEqual(
    noise.filter((noise) => noise.startsWith("failed:")),
    ["failed: csp"],
  );
  await close();
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing (${colorScheme})`, async () => {
    for (const name of ["outage", "week", "healthy", "hostile", "huge"]) {
      for (const width of name === "outage" ? [360, 1280] : [1280]) {
        const options = { colorScheme, viewport: { width, height: 900 }, bypassCSP: true };
        await visit(name, options, async (page) => {
          await page.evaluate(axe);
          const { violations, passes } = await page.evaluate(() =>
            window.axe.run(document, {
              runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"],
            }),
          );
          const found = violations.map(
            ({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)} ${nodes[0].failureSummary}`,
          );
          assert.deepEqual(found, [], `${name} at ${width}`);
          assert.ok(passes.some(({ id }) => id === "color-contrast"));
        });
      }
    }
  });
}

test("without JavaScript it can be read", async () => {
  await visit("week", { javaScriptEnabled: false, reducedMotion: "reduce" }, async (page) => {
    for (const selector of [
      "h1",
      ".plot .bad",
      "#finding-1 .proof",
      "#codes td",
      "#files td",
      ".axis text",
    ]) {
      assert.ok(await page.locator(selector).first().isVisible(), selector);
    }
    for (const selector of [
      ".search",
      ".tools",
      ".copy",
      ".locate",
      ".time",
      ".readout",
      ".hint",
    ]) {
      assert.equal(
        await page.locator(selector).first().isVisible(),
        false,
        `${selector} would do nothing`,
      );
    }
    await page.locator("#finding-2 summary").click();
    await page.locator(".headlines a").nth(1).click();
    assert.ok(await isInView(page, "#finding-2-title"));
  });
});

test("on paper, all of it is there", async () => {
  await visit("week", {}, async (page) => {
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    assert.equal(await page.locator(".top").isVisible(), false);
    assert.equal(
      await page.evaluate(() => getComputedStyle(document.body).backgroundColor),
      "rgb(255, 255, 255)",
    );
    const pdf = await page.pdf({ format: "A4", printBackground: true });
    assert.ok(pdf.length > 20_000);
    // The browser tells before it prints, and after.
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    assert.equal(await page.locator("details.evidence:not([open])").count(), 0);
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  });
});

test("the biggest page is small and quick", async (context) => {
  const bytes = size(pages.huge);
  assert.ok(bytes > 500_000 && bytes < TOO_BIG, `${bytes} bytes`);
  // What counts is how quick it can be: other work on the machine may get in the way a few times.
  const times = [];
  for (let run = 0; run < 20 && !times.some((time) => time < READY); run += 1) {
    times.push(
      await visit("huge", {}, (page) =>
        page.evaluate(() => {
          const [entry] = performance.getEntriesByType("navigation");
          return entry.domContentLoadedEventEnd - entry.startTime;
        }),
      ),
    );
  }
  assert.ok(Math.min(...times) < READY, `DOM ready after ${times.map(Math.round)} ms`);
  context.diagnostic(`DOM ready after ${times.map(Math.round)} ms`);
  await visit("huge", {}, async (page) => {
    assert.ok((await page.locator(".more").count()) >= 3, "what is left out is said");
    await page.getByRole("searchbox").fill("login");
  });
});

const pictures = shots ? test : () => {};
pictures("pictures to look at", async () => {
  for (const name of Object.keys(pages)) {
    for (const [width, colorScheme, media] of [
      [360, "light"],
      [800, "light"],
      [1600, "light"],
      [1600, "dark"],
      [360, "dark"],
      [800, "light", "print"],
    ]) {
      await visit(name, { colorScheme, viewport: { width, height: 1000 } }, async (page) => {
        await page.emulateMedia({ media: media ?? "screen" });
        await page.waitForTimeout(100);
        await page.screenshot({ path: `${shots}/${name}-${width}-${media ?? colorScheme}.png` });
        await page.screenshot({
          path: `${shots}/${name}-${width}-${media ?? colorScheme}-full.png`,
          fullPage: true,
        });
      });
    }
  }
});
