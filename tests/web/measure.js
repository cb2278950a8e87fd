// How long the page takes to say what is in a log, and how much memory: `node tests/web/measure.js [MB…]`.
// Memory is the most that a process of the tab ever had, as Linux counts it.

import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launch, open, remove, write } from "../browser/pages.js";

const path = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const SIZES = [84, 1000];
const part = readFileSync(path("testdata/async-zlib-plain.xlog"));
const megabytes = process.argv.slice(2).map(Number);

for (const size of megabytes.length > 0 ? megabytes : SIZES) {
  const log = write(`${size}.xlog`, "");
  const file = openSync(log, "w");
  for (let written = 0; written < size * 1e6; written += part.length) {
    writeSync(file, part);
  }
  closeSync(file);
  const browser = await launch();
  const { page, close } = await open(browser, path("web/dist/imlog.html"));
  const start = performance.now();
  await page.locator("#files").setInputFiles(log);
  await page.frameLocator("#report").locator("h1").waitFor({ timeout: 300_000 });
  const seconds = (performance.now() - start) / 1000;
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const peaks = processInfo
    .filter(({ type }) => type === "renderer")
    .map(({ id }) => readFileSync(`/proc/${id}/status`, "utf8").match(/VmHWM:\s*(\d+) kB/)[1]);
  const most = Math.max(...peaks.map(Number)) / 1024;
  process.stdout.write(`${size} MB: ${seconds.toFixed(1)} s, ${most.toFixed(0)} MiB\n`);
  await close();
  await browser.close();
}
remove();
