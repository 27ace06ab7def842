// node read.js PAGE PICTURE...: what the scripts of the page, without a browser, read in PNM pictures (P5 or P6, 8 bits), as export_read
// prints it; the time goes to standard error.
"use strict";
const fs = require("node:fs");
const {lineOf, readerOf} = require("./answers.js");

/* The picture of a file as ImageData. */
function imageOf(path) {
  const file = fs.readFileSync(path);
  const [header, kind, width, height] = /^P([56])\s(\d+)\s(\d+)\s255\s/.exec(file.toString("latin1", 0, 40));
  const channels = kind === "6" ? 3 : 1;
  const image = {width: Number(width), height: Number(height), data: new Uint8ClampedArray(4 * width * height).fill(255)};
  for (let i = 0; i < width * height; i++) for (let k = 0; k < 3; k++) image.data[4 * i + k] = file[header.length + channels * i + k % channels];
  return image;
}

const [page, ...paths] = process.argv.slice(2);
const {read} = readerOf(fs.readFileSync(page, "utf8"));
const images = paths.map(imageOf);
const started = performance.now();
const answers = images.map(read);
const milliseconds = (performance.now() - started) / images.length;
for (const answer of answers) console.log(lineOf(answer));
console.error(`${images.length} pictures, ${milliseconds.toFixed(1)} ms each`);
