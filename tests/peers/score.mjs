// Scores models in onnxruntime-node, a client of ONNX files that this project did not write.
//   node score.mjs
// Reads one case a line from standard input:
//   {"model": "net.onnx", "inputs": {"input": {"dims": [2, 1, 28, 28], "data": "<base64>"}}, "outputs": {"logits": {...}}}
// data is little-endian float32. Answers one line of JSON each: by output, the largest absolute difference; or {"error": "..."}.
import { createInterface } from 'node:readline';
import ort from 'onnxruntime-node';

const floats = (data) => {
  const bytes = Buffer.from(data, 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
};

const largestDifference = (name, found, { dims, data }) => {
  if (found.dims.join() !== dims.join()) throw new Error(`${name}: shape [${found.dims}], expected [${dims}]`);
  const expected = floats(data);
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(found.data[i] - expected[i]);
    if (Number.isNaN(difference)) throw new Error(`${name}: element ${i} is ${found.data[i]}, expected ${expected[i]}`);
    largest = Math.max(largest, difference);
  }
  return largest;
};

const compare = async ({ model, inputs, outputs }) => {
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1 });
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, { dims, data }]) => [name, new ort.Tensor('float32', floats(data), dims)]));
  const results = await session.run(feeds);
  return Object.fromEntries(
    Object.entries(outputs).map(([name, expected]) => [name, largestDifference(name, results[name], expected)]));
};

console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  const answer = await compare(JSON.parse(line)).catch((error) => ({ error: error.message }));
  console.log(JSON.stringify(answer));
}
