import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { refusal } from '#core/fault-codes.ts';

/** Objects below a prefix of a bucket; keys are relative to it. */
export interface Bucket {
  read(key: string): Promise<Buffer | undefined>;
  has(key: string): Promise<boolean>;
  /** Keys that begin with a text, in the order of their bytes. */
  keys(start: string): Promise<readonly string[]>;
  /** Names directly below a key. */
  names(key: string): Promise<readonly string[]>;
  put(key: string, bytes: string | Uint8Array, about: About): Promise<void>;
  /** When it was written: milliseconds since the epoch, by the server's clock, in whole seconds; 0 when it is not there. */
  dateOf(key: string): Promise<number>;
  /**
   * Writes only when there is nothing yet, or what is there is what was looked at.
   * @returns its ETag; undefined when the condition does not hold
   */
  putIf(
    key: string,
    bytes: string,
    about: About,
    condition: 'absent' | { readonly etag: string },
  ): Promise<string | undefined>;
  /** With the ETag that `putIf` takes. */
  look(key: string): Promise<{ readonly bytes: Buffer; readonly etag: string } | undefined>;
  /** On the server; the bytes do not travel. */
  copy(from: string, to: string, about: About): Promise<void>;
  remove(keys: readonly string[]): Promise<void>;
}

export interface About {
  readonly cacheControl: string;
  readonly contentType: string;
}

/** `s3://bucket/prefix?endpoint=https://…&region=…`; the keys come from the environment, as the AWS tools take them. */
export function isS3(place: string): boolean {
  return place.startsWith('s3://');
}

/** @throws ProvisioningError STORE_INVALID */
export function openBucket(place: string): Bucket {
  const { host: bucket, pathname, searchParams } = placeOf(place);
  const prefix = pathname.replace(/^\/+|\/+$/g, '');
  const full = (key: string) => (prefix === '' ? key : `${prefix}/${key}`);
  const own = (key: string) => key.slice(prefix === '' ? 0 : prefix.length + 1);
  const endpoint = searchParams.get('endpoint');
  const client = new S3Client({
    region: searchParams.get('region') ?? process.env.AWS_REGION ?? 'us-east-1',
    // Other people's servers know the path style and not always the newer checksums.
    ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 5,
  });
  const at = (key: string) => ({ Bucket: bucket, Key: full(key) });

  /** The SDK asks again when an answer fails, but not when its body breaks off. */
  async function whole(key: string, tries = 3): Promise<{ bytes: Buffer; etag: string } | undefined> {
    const answer = await client.send(new GetObjectCommand(at(key))).catch(absent(undefined));
    if (answer?.Body === undefined) return undefined;
    try {
      return { bytes: Buffer.from(await answer.Body.transformToByteArray()), etag: answer.ETag ?? '' };
    } catch (cause) {
      if (tries > 1) return whole(key, tries - 1);
      throw cause;
    }
  }

  async function* pages(start: string, delimiter?: string) {
    let token: string | undefined;
    do {
      const asked = { Bucket: bucket, Prefix: full(start), ...(delimiter ? { Delimiter: delimiter } : {}) };
      const page = await client.send(
        new ListObjectsV2Command({ ...asked, ...(token === undefined ? {} : { ContinuationToken: token }) }),
      );
      yield page;
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  const put: Bucket['put'] = async (key, bytes, { cacheControl, contentType }) => {
    const body = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    const how = { Body: body, ContentLength: body.length, CacheControl: cacheControl, ContentType: contentType };
    await client.send(new PutObjectCommand({ ...at(key), ...how }));
  };

  return {
    dateOf: async (key) => {
      const found = await client.send(new HeadObjectCommand(at(key))).catch(absent(undefined));
      return found?.LastModified?.getTime() ?? 0;
    },
    has: (key) => client.send(new HeadObjectCommand(at(key))).then(() => true, absent(false)),
    read: async (key) => (await whole(key))?.bytes,
    keys: async (start) => {
      const found: string[] = [];
      for await (const { Contents = [] } of pages(start)) found.push(...Contents.map(({ Key = '' }) => own(Key)));
      return found;
    },
    names: async (key) => {
      const found: string[] = [];
      const start = `${key}/`;
      for await (const { Contents = [], CommonPrefixes = [] } of pages(start, '/')) {
        const below = [...Contents.map((one) => one.Key ?? ''), ...CommonPrefixes.map((one) => one.Prefix ?? '')];
        found.push(...below.map((one) => own(one).slice(start.length).replace(/\/$/, '')));
      }
      return found.filter((name) => name !== '');
    },
    put,
    look: whole,
    putIf: async (key, bytes, { cacheControl, contentType }, condition) => {
      const only = condition === 'absent' ? { IfNoneMatch: '*' } : { IfMatch: condition.etag };
      const how = { Body: Buffer.from(bytes), CacheControl: cacheControl, ContentType: contentType };
      const asked = client.send(new PutObjectCommand({ ...at(key), ...how, ...only }));
      return asked.then(({ ETag }) => ETag ?? '', refused);
    },
    copy: async (from, to, { cacheControl, contentType }) => {
      const source = `${bucket}/${full(from).split('/').map(encodeURIComponent).join('/')}`;
      const how = { MetadataDirective: 'REPLACE', CacheControl: cacheControl, ContentType: contentType } as const;
      await client.send(new CopyObjectCommand({ ...at(to), CopySource: source, ...how }));
    },
    remove: async (keys) => {
      for (let from = 0; from < keys.length; from += 1000) {
        const Objects = keys.slice(from, from + 1000).map((key) => ({ Key: full(key) }));
        await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }));
      }
    },
  };
}

function placeOf(place: string): URL {
  const url = URL.canParse(place) ? new URL(place) : undefined;
  if (url?.protocol === 's3:' && /^[a-z0-9][a-z0-9.-]{2,62}$/.test(url.host)) return url;
  throw refusal('STORE_INVALID', `The store "${place}" is no s3://bucket/prefix.`);
}

/** 412: the condition does not hold; 409: somebody else is writing; 404: what should match is gone. */
function refused(cause: unknown): undefined {
  const status = (cause as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  if (status === 412 || status === 409 || status === 404) return undefined;
  throw cause;
}

function absent<T>(instead: T): (cause: unknown) => T {
  return (cause) => {
    const status = (cause as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    if (cause instanceof NotFound || cause instanceof NoSuchKey || status === 404) return instead;
    throw cause;
  };
}
