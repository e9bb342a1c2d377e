import { CHECKERS } from './checker.ts';
import { ORIGINS, SOURCES, TRAITS } from './criterion.ts';

const TEXT = { type: 'string', minLength: 1 };
const ID = { type: 'string', pattern: '^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$' };
/** A public document: read by people, and not asked for by machine. */
const ADDRESS = { type: 'string', pattern: '^https://[^\\s]+$' };
const DAY = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' };
const VERSION = { type: 'string', pattern: '^\\d+\\.\\d+$' };
const NAME = { type: 'string', pattern: '^[a-z][a-z0-9-]*$' };

const REVISION = {
  type: 'object',
  additionalProperties: false,
  required: ['date', 'version', 'source', 'change'],
  properties: { date: DAY, version: VERSION, source: { enum: SOURCES }, reference: TEXT, change: TEXT },
};

const CRITERION = {
  type: 'object',
  additionalProperties: false,
  required: [
    'id',
    'name',
    'origin',
    'capabilities',
    'critical',
    'everyRelease',
    'applicability',
    'description',
    'input',
    'pass',
    'howToTest',
    'related',
    'supersedes',
    'check',
    'log',
  ],
  properties: {
    id: ID,
    name: TEXT,
    origin: { enum: ORIGINS },
    capabilities: { type: 'array', minItems: 1, items: TEXT },
    critical: { anyOf: [{ enum: ['always', 'never'] }, { type: 'array', minItems: 1, items: { enum: TRAITS } }] },
    everyRelease: { type: 'boolean' },
    applicability: TEXT,
    description: TEXT,
    input: TEXT,
    pass: TEXT,
    howToTest: TEXT,
    related: { type: 'array', items: { anyOf: [ID, ADDRESS] } },
    supersedes: { type: 'array', items: ID },
    check: NAME,
    log: { type: 'array', minItems: 1, items: REVISION },
  },
};

export const CATALOGUE_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['family', 'criteria'],
  properties: { family: NAME, criteria: { type: 'array', minItems: 1, items: CRITERION } },
};

export const PROFILE_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['profile', 'title', 'traits', 'criteria'],
  properties: {
    profile: NAME,
    title: TEXT,
    traits: { type: 'array', items: { enum: TRAITS } },
    criteria: { type: 'array', items: ID },
  },
};

const exactly = (properties: Record<string, object>) => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties),
  properties,
});
const list = (items: object, minItems = 0) => ({ type: 'array', minItems, items });

const STATE = { enum: ['FINAL', 'DRAFT', 'DEPRECATED'] };
export const VERSIONS_SCHEMA = exactly({
  versions: list(exactly({ version: VERSION, state: STATE, major: { type: 'integer', minimum: 1 }, date: DAY }), 1),
  roadmap: list(exactly({ version: VERSION, date: DAY, reviews: { ...list(DAY, 2), maxItems: 2 } }), 2),
});

export const WAIVERS_SCHEMA = exactly({
  waivers: list(
    exactly({
      criterion: ID,
      product: { type: 'string', pattern: '^[a-z0-9][a-z0-9_+-]*$' },
      reason: { type: 'string', minLength: 20 },
      owner: { type: 'string', pattern: '^[A-Za-z0-9-]{1,39}$' },
      ticket: { type: 'string', pattern: '^(#[1-9]\\d*|https?://\\S+)$' },
      expires: DAY,
    }),
  ),
});

export const RELEASED_SCHEMA = exactly({ version: VERSION, date: DAY, criteria: list(ID, 1) });

export const CAPABILITIES_SCHEMA = exactly({ capabilities: list(TEXT, 1) });

const TAG = { type: 'string', pattern: '^\\*?[A-Za-z0-9%._+-]+\\*?$' };
const ABOUT_FINDING = { tool: { enum: CHECKERS }, tags: list(TAG, 1), says: list(TEXT, 1) };
const rule = (properties: Record<string, object>) => ({
  type: 'object',
  additionalProperties: false,
  required: ['tool', 'tags', ...Object.keys(properties)],
  properties: { ...ABOUT_FINDING, ...properties },
});
export const FINDINGS_SCHEMA = exactly({
  findings: list({
    anyOf: [
      rule({ criterion: ID, result: { enum: ['WARNING', 'FAIL'] } }),
      rule({ pass: { type: 'string', minLength: 8 } }),
    ],
  }),
});

export const LICENCES_SCHEMA = exactly({
  licences: list(
    { type: 'object', additionalProperties: false, required: ['id'], properties: { id: TEXT, also: list(TEXT, 1) } },
    1,
  ),
});
