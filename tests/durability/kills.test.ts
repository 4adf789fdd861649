import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';

import { Random } from '../../backend/src/simulation/random.js';
import { fetchPage } from '../backend/support/test_backend.js';
import { Sender } from './support/post_load.js';
import { openFolder, startStored, urlOf } from './support/stored_backend.js';

/** Stores whose backends are killed side by side: a start is mostly waiting where there is more than one processor. */
const storeCount = 2;
const killsOfStore = 100;

/** Milliseconds of load, at most, before a backend is killed. */
const longestLoadMs = 150;

/** Of all kills: those of a backend that is still starting, and reading what the one before it left. */
const startingShare = 0.1;
const longestStartMs = 400;

/** A store, those who post to it, and what has become of their requests that nobody answered. */
class KilledStore {
  readonly unanswered = { all: 0, stored: 0, storedInPart: 0 };
  readonly #folder: string;
  readonly #random: Random;
  readonly #senders: readonly Sender[];

  constructor(folder: string, seed: number) {
    this.#folder = folder;
    this.#random = new Random(seed, 'kills');
    this.#senders = ['a_', 'b_', 'c_'].map((name) => new Sender(name, new Random(seed, name)));
  }

  get acknowledgedCount(): number {
    return this.#senders.reduce((sum, sender) => sum + sender.acknowledgedCount, 0);
  }

  async startAndKill(): Promise<void> {
    const backend = startStored(this.#folder);
    if (this.#random.chance(startingShare)) {
      await sleep(this.#random.below(longestStartMs));
      backend.kill('SIGKILL');
      await backend.exited;
      return;
    }
    const url = await urlOf(backend);
    await this.#settle(url);
    const load = Promise.all(this.#senders.map((sender) => sender.run(url)));
    await sleep(this.#random.below(longestLoadMs));
    backend.kill('SIGKILL');
    await Promise.all([load, backend.exited]);
  }

  async startAndEnd(): Promise<void> {
    const backend = startStored(this.#folder);
    await this.#settle(await urlOf(backend));
    backend.kill('SIGTERM');
    expect(await backend.exited).toBe(0);
  }

  async #settle(url: string): Promise<void> {
    const { events } = await fetchPage(url);
    for (const sender of this.#senders) {
      const { underWayCount } = sender;
      const count = sender.settle(events);
      this.unanswered.all += underWayCount > 0 ? 1 : 0;
      this.unanswered.stored += count > 0 ? 1 : 0;
      this.unanswered.storedInPart += count > 0 && count < underWayCount ? 1 : 0;
    }
  }
}

test('200 kills at any moment lose nothing that was acknowledged, and leave nothing half', async () => {
  const seed = Number(process.env['KILL_SEED'] ?? randomInt(2 ** 31));
  process.stdout.write(`KILL_SEED=${seed}\n`);
  const startedMs = performance.now();
  const folders = await Promise.all(Array.from({ length: storeCount }, openFolder));
  const stores = folders.map((folder, i) => new KilledStore(folder, seed + i));
  let isFailed = false;
  const runs = stores.map(async (store) => {
    try {
      for (let i = 0; i < killsOfStore && !isFailed; i++) await store.startAndKill();
      await store.startAndEnd();
      await store.startAndEnd();
    } catch (error) {
      isFailed = true;
      throw error;
    }
  });
  // Nothing goes on after the test.
  await Promise.allSettled(runs);
  await Promise.all(runs);
  const seconds = Math.round((performance.now() - startedMs) / 1_000);
  for (const { acknowledgedCount, unanswered } of stores) {
    const said = { kills: killsOfStore, acknowledgedCount, unanswered, seconds };
    process.stdout.write(`${JSON.stringify(said)}\n`);
    // Kills that hit nothing would prove nothing.
    expect(acknowledgedCount).toBeGreaterThan(killsOfStore * 5);
    expect(unanswered.all).toBeGreaterThan(killsOfStore);
  }
});
