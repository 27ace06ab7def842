// Drawings of digits as a hand makes them: strokes of points in a square of side 1, a little moved, turned, stretched and wobbled.
"use strict";

const arc = (x, y, rx, ry, from, to, steps = 14) => Array.from({length: steps + 1}, (_, i) => {
  const angle = (from + (to - from) * i / steps) * Math.PI / 180;
  return [x + rx * Math.cos(angle), y + ry * Math.sin(angle)];
});
const line = (...points) => points;

/* Angles run clockwise from the right, as y runs down. */
const glyphs = [
  [arc(0.5, 0.5, 0.22, 0.33, -90, -450, 24)],
  [line([0.44, 0.26], [0.53, 0.17], [0.52, 0.5], [0.51, 0.83])],
  [[...arc(0.5, 0.35, 0.19, 0.18, -170, 30), [0.52, 0.62], [0.3, 0.82], [0.73, 0.82]]],
  [[...arc(0.47, 0.33, 0.19, 0.16, -150, 90), ...arc(0.47, 0.66, 0.22, 0.18, -90, 150)]],
  [line([0.4, 0.17], [0.29, 0.54], [0.73, 0.54]), line([0.62, 0.3], [0.6, 0.84])],
  [[[0.7, 0.18], [0.4, 0.18], [0.37, 0.46], ...arc(0.48, 0.62, 0.2, 0.2, -125, 140)]],
  [[[0.62, 0.15], ...arc(0.62, 0.55, 0.31, 0.36, -105, -170, 8), ...arc(0.5, 0.65, 0.19, 0.19, 180, -180, 20)]],
  [line([0.27, 0.18], [0.74, 0.18], [0.55, 0.5], [0.45, 0.84])],
  [[...arc(0.5, 0.33, 0.17, 0.16, -30, -270, 14), ...arc(0.5, 0.67, 0.2, 0.18, -90, 270, 20), ...arc(0.5, 0.33, 0.17, 0.16, 90, -30, 10)]],
  [[...arc(0.5, 0.35, 0.19, 0.19, -10, -350, 20), [0.68, 0.5], [0.62, 0.85]]]
];

/* Park and Miller's generator: the same drawings every time. */
exports.drawings = count => {
  let state = 20261128;
  const random = bound => {
    state = state * 48271 % 2147483647;
    return bound * (2 * state / 2147483647 - 1);
  };
  return Array.from({length: count}, (_, number) => {
    const digit = number % 10;
    const turn = random(0.12), wide = 1 + random(0.15), high = 1 + random(0.12), slant = random(0.12), x0 = random(0.07), y0 = random(0.05);
    const strokes = glyphs[digit].map(points => points.map(([x, y]) => {
      const u = (x - 0.5) * wide + slant * (0.5 - y) + random(0.006), v = (y - 0.5) * high + random(0.006);
      const clamp = value => Math.min(0.95, Math.max(0.05, value));
      return [clamp(0.5 + u * Math.cos(turn) - v * Math.sin(turn) + x0), clamp(0.5 + u * Math.sin(turn) + v * Math.cos(turn) + y0)];
    }));
    return {digit, strokes, pen: 18 + Math.round(4 + random(4))};
  });
};

/* A drawing as the pad shows it: rows of shades, dark ink on white paper, `height` x `width` pixels. Strokes are as wide as the pen, of 280. */
exports.rasterise = ({strokes, pen}, height = 280, width = height) => {
  const shades = new Uint8Array(height * width).fill(255);
  const side = Math.min(height, width), radius = pen / 560 * side;
  const segments = strokes.flatMap(points => points.slice(1).map((point, i) => [points[i], point].flat().map(value => value * side)));
  for (const [x0, y0, x1, y1] of segments) {
    const dx = x1 - x0, dy = y1 - y0, length = dx * dx + dy * dy || 1;
    for (let y = Math.max(0, Math.floor(Math.min(y0, y1) - radius - 1)); y < Math.min(height, Math.max(y0, y1) + radius + 1); y++)
      for (let x = Math.max(0, Math.floor(Math.min(x0, x1) - radius - 1)); x < Math.min(width, Math.max(x0, x1) + radius + 1); x++) {
        const share = Math.min(1, Math.max(0, ((x + 0.5 - x0) * dx + (y + 0.5 - y0) * dy) / length));
        const distance = Math.hypot(x + 0.5 - x0 - share * dx, y + 0.5 - y0 - share * dy);
        const ink = Math.min(1, Math.max(0, radius + 0.5 - distance));
        shades[y * width + x] = Math.min(shades[y * width + x], Math.round(255 * (1 - ink)));
      }
  }
  return shades;
};
