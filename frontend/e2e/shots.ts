// Pictures of every page, in light and dark, on a phone and on a desk, from the running demo into docs/shots/.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chromium as browsers, type Page } from '@playwright/test';
import { chromium, chromiumArgs } from './demo.ts';
import { call, find, register, signIn } from './pages.ts';

const folder = process.env['HIMSOG_SHOTS'] ?? resolve(import.meta.dirname, '../../docs/shots');
mkdirSync(folder, { recursive: true });

const sizes = [
  { width: 390, height: 844 },
  { width: 1440, height: 900 },
];

const browser = await browsers.launch({ executablePath: chromium, args: chromiumArgs });
const page = await (await browser.newContext({ viewport: sizes[1]!, colorScheme: 'light' })).newPage();

async function shoot(name: string) {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const size of sizes) {
      await page.setViewportSize(size);
      await page.evaluate(() => document.fonts.ready);
      await page.waitForTimeout(150);
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${size.width}.png`) });
    }
  }
  await page.setViewportSize(sizes[1]!);
  await page.emulateMedia({ colorScheme: 'light' });
}

interface Listed {
  results: { id: string; patient?: { id: string } }[];
}

async function go(path: string) {
  await page.goto(new URL(path, page.url()).href);
  await page.waitForLoadState('load');
  await page.locator('h1').first().waitFor();
  await page.waitForTimeout(400);
}

/** Somebody with visits behind them: the first of the list whose chart has some. */
async function seen(on: Page): Promise<string> {
  const visits = await call<{ results: { patient: string }[] }>(
    on,
    'GET',
    '/api/patients/medical-records/?page=1&page_size=50',
  );
  const counts = new Map<string, number>();
  for (const { patient } of visits.results) counts.set(patient, (counts.get(patient) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]![0];
}

/** Leaves two entries on one chart's allergies and medicines, as two people do who write at the same time. */
async function leaveConflict(on: Page): Promise<string> {
  const open = await call<Listed>(on, 'GET', '/api/sync/conflicts/?status=open&page=1&page_size=1');
  const before = open.results[0]?.patient;
  if (before) return before.id;
  const { id } = await register(on, {
    first_name: 'Ma. Andrea',
    last_name: 'Villaflor',
    allergies: 'Shrimp',
  });
  const version = await on.evaluate(
    async (path) => (await fetch(path)).headers.get('ETag') ?? '',
    `/api/patients/patients/${id}/`,
  );
  const path = `/api/patients/patients/${id}/`;
  await call(
    on,
    'PATCH',
    path,
    { allergies: 'None known', medications: 'Losartan 100 mg' },
    { 'X-Himsog-Base': version },
  );
  await call(
    on,
    'PATCH',
    path,
    { allergies: 'Penicillin (hives), shrimp', medications: 'Losartan 50 mg' },
    { 'X-Himsog-Base': version },
  );
  return id;
}

await page.goto(new URL('/', (await import('./demo.ts')).node('talamban').url).href);
await page.getByLabel('E-mail').waitFor();
await shoot('01-sign-in');

await signIn(page, 'DOCTOR');
await page.getByRole('table').waitFor();
await shoot('02-patients');

await find(page, 'villa');
await shoot('03-find');

const patient = await seen(page);
await go(`/patients/${patient}`);
await page.locator('.thread').waitFor();
await shoot('04-patient');

await page.locator('.thread a').first().click();
await page.waitForTimeout(300);
await shoot('05-visit-read');

await go(`/patients/${patient}/visits/new`);
await page.getByRole('textbox', { name: 'Temperature' }).fill('38.4');
await page.getByRole('textbox', { name: 'Blood pressure' }).fill('118/76');
await page.getByRole('textbox', { name: 'Pulse' }).fill('96');
await page.getByRole('textbox', { name: 'Weight' }).fill('56.5');
await page.getByRole('textbox', { name: 'Height' }).fill('160');
await page.getByRole('textbox', { name: 'Concern' }).fill('Sore throat and fever, 3 days. No cough.');
await page.evaluate(() => window.scrollTo(0, 0));
await shoot('06-visit');

page.on('dialog', (dialog) => void dialog.accept());
await go('/patients/new');
await page.getByRole('textbox', { name: 'Last name' }).fill('Abellana');
await page.getByRole('textbox', { name: 'First name' }).fill('Jose Mari');
await page.getByRole('textbox', { name: 'Birth date' }).fill('14 mar 2006');
await shoot('07-walk-in');

await go(`/patients/${patient}/edit/safety`);
await shoot('08-edit');

const conflicted = await leaveConflict(page);
await go(`/patients/${conflicted}`);
await shoot('09-two-entries');

await go('/settle');
await page.locator('.c').first().waitFor();
await shoot('10-to-settle');
await page.locator('.c').first().click();
await page.locator('.two').waitFor();
await page.keyboard.press('1');
await shoot('11-settle-case');

await page.context().clearCookies();
await signIn(page, 'ADMIN', 'hub');
await page.locator('.sites').waitFor();
await shoot('12-hub-sites');
await go('/reports');
await page.locator('.perday').waitFor();
await shoot('13-hub-report');

await page.context().clearCookies();
await signIn(page, 'STUDENT');
await page.locator('.own').waitFor();
await shoot('14-own-visits');

await browser.close();
console.log(`Pictures are in ${folder}`);
