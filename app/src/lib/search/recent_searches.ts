import { keepText, keptText } from '../browser_storage.js';

const storageName = 'eventglass.searches';

/** As many as are looked through. */
const maxSearches = 12;

/** Longer ones are not offered: they fill the list, and the browser's room for such texts. */
const maxCharacters = 200;

/** `search` before the others, which it is one of no more. */
export function withRecent(searches: readonly string[], search: string): readonly string[] {
  if (search === '' || search.length > maxCharacters) return searches;
  return [search, ...searches.filter((other) => other !== search)].slice(0, maxSearches);
}

/** The searches in a kept text, whatever it is. */
export function parseSearches(text: string | null): readonly string[] {
  try {
    const kept: unknown = JSON.parse(text ?? '[]');
    if (!Array.isArray(kept)) return [];
    const searches = kept.filter((search): search is string => typeof search === 'string');
    return [...new Set(searches)]
      .filter((search) => search !== '' && search.length <= maxCharacters)
      .slice(0, maxSearches);
  } catch {
    return [];
  }
}

/** What was searched for last, the newest first. */
export function recentSearches(): readonly string[] {
  return parseSearches(keptText(storageName));
}

export function rememberSearch(search: string): readonly string[] {
  const searches = withRecent(recentSearches(), search);
  keepText(storageName, JSON.stringify(searches));
  return searches;
}
