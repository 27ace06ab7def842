// node page.js PAGE IMAGES ANSWERS [COUNT]: the scripts of the page, without a browser, give the library's answers to the images of an
// IDX file, bit for bit, and prepare a drawing.
"use strict";
const fs = require("node:fs");
const {answersOf, imagesOf, partOf} = require("./answers.js");

const [path, images, answers, count = "1000000"] = process.argv.slice(2);
const page = fs.readFileSync(path, "utf8");
const makeClassifier = new Function(partOf(page, "arithmetic") + "return makeClassifier;")();
const prepare = new Function(partOf(page, "preparation") + "return prepare;")();
const predict = makeClassifier(JSON.parse(partOf(page, "net")));

const wanted = fs.readFileSync(answers, "utf8").split("\n").slice(0, Number(count));
const found = answersOf(predict, imagesOf(images, wanted.filter(line => line).length));
const wrong = found.findIndex((line, i) => line !== wanted[i]);
if (found.length === 0 || wrong >= 0) {
  console.log(`image ${wrong} of ${found.length}\n  page    ${found[wrong]}\n  library ${wanted[wrong]}`);
  process.exit(1);
}

// A bar of 20 x 120 on white paper: 20 rows and 3 columns of ink, with their centre of mass at row and column 14.
const drawing = {width: 280, height: 280, data: new Uint8ClampedArray(4 * 280 * 280).fill(255)};
for (let y = 60; y < 180; y++) for (let x = 100; x < 120; x++) drawing.data.fill(0, 4 * (y * 280 + x), 4 * (y * 280 + x) + 3);
const pixels = prepare(drawing);
const inked = Array.from(pixels.keys()).filter(i => pixels[i] > 127);
const rows = inked.map(i => Math.floor(i / 28)), columns = inked.map(i => i % 28);
const box = [Math.min(...rows), Math.max(...rows), Math.min(...columns), Math.max(...columns)].join(" ");
if (box !== "5 24 13 15") {
  console.log(`the bar lies in rows and columns ${box}`);
  process.exit(1);
}
if (prepare({width: 280, height: 280, data: new Uint8ClampedArray(4 * 280 * 280).fill(255)}) !== null) {
  console.log("there is ink on an empty pad");
  process.exit(1);
}
console.log(`${found.length} answers agree`);
