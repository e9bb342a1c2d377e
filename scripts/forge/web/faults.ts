/** A refusal as GitHub words it; thrown anywhere below a route and written once, in app.ts. */
export class HttpFault extends Error {
  readonly status: number;
  readonly errors: readonly unknown[] | undefined;
  readonly documentation: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, more: FaultDetails = {}) {
    super(message);
    this.name = 'HttpFault';
    this.status = status;
    this.errors = more.errors;
    this.documentation = more.documentation ?? 'https://docs.github.com/rest';
    this.headers = more.headers ?? {};
  }

  response(): Response {
    const { message, errors, documentation } = this;
    const body = { message, ...(errors === undefined ? {} : { errors }), documentation_url: documentation };
    return Response.json({ ...body, status: String(this.status) }, { status: this.status, headers: this.headers });
  }
}

interface FaultDetails {
  readonly errors?: readonly unknown[];
  readonly documentation?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function notFound(): HttpFault {
  return new HttpFault(404, 'Not Found');
}

/** 422 with one of GitHub's error records: `missing_field`, `invalid`, `already_exists`, `custom` … */
export function invalid(resource: string, field: string, code: string, message?: string): HttpFault {
  const record = { resource, field, code, ...(message === undefined ? {} : { message }) };
  return new HttpFault(422, message === undefined ? 'Validation Failed' : `Validation Failed: ${message}`, {
    errors: [record],
  });
}

/** 422 with a plain sentence. */
export function unprocessable(message: string, errors?: readonly unknown[]): HttpFault {
  return new HttpFault(422, message, errors === undefined ? {} : { errors });
}
