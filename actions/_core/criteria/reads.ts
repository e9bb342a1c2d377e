import { refusal } from '#core/fault-codes.ts';
import { checkOf, errorsText } from '#core/schema.ts';
import { CHECKERS } from './checker.ts';
import type { Facts } from './facts.ts';

/**
 * What checks read back from a system on which a stranger's package ran, as schemas: each check names the parts it reads, and
 * facts that do not fit are refused before it sees them. Sizes are bounded; what a part has besides is not looked at.
 */
type Schema = Readonly<Record<string, unknown>>;

const text = (maxLength = 5_000_000): Schema => ({ type: 'string', maxLength });
const PATH = { type: 'string', minLength: 1, maxLength: 20_000 };
const NAME = { type: 'string', minLength: 1, maxLength: 500 };
const COUNT = { type: 'integer', minimum: 0 };
const FLAG = { type: 'boolean' };
const list = (items: Schema): Schema => ({ type: 'array', maxItems: 200_000, items });
/** Every one has to be there. */
const having = (properties: Readonly<Record<string, Schema>>, optional: Readonly<Record<string, Schema>> = {}) => ({
  ...{ type: 'object', required: Object.keys(properties), properties: { ...properties, ...optional } },
});

const CODE = { type: 'integer', minimum: 0, maximum: 255 };
const STEP = having({ name: NAME, code: CODE, output: text() });
const STEPS = list(STEP);
const VERSIONS = list(having({ name: NAME, version: NAME }));
const CHANGE = having({
  ...{ kind: { enum: ['added', 'changed', 'removed'] }, path: PATH },
  ...{ type: { enum: ['file', 'directory', 'link', 'other'] }, mode: { ...COUNT, maximum: 0o7777 } },
  ...{ uid: COUNT, gid: COUNT, size: COUNT },
});
const PORT = having({
  ...{ protocol: { enum: ['tcp', 'udp'] }, address: NAME },
  ...{ port: { ...COUNT, maximum: 65_535 }, program: text(500) },
});
const PACKAGE = having({
  ...{ name: NAME, files: list(PATH), configuration: list(PATH) },
  ...{ licence: { enum: ['text', 'named', 'none'] }, licences: list(NAME) },
});
const CONTENT = {
  packages: list(PACKAGE),
  afterInstallation: list(CHANGE),
  afterServices: list(CHANGE),
  secrets: list(having({ path: PATH, what: { enum: ['private key', 'password'] } })),
  ports: list(PORT),
  earlyPorts: list(PORT),
  certificates: list(having({ path: PATH, signature: NAME, selfSigned: FLAG })),
  units: list(having({ unit: NAME, said: text(), loads: FLAG })),
  capabilities: list(PATH),
  answers: list(having({ program: PATH, code: CODE, said: FLAG })),
} as const;
const PAGE = having({
  ...{
    kind: { enum: ['release notes', 'change log', 'documentation'] },
    from: { enum: ['release.xml', 'product card'] },
  },
  ...{ url: PATH, state: { enum: ['reached', 'gone', 'unknown'] }, said: text(2000), namesVersion: FLAG },
});
const TEST = having({ name: NAME, result: { enum: ['PASS', 'FAIL', 'SKIP', 'FLAKY'] }, detail: text(5000) });

/** Parts of the facts, by name; what may be undefined in Facts may be absent here. */
export const PARTS = {
  format: { enum: ['deb', 'rpm'] },
  product: having({ description: text(), purpose: text(), supportEnds: list(NAME), day: NAME }),
  installation: having({
    ...{ steps: STEPS, wanted: VERSIONS, installed: VERSIONS },
    ...{ dependencies: list(NAME), foreign: list(NAME), breaks: list(text()) },
  }),
  upgrade: {
    anyOf: [
      { const: 'impossible' },
      having(
        {
          ...{ steps: STEPS, from: VERSIONS, wanted: VERSIONS, installed: VERSIONS },
          ...{ changedFiles: list(PATH), lostFiles: list(PATH) },
        },
        { runningUnits: list(NAME), deadUnits: list(NAME) },
      ),
    ],
  },
  services: list(
    having(
      { unit: NAME, state: { enum: ['ran', 'missing', 'skipped', 'failed'] }, output: text() },
      { failedAct: NAME, account: text(500), exposure: { type: 'string', pattern: '^([0-9.]{1,6})?$' } },
    ),
  ),
  removal: having({ steps: STEPS, leftovers: list(PATH), alive: list(text(2000)) }),
  tests: STEP,
  packageTests: having({ tests: list(TEST), output: text(), late: FLAG }, { none: text(5000) }),
  documentation: having({ notes: text(), pages: list(PAGE) }),
  checkers: list(
    having(
      {
        tool: { enum: CHECKERS },
        findings: list(
          having({
            tool: { enum: CHECKERS },
            tag: NAME,
            severity: { enum: ['E', 'W', 'I'] },
            subject: text(5000),
            detail: text(),
          }),
        ),
      },
      { failed: text() },
    ),
  ),
} as const satisfies Partial<Record<keyof Facts, Schema>>;

type PartName = keyof typeof PARTS;
const ALWAYS: readonly PartName[] = ['format', 'product', 'installation', 'services', 'checkers'];

/** The schema of a check: the parts it reads, and what it reads of the content of the packages and the system. */
export function reading(parts: readonly PartName[], content: readonly (keyof typeof CONTENT)[] = []): Schema {
  const named = Object.fromEntries(parts.map((part) => [part, PARTS[part]]));
  const inner = Object.fromEntries(content.map((part) => [part, CONTENT[part]]));
  return {
    type: 'object',
    required: parts.filter((part) => ALWAYS.includes(part)),
    properties: { ...named, ...(content.length === 0 ? {} : { content: having(inner) }) },
  };
}

/** @throws ProvisioningError ENVIRONMENT_FAULT when what was read back is not what the check can judge: no verdict then. */
export function mustFit(name: string, schema: Schema, facts: Facts): void {
  const fits = checkOf<Facts>(schema);
  if (fits(facts)) return;
  const why = errorsText(fits.errors.slice(0, 5)).slice(0, 500);
  throw refusal('ENVIRONMENT_FAULT', `What the system told cannot be judged by ${name}: ${why}.`);
}
