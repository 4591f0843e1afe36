/** The status of an answer that never came: no line to the server, or it took too long. */
export const unreachable = 0;

const record = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

const texts = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
};

/** Keys of the envelope that are never the name of a field. */
const envelope = new Set(['detail', 'message', 'error', 'errors', 'non_field_errors']);

/**
 * Any answer that is not a success. Reads all the envelopes of the API: `{"detail"}`, fields at the top,
 * fields or texts below `errors`, `{"error"}`, and each of them with extra keys.
 */
export class ApiError extends Error {
  readonly status: number;
  readonly body: Record<string, unknown>;

  constructor(status: number, body: unknown) {
    super(`API answered ${status}`);
    this.name = 'ApiError';
    this.status = status;
    this.body = record(body);
  }

  /** The server's sentence, where it wrote one for people. */
  get detail(): string | undefined {
    const general = texts(this.fields['non_field_errors'] ?? this.body['non_field_errors']);
    const listed = texts(this.body['errors']);
    const said = [this.body['detail'], this.body['error'], this.body['message']].find(
      (text) => typeof text === 'string' && text !== '' && text !== 'Validation failed',
    ) as string | undefined;
    if (listed.length > 0) return listed.join(' ');
    if (general.length > 0) return general.join(' ');
    return said;
  }

  get code(): string | undefined {
    const code = this.body['code'] ?? this.body['error_code'];
    return typeof code === 'string' ? code : undefined;
  }

  get retryAfterSeconds(): number | undefined {
    const seconds = Number(this.body['retry_after']);
    return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
  }

  /** The line is down or the server is in trouble: the same request may well succeed in a moment. */
  get passing(): boolean {
    return this.status === unreachable || this.status >= 500;
  }

  messagesFor(field: string): string[] {
    return texts(this.fields[field]);
  }

  get fieldNames(): string[] {
    return Object.keys(this.fields).filter(
      (name) => !envelope.has(name) && this.messagesFor(name).length > 0,
    );
  }

  private get fields(): Record<string, unknown> {
    const nested = record(this.body['errors']);
    if (Object.keys(nested).length > 0) return nested;
    return this.status === 400 ? this.body : {};
  }
}

export const isApiError = (error: unknown, status?: number): error is ApiError =>
  error instanceof ApiError && (status === undefined || error.status === status);
