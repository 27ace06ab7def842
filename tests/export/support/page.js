// node page.js PAGE IMAGES ANSWERS [COUNT]: the scripts of the page, without a browser, give the library's answers to the images of an
// IDX file, bit for bit.
"use strict";
const fs = require("node:fs");
const {answersOf, imagesOf, readerOf} = require("./answers.js");

const [path, images, answers, count = "1000000"] = process.argv.slice(2);
const {predict} = readerOf(fs.readFileSync(path, "utf8"));
const wanted = fs.readFileSync(answers, "utf8").split("\n").slice(0, Number(count));
const found = answersOf(predict, imagesOf(images, wanted.filter(line => line).length));
const wrong = found.findIndex((line, i) => line !== wanted[i]);
if (found.length === 0 || wrong >= 0) {
  console.log(`image ${wrong} of ${found.length}\n  page    ${found[wrong]}\n  library ${wanted[wrong]}`);
  process.exit(1);
}
console.log(`${found.length} answers agree`);
