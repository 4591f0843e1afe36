// What only a whole campus shows: the hub goes away and comes back, a clinic's own server does, and two clinics write the same.
import { expect, test, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { dev, node, type Role } from './demo.ts';
import { call, enter, freshName, register, signIn } from './pages.ts';

// A cable that was pulled is noticed, and its return too, within seconds; a busy machine takes longer.
const noticed = { timeout: 45_000 };
const badge = (page: Page) => page.locator('.sync');
const strip = (page: Page) => page.locator('.safe');

const opened: BrowserContext[] = [];
test.afterEach(async () => {
  // A page that is left open goes on listening, and takes part in the next test.
  for (const context of opened.splice(0)) await context.close();
  dev('start');
});

async function someone(browser: Browser, role: Role, where: 'hub' | 'talamban' | 'downtown') {
  const context = await browser.newContext({ baseURL: node(where).url });
  opened.push(context);
  const page = await context.newPage();
  await signIn(page, role, where);
  return page;
}

async function writeAllergies(page: Page, id: string, text: string) {
  await page.goto(`/patients/${id}/edit/safety`);
  await page.getByRole('textbox', { name: 'Allergies' }).fill(text);
  await page.keyboard.press('Control+Enter');
  await expect(page).toHaveURL(new RegExp(`/patients/${id}$`));
}

test('two clinics without a hub write the same field; both entries stand until one is chosen, everywhere', async ({
  browser,
}) => {
  const talamban = await someone(browser, 'DOCTOR', 'talamban');
  const downtown = await someone(browser, 'NURSE', 'downtown');
  const hub = await someone(browser, 'ADMIN', 'hub');
  const { id, last } = await register(talamban);
  const path = `/api/patients/patients/${id}/`;
  for (const page of [downtown, hub])
    await expect
      .poll(() => page.evaluate((at) => fetch(at).then((answer) => answer.status), path), noticed)
      .toBe(200);
  await expect(badge(talamban)).toContainText('Sent to hub', noticed);

  await test.step('the hub goes away, and the badges say so without being asked', async () => {
    dev('stop', 'hub');
    for (const page of [talamban, downtown]) await expect(badge(page)).toContainText('Waiting', noticed);
  });

  await test.step('both clinics go on working, and each sees what it wrote itself', async () => {
    await writeAllergies(talamban, id, 'Penicillin (hives)');
    await writeAllergies(downtown, id, 'None known');
    await expect(strip(talamban)).toContainText('Penicillin');
    await expect(strip(downtown)).toContainText('None known');
    await expect(badge(talamban)).toContainText(/Waiting\s*[1-9]/);
    await badge(talamban).click();
    await expect(talamban.getByRole('dialog', { name: 'The line to the hub' })).toContainText(/safe here/);
    await talamban.keyboard.press('Escape');
  });

  await test.step('the hub is back: both charts show both entries, with nobody reloading a page', async () => {
    dev('start', 'hub');
    for (const page of [talamban, downtown]) {
      await expect(badge(page)).toContainText('Sent to hub', noticed);
      await expect(strip(page)).toContainText('Talamban: Penicillin (hives)', noticed);
      await expect(strip(page)).toContainText('Downtown: None known');
    }
    await hub.goto(`/patients/${id}`);
    await expect(strip(hub)).toContainText('Talamban: Penicillin (hives)');
    await expect(strip(hub)).toContainText('Downtown: None known');
  });

  await test.step('the case names both people, and what follows from each choice', async () => {
    await downtown.getByRole('link', { name: /Settle/ }).click();
    await expect(downtown.getByRole('heading', { level: 1 })).toHaveText(
      `Which allergies does Rosario ${last} have?`,
    );
    const entries = downtown.locator('.v');
    await expect(entries.filter({ hasText: 'Penicillin (hives)' })).toContainText('Talamban');
    await expect(entries.filter({ hasText: 'None known' })).toContainText('Downtown');
    await expect(entries.filter({ hasText: 'None known' })).toContainText('warns of nothing');
    await downtown.getByRole('radio', { name: /Penicillin/ }).click();
    await downtown.keyboard.press('Control+Enter');
    await expect(downtown.getByRole('radio', { name: /Penicillin \(hives\)/ })).toHaveCount(0);
  });

  await test.step('settled at one clinic, it closes at all', async () => {
    for (const page of [talamban, hub]) {
      await expect(page.locator('.differ')).toHaveCount(0, noticed);
      await expect(page.locator('.alg')).toHaveText(/Allergies\s*Penicillin \(hives\)/);
    }
    await talamban.getByRole('link', { name: 'Changes' }).click();
    await expect(talamban.locator('.chg')).toContainText('None known');
    await expect(talamban.locator('.chg')).toContainText('Downtown');
  });
});

test('the hub counts a visit of each clinic', async ({ browser }) => {
  const hub = await someone(browser, 'ADMIN', 'hub');
  const visitsAt = async (name: string) => {
    await hub.goto('/reports');
    return Number(
      await hub
        .getByRole('row', { name: new RegExp(`^${name}`) })
        .locator('td')
        .first()
        .textContent(),
    );
  };
  const sites = { talamban: 'Talamban', downtown: 'Downtown' } as const;
  const before = new Map<string, number>();
  for (const name of Object.values(sites)) before.set(name, await visitsAt(name));
  for (const where of ['talamban', 'downtown'] as const) {
    const page = await someone(browser, 'NURSE', where);
    const { id } = await register(page);
    await call(page, 'POST', '/api/patients/medical-records/', {
      patient: id,
      visit_date: new Date().toISOString(),
      concern: 'Cough for two days',
      diagnosis: 'Common cold',
      treatment: 'Fluids and rest',
    });
  }
  for (const name of Object.values(sites))
    await expect.poll(() => visitsAt(name), noticed).toBe(before.get(name)! + 1);
});

test('while the clinic’s own server is gone nothing typed is lost, and the save goes by itself', async ({
  browser,
}) => {
  const page = await someone(browser, 'DOCTOR', 'downtown');
  const { id } = await register(page);
  await page.goto(`/patients/${id}/visits/new`);
  await page.getByRole('textbox', { name: 'Concern' }).fill('Dizzy since morning');
  dev('stop', 'downtown');
  await expect(badge(page)).toContainText('Waiting', noticed);
  await expect(page.getByText('What you write is only on this page until it does.')).toBeVisible();
  await page.getByRole('textbox', { name: 'Diagnosis' }).fill('Dizziness');
  await page.getByRole('textbox', { name: 'Treatment' }).fill('Rest and water');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('The visit is not saved yet. Your text is kept on this page')).toBeVisible();
  dev('start', 'downtown');
  await expect(page).toHaveURL(/\/visits\/(?!new)/, noticed);
  await expect(page.getByRole('region', { name: 'The visit' })).toContainText('Dizzy since morning');
  await expect(badge(page)).toContainText('Sent to hub', noticed);
});

test('signing in where nobody answers says so, and keeps the e-mail', async ({ page }) => {
  await page.goto(node('downtown').url);
  await expect(page.getByLabel('E-mail')).toBeVisible();
  dev('stop', 'downtown');
  const email = `${freshName().toLowerCase()}@usc.edu.ph`;
  await enter(page, email, 'whatever it was');
  await expect(page.getByRole('alert')).toHaveText('The server does not answer. Try again in a moment.');
  await expect(page.getByLabel('E-mail')).toHaveValue(email);
});
