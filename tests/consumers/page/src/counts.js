import { createEngine, FilterError } from 'eventglass';

const everything = {
  cursor: { epoch: 'e', seq: 0 },
  covered: { begin: undefined, end: undefined },
};

/** What an engine says of the events of a page. */
async function countsOf(engine, json) {
  const { status } = engine.applyPage(json, everything);
  const errors = engine.openView({ filter: 'severity:error' });
  const counts = {
    status,
    rowCount: engine.rowCount,
    errorCount: errors.rowCount,
    sources: errors.facet('source', 100).values,
  };
  errors.delete();
  return counts;
}

/** Of two engines at a time, of which the one has no events and ends first. */
export async function count(schema, json) {
  const [engine, other] = await Promise.all([createEngine({ schema }), createEngine({ schema })]);
  other.applyPage(new TextEncoder().encode('[]'), everything);
  const counts = await countsOf(engine, json);
  const otherRowCount = other.rowCount;
  other.delete();
  let filterError;
  try {
    engine.openView({ filter: 'nothing:' });
  } catch (error) {
    if (error instanceof FilterError) filterError = error.name;
  }
  const rowCountAfter = engine.rowCount;
  engine.delete();
  return { ...counts, otherRowCount, rowCountAfter, filterError };
}
