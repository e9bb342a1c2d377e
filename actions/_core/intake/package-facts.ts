import type { PackageFormat } from '#core/distribution/distribution.ts';
import { fault, refusal } from '#core/fault-codes.ts';
import type { Fault } from '#core/faults.ts';

/** What a package says of itself. */
export interface PackageFacts {
  readonly format: PackageFormat;
  readonly name: string;
  /** rpm `[epoch:]version-release`, deb `[epoch:]upstream[-revision]`; epoch 0 is left out. */
  readonly version: string;
  /** `src` for a source rpm. */
  readonly arch: string;
  /** Name of the source package it was built from. */
  readonly source: string;
  /** rpm: the stream it was built for, `name:stream:version:context` (MODULARITYLABEL); absent when for none. */
  readonly module?: string;
}

/** deb-version(7) and rpm-version(7) together: what may stand in a version. Nothing here can break out of a path, a table or YAML. */
const SHAPES = {
  name: /^[A-Za-z0-9][A-Za-z0-9._+-]{0,199}$/,
  version: /^(\d+:)?[A-Za-z0-9][A-Za-z0-9.+~^_:-]{0,199}$/,
  arch: /^[a-z0-9][a-z0-9_-]{0,31}$/i,
  source: /^[A-Za-z0-9][A-Za-z0-9._+-]{0,199}$/,
} as const;

const MODULE = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}(:[A-Za-z0-9][A-Za-z0-9._+-]{0,99}){0,4}$/;

/** @throws ProvisioningError PACKAGE_FORMAT when a field is absent or holds what no packager writes. */
export function factsOf(
  format: PackageFormat,
  { module = '', ...fields }: Readonly<Record<keyof typeof SHAPES, string>> & { readonly module?: string },
): PackageFacts {
  const broken = Object.entries(SHAPES).find(([key, shape]) => !shape.test(fields[key as keyof typeof SHAPES]));
  if (broken !== undefined) {
    const shown = JSON.stringify(fields[broken[0] as keyof typeof SHAPES].slice(0, 60));
    throw refusal('PACKAGE_FORMAT', `The package calls its ${broken[0]} ${shown}.`);
  }
  if (module !== '' && !MODULE.test(module))
    throw refusal('PACKAGE_FORMAT', `The package calls its module ${JSON.stringify(module.slice(0, 60))}.`);
  const facts = { format, ...fields, version: fields.version.replace(/^0+:/, '') };
  return module === '' ? facts : { ...facts, module };
}

const [RPM_LEAD, AR] = [[0xed, 0xab, 0xee, 0xdb], [...'!<arch>\ndebian-binary'].map((sign) => sign.charCodeAt(0))];

/** A file's kind by its first bytes (rpm's lead; deb(5): an ar archive whose first member is `debian-binary`). */
export function formatOf(start: Uint8Array): PackageFormat | Fault {
  const begins = (magic: readonly number[]) => magic.every((byte, at) => start[at] === byte);
  if (begins(RPM_LEAD)) return 'rpm';
  if (begins(AR)) return 'deb';
  const text = new TextDecoder('latin1').decode(start.slice(0, 1024)).trimStart().toLowerCase();
  if (/^(\u00ef\u00bb\u00bf)?\s*<(!doctype html|html|head|\?xml[\s\S]*<html)/.test(text))
    return fault('PACKAGE_IS_WEB_PAGE', 'The file is a web page, not a package.');
  return fault(
    'PACKAGE_FORMAT',
    start.length === 0 ? 'The file is empty.' : 'The file is neither an rpm nor a deb package.',
  );
}
