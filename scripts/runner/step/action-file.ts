import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { engine } from '#scripts/runner/engine.ts';
import { stepFaults } from '#scripts/runner/workflow/unsupported.ts';
import type { StepSpec } from '#scripts/runner/workflow/workflow.ts';

export type ActionFile = {
  name?: string;
  inputs?: { [name: string]: { default?: unknown; required?: boolean; deprecationMessage?: string } | null };
  outputs?: { [name: string]: { value?: unknown } | null };
  runs: {
    using: string;
    main?: string;
    pre?: string;
    post?: string;
    'pre-if'?: string;
    'post-if'?: string;
    steps?: StepSpec[];
  };
};

/** An action's own description. @throws Error: none there, not valid by GitHub's parser, or of a kind not supported here. */
export function readAction(folder: string, uses: string): ActionFile {
  const file = ['action.yml', 'action.yaml'].map((name) => join(folder, name)).find((path) => existsSync(path));
  if (file === undefined) {
    throw new Error(
      `Can't find 'action.yml' or 'action.yaml' under '${uses}'. Did you forget to run actions/checkout before running your local action?`,
    );
  }
  const text = readFileSync(file, 'utf8');
  const { context } = engine.parseAction(
    { name: `${uses}/action.yml`, content: text },
    new engine.NoOperationTraceWriter(),
  );
  const faults = context.errors.getErrors().map((error) => error.message);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const action = parse(text) as ActionFile;
  const unsupported = unsupportedIn(action, uses);
  if (unsupported.length > 0) throw new Error(unsupported.join('\n'));
  return action;
}

function unsupportedIn({ runs }: ActionFile, uses: string): string[] {
  if (runs.using === 'composite') {
    return (runs.steps ?? []).flatMap((step, index) => stepFaults(`${uses}: runs.steps[${index}]`, step));
  }
  return /^node(20|24)$/.test(runs.using)
    ? []
    : [`${uses}: runs.using: ${runs.using} is not supported by this runner (node20, node24, composite)`];
}
