/** Decodes UTF-8. A byte order mark at the front of a value is part of the value. */
export const utf8Decoder = new TextDecoder('utf-8', { ignoreBOM: true });
