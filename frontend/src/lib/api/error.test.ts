import { describe, expect, it } from 'vitest';
import { ApiError } from './error';

describe('ApiError', () => {
  it('reads a plain detail', () => {
    expect(new ApiError(404, { detail: 'Not found.' }).detail).toBe('Not found.');
  });

  it('reads fields at the top of a 400', () => {
    const error = new ApiError(400, { treatment: ['Too short.'], non_field_errors: ['These do not fit.'] });
    expect(error.messagesFor('treatment')).toEqual(['Too short.']);
    expect(error.fieldNames).toEqual(['treatment']);
    expect(error.detail).toBe('These do not fit.');
  });

  it('reads fields below errors and skips the literal heading', () => {
    const error = new ApiError(400, { detail: 'Validation failed', errors: { email: ['Taken.'] } });
    expect(error.messagesFor('email')).toEqual(['Taken.']);
    expect(error.detail).toBeUndefined();
  });

  it('joins a list of texts', () => {
    const error = new ApiError(400, { detail: 'No', errors: ['First.', 'Second.'] });
    expect(error.detail).toBe('First. Second.');
    expect(error.fieldNames).toEqual([]);
  });

  it('reads error and the extra keys', () => {
    const error = new ApiError(429, { error: 'Slow down.', retry_after: 120, error_code: 'LOCKED' });
    expect(error.detail).toBe('Slow down.');
    expect(error.retryAfterSeconds).toBe(120);
    expect(error.code).toBe('LOCKED');
  });

  it('does not take the keys of a duplicate answer for fields', () => {
    expect(new ApiError(409, { detail: 'Likely the same', duplicates: [] }).fieldNames).toEqual([]);
  });

  it('survives bodies that are no objects', () => {
    for (const body of [null, 'text', [1], undefined]) expect(new ApiError(500, body).detail).toBeUndefined();
  });

  it('knows what passes by itself', () => {
    expect(new ApiError(0, null).passing).toBe(true);
    expect(new ApiError(503, null).passing).toBe(true);
    expect(new ApiError(409, null).passing).toBe(false);
  });
});
