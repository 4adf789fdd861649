/** Bars of a few pixels, stacked by severity. */

const barPx = 4;

export const severities = [
  ['critical', '#111827'],
  ['error', '#b91c1c'],
  ['warning', '#d97706'],
  ['info', '#60a5fa'],
  ['debug', '#cbd5e1'],
];

/** Draws the events of `views`, one a severity, from `begin` to `end`; answers how many there are. */
export function draw(canvas, views, { begin, end }) {
  const { width, height } = canvas.getBoundingClientRect();
  // As many pixels as the screen has: bars and letters are sharp at any zoom.
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  const context = canvas.getContext('2d');
  context.scale(canvas.width / width, canvas.height / height);

  const buckets = Math.max(1, Math.floor(width / barPx));
  const counts = views.map((view) => view.density({ begin, end, buckets }));
  const sums = Array.from({ length: buckets }, (_, i) =>
    counts.reduce((sum, all) => sum + all[i], 0),
  );
  const pxPerEvent = (height - 4) / Math.max(1, ...sums);
  for (let i = 0; i < buckets; i++) {
    let y = height;
    for (const [k, [, colour]] of severities.entries()) {
      const barHeight = counts[k][i] * pxPerEvent;
      context.fillStyle = colour;
      context.fillRect(i * barPx, (y -= barHeight), barPx - 1, barHeight);
    }
  }
  return counts.map((all) => all.reduce((sum, count) => sum + count, 0));
}
