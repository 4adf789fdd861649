import { createBackend, type Backend } from '@eventglass/backend/server';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertOf, updateOf } from '../../backend/src/store/mutation_text.js';
import { launchBrowser } from './support/browser.js';
import { ElementHandle } from './support/element.js';
import { ElementPages, type PageContent } from './support/element_pages.js';
import { eventAt } from './support/events.js';
import { quietBackend } from './support/quiet_backend.js';

let browser: Browser;
let pages: ElementPages;
let backend: Backend;
let backendUrl: string;
let newestMs = Date.now() + 60_000;

beforeAll(async () => {
  browser = await launchBrowser();
  pages = await ElementPages.start();
  backend = await createBackend(quietBackend(pages.url, { initialCount: 12_000 }));
  backendUrl = (await backend.listen()).url;
});

afterAll(async () => {
  await browser.close();
  await backend.close();
  await pages[Symbol.asyncDispose]();
});

/** An element with this content, live. */
async function open(columns: string, more: Omit<PageContent, 'body'> = {}) {
  const body = `<event-timeline id="a" backend="${backendUrl}">${columns}</event-timeline>`;
  const opened = await pages.open(browser, { body, ...more });
  const element = new ElementHandle(opened.page, '#a');
  await element.waitForState('live');
  await element.settled();
  return { ...opened, element };
}

/** Inserts an event at the live end. */
function add(id: string, fields: Partial<ReturnType<typeof eventAt>> = {}): void {
  newestMs += 1_000;
  backend.publish([insertOf({ ...eventAt(newestMs, id, 'as it was'), ...fields })]);
}

const headLabels = (element: ElementHandle) =>
  element.host.locator('[role=columnheader] .label').allTextContents();

/** Names that the page gave to the light children that are there for cells. */
const contentCount = (element: ElementHandle) =>
  element.get((it) => it.querySelectorAll(':scope > [slot]').length);

describe('columns of <event-timeline>', () => {
  test('are those that stand in it, and follow what is done to them', async () => {
    await using opened = await open(
      '<event-column name="timestamp"></event-column><event-column name="actor" label="Who" width="140"></event-column><event-column name="message"></event-column>',
    );
    const { element, page, problems } = opened;
    expect(await headLabels(element)).toEqual(['Time (UTC)', 'Who', 'Message']);
    expect((await element.head('actor').boundingBox())?.width).toBe(140);
    const worker = page.workers()[0];

    await element.get((it) => {
      const column = document.createElement('event-column');
      column.setAttribute('name', 'source');
      it.append(column);
    });
    await expect
      .poll(() => headLabels(element))
      .toEqual(['Time (UTC)', 'Who', 'Message', 'Source']);
    await element.get((it) => it.querySelector('[name=actor]')?.setAttribute('label', 'Person'));
    await expect.poll(async () => (await headLabels(element))[1]).toBe('Person');
    await element.get((it) => it.querySelector('[name=timestamp]')?.remove());
    await expect.poll(() => headLabels(element)).toEqual(['Person', 'Message', 'Source']);
    await element.get((it) => it.querySelectorAll('event-column').forEach((one) => one.remove()));
    await expect.poll(async () => (await headLabels(element)).length).toBe(7);
    // All of that without another connection.
    expect(page.workers()).toEqual([worker]);
    expect(await element.fired('columnschange')).toEqual([]);
    expect(problems).toEqual([]);
  });

  test('are those of the property before those that stand in it', async () => {
    await using opened = await open('<event-column name="actor"></event-column>');
    const { element, problems } = opened;
    const rows = await element.rows();
    await element.set({ columns: [{ name: 'type' }, { name: 'message', label: 'What' }] });
    await expect.poll(() => headLabels(element)).toEqual(['Type', 'What']);
    expect((await element.settled()).map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    await element.set({ columns: undefined });
    await expect.poll(() => headLabels(element)).toEqual(['Actor']);
    expect(problems).toEqual([]);
  });

  test('that there are none of are told, and the others are shown', async () => {
    await using opened = await open(
      '<event-column name="nope"></event-column><event-column name="message"></event-column>',
    );
    const { element, problems } = opened;
    expect(await headLabels(element)).toEqual(['Message']);
    await element.host.getByText('The events have no column “nope”').waitFor();
    expect(problems).toEqual([]);
  });

  test('whose markup is wrong are reported one by one; the others are shown', async () => {
    await using opened = await open(
      `<event-column></event-column><event-column name="actor" width="wide"></event-column>
       <event-column name="type"><template><script>globalThis.hostile = 1</script></template></event-column>
       <event-column name="source"><template><b>{source}</b></template></event-column>`,
    );
    const { element, problems } = opened;
    expect(await headLabels(element)).toEqual(['Actor', 'Type', 'Source']);
    expect(problems.join('\n')).toMatch(
      /lacks its name[^]*whole number above 0, not "wide"[^]*<script> can't be in/,
    );
    expect(await element.host.locator('> [slot] > b').count()).toBeGreaterThan(3);
    expect(await element.get(() => 'hostile' in globalThis)).toBe(false);
  });
});

describe('cells of <event-timeline>', () => {
  test('are made by templates, as text of an event wherever it stands', async () => {
    await using opened = await open(
      `<event-column name="actor"><template><a class="who" href="https://example.org/people/{actor}?of={source}" title="{actor} says {message}">{actor}</a></template></event-column>
       <event-column name="message"><template><a class="link" href="{message}" data-id="{id}">{message} {nothing} {type}</a></template></event-column>`,
    );
    const { element, page, problems } = opened;
    const hostile: readonly (readonly [string, string | null])[] = [
      ['javascript:globalThis.hostile=1', null],
      ['  JaVaScRiPt:globalThis.hostile=1', null],
      ['data:text/html,<script>opener.hostile=1</script>', null],
      ['vbscript:x', null],
      ['blob:https://example.org/1', null],
      ['file:///etc/passwd', null],
      ['https://example.org/?a="><img src=x onerror=hostile=1>', 'same'],
      ['/page/of/mine', 'same'],
      ['mailto:ada@example.org', 'same'],
      ['{actor} {{type}}', 'same'],
      ['<img src=x onerror="globalThis.hostile=1">', 'same'],
    ];
    hostile.forEach(([message], i) =>
      add(`hostile${String(i)}`, { message, actor: `a/../b?c&d=${String(i)} "{source}" <i>` }),
    );
    await expect
      .poll(async () => (await element.ids()).at(-1))
      .toBe(`hostile${String(hostile.length - 1)}`);
    const cells = await element.host.evaluate((host) =>
      [...host.querySelectorAll('a.link')].map((link) => ({
        id: link.getAttribute('data-id'),
        href: link.getAttribute('href'),
        text: link.textContent,
        who: link.ownerDocument.querySelector('a.who') !== null,
      })),
    );
    for (const [i, [message, href]] of hostile.entries()) {
      const cell = cells.find(({ id }) => id === `hostile${String(i)}`);
      expect(cell?.text).toBe(`${message} {nothing} message.posted`);
      expect(cell?.href).toBe(href === 'same' ? message : null);
    }
    const who = await element.host
      .locator('a.who', { hasText: '&d=3' })
      .evaluate((link: HTMLAnchorElement) => [
        link.getAttribute('href'),
        link.title,
        link.textContent,
        link.host,
      ]);
    expect(who).toEqual([
      `https://example.org/people/${encodeURIComponent('a/../b?c&d=3 "{source}" <i>')}?of=chat`,
      'a/../b?c&d=3 "{source}" <i> says vbscript:x',
      'a/../b?c&d=3 "{source}" <i>',
      'example.org',
    ]);
    expect(await page.evaluate(() => 'hostile' in globalThis)).toBe(false);
    expect(await element.host.locator('img, script, i').count()).toBe(0);
    expect(problems).toEqual([]);
  });

  test('are not made by templates in which the text of an event would be code', async () => {
    await using opened = await open('<event-column name="message"></event-column>');
    const { element, problems } = opened;
    const refused = [
      '<p onclick="f(\'{message}\')">x</p>',
      '<p style="background: url({message})">x</p>',
      '<a href="javascript:f(\'{message}\')">x</a>',
      '<a href=" data:text/html,{message}">x</a>',
      '<img srcset="{message}">',
      '<svg><a><animate attributeName="href" values="{message}"/></a></svg>',
      '<svg><script>f("{message}")</script></svg>',
      '<style>p { color: red }</style>',
      '<iframe srcdoc="x"></iframe>',
      '<base href="/">',
      '<meta http-equiv="refresh" content="0;url={message}">',
    ];
    for (const [i, html] of refused.entries()) {
      await element.host.evaluate((host, text) => {
        host.innerHTML = `<event-column name="message"><template>${text}</template></event-column>`;
      }, html);
      // The policy of the page complains of some as well.
      const own = () => problems.filter((problem) => problem.startsWith('eventglass: '));
      await expect.poll(() => own().length, { message: html }).toBe(i + 1);
      expect(own().at(-1)).toMatch(/^eventglass: .* in the template of a cell$/);
    }
    expect(await contentCount(element)).toBe(0);
    expect((await element.rows()).at(-1)?.cells['message']).toBeTruthy();
  });

  test('have the times that the table shows, also in other columns', async () => {
    await using opened = await open(
      '<event-column name="timestamp"></event-column><event-column name="message"><template>at {timestamp} by {actor}</template></event-column>',
    );
    const { element, problems } = opened;
    const last = async () => (await element.rows()).at(-1)?.cells;
    const utc = await last();
    expect(utc?.['message']).toMatch(new RegExp(`^at ${String(utc?.['timestamp'])} by \\w`));
    await element.set({ timeZone: 'Asia/Tokyo' });
    await expect.poll(async () => (await last())?.['timestamp']).not.toBe(utc?.['timestamp']);
    const tokyo = await last();
    expect(tokyo?.['message']).toContain(`at ${String(tokyo?.['timestamp'])} by`);
    expect(problems).toEqual([]);
  });

  test('follow a template that is edited', async () => {
    await using opened = await open(
      '<event-column name="actor"><template><b>{actor}</b></template></event-column><event-column name="message"></event-column>',
    );
    const { element, problems } = opened;
    add('edited', { actor: 'Barbara' });
    await expect.poll(async () => (await element.rows()).at(-1)?.cells['actor']).toBe('Barbara');
    await element.get((it) => it.querySelector('template')?.content.firstElementChild?.append('!'));
    await expect.poll(async () => (await element.rows()).at(-1)?.cells['actor']).toBe('Barbara!');
    // What writes elements by script alone, as some frameworks do, puts them into the template itself.
    await element.get((it) => {
      const template = document.createElement('template');
      const text = document.createElement('i');
      text.append('{actor}?');
      template.appendChild(text);
      it.querySelector('template')?.replaceWith(template);
    });
    await expect.poll(async () => (await element.rows()).at(-1)?.cells['actor']).toBe('Barbara?');
    expect(problems).toEqual([]);
  });

  test('are there however late they come: as a parser brings them, piece by piece', async () => {
    await using opened = await open('');
    const { element, problems } = opened;
    await element.get(async (it) => {
      const pause = () => new Promise(requestAnimationFrame);
      const column = document.createElement('event-column');
      it.append(column);
      column.setAttribute('name', 'actor');
      await pause();
      const template = document.createElement('template');
      column.append(template);
      await pause();
      template.content.append(document.createElement('b'));
      await pause();
      template.content.firstElementChild?.append('by {actor}');
    });
    await expect.poll(async () => (await element.rows()).at(-1)?.cells['actor']).toMatch(/^by \w/);
    expect(problems).toEqual([]);
  });

  test('are in the light, where the sheets of the page are about them, and their own listeners', async () => {
    await using opened = await open(
      '<event-column name="actor"><template><b class="badge">{actor}</b></template></event-column><event-column name="message"></event-column>',
      {
        css: '.badge { color: rgb(200, 0, 0); font-weight: 400 } #a > [slot] { letter-spacing: 2px }',
      },
    );
    const { element, problems } = opened;
    add('styled', { actor: 'Grace' });
    await expect.poll(async () => (await element.ids()).at(-1)).toBe('styled');
    const badge = element.host.locator('.badge').last();
    expect(
      await badge.evaluate((node) => {
        const { color, fontWeight, letterSpacing } = getComputedStyle(node);
        const slot = node.parentElement?.assignedSlot;
        const row = slot?.closest<HTMLElement>('[role=row]');
        return [
          color,
          fontWeight,
          letterSpacing,
          row?.dataset['eventId'],
          node.getRootNode() === document,
        ];
      }),
    ).toEqual(['rgb(200, 0, 0)', '400', '2px', 'styled', true]);
    expect(problems).toEqual([]);
  });

  test('are kept while their row is, and changed with its text', async () => {
    await using opened = await open(
      '<event-column name="actor"><template><button class="ack" data-of="{id}">{actor}</button></template></event-column><event-column name="message"></event-column>',
    );
    const { element, page, problems } = opened;
    add('kept1', { actor: 'Kept' });
    add('kept2', { actor: 'Other' });
    const kept = element.host.locator('[data-of=kept1]');
    await kept.focus();
    for (let i = 0; i < 5; i++) {
      add(`later${String(i)}`);
      await expect.poll(async () => (await element.ids()).at(-1)).toBe(`later${String(i)}`);
    }
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-of'))).toBe(
      'kept1',
    );
    backend.publish([updateOf('later4', { actor: 'Somebody else' })]);
    await expect
      .poll(() => element.host.locator('[data-of=later4]').textContent())
      .toBe('Somebody else');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-of'))).toBe(
      'kept1',
    );
    expect(problems).toEqual([]);
  });

  test('are gone with their rows: none is left over after 10,000 rows', async () => {
    await using opened = await open(
      '<event-column name="actor"><template><b>{actor}</b></template></event-column><event-column name="message"><template>{message}</template></event-column>',
    );
    const { element, page, problems } = opened;
    const before = await contentCount(element);
    await element.grid.hover();
    for (let i = 0; i < 40; i++) {
      // Far enough to go through 11,000 rows, and back.
      await page.mouse.wheel(0, i < 20 ? -15_500 : 15_500);
      await element.frames(1);
    }
    await element.settled();
    const drawn = await element.host.locator('[data-event-id]').count();
    expect(await contentCount(element)).toBe(2 * drawn);
    expect(await contentCount(element)).toBeLessThan(3 * before);
    await element.get((it) => it.remove());
    await element.frames(2);
    expect(await page.evaluate(() => document.querySelectorAll('[slot]').length)).toBe(0);
    expect(problems).toEqual([]);
  });

  test('are made by functions: of text or a node; what they throw is reported once, and the text is shown', async () => {
    await using opened = await open('');
    const { element, page, problems } = opened;
    await page.evaluate(`document.querySelector('#a').columns = [
      { name: 'actor', cell: ({ text }) => '<' + text + '>' },
      { name: 'type', cell: ({ text, row, column }) => Object.assign(document.createElement('em'), { textContent: row.id + column.name + text }) },
      { name: 'source', cell: () => { throw new Error('the fault of the page') } },
      { name: 'message', cell: () => undefined },
    ]`);
    await expect.poll(() => headLabels(element)).toEqual(['Actor', 'Type', 'Source', 'Message']);
    add('made', { actor: 'Linus', source: 'phone' });
    await expect.poll(async () => (await element.ids()).at(-1)).toBe('made');
    expect((await element.rows()).at(-1)?.cells).toEqual({
      actor: '<Linus>',
      type: 'madetypemessage.posted',
      source: 'phone',
      message: '',
    });
    expect(problems.length).toBe(1);
    expect(problems[0]).toContain('the fault of the page');
  });

  test('open the event where they are plain, and not where they are links, buttons and fields', async () => {
    await using opened = await open(
      `<event-column name="actor"><template><b class="plain"><svg width="10" height="10"><circle r="5" cx="5" cy="5"/></svg>{actor}</b></template></event-column>
       <event-column name="type"><template><a href="#there"><i class="in-link">{type}</i></a></template></event-column>
       <event-column name="source"><template><button><span class="in-button">{source}</span></button></template></event-column>
       <event-column name="severity"><template><label><input type="checkbox">{severity}</label></template></event-column>`,
    );
    const { element, page, problems } = opened;
    add('clicked');
    await expect.poll(async () => (await element.ids()).at(-1)).toBe('clicked');
    for (const selector of ['.in-link', '.in-button', 'label', 'input'])
      await element.host.locator(selector).last().click();
    expect(await element.fired('rowopen')).toEqual([]);
    expect(new URL(page.url()).hash).toBe('#there');
    expect(await element.host.locator('input').last().isChecked()).toBe(false);
    await element.host.locator('circle').last().click();
    await element.host.locator('.plain').last().click();
    const opens = await element.fired<{ id: string; texts: unknown }>('rowopen');
    expect(opens.map(({ id }) => id)).toEqual(['clicked', 'clicked']);
    expect(opens[0]?.texts).toMatchObject({
      actor: 'Ada Test',
      message: 'as it was',
      source: 'chat',
    });
    // Keys are the button's where they press it, and the table's otherwise.
    await element.host.locator('button').last().focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press(' ');
    expect((await element.fired('rowopen')).length).toBe(2);
    await element.host.locator('input').last().focus();
    await page.keyboard.press(' ');
    expect(await element.host.locator('input').last().isChecked()).toBe(true);
    expect(problems).toEqual([]);
  });
});
