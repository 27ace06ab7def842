// onnx_scores.js RUNTIME MODEL.onnx IMAGES SCORES [TEMPERATURE]: ONNX Runtime's logits, divided by the temperature, are near the scores of
// export_scores, its probabilities are their softmax, and no answer differs. RUNTIME is the folder of the module onnxruntime-node.
const fs = require('fs');

async function main([runtime, model, images, scores, temperature]) {
  const ort = require(runtime);
  const session = await ort.InferenceSession.create(model);
  const bytes = fs.readFileSync(images).subarray(16);
  const rows = fs.readFileSync(scores, 'utf8').trim().split('\n').map((line) => line.split(' '));
  const input = new Float32Array(rows.length * 784).map((_, i) => bytes[i] / 255);
  const found = await session.run({ pixels: new ort.Tensor('float32', input, [rows.length, 784]) });
  const outputs = found.logits.dims[1];
  const view = new DataView(new ArrayBuffer(4));
  let worst = 0;
  let improbable = 0;
  let others = 0;
  rows.forEach((row, i) => {
    const logits = found.logits.data.slice(i * outputs, (i + 1) * outputs);
    const expected = row.slice(1, 1 + outputs).map((bits) => {
      view.setUint32(0, parseInt(bits, 16));
      return view.getFloat32(0);
    });
    const all = outputs === 1 ? [expected[0], 0] : expected;
    const sum = all.reduce((total, score) => total + Math.exp(score), 0);
    logits.forEach((logit, j) => {
      worst = Math.max(worst, Math.abs(logit / (Number(temperature) || 1) - expected[j]));
      improbable = Math.max(improbable, Math.abs(found.probabilities.data[i * outputs + j] - Math.exp(expected[j]) / sum));
    });
    others += logits.indexOf(Math.max(...logits)) !== expected.indexOf(Math.max(...expected));
  });
  console.log(`ONNX Runtime: ${rows.length} images, logits within ${worst.toExponential(1)}, probabilities within ${improbable.toExponential(1)}, ${others} other answers`);
  if (!(worst < 1e-4) || !(improbable < 1e-5) || others !== 0) process.exit(1);
}

main(process.argv.slice(2));
