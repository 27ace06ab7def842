// node compare_json.js FOUND JSON PICTURE...: the lines of read.js are the answers of `digitnet predict --json`, which is silent on pictures
// without a digit. Says how many pictures have each verdict.
"use strict";
const fs = require("node:fs");
const assert = require("node:assert/strict");

const linesOf = path => fs.readFileSync(path, "utf8").split("\n").filter(line => line);
const [found, json, ...paths] = process.argv.slice(2);
const told = new Map(linesOf(json).map(line => JSON.parse(line)).map(answer => [answer.path, answer]));
const count = {sure: 0, unsure: 0, several: 0, none: 0};
const view = new DataView(new ArrayBuffer(4));
const bitsOf = value => {
  view.setFloat32(0, value);
  return view.getUint32(0).toString(16).padStart(8, "0");
};

const lines = linesOf(found);
assert.equal(lines.length, paths.length);
lines.forEach((line, i) => {
  const [verdict, digit, ...rest] = line.split(" "), answer = told.get(paths[i]);
  count[verdict]++;
  assert.equal(verdict, !answer ? "none" : answer.several ? "several" : answer.unsure ? "unsure" : "sure", paths[i]);
  if (!answer) return;
  assert.equal(Number(digit), answer.digit, paths[i]);
  assert.ok(rest.slice(0, -5).includes(bitsOf(answer.probability)), paths[i]);
  assert.deepEqual(rest.slice(-5, -1).map(Number), answer.box, paths[i]);
});
console.log(`${lines.length} pictures read as predict reads them: ${Object.entries(count).map(([verdict, n]) => `${n} ${verdict}`).join(", ")}`);
