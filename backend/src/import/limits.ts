/**
 * Bytes of one row as it stands in the file: 2 MiB. As JSON inside of JSON a byte becomes seven at most, and a message of the
 * engine has 16 MiB.
 */
export const maxRowBytes = 2 << 20;

/** Open brackets in a row: what nests deeper is no event, and bounds recursion. */
export const maxDepth = 64;

/** Objects within objects whose members become columns, `http.request.method`; deeper ones stay JSON. */
export const maxColumnDepth = 4;

/** Columns that a file may have of its own: an engine has 256, with the id, the timestamp and the payload among them. */
export const maxColumns = 250;

/** Names of fields that are looked at: past these a file has keys where it should have values. */
export const maxFields = 2_000;

/** UTF-8 bytes of an id, and of a value of a dictionary, as the engine takes them. */
export const maxIdBytes = 1_024;
export const maxDictionaryValueBytes = 4_096;

/** Different values, and bytes of the longest, up to which a column of texts is taken for a dictionary. */
export const maxInferredValues = 10_000;
export const maxInferredValueBytes = 256;

/** Different values of a dictionary that a schema file asks for: half of what the engine has codes for. */
export const maxDictionaryValues = 500_000;

/** Bytes read at a time. */
export const chunkBytes = 1 << 20;

/** Rows that can't be loaded, and notes on those that can, told with their place; all are counted. */
export const maxToldFaults = 10;
