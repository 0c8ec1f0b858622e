// A network exported by course_lib/explore/network.py: the same functions as in _forward.py.

function readNetwork(description, read) {
  const arrays = description.arrays.map(read);
  const shapes = [description.input, ...description.layers.map((layer) => layer.shape)];
  const layers = description.layers.map((layer, i) => ({
    ...layer,
    from: shapes[i],
    weights: layer.arrays.map((j) => arrays[j]),
  }));
  return { layers, code: description.code };
}

// Run the layers from `first` up to but not including `last` on one input.
function runNetwork(network, input, first = 0, last = network.layers.length) {
  let x = Float32Array.from(input);
  for (const layer of network.layers.slice(first, last)) {
    x = activate(LAYERS[layer.kind](layer, x, ...layer.weights), layer.activation);
  }
  return x;
}

const ACTIVATIONS = {
  relu: (x) => Math.max(x, 0),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
};

function activate(sums, name) {
  const f = ACTIVATIONS[name];
  return f ? Float32Array.from(sums, f) : Float32Array.from(sums);
}

const LAYERS = {
  activation: (layer, x) => x,
  reshape: (layer, x) => x,
  affine: (layer, x, scale, offset) =>
    x.map((value, i) => value * scale[i % scale.length] + offset[i % scale.length]),
  dense,
  conv,
  transposed,
  upsample,
};

function dense(layer, x, kernel, bias) {
  const inputs = layer.from.at(-1);
  const units = bias.length;
  const y = new Float64Array((x.length / inputs) * units);
  for (let row = 0; row * units < y.length; row += 1) {
    y.set(bias, row * units);
    addProduct(y, row * units, x, row * inputs, inputs, kernel, 0, units);
  }
  return y;
}

// y[..] += x[..] times the matrix (inputs, outputs) that starts at `at` in the kernel.
function addProduct(y, yAt, x, xAt, inputs, kernel, at, outputs) {
  for (let i = 0; i < inputs; i += 1) {
    const value = x[xAt + i];
    if (value === 0) continue;
    const row = at + i * outputs;
    for (let j = 0; j < outputs; j += 1) y[yAt + j] += value * kernel[row + j];
  }
}

function conv(layer, x, kernel, bias) {
  const [height, width, channels] = layer.from;
  const [rows, cols, filters] = layer.shape;
  const [k0, k1] = layer.kernel;
  const y = new Float64Array(rows * cols * filters);
  for (let row = 0; row < rows; row += 1) {
    for (let col = 0; col < cols; col += 1) {
      const yAt = (row * cols + col) * filters;
      y.set(bias, yAt);
      for (let i = 0; i < k0; i += 1) {
        const r = row * layer.strides[0] + i * layer.dilation[0] - layer.before[0];
        if (r < 0 || r >= height) continue;
        for (let j = 0; j < k1; j += 1) {
          const c = col * layer.strides[1] + j * layer.dilation[1] - layer.before[1];
          if (c < 0 || c >= width) continue;
          const at = (i * k1 + j) * channels * filters;
          addProduct(y, yAt, x, (r * width + c) * channels, channels, kernel, at, filters);
        }
      }
    }
  }
  return y;
}

// Every input pixel stamps the kernel, times its value, on the output.
function transposed(layer, x, kernel, bias) {
  const [height, width, channels] = layer.from;
  const [rows, cols, filters] = layer.shape;
  const [k0, k1] = layer.kernel;
  const y = new Float64Array(rows * cols * filters);
  for (let at = 0; at < y.length; at += filters) y.set(bias, at);
  for (let h = 0; h < height; h += 1) {
    for (let w = 0; w < width; w += 1) {
      for (let i = 0; i < k0; i += 1) {
        const r = h * layer.strides[0] + i - layer.before[0];
        if (r < 0 || r >= rows) continue;
        for (let j = 0; j < k1; j += 1) {
          const c = w * layer.strides[1] + j - layer.before[1];
          if (c < 0 || c >= cols) continue;
          const kernelAt = (i * k1 + j) * filters * channels;
          const xAt = (h * width + w) * channels;
          const yAt = (r * cols + c) * filters;
          for (let f = 0; f < filters; f += 1) {
            let sum = 0;
            for (let n = 0; n < channels; n += 1) sum += x[xAt + n] * kernel[kernelAt + f * channels + n];
            y[yAt + f] += sum;
          }
        }
      }
    }
  }
  return y;
}

function upsample(layer, x) {
  const [height, width, channels] = layer.from;
  const [rows, cols] = layer.shape;
  const places = (size, factor) => Array.from({ length: size * factor }, (_, i) => {
    if (layer.method === "nearest") return [Math.floor(i / factor), 0, 0];
    const place = Math.min(Math.max((i + 0.5) / factor - 0.5, 0), size - 1);
    const low = Math.floor(place);
    return [low, Math.min(low + 1, size - 1), place - low];
  });
  const [down, across] = [places(height, layer.factor[0]), places(width, layer.factor[1])];
  const y = new Float64Array(rows * cols * channels);
  for (let row = 0; row < rows; row += 1) {
    const [top, bottom, v] = down[row];
    for (let col = 0; col < cols; col += 1) {
      const [left, right, u] = across[col];
      for (let n = 0; n < channels; n += 1) {
        const value = (r, c) => x[(r * width + c) * channels + n];
        const upper = value(top, left) * (1 - u) + value(top, right) * u;
        const lower = value(bottom, left) * (1 - u) + value(bottom, right) * u;
        y[(row * cols + col) * channels + n] = upper * (1 - v) + lower * v;
      }
    }
  }
  return y;
}
