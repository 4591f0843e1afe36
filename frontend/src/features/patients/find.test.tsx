// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import { userEvent as events } from '@testing-library/user-event';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fakeServer } from '@/test/server';
import { Find } from './find';

const userEvent = events.setup({ delay: null });
const ana = {
  id: 'p1',
  first_name: 'Ana',
  last_name: 'Abella',
  date_of_birth: '2003-05-17',
  gender: 'F',
};
const ben = { ...ana, id: 'p2', first_name: 'Ben', gender: 'M' };

beforeEach(() => {
  // jsdom has no screen.
  const list = { matches: false, addEventListener: vi.fn(), removeEventListener: vi.fn() };
  vi.stubGlobal('matchMedia', () => list);
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** The box on a page of its own, over a server that knows these people. */
function open(people: object[]) {
  const asked = fakeServer(() => [
    200,
    { count: people.length, next: null, previous: null, results: people },
  ]);
  const router = createMemoryRouter([{ path: '*', element: <Find /> }], { initialEntries: ['/'] });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  return { asked, path: () => router.state.location.pathname };
}

it('Enter on the heels of a name opens the one person it can mean', async () => {
  const { path } = open([ana]);
  await userEvent.type(screen.getByRole('combobox'), 'abella{Enter}');
  await waitFor(() => expect(path()).toBe('/patients/p1'));
  expect(screen.getByRole('combobox')).toHaveValue('');
});

it('Enter on the heels of a name that two people have waits for a choice', async () => {
  const { path } = open([ana, ben]);
  await userEvent.type(screen.getByRole('combobox'), 'abella{Enter}');
  expect(await screen.findAllByRole('option')).toHaveLength(2);
  expect(path()).toBe('/');
  await userEvent.keyboard('{ArrowDown}{Enter}');
  await waitFor(() => expect(path()).toBe('/patients/p2'));
});

it('what is typed after that Enter takes it back', async () => {
  const { asked, path } = open([ana]);
  await userEvent.type(screen.getByRole('combobox'), 'abella{Enter} b');
  expect(await screen.findAllByRole('option')).toHaveLength(1);
  await waitFor(() => expect(asked.length).toBeGreaterThan(1));
  expect(path()).toBe('/');
});

it('Enter on the heels of a name that nobody has registers no one unseen', async () => {
  const { path } = open([]);
  await userEvent.type(screen.getByRole('combobox'), 'abella{Enter}');
  expect(await screen.findByText('Nobody by that name or number.')).toBeVisible();
  expect(path()).toBe('/');
  await userEvent.keyboard('{Enter}');
  await waitFor(() => expect(path()).toBe('/patients/new'));
});
