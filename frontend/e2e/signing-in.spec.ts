import { expect, test } from '@playwright/test';
import { account } from './demo.ts';
import { enter, freshBirth, freshName, register, signIn } from './pages.ts';

const triesUntilLocked = 5;

test('a wrong password is said in the same words for every account', async ({ page }) => {
  await page.goto('/');
  // Sign-in by the right person forgives what was tried in their name, so the account's own tries are left as they were.
  for (const email of [`${freshName()}@usc.edu.ph`, account('NURSE').email]) {
    await enter(page, email, 'not this');
    await expect(page.getByRole('alert')).toHaveText('E-mail and password do not fit together.');
    await expect(page.getByLabel('Password', { exact: true })).toBeFocused();
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
  }
  await signIn(page, 'NURSE');
});

test('empty fields are said at their place', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('The e-mail is still empty.')).toBeVisible();
  await expect(page.getByText('The password is still empty.')).toBeVisible();
  await expect(page.getByLabel('E-mail')).toBeFocused();
});

test('too many tries lock that name out, and it is said for how long', async ({ page }) => {
  const email = `${freshName()}@usc.edu.ph`;
  await page.goto('/');
  for (let tried = 0; tried < triesUntilLocked; tried++) {
    const answered = page.waitForResponse('**/api/auth/login/');
    await enter(page, email, 'not this');
    expect((await answered).status()).toBe(401);
  }
  await enter(page, email, 'not this');
  await expect(page.getByRole('alert')).toHaveText(/Too many tries. Wait 1[45] minutes, then try again./);
  await signIn(page, 'STAFF');
});

test('opens the patients, survives a reload, and ends with sign out', async ({ page }) => {
  await signIn(page, 'NURSE');
  await expect(page).toHaveURL(/\/patients$/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('people have a chart here');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('people have a chart here');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await page.goto('/settle');
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});

test('a session that ends keeps the page for its owner, out of sight', async ({ page, context }) => {
  await signIn(page, 'DOCTOR');
  const { id, last } = await register(page);
  await page.goto(`/patients/${id}/visits/new`);
  const concern = page.getByRole('textbox', { name: 'Concern' });
  await concern.fill('Dizzy since morning');
  await context.clearCookies();
  await page.getByRole('textbox', { name: 'Diagnosis' }).fill('Dizziness');
  await page.getByRole('textbox', { name: 'Treatment' }).fill('Rest and water');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { name: 'Sign in again' })).toBeVisible();
  await expect(page.getByText(last)).toBeHidden();
  await page.getByLabel('Password', { exact: true }).fill(account('DOCTOR').password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(concern).toHaveValue('Dizzy since morning');
  await expect(page.getByRole('textbox', { name: 'Diagnosis' })).toHaveValue('Dizziness');
  await page.getByRole('button', { name: /Save visit/ }).click();
  await expect(page).toHaveURL(new RegExp(`/patients/${id}/visits/(?!new)`));
});

test('a walk-in outlives the session in which it was begun', async ({ page, context }) => {
  const last = freshName();
  await signIn(page, 'STAFF');
  await page.goto('/patients/new');
  await page.getByRole('textbox', { name: 'Last name' }).fill(last);
  await page.getByRole('textbox', { name: 'First name' }).fill('Ligaya');
  await page.getByRole('textbox', { name: 'Birth date' }).fill(freshBirth().typed);
  await page.getByRole('radio', { name: 'Female' }).click();
  await page.getByRole('textbox', { name: 'Allergic to' }).fill('Shrimp');
  await context.clearCookies();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { name: 'Sign in again' })).toBeVisible();
  await page.getByLabel('Password', { exact: true }).fill(account('STAFF').password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Last name' })).toHaveValue(last);
  await expect(page.getByRole('radio', { name: 'Female' })).toBeChecked();
  await page.getByRole('button', { name: /Save chart/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`${last}, Ligaya`);
  await expect(page.locator('.alg')).toContainText('Shrimp');
});
