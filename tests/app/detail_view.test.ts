import { describe, expect, test } from 'vitest';
import { loadingView, maxSeenChanges, viewAfter } from '../../app/src/lib/detail/detail_view.js';
import type { DetailView } from '../../app/src/lib/detail/detail_view.js';
import type { EventAnswer } from '../../app/src/lib/detail/event_request.js';

const answerOf = (event: Readonly<Record<string, unknown>>): EventAnswer => ({
  type: 'event',
  event,
  json: JSON.stringify(event),
});
const after = (...answers: readonly EventAnswer[]): DetailView =>
  answers.reduce((view, answer, i) => viewAfter(view, answer, 100 + i), loadingView);
const failed: EventAnswer = { type: 'failed', reason: 'no answer' };

describe('what is known of an event', () => {
  test('is its first state, without changes', () => {
    const view = after(answerOf({ id: 'a', n: 1 }));
    expect(view).toMatchObject({ condition: 'current', event: { n: 1 }, readAt: 100, history: [] });
    expect(view.changed.size).toBe(0);
  });

  test('is what has changed since, newest first', () => {
    const view = after(
      answerOf({ n: 1, m: 1 }),
      answerOf({ n: 2, m: 1 }),
      answerOf({ n: 2, m: 3 }),
    );
    expect([...view.changed]).toEqual(['/m']);
    expect(view.history).toEqual([
      { path: '/m', before: '1', after: '3', seenAt: 102 },
      { path: '/n', before: '1', after: '2', seenAt: 101 },
    ]);
  });

  test('keeps its marks while it is read again without a change', () => {
    const view = after(answerOf({ n: 1 }), answerOf({ n: 2 }), answerOf({ n: 2 }));
    expect([...view.changed]).toEqual(['/n']);
    expect(view.history).toHaveLength(1);
    expect(view.readAt).toBe(102);
  });

  test('stays when the event is deleted, or can’t be read', () => {
    expect(after(answerOf({ n: 1 }), { type: 'none' })).toMatchObject({
      condition: 'deleted',
      event: { n: 1 },
    });
    const view = after(answerOf({ n: 1 }), failed);
    expect(view).toMatchObject({
      condition: 'failed',
      event: { n: 1 },
      problem: 'no answer',
      readAt: 100,
    });
    expect(viewAfter(view, answerOf({ n: 2 }), 200)).toMatchObject({
      condition: 'current',
      problem: undefined,
      history: [{ before: '1', after: '2' }],
    });
  });

  test('may be nothing', () => {
    expect(after({ type: 'none' })).toMatchObject({ condition: 'deleted', event: undefined });
    expect(after(failed)).toMatchObject({
      condition: 'failed',
      event: undefined,
      readAt: undefined,
    });
  });

  test('has a bounded history', () => {
    const view = after(...Array.from({ length: maxSeenChanges + 5 }, (_, n) => answerOf({ n })));
    expect(view.history).toHaveLength(maxSeenChanges);
    expect(view.history[0]?.after).toBe(String(maxSeenChanges + 4));
  });
});
