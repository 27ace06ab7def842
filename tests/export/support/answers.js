// Images and answers of the tests of the page.
"use strict";
const fs = require("node:fs");

/* The text of a script of the page. */
const partOf = (page, id) => page.split(`<script id="${id}"`)[1].split(">").slice(1).join(">").split("</script>")[0];

/* The page's two functions, {predict, read}, without a browser. */
exports.readerOf = page => {
  const net = JSON.parse(partOf(page, "net"));
  const scripts = ["scalar", "arithmetic", "picture", "answer"].map(id => partOf(page, id)).join("");
  return new Function("net", `${scripts}
    const predict = makeClassifier(net);
    return {predict, read: makeReader(net, predict)};`)(net);
};

/* The first images of an IDX file. */
exports.imagesOf = (path, count) => {
  const file = fs.readFileSync(path);
  const images = [];
  for (let i = 0; i < Math.min(count, file.readUInt32BE(4)); i++) images.push(file.subarray(16 + 784 * i, 16 + 784 * (i + 1)));
  return images;
};

/* Answers as export_scores prints them: the digit, and the bits of each score. Without names from outside: it runs in the browser, too. */
exports.answersOf = (predict, images) => {
  const view = new DataView(new ArrayBuffer(4));
  return images.map(image => {
    const {digit, logits} = predict(Uint8Array.from(image));
    return [digit, ...Array.from(logits, value => {
      view.setFloat32(0, value);
      return view.getUint32(0).toString(16).padStart(8, "0");
    })].join(" ");
  });
};

/* An answer as export_read prints it. Without names from outside, too. */
exports.lineOf = ({verdict, digit, probabilities, box, pixels}) => {
  const view = new DataView(new ArrayBuffer(4));
  if (verdict === "none") return verdict;
  const bits = Array.from(probabilities, value => {
    view.setFloat32(0, value);
    return view.getUint32(0).toString(16).padStart(8, "0");
  });
  return [verdict, digit, ...bits, box.x, box.y, box.width, box.height, Array.from(pixels, level => level.toString(16).padStart(2, "0")).join("")].join(" ");
};
