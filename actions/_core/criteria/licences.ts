/** `criteria/licences.yml`: licences under which a product may be distributed. */
export interface ListedLicence {
  /** SPDX identifier. */
  readonly id: string;
  /** Other names that packages use. */
  readonly also?: readonly string[];
}

/** Names in a licence expression of either family: `Apache-2.0 AND (MIT or GPLv2+ with exceptions)`. */
export function namesInExpression(expression: string): string[] {
  return expression
    .split(/[()]|\s+(?:and|or)\s+|\s*\|\s*|,\s+(?!version)/i)
    .map((part) => part.replace(/\s+with\s+.*$/i, '').trim())
    .filter((part) => part !== '' && !/^(and|or|with)$/i.test(part));
}

/** Names that are not on the list. */
export function unlisted(names: readonly string[], list: readonly ListedLicence[]): string[] {
  const known = new Set(list.flatMap(({ id, also = [] }) => [id, ...also]).map(plain));
  return [...new Set(names)].filter((name) => !known.has(plain(name)));
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/\s+/g, ' ').trim();
}

/** rpmlint 2 as it is asked here: today's compression, and the licences of the list. */
export function rpmlintConfiguration(list: readonly ListedLicence[]): string {
  const names = list.flatMap(({ id, also = [] }) => [id, ...also]);
  return `CompressExtension = "gz"\nUseEnchant = false\nValidLicenses = ${JSON.stringify(names, null, 2)}\n`;
}
