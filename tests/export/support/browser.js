// node browser.js CHROMIUM PAGE IMAGES ANSWERS FOLDER DRAWINGS: the page in a browser, used as a person uses it. Leaves screenshots, the drawings
// (drawing-N.pgm) and what the page reads in them, a line each (found), in the folder.
"use strict";
const fs = require("node:fs");
const assert = require("node:assert/strict");
const {Browser} = require("./chromium.js");
const {answersOf, imagesOf, lineOf} = require("./answers.js");
const {drawings} = require("./draw.js");

const [program, path, images, answers, folder, count] = process.argv.slice(2);
const DRAWINGS = Number(count);

/* Every image by window.digitnet.predict: the library's answers. */
async function compareAnswers(page) {
  const wanted = fs.readFileSync(answers, "utf8").split("\n").filter(line => line);
  const pixels = imagesOf(images, wanted.length).map(image => image.toString("base64"));
  const found = await page.evaluate(`(${answersOf})(digitnet.predict, ${JSON.stringify(pixels)}.map(text => Array.from(atob(text), c => c.charCodeAt(0))))`);
  assert.deepEqual(found, wanted);
  console.log(`${found.length} images: the same scores, bit for bit`);
}

const shown = page => page.evaluate("document.getElementById('digit').textContent");
const words = page => page.evaluate("document.getElementById('sure').textContent");
const press = (page, id) => page.evaluate(`document.getElementById("${id}").click()`).then(() => page.settle());

async function drawMany(page) {
  const result = [];
  let right = 0;
  for (const [number, drawing] of drawings(DRAWINGS).entries()) {
    await press(page, "clear");
    await page.draw(drawing);
    const {digit, line, grey} = await page.evaluate(`(() => {
      const image = digitnet.drawing(), answer = digitnet.read(image);
      return {digit: answer.digit, line: (${lineOf})(answer), grey: Array.from({length: image.width * image.height}, (_, i) => image.data[4 * i])};
    })()`);
    const side = Math.sqrt(grey.length);
    assert.equal(await shown(page), digit === null ? "\u2013" : String(digit));
    fs.writeFileSync(`${folder}/drawing-${String(number).padStart(3, "0")}.pgm`, Buffer.concat([Buffer.from(`P5\n${side} ${side}\n255\n`), Buffer.from(grey)]));
    result.push(line);
    right += digit === drawing.digit;
  }
  fs.writeFileSync(`${folder}/found`, result.map(line => line + "\n").join(""));
  assert.ok(right >= DRAWINGS * 0.95, `${right} drawings read right`);
  console.log(`${DRAWINGS} drawings by mouse: ${right} read as meant`);
}

async function useEverything(page) {
  const [seven, zero] = [drawings(10)[7], drawings(10)[0]];
  const label = () => page.evaluate("document.getElementById('pad').getAttribute('aria-label')");
  await press(page, "clear");
  assert.equal(await shown(page), "\u2013");
  assert.equal(await label(), "Empty drawing pad");
  await page.draw(zero);
  await page.draw({strokes: [[[0.1, 0.9], [0.9, 0.9]]], pen: 22});
  await page.key("z", "KeyZ", 2);
  assert.equal(await shown(page), "0");
  assert.equal(await page.evaluate("document.getElementById('spoken').textContent.startsWith('0, ')"), true);
  await page.key("Delete");
  assert.equal(await label(), "Empty drawing pad");
  await press(page, "undo");
  assert.equal(await label(), "Drawing, read as 0");
  await page.key("Escape");

  // What it can't be sure of, it says: a 4 with a bar across, two digits, and a dot.
  const half = ({strokes}, x0) => strokes.map(points => points.map(([x, y]) => [x0 + x / 2, 0.25 + y / 2]));
  const scenes = [[{strokes: [...drawings(10)[4].strokes, [[0.1, 0.85], [0.9, 0.8]]], pen: 22}, /^unsure: \d, else\s\d$/],
    [{strokes: [...half(seven, 0), ...half(zero, 0.5)], pen: 14}, /^several digits: this is one$/],
    [{strokes: [[[0.5, 0.5], [0.51, 0.5]]], pen: 14}, /^no digit$/]];
  for (const [drawing, expected] of scenes) {
    await page.draw(drawing);
    assert.match(await words(page), expected);
    assert.equal(await shown(page) === "\u2013", (await words(page)) === "no digit");
    await page.screenshot(`${folder}/page-${(await words(page)).split(/\W/)[0]}.png`);
    await press(page, "clear");
    assert.equal(await words(page), "");
  }

  // By keyboard alone: a bar down.
  await page.evaluate("document.getElementById('pad').focus()");
  await page.key(" ", "Space");
  for (let i = 0; i < 22; i++) await page.key("ArrowDown");
  await page.key(" ", "Space");
  assert.equal(await shown(page), "1");

  // By finger.
  await press(page, "clear");
  const [left, top, side] = await page.evaluate("(() => { const box = document.getElementById('pad').getBoundingClientRect(); return [box.left, box.top, box.width]; })()");
  const touch = (type, point) => page.send("Input.dispatchTouchEvent", {type, touchPoints: point ? [{x: left + point[0] * side, y: top + point[1] * side}] : []});
  await page.send("Emulation.setTouchEmulationEnabled", {enabled: true});
  await touch("touchStart", seven.strokes[0][0]);
  const from = seven.strokes[0];
  for (let i = 0; i + 1 < from.length; i++)
    for (let k = 1; k <= 8; k++) await touch("touchMove", [0, 1].map(axis => from[i][axis] + (from[i + 1][axis] - from[i][axis]) * k / 8));
  await touch("touchEnd");
  await page.send("Emulation.setTouchEmulationEnabled", {enabled: false});
  await page.settle();
  assert.equal(await shown(page), "7");

  // A picture that is dropped: white ink on a dark ground, not square.
  await page.evaluate(`(async () => {
    const canvas = document.createElement("canvas");
    canvas.width = 400; canvas.height = 300;
    const context = canvas.getContext("2d");
    context.fillStyle = "#234"; context.fillRect(0, 0, 400, 300);
    context.strokeStyle = "#fff"; context.lineWidth = 22; context.lineJoin = context.lineCap = "round";
    context.beginPath();
    ${JSON.stringify(zero.strokes[0])}.forEach(([x, y]) => context.lineTo(50 + 300 * x, 300 * y));
    context.stroke();
    const blob = await new Promise(resolve => canvas.toBlob(resolve));
    const data = new DataTransfer();
    data.items.add(new File([blob], "zero.png", {type: "image/png"}));
    document.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
    for (let i = 0; i < 50 && document.getElementById("digit").textContent !== "0"; i++) await new Promise(resolve => setTimeout(resolve, 100));
  })()`);
  assert.equal(await shown(page), "0");
  await page.evaluate(`(async () => {
    const data = new DataTransfer();
    data.items.add(new File(["no picture"], "<img src=x onerror=alert(1)>.png", {type: "image/png"}));
    document.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
    for (let i = 0; i < 50 && !document.getElementById("sure").textContent.includes("can't"); i++) await new Promise(resolve => setTimeout(resolve, 100));
  })()`);
  assert.equal(await words(page), "<img src=x onerror=alert(1)>.png: the browser can't read this picture");
  console.log("undo, clear, keyboard, finger, and pictures dropped: as they should");
}

async function lookAt(page) {
  for (const [width, height] of [[360, 800], [768, 1000], [1440, 900]])
    for (const scheme of ["light", "dark"]) {
      await page.look(width, height, scheme);
      await press(page, "clear");
      await page.draw(drawings(10)[width === 768 ? 2 : 3]);
      assert.equal(await page.evaluate("document.documentElement.scrollWidth"), width);
      await page.screenshot(`${folder}/page-${width}-${scheme}.png`);
    }
  await page.look(768, 1000, "dark", "more");
  await page.screenshot(`${folder}/page-768-contrast.png`);
}

(async () => {
  const browser = new Browser(program, folder + "/profile");
  const page = await browser.open(path);
  console.log(`opened in ${page.milliseconds} ms`);
  await compareAnswers(page);
  await drawMany(page);
  await useEverything(page);
  await lookAt(page);
  assert.deepEqual(page.errors, []);
  assert.deepEqual(page.requests, ["file://" + path]);
  await browser.close();
})().catch(error => {
  console.error(error);
  process.exit(1);
});
