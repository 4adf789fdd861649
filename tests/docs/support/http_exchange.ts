/** A request as pages write it: method and path, headers, an empty line, the body. */
export interface WrittenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export function parseRequest(text: string): WrittenRequest {
  const [head = '', ...rest] = text.split(/\n\n/);
  const [first = '', ...lines] = head.trimEnd().split('\n');
  const [, method = '', path = ''] = /^([A-Z]+) (\/\S*)$/.exec(first) ?? [];
  if (path === '') throw new Error(`no request: ${first}`);
  const headers = Object.fromEntries(
    lines.map((line): [string, string] => {
      const [name = '', value = ''] = line.split(/: (.*)/);
      return [name, value];
    }),
  );
  return { method, path, headers, body: rest.length === 0 ? undefined : rest.join('\n\n') };
}

/** Sends it to a backend. */
export function send(url: string, { method, path, headers, body }: WrittenRequest) {
  return fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
}
