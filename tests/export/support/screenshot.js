// node screenshot.js CHROMIUM PAGE PICTURE FOLDER: the page with a digit drawn on it, 900 pixels wide, as a PNG; without what stands below.
// FOLDER is for the browser's own files.
"use strict";
const fs = require("node:fs");
const {Browser} = require("./chromium.js");
const {drawings} = require("./draw.js");

const [program, path, picture, folder] = process.argv.slice(2);
const WIDTH = 900, DRAWING = 16;

(async () => {
  const browser = new Browser(program, folder);
  const page = await browser.open(path);
  await page.look(WIDTH, 760, "light");
  await page.draw(drawings(DRAWING + 1)[DRAWING]);
  const height = await page.evaluate("Math.ceil(document.querySelector('main').getBoundingClientRect().bottom) + 20");
  const {data} = await page.send("Page.captureScreenshot", {clip: {x: 0, y: 0, width: WIDTH, height, scale: 1}});
  fs.writeFileSync(picture, Buffer.from(data, "base64"));
  await browser.close();
})().catch(error => {
  console.error(error);
  process.exit(1);
});
