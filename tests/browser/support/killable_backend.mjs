// A backend in a process of its own, so that it can be killed. Started with its settings as JSON, it says when it has made its
// history. To each message it answers when it has done it: publish mutations, or open the port, which brings the clients.
import { createBackend } from '@eventglass/backend/server';

const backend = await createBackend(JSON.parse(process.argv[2] ?? ''));

process.on('message', async (message) => {
  if (message === 'listen') await backend.listen();
  else backend.publish(message);
  process.send('done');
});
process.send('made');
