import 'eventglass/element';
import { useCallback, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';

// Another backend: ?backend=http://…
const backend = new URLSearchParams(location.search).get('backend') ?? 'http://localhost:3000';

function Person({ name }) {
  return <a href={`#/people/${encodeURIComponent(name)}`}>{name}</a>;
}

/** Cells of the table are made outside of React: each is a root of its own, which goes with its cell. */
function personCell({ text }, onLeave) {
  const place = document.createElement('span');
  const root = createRoot(place);
  root.render(<Person name={text} />);
  onLeave(() => root.unmount());
  return place;
}

/** The same object each time: other columns would be another table. */
const columns = [
  { name: 'timestamp', label: 'When' },
  { name: 'severity' },
  { name: 'actor', label: 'Who', widthPx: 160, cell: personCell },
  { name: 'message' },
];

export function App() {
  const timeline = useRef(null);
  const [filter, setFilter] = useState('');
  const [state, setState] = useState();
  const [event, setEvent] = useState();

  const open = useCallback(async ({ detail }) => {
    setEvent(await timeline.current.readEvent(detail.id));
  }, []);

  return (
    <main>
      <h1>Events</h1>
      <label>
        Filter <input name="filter" value={filter} onChange={(e) => setFilter(e.target.value)} />
      </label>
      {state?.filterError && <p role="alert">{state.filterError.message}</p>}
      <event-timeline
        ref={timeline}
        backend={backend}
        columns={columns}
        filter={filter}
        onstatechange={({ detail }) => setState(detail)}
        onrowopen={open}
      />
      <pre aria-live="polite">
        {event ? JSON.stringify(event, undefined, 2) : 'Choose an event.'}
      </pre>
    </main>
  );
}
