// What is empty, refused, not there, or not for everybody.
import { expect, test } from '@playwright/test';
import { call, find, freshName, register, signIn } from './pages.ts';

test('addresses that lead nowhere say so, and lead back', async ({ page }) => {
  const nobody = '01900000-0000-7000-8000-000000000000';
  await signIn(page, 'NURSE');
  for (const path of [
    '/nowhere',
    `/patients/${nobody}`,
    `/patients/${nobody}/edit/contact`,
    `/patients/${nobody}/visits/new`,
  ]) {
    await page.goto(path);
    await expect(page.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible();
    await expect(page).toHaveTitle('There is nothing at this address · himsog');
  }
  await page.getByRole('link', { name: 'First page', exact: true }).click();
  await expect(page).toHaveURL(/\/patients$/);

  const { id } = await register(page);
  await page.goto(`/patients/${id}/visits/${nobody}`);
  await expect(page.getByText('This visit is not on this chart.')).toBeVisible();
  await page.goto(`/settle/${nobody}`);
  await expect(page.getByText('This one is settled already')).toBeVisible();
});

test('a list that does not come through says so in its place, and can be asked for again', async ({
  page,
}) => {
  await signIn(page, 'NURSE');
  const { id } = await register(page);
  const lists = '**/api/patients/medical-records/?*';
  await page.route(lists, (route) => route.fulfill({ status: 400, json: { detail: 'Not today.' } }));
  await page.goto(`/patients/${id}`);
  await expect(page.getByText('The visits did not come through. What was saved is safe.')).toBeVisible();
  await page.unroute(lists);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('No visit yet.')).toBeVisible();
});

test('rules are said at their field before anything is sent', async ({ page }) => {
  await signIn(page, 'NURSE');
  const { id } = await register(page);
  await page.goto(`/patients/${id}/visits/new`);
  await page.getByRole('textbox', { name: 'Temperature' }).fill('384');
  await page.getByRole('textbox', { name: 'Diagnosis' }).fill('Cold');
  await page.getByRole('button', { name: /Save visit/ }).click();
  await expect(page.getByText('Did you mean 38.4?')).toBeVisible();
  await expect(page.getByText('Diagnosis: at least 5 letters.')).toBeVisible();
  await expect(page.getByText('Treatment: at least 5 letters.')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Temperature' })).toBeFocused();
});

test('leaving with something written asks first', async ({ page }) => {
  await signIn(page, 'NURSE');
  await page.goto('/patients/new');
  await page.getByRole('textbox', { name: 'Last name' }).fill('Abellana');
  await page.getByRole('link', { name: 'To settle' }).first().click();
  await expect(page.getByRole('dialog')).toContainText('This is not saved yet');
  await page.getByRole('button', { name: 'Stay here' }).click();
  await expect(page.getByRole('textbox', { name: 'Last name' })).toHaveValue('Abellana');
});

test('while the server is silent nothing is lost, and the save goes by itself', async ({ page }) => {
  await signIn(page, 'NURSE');
  const { id } = await register(page);
  await page.goto(`/patients/${id}/visits/new`);
  await page.getByRole('textbox', { name: 'Concern' }).fill('Cough for two days');
  await page.getByRole('textbox', { name: 'Diagnosis' }).fill('Common cold');
  await page.getByRole('textbox', { name: 'Treatment' }).fill('Fluids and rest');
  const posts = '**/api/patients/medical-records/';
  await page.route(posts, (route) =>
    route.request().method() === 'POST' ? route.abort() : route.fallback(),
  );
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('The visit is not saved yet. Your text is kept on this page')).toBeVisible();
  await page.unroute(posts);
  await expect(page).toHaveURL(/\/visits\/(?!new)/, { timeout: 15_000 });
  const visits = await call<{ count: number }>(
    page,
    'GET',
    `/api/patients/medical-records/?patient=${id}&page=1`,
  );
  expect(visits.count).toBe(1);
});

test('roles are offered only what they may do', async ({ page }) => {
  await signIn(page, 'DENTIST');
  const { id } = await register(page);
  await page.goto(`/patients/${id}`);
  await expect(page.getByRole('heading', { name: 'Background' })).toBeVisible();
  await expect(page.getByRole('link', { name: /New visit/ })).toHaveCount(0);
  await page.goto(`/patients/${id}/visits/new`);
  await expect(page.getByRole('heading', { name: 'This page is not part of your work' })).toBeVisible();
  await page.goto('/reports');
  await expect(page.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible();
});

test('finding nobody offers to register', async ({ page }) => {
  await signIn(page, 'NURSE');
  await page.getByRole('combobox').fill(freshName());
  await expect(page.getByText('Nobody by that name or number.')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/patients\/new$/);
  await expect(page.getByRole('textbox', { name: 'Last name' })).toBeFocused();
  await find(page, 'a');
});
