import { expect, test, type Page } from '@playwright/test';
import { call, expectAccessible, expectNoSidewaysScroll, register, signIn } from './pages.ts';

const longName = 'Wolfeschlegelsteinhausenbergerdorff';

/** A chart with everything on it: a long name, a visit, and two entries about allergies and medicines. */
async function fullChart(page: Page) {
  const chart = await register(page, {
    first_name: 'Maria Concepcion Esperanza Guadalupe Immaculada',
    last_name: longName,
    allergies: 'Shrimp',
  });
  const path = `/api/patients/patients/${chart.id}/`;
  const version = await page.evaluate(
    (at) => fetch(at).then((answer) => answer.headers.get('ETag') ?? ''),
    path,
  );
  const base = { 'X-Himsog-Base': version };
  await call(page, 'PATCH', path, { allergies: 'None known', medications: 'Losartan 100 mg' }, base);
  await call(page, 'PATCH', path, { allergies: 'Penicillin (hives)', medications: 'Losartan 50 mg' }, base);
  const visit = await call<{ record: { id: string } }>(page, 'POST', '/api/patients/medical-records/', {
    patient: chart.id,
    visit_date: new Date().toISOString(),
    concern: 'Headache since morning',
    diagnosis: 'Tension-type headache',
    treatment: 'Rest one day',
    vital_signs: {
      temperature: 38.4,
      blood_pressure: '150/95',
      pulse_rate: 96,
      weight: 56.5,
      height: 160,
      bmi: 22.1,
    },
  });
  return { id: chart.id, visit: visit.record.id };
}

async function settled(page: Page) {
  await expect(page.locator('h1').first()).toBeVisible();
  await page.waitForLoadState('load');
  await page.waitForTimeout(350);
}

/** Both themes on a desk and a phone for axe; the narrowest phone for what must not scroll. */
async function everyWay(page: Page, path: string) {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(path);
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 800 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await settled(page);
      await test.step(`${path.replace(/[0-9a-f-]{36}/g, ':id')} ${colorScheme} ${width}`, () =>
        expectAccessible(page));
    }
  }
  await page.setViewportSize({ width: 320, height: 800 });
  await settled(page);
  await test.step(`${path.replace(/[0-9a-f-]{36}/g, ':id')} 320`, () => expectNoSidewaysScroll(page));
}

test('the sign-in page', async ({ page }) => {
  await everyWay(page, '/');
});

test('the pages of a clinic', async ({ page }) => {
  test.setTimeout(240_000);
  await signIn(page, 'DOCTOR');
  const { id, visit } = await fullChart(page);
  const open = await call<{ results: { id: string }[] }>(
    page,
    'GET',
    `/api/sync/conflicts/?status=open&patient=${id}&page=1`,
  );
  for (const path of [
    '/patients',
    '/patients/new',
    `/patients/${id}`,
    `/patients/${id}/changes`,
    `/patients/${id}/visits/${visit}`,
    `/patients/${id}/visits/new`,
    `/patients/${id}/visits/${visit}/edit`,
    `/patients/${id}/edit/safety`,
    `/patients/${id}/edit/identity`,
    '/settle',
    `/settle/${open.results[0]!.id}`,
    '/password',
    '/nowhere',
  ])
    await everyWay(page, path);
});

test('the pages of the hub', async ({ page }) => {
  test.setTimeout(120_000);
  await signIn(page, 'ADMIN', 'hub');
  const home = new URL(page.url()).origin;
  for (const path of ['/sites', '/reports']) await everyWay(page, home + path);
});

test('a student’s own page', async ({ page }) => {
  await signIn(page, 'STUDENT');
  await everyWay(page, '/visits');
});

test('layers are accessible too', async ({ page }) => {
  await signIn(page, 'NURSE');
  await page.getByRole('combobox').fill('a');
  await expect(page.getByRole('option').first()).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Your menu' }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  await expectAccessible(page);
});

test('nothing is asked of anybody else, and the policy against foreign code holds', async ({
  page,
  baseURL,
}) => {
  const foreign: string[] = [];
  const refused: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(baseURL!) && !request.url().startsWith('data:'))
      foreign.push(request.url());
  });
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) refused.push(message.text());
  });
  await signIn(page, 'NURSE');
  await settled(page);
  expect(foreign).toEqual([]);
  expect(refused).toEqual([]);
});
