import 'eventglass/element';

const timeline = document.querySelector('event-timeline');
const filter = document.querySelector('input');
const details = document.querySelector('pre');

// Another backend: ?backend=http://…
timeline.backend = new URLSearchParams(location.search).get('backend') ?? 'http://localhost:3000';

filter.addEventListener('change', () => {
  timeline.filter = filter.value;
});

timeline.addEventListener('statechange', ({ detail }) => {
  filter.setCustomValidity(detail.filterError?.message ?? '');
  filter.reportValidity();
});

timeline.addEventListener('rowopen', async ({ detail }) => {
  const event = await timeline.readEvent(detail.id);
  details.textContent = event ? JSON.stringify(event, undefined, 2) : 'The event is gone.';
});
