import type { Annotation } from '#scripts/runner/protocol.ts';
import { type Command, parseCommand } from './commands.ts';
import type { Masks } from './masks.ts';

/** What a job says: its log and its annotations, masked. */
export type Voice = ReturnType<typeof openVoice>;

const LEVELS = { error: 'failure', warning: 'warning', notice: 'notice' } as const;
type Level = keyof typeof LEVELS;

export function openVoice(masks: Masks, tell?: (line: string) => void) {
  const log: string[] = [];
  const annotations: Annotation[] = [];

  function line(text: string): void {
    const shown = masks.hide(text);
    log.push(shown);
    tell?.(shown);
  }

  function annotate(level: Level, message: string, properties: Record<string, string> = {}): void {
    const start = Number(properties.line ?? 1) || 1;
    annotations.push({
      path: properties.file ?? '.github',
      start_line: start,
      end_line: Number(properties.endLine ?? start) || start,
      annotation_level: LEVELS[level],
      message: masks.hide(message),
      ...(properties.title === undefined ? {} : { title: masks.hide(properties.title) }),
    });
    line(`##[${level}]${message}`);
  }

  return {
    line,
    error: (message: string) => annotate('error', message),
    warning: (message: string) => annotate('warning', message),
    notice: (message: string) => annotate('notice', message),
    annotate,
    masks,
    log: () => `${log.join('\n')}\n`,
    annotations: () => [...annotations],
  };
}

/** What `::set-output` and `::save-state` still say beside the files. */
export type Aside = { output: Record<string, string>; state: Record<string, string> };

/** Hears a step's lines: commands are obeyed, everything else is logged. */
export function listen(voice: Voice, aside: Aside): (line: string) => void {
  let stopped: string | undefined;

  function obey({ name, properties, value }: Command): boolean {
    if (name === 'error' || name === 'warning' || name === 'notice') voice.annotate(name, value, properties);
    else if (name === 'debug') voice.line(`##[debug]${value}`);
    else if (name === 'group') voice.line(`##[group]${value}`);
    else if (name === 'endgroup') voice.line('##[endgroup]');
    else if (name === 'add-mask') voice.masks.add(value);
    else if (name === 'stop-commands') stopped = value;
    else if (name === 'set-output') aside.output[properties.name ?? ''] = value;
    else if (name === 'save-state') aside.state[properties.name ?? ''] = value;
    else if (name === 'set-env' || name === 'add-path') voice.error(`The \`${name}\` command is disabled`);
    else return ['echo', 'add-matcher', 'remove-matcher'].includes(name);
    return true;
  }

  return (line) => {
    const command = parseCommand(line);
    if (stopped !== undefined) {
      if (line.trim() === `::${stopped}::`) stopped = undefined;
      else voice.line(line);
    } else if (command === undefined || !obey(command)) voice.line(line);
  };
}
