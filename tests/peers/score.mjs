// Scores a model in onnxruntime-node and compares with expected outputs.
//   node score.mjs case.json
// case.json: {"model": "net.onnx", "inputs": {"input": {"dims": [2, 1, 28, 28], "file": "input.bin"}}, "outputs": {"logits": {...}}}
// Files lie beside case.json and hold little-endian float32. Prints one line of JSON: the largest absolute difference of each output.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import ort from 'onnxruntime-node';

const path = process.argv[2];
const folder = dirname(resolve(path));
const floats = (file) => {
  const bytes = readFileSync(resolve(folder, file));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
};

const { model, inputs, outputs } = JSON.parse(readFileSync(path, 'utf8'));
const session = await ort.InferenceSession.create(resolve(folder, model));
const feeds = Object.fromEntries(
  Object.entries(inputs).map(([name, { dims, file }]) => [name, new ort.Tensor('float32', floats(file), dims)]));
const results = await session.run(feeds);

const differences = {};
for (const [name, { dims, file }] of Object.entries(outputs)) {
  const expected = floats(file);
  const { data, dims: found } = results[name];
  if (found.join() !== dims.join()) throw new Error(`${name}: shape [${found}], expected [${dims}]`);
  let largest = 0;
  for (let i = 0; i < data.length; i++) {
    const difference = Math.abs(data[i] - expected[i]);
    if (!(difference <= largest)) largest = difference; // NaN is kept, not skipped
  }
  differences[name] = largest;
}
console.log(JSON.stringify(differences));
