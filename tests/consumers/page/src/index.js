import { TimelineClient } from 'eventglass/client';
import { arrayPages } from './array_pages.js';
import { count } from './counts.js';

const shownRows = 20;
const backendUrl = new URLSearchParams(location.search).get('backend');

function show(id, value) {
  document.getElementById(id).textContent = JSON.stringify(value);
}

async function get(path) {
  const response = await fetch(`${backendUrl}${path}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Shows the newest rows of a backend or a source, of which each kind has a worker of its own. */
function follow(id, schema, source) {
  const client = new TimelineClient({
    ...source,
    schema,
    onBlock({ block }) {
      requestAnimationFrame(() => {
        if (block.rowCount === shownRows) show(id, block.events());
        client.painted();
      });
    },
    onState({ error }) {
      if (error !== undefined) console.error(error.message);
    },
  });
  client.setViewport({ target: { type: 'live' }, rowCount: shownRows, overscanRows: 0 });
  document.addEventListener('end', () => client.delete());
}

async function main() {
  const { columns } = JSON.parse(new TextDecoder().decode(await get('/data/schema')));
  const schema = columns.map(({ name, type }) => ({ name, type }));
  const json = await get('/data');
  const events = JSON.parse(new TextDecoder().decode(json));
  follow('rows', schema, { backendUrl });
  follow('events', schema, { source: { type: 'events', events } });
  follow('pages', schema, { source: arrayPages(events) });
  show('page', await count(schema, json));
  const own = new Worker(new URL('./own_worker.js', import.meta.url), { type: 'module' });
  own.addEventListener('message', ({ data }) => {
    show('worker', data);
    own.terminate();
  });
  own.postMessage({ schema, json });
}

void main();
