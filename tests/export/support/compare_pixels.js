// node compare_pixels.js FOUND WANTED: lines of 28 x 28 pixels in hexadecimal differ by at most one grey level.
"use strict";
const fs = require("node:fs");

const [found, wanted] = process.argv.slice(2).map(path => fs.readFileSync(path, "utf8").split("\n").filter(line => line));
let exact = 0;
for (const [i, line] of found.entries()) {
  const a = Buffer.from(line, "hex"), b = Buffer.from(wanted[i], "hex");
  const worst = a.length === b.length ? a.reduce((most, level, k) => Math.max(most, Math.abs(level - b[k])), 0) : 256;
  if (worst > 1) {
    console.log(`drawing ${i}: a pixel differs by ${worst} grey levels`);
    process.exit(1);
  }
  exact += worst === 0;
}
console.log(`${found.length} drawings: ${exact} with the same pixels, the others within one grey level`);
process.exit(found.length > 0 && found.length === wanted.length ? 0 : 1);
