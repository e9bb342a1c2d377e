import { isFields } from './fields.ts';

export type Permissions = { [scope: string]: 'read' | 'write' | 'none' };

const SCOPES = [
  'actions',
  'attestations',
  'checks',
  'contents',
  'deployments',
  'discussions',
  'id-token',
  'issues',
  'packages',
  'pages',
  'pull-requests',
  'repository-projects',
  'security-events',
  'statuses',
];
/** What a token may without any `permissions:` (a new repository's default, "read repository contents and packages"). */
const DEFAULT: Permissions = { contents: 'read', packages: 'read' };

/** The job's `permissions:`, else the workflow's, else the default. What is not named is none. */
export function permissionsOf(...declared: unknown[]): Permissions {
  const chosen = declared.find((permissions) => permissions !== undefined);
  if (chosen === 'read-all' || chosen === 'write-all') {
    const level = chosen === 'read-all' ? 'read' : 'write';
    return Object.fromEntries(SCOPES.map((scope) => [scope, level]));
  }
  if (chosen === null) return {};
  return isFields(chosen) ? (chosen as Permissions) : DEFAULT;
}

const RANK = { none: 0, read: 1, write: 2 } as const;

/** A called workflow can lower what its caller may, never raise it. */
export function narrowed(wanted: Permissions, ceiling: Permissions | undefined): Permissions {
  if (ceiling === undefined) return wanted;
  const lower = (scope: string) => {
    const [a, b] = [wanted[scope] ?? 'none', ceiling[scope] ?? 'none'];
    return RANK[a] <= RANK[b] ? a : b;
  };
  return Object.fromEntries(Object.keys(wanted).map((scope) => [scope, lower(scope)]));
}
