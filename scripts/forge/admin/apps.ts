import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Forge } from '#scripts/forge/forge.ts';
import type { App, Level } from '#scripts/forge/state/people.ts';
import { addAccount, existing } from './accounts.ts';

export interface NewApp {
  readonly slug: string;
  /** The account it belongs to and is installed on, for all its repositories. */
  readonly owner: string;
  readonly name?: string;
  readonly permissions: Readonly<Record<string, Level>>;
  /** PEM; a pair is made when it is not given. */
  readonly publicKey?: string;
}

export function appsOf(forge: Forge) {
  return {
    /** `login` is its bot account; `privateKey` (PEM) is empty when the caller brought the public one. */
    createApp(asked: NewApp): {
      id: number;
      slug: string;
      clientId: string;
      login: string;
      installationId: number;
      privateKey: string;
    } {
      const { publicKey, privateKey } =
        asked.publicKey === undefined ? makeKeys() : { publicKey: asked.publicKey, privateKey: '' };
      const id = forge.db.nextId();
      const login = addAccount(forge, { login: `${asked.slug}[bot]` }, 'Bot').login;
      const app: App = {
        ...{ id, slug: asked.slug, name: asked.name ?? asked.slug, owner: existing(forge, asked.owner).login },
        ...{ clientId: `Iv1.${randomBytes(8).toString('hex')}`, publicKey, permissions: asked.permissions, events: [] },
        createdAt: forge.clock.stamp(),
      };
      forge.db.apps.put(id, app);
      const installationId = forge.db.nextId();
      const installation = {
        id: installationId,
        appId: id,
        account: app.owner,
        repositories: 'all' as const,
        createdAt: app.createdAt,
      };
      forge.db.installations.put(installationId, installation);
      return { id, slug: app.slug, clientId: app.clientId, login, installationId, privateKey };
    },
  };
}

function makeKeys(): { publicKey: string; privateKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  };
}
