import { expect, test, type Locator, type Page } from '@playwright/test';
import { account } from './demo.ts';
import {
  call,
  enter,
  expectAccessible,
  expectNoSidewaysScroll,
  freshName,
  register,
  settled,
  signIn,
  versionAt,
} from './pages.ts';

// As long as the servers take them, and the second without a place to break.
const longGiven = 'Maria Concepcion Esperanza Guadalupe Inmaculada Fe';
const longFamily = () => `Macaraegkatigbakdimaculangandelosreyes${freshName()}`.slice(0, 50);

/** A chart with everything on it: a long name, a visit, and two entries about allergies and medicines. */
async function fullChart(page: Page) {
  const last = longFamily();
  const chart = await register(page, { first_name: longGiven, last_name: last, allergies: 'Shrimp' });
  const path = `/api/patients/patients/${chart.id}/`;
  const base = { 'X-Himsog-Base': await versionAt(page, path) };
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
  return { id: chart.id, last, visit: visit.record.id };
}

/** Both themes on a desk and a phone for axe; the narrowest phone for what must not scroll. */
async function everyWay(page: Page, path: string) {
  const called = path.replace(/[0-9a-f-]{36}/g, ':id');
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(path);
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 800 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await settled(page);
      await test.step(`${called} ${colorScheme} ${width}`, () => expectAccessible(page));
    }
  }
  await page.setViewportSize({ width: 320, height: 800 });
  await settled(page);
  await test.step(`${called} 320`, () => expectNoSidewaysScroll(page));
}

test('the sign-in page', async ({ page }) => {
  await everyWay(page, '/');
});

test('the pages of a clinic', async ({ page }) => {
  test.slow();
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
    '/visits',
  ])
    await everyWay(page, path);
});

test('long names are read whole', async ({ page }) => {
  await signIn(page, 'NURSE');
  const { id, last, visit } = await fullChart(page);
  for (const width of [1440, 390, 320]) {
    await page.setViewportSize({ width, height: 800 });
    for (const path of [
      `/patients/${id}`,
      `/patients/${id}/visits/${visit}`,
      `/patients/${id}/visits/new`,
      `/patients/${id}/edit/safety`,
    ]) {
      await page.goto(path);
      const name = page.getByRole('heading', { level: 1 });
      await expect(name).toHaveText(`${last}, ${longGiven}`);
      await expectWhole(name);
      await expectNoSidewaysScroll(page);
    }
    await page.goto('/patients');
    const row = page.getByRole('link', { name: last });
    await expectWhole(row);
    await page.getByRole('combobox').fill(last);
    const hit = page.getByRole('option', { name: last });
    await expectWhole(hit.locator('.name'));
    await expectNoSidewaysScroll(page);
  }
});

/** Neither cut by its own box nor reaching out of the window. */
async function expectWhole(what: Locator) {
  await expect(what).toBeVisible();
  const cut = await what.evaluate((element) => {
    const box = element.getBoundingClientRect();
    return element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflow !== 'visible'
      ? 'cut'
      : box.left < 0 || box.right > innerWidth
        ? 'outside'
        : 'whole';
  });
  expect(cut).toBe('whole');
}

test('the pages of the hub', async ({ page }) => {
  await signIn(page, 'ADMIN', 'hub');
  const home = new URL(page.url()).origin;
  for (const path of ['/sites', '/reports', '/patients', '/settle']) await everyWay(page, home + path);
});

test('a student’s own pages', async ({ page }) => {
  await signIn(page, 'STUDENT');
  for (const path of ['/visits', '/patients']) await everyWay(page, path);
});

test('layers are accessible too', async ({ page, context }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('/');
  await enter(page, `${freshName()}@usc.edu.ph`, 'not this');
  await expect(page.getByRole('alert')).toBeVisible();
  await expectAccessible(page);

  await signIn(page, 'NURSE');
  await page.getByRole('combobox').fill('a');
  await expect(page.getByRole('option').first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('combobox').fill(freshName());
  await expect(page.getByText('Nobody by that name or number.')).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Your menu' }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.locator('.sync').click();
  await expect(page.getByRole('dialog', { name: 'The line to the hub' })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');

  await page.goto('/patients/new');
  await settled(page);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('The birth date is still empty.')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('textbox', { name: 'Last name' }).fill('Abellana');
  await page.getByRole('link', { name: 'To settle' }).first().click();
  await expect(page.getByRole('dialog')).toContainText('This is not saved yet');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Leave without saving' }).click();

  await expect(page).toHaveURL(/\/settle$/);
  await context.clearCookies();
  // Whatever asks the server next notices; these keys make sure that something does.
  await page.keyboard.press('g');
  await page.keyboard.press('p');
  await expect(page.getByRole('heading', { name: 'Sign in again' })).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel('Password', { exact: true }).fill(account('NURSE').password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('navigation', { name: 'Main' }).first()).toBeVisible();
});

test('nothing moves for those who asked for it', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await signIn(page, 'NURSE');
  const moving = await page.evaluate(() =>
    [...document.querySelectorAll('*')]
      .filter((element) => {
        const { transitionDuration, animationName } = getComputedStyle(element);
        return (
          animationName !== 'none' || transitionDuration.split(', ').some((time) => parseFloat(time) > 0)
        );
      })
      .map((element) => element.className),
  );
  expect(moving).toEqual([]);
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
