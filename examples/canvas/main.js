import { createEngine } from 'eventglass';
import { draw, severities } from './drawing.js';
import { keepUp } from './feed.js';

const canvas = document.querySelector('canvas');
const output = document.querySelector('output');

// Another backend: ?backend=http://…
const backendUrl = new URLSearchParams(location.search).get('backend') ?? 'http://localhost:3000';

const { columns } = await (await fetch(`${backendUrl}/data/schema`)).json();
const engine = await createEngine({ schema: columns.map(({ name, type }) => ({ name, type })) });
const views = severities.map(([name]) => engine.openView({ filter: `severity:${name}` }));

/** The time on screen, in ms since 1970; `undefined`: all of it, as it grows. */
let shown;

function whole() {
  if (engine.rowCount === 0) return { begin: 0, end: 1 };
  const { timestamp: begin } = engine.keyAt(0);
  return { begin, end: engine.keyAt(engine.rowCount - 1).timestamp + 1 };
}

let frame;

function show() {
  frame ??= requestAnimationFrame(() => {
    frame = undefined;
    const range = shown ?? whole();
    const counts = draw(canvas, views, range);
    const text = severities.map(([name], i) => `${counts[i]} ${name}`).join(', ');
    const times = [range.begin, range.end].map((time) => new Date(time).toISOString());
    canvas.ariaLabel = `From ${times.join(' to ')}: ${text}`;
    output.value = text;
  });
}

/** Zooms by `factor` around a place on the canvas, from 0 to 1. */
function zoom(factor, place = 0.5) {
  const { begin, end } = shown ?? whole();
  const time = begin + place * (end - begin);
  shown = { begin: time - (time - begin) * factor, end: time + (end - time) * factor };
  show();
}

/** Moves by parts of what is on screen. */
function move(parts) {
  const { begin, end } = shown ?? whole();
  const byMs = parts * (end - begin);
  shown = { begin: begin + byMs, end: end + byMs };
  show();
}

const keys = {
  '+': () => zoom(0.8),
  '-': () => zoom(1.25),
  ArrowLeft: () => move(-0.1),
  ArrowRight: () => move(0.1),
  0: () => {
    shown = undefined;
    show();
  },
};

canvas.addEventListener('keydown', (event) => {
  const run = keys[event.key];
  if (!run || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  run();
});

canvas.addEventListener(
  'wheel',
  (event) => {
    event.preventDefault();
    zoom(1.002 ** event.deltaY, event.offsetX / canvas.clientWidth);
  },
  { passive: false },
);

canvas.addEventListener('pointerdown', ({ pointerId }) => canvas.setPointerCapture(pointerId));
canvas.addEventListener('pointermove', ({ pointerId, movementX }) => {
  if (canvas.hasPointerCapture(pointerId)) move(-movementX / canvas.clientWidth);
});

new ResizeObserver(show).observe(canvas);
await keepUp(engine, backendUrl, show);
