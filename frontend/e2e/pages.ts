import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { account, node, type Role } from './demo.ts';

export async function signIn(page: Page, role: Role, where: 'hub' | 'talamban' | 'downtown' = 'talamban') {
  const { email, password } = account(role);
  await page.goto(node(where).url);
  await enter(page, email, password);
  await expect(page.getByRole('navigation', { name: 'Main' }).first()).toBeAttached();
}

export async function find(page: Page, text: string) {
  await page.getByRole('combobox', { name: /Find a patient/ }).fill(text);
  await expect(page.getByRole('option').first()).toBeVisible();
}

/** A name nobody in the demo has. Letters only, as the servers want names. */
export function freshName(): string {
  const letters = Array.from({ length: 8 }, () => String.fromCharCode(97 + Math.floor(Math.random() * 26)));
  return `Zz${letters.join('')}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const below = (most: number) => Math.floor(Math.random() * most);

/** Another one each time: a campus that has served many runs would else take a walk-in for one of the last run's. */
export function freshBirth() {
  const [day, month, year] = [1 + below(28), below(12), 1940 + below(65)];
  const shown = `${day} ${months[month]} ${year}`;
  const two = (part: number) => String(part).padStart(2, '0');
  return { shown, typed: shown.toLowerCase(), iso: `${year}-${two(month + 1)}-${two(day)}` };
}

/** A number to call, as it is dictated. */
export const freshPhone = () => `0917 ${100 + below(900)} ${1000 + below(9000)}`;

export interface NewPatient {
  id: string;
  last: string;
}

/** Registers somebody through the API with the session of the page, for tests that are about something else. */
export async function register(page: Page, more: Record<string, unknown> = {}): Promise<NewPatient> {
  const last = freshName();
  const answer = await call<{ patient: { id: string } }>(page, 'POST', '/api/patients/patients/', {
    first_name: 'Rosario',
    last_name: last,
    date_of_birth: '2004-05-06',
    gender: 'F',
    force_create: true,
    ...more,
  });
  return { id: answer.patient.id, last };
}

/** Asks the API as the signed-in person, from within the page. */
export async function call<T>(
  page: Page,
  method: string,
  path: string,
  body?: unknown,
  headers = {},
): Promise<T> {
  return page.evaluate(
    async ([method, path, body, headers]) => {
      const session = (await (await fetch('/api/auth/session/')).json()) as { csrf: string };
      const answer = await fetch(path, {
        method,
        headers: { 'Content-Type': 'application/json', 'X-CSRFToken': session.csrf, ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return (text === '' ? null : JSON.parse(text)) as never;
    },
    [method, path, body, headers] as const,
  );
}

export async function expectAccessible(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((one) => `  ${one.html}`).join('\n')}`,
  );
  expect(told).toEqual([]);
}

export async function expectNoSidewaysScroll(page: Page) {
  const [wide, seen] = await page.evaluate(() => [document.scrollingElement!.scrollWidth, innerWidth]);
  expect(wide).toBeLessThanOrEqual(seen);
}

/** The version a record is at, as an edit made against it names it. */
export const versionAt = (page: Page, path: string) =>
  page.evaluate((at) => fetch(at).then((answer) => answer.headers.get('ETag') ?? ''), path);

/** Nothing is on its way any more: what came is drawn, with its fonts. */
export async function settled(page: Page) {
  await expect(page.locator('h1').first()).toBeVisible();
  await expect(page.getByRole('status', { name: 'Coming' })).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready);
}

export async function enter(page: Page, email: string, password: string) {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
