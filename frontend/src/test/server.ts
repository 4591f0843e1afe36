import { vi } from 'vitest';

export interface Asked {
  method: string;
  path: string;
  headers: Headers;
  body: Record<string, unknown>;
}

type Reply = [status: number, body: unknown, headers?: Record<string, string>];

/** A server that answers from a function and remembers what it was asked. */
export function fakeServer(answer: (asked: Asked) => Reply | Error): Asked[] {
  const all: Asked[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const text = await request.text();
    const url = new URL(request.url);
    const asked = {
      method: request.method,
      path: url.pathname + url.search,
      headers: request.headers,
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
    all.push(asked);
    const reply = answer(asked);
    if (reply instanceof Error) throw reply;
    const [status, body, headers] = reply;
    return new Response(JSON.stringify(body), {
      status,
      headers: { 'Content-Type': 'application/json', ...headers },
    });
  });
  return all;
}
