import { parse } from 'yaml';
import { engine } from '#scripts/runner/engine.ts';
import { type Fields, isFields } from './fields.ts';
import { unsupported } from './unsupported.ts';
import type { JobSpec, Triggers, Workflow } from './workflow.ts';

/**
 * A workflow file as a value. GitHub's own parser judges it (its model drops `with`, `shell`, timeouts, defaults,
 * permissions and run-name, and keeps raw indentation), the `yaml` package gives the values.
 */
export async function readWorkflow(path: string, text: string): Promise<Workflow> {
  const faults = await faultsOf(path, text);
  const raw = valuesOf(text);
  const workflow: Workflow = {
    path,
    name: typeof raw.name === 'string' && raw.name !== '' ? raw.name : path,
    on: triggersOf(raw.on),
    schedules: schedulesOf(raw.on),
    jobs: isFields(raw.jobs) ? (raw.jobs as { [id: string]: JobSpec }) : {},
    faults,
    ...pick(raw),
  };
  if (faults.length === 0) faults.push(...unsupported(workflow));
  return workflow;
}

async function faultsOf(path: string, text: string): Promise<string[]> {
  const { context, value } = engine.parseWorkflow({ name: path, content: text }, new engine.NoOperationTraceWriter());
  if (value !== undefined) await engine.convertWorkflowTemplate(context, value);
  return [...new Set(context.errors.getErrors().map((error) => error.message))];
}

function valuesOf(text: string): Fields {
  try {
    const value: unknown = parse(text);
    return isFields(value) ? value : {};
  } catch {
    return {}; // said by the parser's faults
  }
}

function pick(raw: Fields): Partial<Workflow> {
  const names = ['run-name', 'env', 'defaults', 'permissions', 'concurrency'];
  return Object.fromEntries(names.filter((name) => raw[name] !== undefined).map((name) => [name, raw[name]]));
}

function triggersOf(on: unknown): Triggers {
  if (typeof on === 'string') return { [on]: {} };
  if (Array.isArray(on)) return Object.fromEntries(on.map((event) => [String(event), {}]));
  if (!isFields(on)) return {};
  return Object.fromEntries(Object.entries(on).map(([event, filters]) => [event, isFields(filters) ? filters : {}]));
}

function schedulesOf(on: unknown): Workflow['schedules'] {
  if (!isFields(on) || !Array.isArray(on.schedule)) return [];
  return on.schedule.filter(isFields) as Workflow['schedules'];
}
