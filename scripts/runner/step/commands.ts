export type Command = { name: string; properties: Record<string, string>; value: string };

const unescapeValue = (text: string) => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
const unescapeProperty = (text: string) => unescapeValue(text.replaceAll('%3A', ':').replaceAll('%2C', ','));

/** `::name key=value,key=value::text` at the beginning of a line ("Workflow commands for GitHub Actions"). */
export function parseCommand(line: string): Command | undefined {
  const text = line.trimStart();
  const close = text.startsWith('::') ? text.indexOf('::', 2) : -1;
  if (close === -1) return undefined;
  const head = text.slice(2, close);
  const space = head.indexOf(' ');
  const name = space === -1 ? head : head.slice(0, space);
  if (!/^[A-Za-z][\w-]*$/.test(name)) return undefined;
  const pairs = space === -1 ? [] : head.slice(space + 1).split(',');
  return {
    name: name.toLowerCase(),
    properties: Object.fromEntries(
      pairs
        .filter((pair) => pair.includes('='))
        .map((pair) => [pair.slice(0, pair.indexOf('=')).trim(), unescapeProperty(pair.slice(pair.indexOf('=') + 1))]),
    ),
    value: unescapeValue(text.slice(close + 2)),
  };
}
