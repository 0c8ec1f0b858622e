// An autoencoder n -> hidden -> code -> hidden -> n that trains: forward pass, gradients, Adam.
// Pure functions over typed arrays, without a page. The weights lie in one run of numbers, in the
// order of a Keras model: kernel and bias of a layer, then the next layer. A variational encoder
// has two heads, the mean and the logarithm of the variance.

const ADAM = { first: 0.9, second: 0.999, epsilon: 1e-7 };

function shapesOf({ inputs, hidden, code, kind }) {
  const dense = (from, to) => [[from, to], [to]];
  const heads = kind === "variational" ? [...dense(hidden, code), ...dense(hidden, code)] : dense(hidden, code);
  return [...dense(inputs, hidden), ...heads, ...dense(code, hidden), ...dense(hidden, inputs)];
}

// Views of a flat array, one for each shape.
function viewsOf(flat, shapes) {
  let at = 0;
  return shapes.map((shape) => {
    const from = at;
    at += shape.reduce((a, b) => a * b);
    return flat.subarray(from, at);
  });
}

// The layers of a network by name, over weights or over their gradients.
function layersOf(flat, settings) {
  const views = viewsOf(flat, shapesOf(settings));
  const take = () => ({ kernel: views.shift(), bias: views.shift() });
  const [hidden, code] = [take(), take()];
  const logVar = settings.kind === "variational" ? take() : null;
  return { hidden, code, logVar, decoder: take(), output: take() };
}

// `settings` holds inputs, hidden, code, kind and the activations. Kernels start from the uniform
// distribution of Glorot and Bengio (2010), biases at 0.
function makeNetwork(settings, random) {
  const shapes = shapesOf(settings);
  const size = shapes.reduce((sum, shape) => sum + shape.reduce((a, b) => a * b), 0);
  const weights = new Float64Array(size);
  viewsOf(weights, shapes).forEach((view, k) => {
    if (shapes[k].length === 1) return;
    const limit = Math.sqrt(6 / (shapes[k][0] + shapes[k][1]));
    for (let i = 0; i < view.length; i += 1) view[i] = limit * (2 * random() - 1);
  });
  const gradients = new Float64Array(size);
  return {
    settings,
    weights,
    gradients,
    layers: layersOf(weights, settings),
    slopes: layersOf(gradients, settings),
    moments: [new Float64Array(size), new Float64Array(size)],
    steps: 0,
  };
}

// What a pass over `count` items leaves behind, and room for the errors on the way back.
function makePass({ inputs, hidden, code }, count) {
  const room = (width) => new Float64Array(count * width);
  return {
    count,
    hidden: room(hidden), mean: room(code), logVar: room(code), code: room(code),
    decoder: room(hidden), output: room(inputs), logits: room(inputs),
    toOutput: room(inputs), toDecoder: room(hidden), toCode: room(code), toLogVar: room(code), toHidden: room(hidden),
  };
}

// Add the product of A (rows, inner) and B (inner, columns) to C (rows, columns), which starts at
// `at`. A step is how far apart two neighbours lie, so that a transposed matrix needs no copy.
// Four columns at a time keep their sums out of memory: that makes it several times as fast.
function addProduct(c, at, rows, columns, inner, a, aAt, aRow, aInner, b, bAt, bInner, bColumn) {
  for (let row = 0; row < rows; row += 1) {
    const aFrom = aAt + row * aRow;
    const cFrom = at + row * columns;
    let j = 0;
    for (; j + 4 <= columns; j += 4) {
      let i = aFrom;
      let k = bAt + j * bColumn;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let n = 0; n < inner; n += 1) {
        const value = a[i];
        s0 += value * b[k];
        s1 += value * b[k + bColumn];
        s2 += value * b[k + 2 * bColumn];
        s3 += value * b[k + 3 * bColumn];
        i += aInner;
        k += bInner;
      }
      c[cFrom + j] += s0;
      c[cFrom + j + 1] += s1;
      c[cFrom + j + 2] += s2;
      c[cFrom + j + 3] += s3;
    }
    for (; j < columns; j += 1) {
      let i = aFrom;
      let k = bAt + j * bColumn;
      let sum = 0;
      for (let n = 0; n < inner; n += 1, i += aInner, k += bInner) sum += a[i] * b[k];
      c[cFrom + j] += sum;
    }
  }
}

// Rows `from` to `to` of x through a layer, before its activation.
function forwardDense(x, { kernel, bias }, y, from, to) {
  const outputs = bias.length;
  const inputs = kernel.length / outputs;
  for (let row = from; row < to; row += 1) {
    for (let j = 0; j < outputs; j += 1) y[row * outputs + j] = bias[j];
  }
  addProduct(y, from * outputs, to - from, outputs, inputs, x, from * inputs, inputs, 1, kernel, 0, outputs, 1);
}

// Add to a layer's slopes what the errors of its outputs ask for.
function backwardDense(x, error, { kernel, bias }, from, to) {
  const outputs = bias.length;
  const inputs = kernel.length / outputs;
  for (let row = from; row < to; row += 1) {
    for (let j = 0; j < outputs; j += 1) bias[j] += error[row * outputs + j];
  }
  addProduct(kernel, 0, inputs, outputs, to - from, x, from * inputs, 1, inputs, error, from * outputs, outputs, 1);
}

// The errors of a layer's inputs, added to those that are there unless `fresh`.
function backwardInputs(error, { kernel, bias }, toInputs, from, to, fresh = true) {
  const outputs = bias.length;
  const inputs = kernel.length / outputs;
  if (fresh) toInputs.fill(0, from * inputs, to * inputs);
  addProduct(toInputs, from * inputs, to - from, inputs, outputs, error, from * outputs, outputs, 1, kernel, 0, 1, outputs);
}

function applyActivation(name, y, from, to) {
  if (name === "tanh") for (let i = from; i < to; i += 1) y[i] = 1 - 2 / (Math.exp(2 * y[i]) + 1);
  else if (name === "sigmoid") for (let i = from; i < to; i += 1) y[i] = 1 / (1 + Math.exp(-y[i]));
  else if (name === "relu") for (let i = from; i < to; i += 1) y[i] = y[i] > 0 ? y[i] : 0;
}

// Multiply errors by the slope of the activation, which its value y tells.
function applySlope(name, y, error, from, to) {
  if (name === "tanh") for (let i = from; i < to; i += 1) error[i] *= 1 - y[i] * y[i];
  else if (name === "sigmoid") for (let i = from; i < to; i += 1) error[i] *= y[i] * (1 - y[i]);
  else if (name === "relu") for (let i = from; i < to; i += 1) if (y[i] <= 0) error[i] = 0;
}

// Run rows `from` to `to` of the items x. With `noise` (items, code), standard normal, the code of a
// variational network is a sample, else its mean.
function forward({ settings, layers }, pass, x, noise = null, from = 0, to = pass.count) {
  const { hidden, code, kind } = settings;
  forwardDense(x, layers.hidden, pass.hidden, from, to);
  applyActivation(settings.hiddenActivation, pass.hidden, from * hidden, to * hidden);
  forwardDense(pass.hidden, layers.code, pass.mean, from, to);
  if (kind === "variational") {
    forwardDense(pass.hidden, layers.logVar, pass.logVar, from, to);
    for (let i = from * code; i < to * code; i += 1) {
      pass.code[i] = pass.mean[i] + (noise ? noise[i] * Math.exp(pass.logVar[i] / 2) : 0);
    }
  } else {
    applyActivation(settings.codeActivation, pass.mean, from * code, to * code);
    for (let i = from * code; i < to * code; i += 1) pass.code[i] = pass.mean[i];
  }
  decode({ settings, layers }, pass, from, to);
}

// Run rows of pass.code through the decoder.
function decode({ settings, layers }, pass, from = 0, to = pass.count) {
  const { inputs, hidden } = settings;
  forwardDense(pass.code, layers.decoder, pass.decoder, from, to);
  applyActivation(settings.hiddenActivation, pass.decoder, from * hidden, to * hidden);
  forwardDense(pass.decoder, layers.output, pass.logits, from, to);
  for (let i = from * inputs; i < to * inputs; i += 1) pass.output[i] = pass.logits[i];
  applyActivation(settings.outputActivation, pass.output, from * inputs, to * inputs);
}

// Add the gradients that rows `from` to `to` of a finished forward pass ask for. `goal` holds loss,
// reduction ("mean" or "sum" over the pixels of an item) and beta; items are always averaged.
function backward({ settings, layers, slopes }, pass, x, target, noise, goal, from = 0, to = pass.count) {
  const { inputs, hidden, code, kind } = settings;
  const scale = 1 / (pass.count * (goal.reduction === "sum" ? 1 : inputs));
  const { toOutput, toDecoder, toCode, toLogVar, toHidden } = pass;
  const entropy = goal.loss === "binary_crossentropy"; // of a sigmoid: its slope cancels
  for (let i = from * inputs; i < to * inputs; i += 1) {
    toOutput[i] = (entropy ? 1 : 2) * scale * (pass.output[i] - target[i]);
  }
  if (!entropy) applySlope(settings.outputActivation, pass.output, toOutput, from * inputs, to * inputs);
  backwardDense(pass.decoder, toOutput, slopes.output, from, to);
  backwardInputs(toOutput, layers.output, toDecoder, from, to);
  applySlope(settings.hiddenActivation, pass.decoder, toDecoder, from * hidden, to * hidden);
  backwardDense(pass.code, toDecoder, slopes.decoder, from, to);
  backwardInputs(toDecoder, layers.decoder, toCode, from, to);
  if (kind === "variational") {
    const weight = goal.beta / pass.count;
    for (let i = from * code; i < to * code; i += 1) {
      const variance = Math.exp(pass.logVar[i]);
      toLogVar[i] = 0.5 * (toCode[i] * noise[i] * Math.sqrt(variance) + weight * (variance - 1));
      toCode[i] += weight * pass.mean[i];
    }
    backwardDense(pass.hidden, toLogVar, slopes.logVar, from, to);
    backwardInputs(toLogVar, layers.logVar, toHidden, from, to);
  } else {
    applySlope(settings.codeActivation, pass.mean, toCode, from * code, to * code);
  }
  backwardDense(pass.hidden, toCode, slopes.code, from, to);
  backwardInputs(toCode, layers.code, toHidden, from, to, kind !== "variational");
  applySlope(settings.hiddenActivation, pass.hidden, toHidden, from * hidden, to * hidden);
  backwardDense(x, toHidden, slopes.hidden, from, to);
}

// The loss of a finished pass: reconstruction plus beta times the divergence, averaged over items.
function lossOf({ settings }, pass, target, goal) {
  let sum = 0;
  for (let i = 0; i < target.length; i += 1) {
    if (goal.loss === "binary_crossentropy") {
      const z = pass.logits[i]; // log(1 + e^z) - yz, without overflow
      sum += Math.max(z, 0) - z * target[i] + Math.log1p(Math.exp(-Math.abs(z)));
    } else {
      sum += (pass.output[i] - target[i]) ** 2;
    }
  }
  const reconstruction = sum / (pass.count * (goal.reduction === "sum" ? 1 : settings.inputs));
  if (settings.kind !== "variational") return reconstruction;
  return reconstruction + goal.beta * divergences(settings, pass).reduce((a, b) => a + b);
}

// Kullback-Leibler divergence to the standard normal distribution, in nats, of each number of the
// code, averaged over items.
function divergences({ code }, pass) {
  const sums = Array(code).fill(0);
  for (let i = 0; i < pass.count * code; i += 1) {
    const [mean, logVar] = [pass.mean[i], pass.logVar[i]];
    sums[i % code] += (Math.exp(logVar) + mean * mean - 1 - logVar) / (2 * pass.count);
  }
  return sums;
}

// One step of Adam (Kingma and Ba 2015), with the constants of Keras.
function adam(network, learningRate) {
  const { weights, gradients, moments: [first, second] } = network;
  network.steps += 1;
  const rate = (learningRate * Math.sqrt(1 - ADAM.second ** network.steps)) / (1 - ADAM.first ** network.steps);
  for (let i = 0; i < weights.length; i += 1) {
    const slope = gradients[i];
    first[i] += (slope - first[i]) * (1 - ADAM.first);
    second[i] += (slope * slope - second[i]) * (1 - ADAM.second);
    weights[i] -= (rate * first[i]) / (Math.sqrt(second[i]) + ADAM.epsilon);
  }
}

// A training: a network, its items and the noise, drawn from one stream of random numbers.
const ROW_WORK = 200_000; // products in one piece of an epoch, about a millisecond

function makeRun(data, settings, seed) {
  const random = generator(seed);
  const network = makeNetwork(settings, random);
  const count = data.length / settings.inputs;
  return {
    seed, data, count, random, network,
    pass: makePass(settings, count),
    shown: makePass(settings, count), // the items without noise, for the eye
    input: settings.kind === "denoising" ? new Float64Array(data.length) : data,
    noise: settings.kind === "variational" ? new Float64Array(count * settings.code) : null,
    piece: Math.max(1, Math.floor(ROW_WORK / network.weights.length)),
    row: 0,
    epoch: 0,
  };
}

// The learning rate of an epoch: constant, or falling to 0 along half a cosine.
function rateAt({ learningRate, schedule, epochs }, epoch) {
  return schedule === "cosine" ? (learningRate / 2) * (1 + Math.cos(Math.PI * Math.min(1, epoch / epochs))) : learningRate;
}

// Train on the next rows; return true when they complete an epoch. An epoch is one step of Adam on
// all items; one of a large network takes several calls, so that no call takes long.
function trainPiece(run, goal) {
  const { network, pass, data, input, noise, random } = run;
  if (run.row === 0) {
    network.gradients.fill(0);
    if (network.settings.kind === "denoising") {
      for (let i = 0; i < data.length; i += 1) input[i] = random() < goal.noise ? 1 - data[i] : data[i];
    }
    if (noise) fillNormal(noise, random);
  }
  const to = Math.min(run.count, run.row + run.piece);
  forward(network, pass, input, noise, run.row, to);
  backward(network, pass, input, data, noise, goal, run.row, to);
  run.row = to % run.count;
  if (run.row > 0) return false;
  adam(network, rateAt(goal, run.epoch));
  run.epoch += 1;
  return true;
}
