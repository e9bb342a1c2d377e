import { evaluate, evaluateToText, holds, type Scope } from './evaluate.ts';

type Piece = { kind: 'text'; text: string } | { kind: 'expression'; text: string };

/** Where the expression that begins at `from` ends: at the first `}}` outside a quoted string. */
function endOf(text: string, from: number): number {
  let quoted = false;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "'") quoted = !quoted;
    else if (!quoted && text.startsWith('}}', at)) return at;
  }
  throw new Error(`the expression is not closed: ${text.slice(from - 3, from + 40)}`);
}

/** Text cut at its `${{ }}`. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (let open = text.indexOf('${{'); open !== -1; open = text.indexOf('${{', at)) {
    if (open > at) found.push({ kind: 'text', text: text.slice(at, open) });
    const close = endOf(text, open + 3);
    found.push({ kind: 'expression', text: text.slice(open + 3, close).trim() });
    at = close + 2;
  }
  if (at < text.length) found.push({ kind: 'text', text: text.slice(at) });
  return found;
}

/** A YAML scalar's value: one expression alone keeps its type, otherwise text. */
export function fill(value: unknown, scope: Scope): unknown {
  if (typeof value !== 'string') return value;
  const parts = pieces(value);
  const [only] = parts;
  if (parts.length === 1 && only?.kind === 'expression') return evaluate(only.text, scope);
  return parts.map((part) => (part.kind === 'text' ? part.text : evaluateToText(part.text, scope))).join('');
}

/** The same, as text: what env, `with` and `run` get. */
export function fillText(value: unknown, scope: Scope): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  return pieces(value)
    .map((part) => (part.kind === 'text' ? part.text : evaluateToText(part.text, scope)))
    .join('');
}

/** Every value of a mapping, as text. */
export function fillMap(map: { readonly [name: string]: unknown } | undefined, scope: Scope): Record<string, string> {
  return Object.fromEntries(Object.entries(map ?? {}).map(([name, value]) => [name, fillText(value, scope)]));
}

/** Lists and mappings too, to any depth (matrix, runs-on, environment). */
export function fillDeep(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => fillDeep(item, scope));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fillDeep(item, scope)]));
  }
  return fill(value, scope);
}

/** An `if:`. Without `${{ }}` it is one expression; with text around expressions it is, as on GitHub, a text that is never empty. */
export function condition(value: unknown, scope: Scope): boolean {
  if (value === undefined || value === null) return scope.status?.success ?? true;
  if (typeof value !== 'string') return holds(String(value), scope);
  const parts = pieces(value.trim());
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return holds(only.text, scope);
  return (scope.status?.success ?? true) && fillText(value, scope) !== '';
}
