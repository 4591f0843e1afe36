// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import { userEvent as events } from '@testing-library/user-event';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PersonContext } from '@/clinic/session';
import type { Profile } from '@/lib/api/types';
import { fakeServer } from '@/test/server';
import { WalkInPage } from './walk-in-page';

const userEvent = events.setup({ delay: null });
const nurse = { id: 'u1', role: 'NURSE', first_name: 'Joel', last_name: 'Umpad' } as Profile;

beforeEach(() => {
  // jsdom lays nothing out, and the form walks only fields that are on screen.
  vi.spyOn(HTMLElement.prototype, 'offsetParent', 'get').mockReturnValue(document.body);
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function open() {
  const router = createMemoryRouter(
    [
      { path: '/patients/new', element: <WalkInPage /> },
      { path: '*', element: <p>elsewhere</p> },
    ],
    { initialEntries: ['/patients/new'] },
  );
  render(
    <QueryClientProvider client={new QueryClient()}>
      <PersonContext value={nurse}>
        <RouterProvider router={router} />
      </PersonContext>
    </QueryClientProvider>,
  );
  return router;
}

const box = (name: RegExp) => screen.getByRole('textbox', { name });

async function fill() {
  await userEvent.type(box(/Last name/), 'Abellana{Enter}Jose Mari{Enter}14 mar 2006');
  await userEvent.click(screen.getByRole('radio', { name: 'Male' }));
}

it('says what is missing instead of sending it', async () => {
  const asked = fakeServer(() => [500, {}]);
  open();
  await userEvent.click(screen.getByRole('button', { name: /Save and start visit/ }));
  expect(await screen.findByText('The birth date is still empty.')).toBeVisible();
  expect(screen.getByText('Choose one.')).toBeVisible();
  expect(box(/Last name/)).toHaveFocus();
  expect(asked).toEqual([]);
});

it('walks by Enter, saves by Ctrl Enter, and starts the visit', async () => {
  const asked = fakeServer(({ body }) => [
    201,
    { detail: '', patient: { id: body['id'], first_name: 'Jose Mari' } },
  ]);
  const router = open();
  await fill();
  await userEvent.keyboard('{Control>}{Enter}{/Control}');
  await waitFor(() => expect(router.state.location.pathname).toMatch(/visits\/new$/));
  expect(asked[0]!.body).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    last_name: 'Abellana',
    first_name: 'Jose Mari',
    date_of_birth: '2006-03-14',
    gender: 'M',
  });
});

it('shows who it may be already, and registers the same person anyway only when told', async () => {
  const duplicates = [
    {
      patient_id: 'p9',
      patient_name: 'Jose Abellana',
      similarity_score: 0.95,
      matching_fields: ['last_name', 'date_of_birth'],
    },
  ];
  const asked = fakeServer(({ body }) =>
    body['force_create']
      ? [201, { detail: '', patient: { id: body['id'], first_name: 'Jose Mari' } }]
      : [409, { detail: 'Likely', duplicates, confirmation_required: true }],
  );
  const router = open();
  await fill();
  await userEvent.click(screen.getByRole('button', { name: /Save and start visit/ }));
  expect(await screen.findByText('Jose Abellana')).toBeVisible();
  expect(screen.getByText('The same last name, birth date')).toBeVisible();
  expect(screen.getByRole('link', { name: 'Open this chart' })).toHaveAttribute('href', '/patients/p9');
  await userEvent.click(screen.getByRole('button', { name: /register anyway/ }));
  await waitFor(() => expect(router.state.location.pathname).toMatch(/visits\/new$/));
  expect(asked.map(({ body }) => body['id'])).toEqual([asked[0]!.body['id'], asked[0]!.body['id']]);
});

it('puts the server’s word at its field', async () => {
  fakeServer(() => [400, { detail: 'Validation failed', errors: { email: ['Somebody has this e-mail.'] } }]);
  open();
  await fill();
  await userEvent.click(screen.getByRole('button', { name: /Save and start visit/ }));
  expect(await screen.findByText('Somebody has this e-mail.')).toBeVisible();
  await waitFor(() => expect(box(/E-mail/)).toHaveFocus());
});
