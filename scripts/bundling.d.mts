import type { BuildOptions } from 'esbuild';

export function bundleInto(options: BuildOptions & { readonly outdir: string }): Promise<void>;
