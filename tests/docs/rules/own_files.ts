/** So many events as lines, of the demo's columns. */
export function eventLines(count: number, prefix = 'own'): string {
  const line = (_: unknown, i: number): string =>
    `${JSON.stringify({
      id: `${prefix}_${i}`,
      timestamp: 1_700_000_000_000 + i * 1_000,
      source: 'shop',
      type: 'order.paid',
      severity: 'info',
      actor: 'Ana',
      message: `Order ${i} paid`,
    })}\n`;
  return Array.from({ length: count }, line).join('');
}

/** Events in the timeline of a backend. */
export async function totalCountOf(url: string): Promise<number> {
  const { totalCount } = (await (await fetch(`${url}/health`)).json()) as {
    readonly totalCount: number;
  };
  return totalCount;
}

export async function eventOf(url: string, id: string): Promise<unknown> {
  return (await fetch(`${url}/data/${encodeURIComponent(id)}`)).json();
}
