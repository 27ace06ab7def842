// Images and answers of the tests of the page.
"use strict";
const fs = require("node:fs");

/* The text of a script of the page. */
exports.partOf = (page, id) => page.split(`<script id="${id}"`)[1].split(">").slice(1).join(">").split("</script>")[0];

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
