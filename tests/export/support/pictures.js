// node pictures.js FOLDER IMAGES DRAWINGS EACH: pictures of every kind that a reader tells apart, as NAME.pgm: drawings of digits, images of an
// IDX file, and what people bring beside, EACH of a kind: lines, frames, several digits, none, sizes that are hardly any.
"use strict";
const fs = require("node:fs");
const {drawings, rasterise} = require("./draw.js");
const {imagesOf} = require("./answers.js");

const [folder, images, count, each] = process.argv.slice(2);
const SIDE = 280;
const write = (name, height, width, shades) => fs.writeFileSync(`${folder}/${name}.pgm`, Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), Buffer.from(shades)]));
const square = (name, shades) => write(name, Math.sqrt(shades.length), Math.sqrt(shades.length), shades);
const darker = (a, b) => a.map((shade, i) => Math.min(shade, b[i]));
const moved = ({strokes, pen}, change) => ({pen, strokes: strokes.map(points => points.map(change))});
const lines = (pen, ...strokes) => rasterise({pen, strokes}, SIDE);
const digits = drawings(Math.max(10, Number(count)));

digits.slice(0, Number(count)).forEach((drawing, i) => square(`drawing-${String(i).padStart(3, "0")}`, rasterise(drawing)));
digits.slice(0, Number(each)).forEach((drawing, i) => {
  const shades = rasterise(drawing), next = digits[i + 1];
  const left = moved(drawing, ([x, y]) => [x / 2, (y + 0.5) / 2]), right = moved(next, ([x, y]) => [(x + 1) / 2, (y + 0.5) / 2]);
  square(`dark-${i}`, shades.map(shade => 255 - shade));
  square(`faint-${i}`, shades.map((shade, k) => 200 - (255 - shade) / 6 + k % 3));
  square(`shadow-${i}`, shades.map((shade, k) => shade * (k % SIDE > 150 ? 0.5 : 1)));
  square(`slanted-${i}`, rasterise(moved(drawing, ([x, y]) => [x + 0.6 * (0.5 - y), y])));
  square(`ruled-${i}`, darker(shades, lines(3, ...[0.2, 0.4, 0.6, 0.8].map(y => [[-0.1, y], [1.1, y + 0.01]]))));
  square(`framed-${i}`, darker(shades, lines(6, [[0.03, 0.03], [0.97, 0.03], [0.97, 0.97], [0.03, 0.97], [0.03, 0.03]])));
  square(`minus-${i}`, darker(rasterise(right), lines(10, [[0.15, 0.5], [0.4, 0.5]])));
  square(`two-${i}`, darker(rasterise(left), rasterise(right)));
  square(`touching-${i}`, darker(rasterise(moved(left, ([x, y]) => [x + 0.12, y])), rasterise(moved(right, ([x, y]) => [x - 0.12, y]))));
  square(`half-${i}`, rasterise(moved(drawing, ([x, y]) => [x, 0.4 + 0.9 * y])));
  square(`scribble-${i}`, darker(shades, rasterise(moved(next, ([x, y]) => [y, x]))));
  write(`page-${i}`, 600, 800, rasterise(moved(drawing, ([x, y]) => [0.2 + x / 8, 0.3 + y / 8]), 600, 800));
  square(`tiny-${i}`, rasterise({...drawing, pen: 35}, 16));
  square(`small-${i}`, rasterise({...drawing, pen: 28}, 50));
  write(`high-${i}`, 200, 40, rasterise(drawing, 200, 40));
});
imagesOf(images, Number(each)).forEach((image, i) => {
  square(`image-${i}`, image);
  square(`paper-${i}`, image.map(level => 255 - level));
});
const ramp = length => Array.from({length}, (_, i) => i * 37 % 256);
write("column", 200, 1, ramp(200));
write("row", 2, 300, ramp(600));
write("pixel", 1, 1, [0]);
write("stroke", 300, 2, ramp(600).map((_, i) => i > 200 && i < 320 ? 0 : 255));
for (const [name, shade] of [["white", 255], ["black", 0], ["grey", 90]]) {
  square(`${name}-280`, new Uint8Array(SIDE * SIDE).fill(shade));
  square(`${name}-28`, new Uint8Array(784).fill(shade));
}
square("noise", new Uint8Array(SIDE * SIDE).map((_, i) => 240 - i * 7919 % 23));
square("rules", lines(3, ...[0.2, 0.4, 0.6, 0.8].map(y => [[-0.1, y], [1.1, y]])));
