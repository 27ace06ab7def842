// node report.js CHROMIUM REPORT EVALUATION FOLDER: the report in a browser shows the numbers of `digitnet evaluate` (its text, a file), as
// it prints them; a cell opens its images; nothing of the files runs. Leaves screenshots in the folder.
"use strict";
const fs = require("node:fs");
const assert = require("node:assert/strict");
const {Browser} = require("./chromium.js");

const [program, path, evaluation, folder] = process.argv.slice(2);
const LIMIT = 1500000;

/* Rows of numbers and words below a line of evaluate's text that begins so. */
function rowsBelow(text, heading) {
  const lines = text.split("\n");
  const first = lines.findIndex(line => line.startsWith(heading)) + 1;
  const last = lines.indexOf("", first);
  return lines.slice(first, last < 0 ? undefined : last).map(line => line.trim().split(/\s+/));
}

async function compareNumbers(page) {
  const text = fs.readFileSync(evaluation, "utf8");
  const shown = (await page.evaluate("document.getElementById('all').innerText")).replace(/\u202f/g, "").replace(/\u00a0/g, " ");
  const [, accuracy, uncertainty, errors, images, loss] = text.match(/accuracy ([\d.]+) \+- ([\d.]+) % \((\d+) errors in (\d+)\), loss ([\d.]+)/);
  const [, error, l1, rmse] = text.match(/error ([\d.]+ %).* L1 ([\d.]+), RMSE ([\d.]+)/);
  for (const [value, name] of [[`${accuracy} %`, `accuracy, \u00b1 ${uncertainty} %; error ${error}`], [errors, `errors of ${images}`], [loss, "loss (cross entropy)"], [l1, "L1"], [rmse, "RMSE"]])
    assert.ok(shown.includes(`${value}\n${name}`), `${name} is not ${value}`);
  const cells = await page.evaluate(`Array.from(document.querySelectorAll(".heat tbody tr"), row => Array.from(row.cells, cell => cell.textContent))`);
  const confusion = rowsBelow(text, "confusion:").slice(1);
  assert.deepEqual(cells, confusion);
  const digits = rowsBelow(text, "digit ").map(([digit, count, wrong, precision, p, recall, r]) => [digit, count, wrong, `${precision} ${p}`, `${recall} ${r}`].join("|"));
  const table = await page.evaluate(`Array.from(document.querySelectorAll("table"), table => Array.from(table.tBodies[0].rows, row => Array.from(row.cells, cell => cell.textContent).slice(0, 5).join("|").replace(/\\u202f/g, "")))`);
  assert.ok(table.some(rows => JSON.stringify(rows) === JSON.stringify(digits)), "the table of digits differs");
  console.log("numbers: those of evaluate");
}

async function openCells(page) {
  const opened = await page.evaluate(`Array.from(document.querySelectorAll(".heat button:enabled"), button => {
    button.click();
    const figures = document.querySelectorAll(".matrix figure");
    return [Number(button.textContent), figures.length, Array.from(figures).every(figure => figure.querySelector("img").src.startsWith("data:image/png"))];
  })`);
  assert.ok(opened.length > 0);
  for (const [count, shown, drawn] of opened) assert.ok(drawn && shown > 0 && shown <= count, `${shown} of ${count}`);
  console.log(`${opened.length} cells open their images`);
}

(async () => {
  assert.ok(fs.statSync(path).size <= LIMIT, `${fs.statSync(path).size} bytes`);
  const browser = new Browser(program, folder + "/profile");
  const page = await browser.open(path);
  console.log(`${fs.statSync(path).size} bytes, opened in ${page.milliseconds} ms`);
  await compareNumbers(page);
  await openCells(page);
  assert.equal(await page.evaluate("typeof hacked"), "undefined");
  for (const [width, height] of [[360, 800], [768, 1000], [1440, 900]])
    for (const scheme of ["light", "dark"]) {
      await page.look(width, height, scheme);
      await page.load(path);
      assert.equal(await page.evaluate("document.documentElement.scrollWidth"), width);
      await page.screenshot(`${folder}/report-${width}-${scheme}.png`);
    }
  assert.deepEqual(page.errors, []);
  assert.deepEqual([...new Set(page.requests)], ["file://" + encodeURI(path)]);
  await browser.close();
})().catch(error => {
  console.error(error);
  process.exit(1);
});
