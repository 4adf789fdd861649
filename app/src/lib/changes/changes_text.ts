import type { ChangesAnswer } from './changes_request.js';

const number = new Intl.NumberFormat('en-US');

function counted(count: number, what: string): readonly string[] {
  return count === 0 ? [] : [`${number.format(count)} ${what}`];
}

/**
 * What an answer says to people, of a time such as `since this link was made`. Whether there are events to be shown, too:
 * those that are gone can't be.
 */
export function changesText(
  answer: ChangesAnswer,
  since: string,
): { readonly text: string; readonly canShow: boolean } {
  switch (answer.type) {
    case 'changes': {
      const { inserted, updated, deleted } = answer.counts;
      const parts = [
        ...counted(updated, 'changed'),
        ...counted(inserted, 'new'),
        ...counted(deleted, 'deleted'),
      ];
      const text =
        parts.length === 0
          ? `Nothing has changed ${since}.`
          : `Events ${since}: ${parts.join(', ')}.`;
      return { text, canShow: inserted + updated > 0 };
    }
    case 'lost': {
      const text =
        answer.reason === 'epoch_changed'
          ? `The event source has begun anew ${since}: nobody can tell what has changed.`
          : `Too much has happened ${since}: nobody can tell what has changed.`;
      return { text, canShow: false };
    }
    case 'failed':
      return { text: `What has changed ${since} is not known: ${answer.reason}.`, canShow: false };
  }
}
