/** Values that must not be read in a log: each line of each, also as JSON, URL and base64 would write it. */
export type Masks = ReturnType<typeof openMasks>;

export function openMasks() {
  const values = new Set<string>();
  let sorted: string[] = [];

  return {
    add(secret: string): void {
      for (const value of [secret, ...secret.split(/\r?\n/)].map((line) => line.trim()).filter((line) => line !== '')) {
        values.add(value);
        values.add(JSON.stringify(value).slice(1, -1));
        values.add(encodeURIComponent(value));
        values.add(Buffer.from(value).toString('base64'));
      }
      sorted = [...values].sort((a, b) => b.length - a.length);
    },
    hide: (text: string) => sorted.reduce((shown, value) => shown.replaceAll(value, '***'), text),
    touches: (text: string) => sorted.some((value) => text.includes(value)),
  };
}
