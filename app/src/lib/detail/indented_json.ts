/** The same JSON, indented; as it came where it nests deeper than the browser can write. */
export function indentedJson(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), undefined, 2);
  } catch {
    return json;
  }
}
