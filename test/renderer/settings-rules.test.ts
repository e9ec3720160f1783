import { expect, test } from 'vitest';
import { type PageBench, pageTime, usePages } from '#support/page-bench.ts';
import { keepLightAndDark } from './screenshots.ts';
import { atRules, manyRules, policyOf, twelve } from './shown-rules.ts';

const open = usePages();
const size = { width: 760, height: 560 };
/** All rules at one look; axe does not judge colours that it cannot see. */
const tall = { ...size, height: 1_700 };
const armed = 800;
/** In which what a page does after drawing is done. */
const tick = 20;

const wide = 'Agent "main": wider rule for "/usr/bin/git" with any arguments.';

async function openRules(options: Parameters<typeof policyOf>[0] = {}) {
  const policy = policyOf(options);
  const bench = await open('settings', { snapshot: atRules(), answers: policy.answers, size });
  await bench.wait(tick);
  await bench.page.locator('#rules-search').waitFor();
  return { ...bench, policy };
}

/** What was asked of the policy, without looking at it. */
const written = async ({ calls }: Pick<PageBench, 'calls'>) =>
  (await calls()).filter(({ channel }) => ['rules.apply', 'rules.undo'].includes(channel));

const rows = ({ page }: Pick<PageBench, 'page'>) => page.locator('.rule');

test('twelve rules, with settings and a new rule, have nothing axe objects to', async () => {
  const bench = await openRules({ widening: () => [wide] });
  const { page, wait } = bench;
  await page.setViewportSize(tall);
  await keepLightAndDark(page, 'settings-rules');
  await page.setViewportSize(size);
  expect(await rows(bench).count()).toBe(12);
  expect(await page.locator('.agent-head bdi').allTextContents()).toEqual([
    'Every agent',
    '"main"',
    '"research agent"',
  ]);
  await page.fill('#rules-search', 'research');
  await page.click('#agent-0');
  await page.click('#add-rule');
  await page.fill('#form-program', '/usr/bin/make');
  await page.selectOption('#form-args-kind', 'exact');
  await wait(tick + 300);
  await page.locator('.preview bdi').waitFor();
  await keepLightAndDark(page, 'settings-rules-add');
  await page.setViewportSize(tall);
  expect(await bench.axe()).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
});

test('S16: a problem of the policy and an edit from outside come first; nothing can be changed then', async () => {
  const list = {
    ...twelve,
    problem: '/state/exec-approvals.json is not valid JSON. Everything is denied until it is.',
    unconfirmed: Array.from({ length: 7 }, (_, n) => `Every agent (*): new rule for "/bin/${n}".`),
  };
  const bench = await openRules({ list });
  await keepLightAndDark(bench.page, 'settings-rules-problem');
  expect(await bench.page.locator('.banner').allTextContents()).toEqual([
    expect.stringContaining('is not valid JSON'),
    expect.stringContaining('and 2 more'),
  ]);
  const usable = bench.page.locator('.rules :is(select, button, input):enabled');
  const ids = await usable.evaluateAll((found) =>
    (found as unknown as { id: string }[]).map(({ id }) => id),
  );
  expect(ids).toEqual(['rules-search', 'agent-1', 'scope-8', 'agent-2']);
  await bench.page.setViewportSize(tall);
  expect(await bench.axe()).toEqual([]);
});

test('search finds by program, arguments, agent and origin, with every word', async () => {
  const bench = await openRules();
  const { page } = bench;
  for (const [query, found] of [
    ['GIT', 6],
    ['log -n 3', 1],
    ['research', 2],
    ['policy add', 1],
    ['curl git', 0],
    ['', 12],
  ] as const) {
    await page.fill('#rules-search', query);
    await expect.poll(() => rows(bench).count(), { message: query }).toBe(found);
  }
  await page.fill('#rules-search', 'nothing like it');
  expect(await page.locator('.rules .empty').textContent()).toBe('No rule fits.');
  expect(await page.locator('.toolbar [role=status]').textContent()).toBe('0 rules of 12');
});

test('a thousand rules are drawn a hundred rows at a time, and searched while typing', async () => {
  const bench = await openRules({ list: manyRules(1_000) });
  const { page } = bench;
  expect(await rows(bench).count()).toBe(98);
  expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(5_000);
  expect(await page.locator('#more-rules').textContent()).toBe('Show 100 more · 902 not shown');
  await page.click('#more-rules');
  expect(await rows(bench).count()).toBe(198);
  await page.locator('#rules-search').pressSequentially('tool-77');
  expect(await rows(bench).count()).toBe(11);
  expect(await page.locator('#more-rules').count()).toBe(0);
  await page.fill('#rules-search', '');
  expect(await rows(bench).count()).toBe(98);
});

test('a deleted rule can be taken back for ten seconds', async () => {
  const bench = await openRules();
  const { page, wait } = bench;
  await page.click('#remove-0');
  await expect.poll(() => rows(bench).count()).toBe(11);
  expect(await page.locator('.say').textContent()).toBe('DeletedUndo');
  await wait(9_900);
  await page.click('#undo');
  await expect.poll(() => rows(bench).count()).toBe(12);
  expect(await written(bench)).toEqual([
    {
      channel: 'rules.apply',
      input: { edit: { kind: 'remove', ruleIds: ['a'] }, baseHash: 'h1', digest: 'digest-1' },
    },
    { channel: 'rules.undo', input: { undo: 'undo-1' } },
  ]);
  await page.click('#remove-0');
  await page.locator('#undo').waitFor();
  await wait(tick + 10_000);
  expect(await page.locator('#undo').count()).toBe(0);
  await page.keyboard.press('Control+z');
  expect(await written(bench)).toHaveLength(3);
});

test('says so when a change can no longer be taken back', async () => {
  const { page } = await openRules({ undoable: false });
  await page.click('#remove-0');
  await page.locator('#undo').waitFor();
  await page.click('#undo');
  await expect
    .poll(() => page.locator('.say').textContent())
    .toContain('can no longer be taken back');
});

test('the end of a rule is changed in its row', async () => {
  const bench = await openRules();
  const { page } = bench;
  const minute = 60_000;
  const midnight = Date.UTC(2026, 10, 22);
  const ends: number[] = [];
  for (const [choice, end] of [
    ['15 min', pageTime + tick + 15 * minute],
    ['Today', midnight],
    ['30 days', pageTime + tick + 30 * 24 * 60 * minute],
    ['Until removed', null],
  ] as const) {
    await page.selectOption('#holds-0', choice);
    await expect
      .poll(async () => (await written(bench)).at(-1)?.input)
      .toMatchObject({
        edit: { kind: 'expire', ruleId: 'a', expiresAtMs: end },
      });
    ends.push((await written(bench)).length);
  }
  expect(ends).toEqual([1, 2, 3, 4]);
  await page.selectOption('#holds-0', 'Pick a date…');
  expect(await page.locator('#holds-0-day-set').isDisabled()).toBe(true);
  await page.fill('#holds-0-day', '2026-11-20');
  expect(await page.locator('#holds-0-day-set').isDisabled()).toBe(true);
  await page.fill('#holds-0-day', '2026-11-30');
  await page.keyboard.press('Enter');
  await expect
    .poll(async () => (await written(bench)).at(-1)?.input)
    .toMatchObject({
      edit: { expiresAtMs: Date.UTC(2026, 11, 1) },
    });
  await expect
    .poll(() => page.locator('#holds-0 option:checked').textContent())
    .toBe('Until 1 Dec 2026');
});

test('S17: what allows more is read first: Back has the focus, agreeing waits', async () => {
  const bench = await openRules({ widening: ({ kind }) => (kind === 'set' ? [wide] : []) });
  const { page, wait, focused } = bench;
  await page.focus('#defaults-security');
  await page.selectOption('#defaults-security', 'Allow everything');
  await page.locator('.confirm').waitFor();
  await wait(tick);
  expect(await page.locator('.confirm li').allTextContents()).toEqual([wide]);
  expect(await focused()).toBe('confirm-back');
  expect(await page.locator('.rules').getAttribute('inert')).not.toBeNull();
  await wait(armed - 2 * tick);
  expect(await page.locator('#confirm-go').isDisabled()).toBe(true);
  await page.keyboard.press('Enter');
  await expect.poll(focused).toBe('defaults-security');
  expect(await page.locator('#defaults-security').inputValue()).toBe('allowlist');
  expect(await written(bench)).toEqual([]);

  await page.selectOption('#defaults-security', 'Allow everything');
  await page.locator('.confirm').waitFor();
  await wait(tick);
  await keepLightAndDark(page, 'settings-rules-widens');
  expect(await bench.axe()).toEqual([]);
  await wait(armed);
  await page.click('#confirm-go', { clickCount: 2 });
  // The second click of the two may land on whatever is there by then, and take the focus with it.
  await expect.poll(() => page.locator('#defaults-security').inputValue()).toBe('full');
  expect(await written(bench)).toHaveLength(1);
  await page.keyboard.press('Control+z');
  await expect.poll(() => page.locator('#defaults-security').inputValue()).toBe('allowlist');
});

test('S17: a pointer that went down before agreeing was possible agrees to nothing', async () => {
  const bench = await openRules({ widening: () => [wide] });
  const { page, wait } = bench;
  await page.selectOption('#defaults-security', 'Allow everything');
  const box = await page.locator('#confirm-go').boundingBox();
  if (box === null) throw new Error('nothing to press');
  await wait(tick);
  await page.mouse.move(box.x + 5, box.y + 5);
  await page.mouse.down();
  await wait(armed);
  await page.mouse.up();
  expect(await written(bench)).toEqual([]);
});

test('AP-05: agreeing waits again when the window gets the focus', async () => {
  const bench = await openRules({ widening: () => [wide] });
  const { page, wait } = bench;
  await page.selectOption('#defaults-security', 'Allow everything');
  const go = page.locator('#confirm-go');
  await go.waitFor();
  await wait(armed);
  expect(await go.isDisabled()).toBe(false);
  await page.evaluate("window.dispatchEvent(new Event('focus'))");
  await wait(armed / 2);
  expect(await go.isDisabled()).toBe(true);
  await wait(armed / 2 + tick);
  expect(await go.isDisabled()).toBe(false);
});

test('what allows no more holds at once, and says so', async () => {
  const bench = await openRules();
  const { page } = bench;
  await page.selectOption('#defaults-ask', 'Each time');
  await expect.poll(() => page.locator('.say').textContent()).toBe('SavedUndo');
  expect(await written(bench)).toMatchObject([
    { input: { edit: { kind: 'set', agent: null, settings: { ask: 'always' } } } },
  ]);
  expect(await page.locator('.confirm').count()).toBe(0);
});

test('S24: a policy that moved is written only for the same sentences', async () => {
  const changed = { kind: 'changed' as const };
  const bench = await openRules({ applied: [changed, changed] });
  await bench.page.click('#remove-0');
  await expect.poll(() => rows(bench).count()).toBe(11);
  const digests = (await written(bench)).map(({ input }) => Object(input).digest);
  expect(digests).toEqual(['digest-1', 'digest-2', 'digest-3']);

  let looks = 0;
  const moving = await openRules({
    applied: [changed],
    widening: () => (looks++ > 0 ? [wide] : []),
  });
  await moving.page.click('#remove-0');
  await expect
    .poll(() => moving.page.locator('.say').textContent())
    .toContain('The policy changed meanwhile');
  expect(await written(moving)).toHaveLength(1);
  expect(await rows(moving).count()).toBe(12);
});

test('S5, S17: an edit from outside is put in force only after all of its sentences were read', async () => {
  const unconfirmed = Array.from({ length: 60 }, (_, n) => `Every agent (*): new rule ${n}.`);
  const list = { ...twelve, unconfirmed };
  let waiting: readonly string[] = [];
  const bench = await openRules({ list, widening: () => waiting });
  const { page, wait } = bench;
  // Somebody else has settled it meanwhile.
  await page.click('#put-in-force');
  await expect.poll(async () => (await bench.calls()).length).toBe(3);
  expect(await written(bench)).toEqual([]);
  waiting = unconfirmed;
  await page.click('#put-in-force');
  expect(await page.locator('.confirm li').allTextContents()).toEqual(unconfirmed);
  await wait(tick);
  await wait(armed);
  expect(await page.locator('.confirm > .soft').textContent()).toContain('Scroll to the end');
  expect(await page.locator('#confirm-go').isDisabled()).toBe(true);
  await page.locator('.confirm ul').focus();
  await page.keyboard.press('End');
  await wait(500);
  await page.click('#confirm-go');
  await expect.poll(() => page.locator('.banner').count()).toBe(0);
  expect(await page.locator('.say').textContent()).toBe('Saved');
});

test('an edit from outside is discarded only after a second step', async () => {
  const list = { ...twelve, unconfirmed: ['Every agent (*): new rule.'] };
  const bench = await openRules({ list });
  const { page, wait, focused } = bench;
  await page.click('#discard');
  await page.locator('.confirm').waitFor();
  await wait(tick);
  expect(await focused()).toBe('confirm-back');
  expect(await page.locator('.confirm li').allTextContents()).toEqual([
    'The policy file becomes what is in force now. This cannot be undone.',
    'A sentence about discard.',
  ]);
  expect(await written(bench)).toEqual([]);
  await wait(armed);
  await page.click('#confirm-go');
  await expect.poll(() => page.locator('.banner').count()).toBe(0);
  expect(await page.locator('.say').textContent()).toBe('Discarded');
  expect(await written(bench)).toHaveLength(1);
});

test('a new rule is shown as a sentence while it is written, and added once that is agreed to', async () => {
  const bench = await openRules({ widening: () => [wide] });
  const { page, wait, calls, focused } = bench;
  await page.click('#add-rule');
  expect(await page.locator('#form-save').isDisabled()).toBe(true);
  await page.locator('#form-program').pressSequentially('/usr/bin/git');
  // Not yet rested.
  await wait(200);
  await page.selectOption('#form-args-kind', 'exact');
  await page.fill('#form-args', 'commit\n-m\na b\n');
  await page.fill('#form-folder', ' ~/code ');
  await page.selectOption('#form-lasts', '30 days');
  await page.selectOption('#form-agent', 'Another…');
  await page.fill('#form-agent-name', 'ops');
  await wait(tick + 300);
  await expect
    .poll(() => page.locator('.preview').textContent())
    .toContain('the rule "/usr/bin/git" is added');
  const edit = {
    kind: 'add',
    agent: 'ops',
    program: '/usr/bin/git',
    args: ['commit', '-m', 'a b'],
    folder: '~/code',
    expiresAtMs: pageTime + tick + 200 + 30 * 86_400_000,
  };
  const looked = (await calls()).filter(({ channel }) => channel === 'rules.preview');
  expect(looked.map(({ input }) => input)).toEqual([{ edit }]);
  await page.click('#form-save');
  await page.locator('.confirm').waitFor();
  await wait(tick);
  await wait(armed);
  await page.click('#confirm-go');
  await expect.poll(() => page.locator('.rule-form').count()).toBe(0);
  expect(await focused()).toBe('add-rule');
  expect(await written(bench)).toMatchObject([{ input: { edit } }]);
});

/** The values of the form, top to bottom. */
const fields = async ({ page }: Pick<PageBench, 'page'>) =>
  await page
    .locator('.rule-form :is(input, select, textarea)')
    .evaluateAll((found) => (found as unknown as { value: string }[]).map(({ value }) => value));

test('a rule is edited with the keyboard alone: its form begins with what it is', async () => {
  const bench = await openRules({ widening: () => [wide] });
  const { page, wait, calls, focused } = bench;
  const edit = page.getByRole('button', { name: 'Edit the rule for /usr/bin/git' }).nth(2);
  await edit.focus();
  await page.keyboard.press('Enter');
  await wait(tick);
  expect(await edit.getAttribute('aria-expanded')).toBe('true');
  expect(await page.locator('.rule-form').count()).toBe(1);
  expect(await fields(bench)).toEqual([
    '/usr/bin/git',
    'exact',
    'log\n-n\n2',
    '/home/ann/code/api',
    'until-removed',
    'main',
  ]);
  expect(await focused()).toBe('form-program');
  expect(await page.locator('#form-save').isDisabled()).toBe(true);
  await keepLightAndDark(page, 'settings-rules-edit');
  await page.setViewportSize(tall);
  expect(await bench.axe()).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
  await page.setViewportSize(size);

  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Control+End');
  await page.keyboard.type('0');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await wait(tick + 300);
  await page.locator('.preview bdi').waitFor();
  const asked = { kind: 'replace', ruleId: 'main-2', args: ['log', '-n', '20'], folder: null };
  const looked = (await calls()).filter(({ channel }) => channel === 'rules.preview');
  expect(looked.at(-1)?.input).toEqual({ edit: asked });
  for (let n = 0; n < 4; n += 1) await page.keyboard.press('Tab');
  expect(await focused()).toBe('form-save');
  await page.keyboard.press('Enter');

  // S17: what widens is read first; Back leads to the form as it was.
  await page.locator('.confirm').waitFor();
  await wait(tick);
  expect(await page.locator('.confirm li').allTextContents()).toEqual([wide]);
  expect(await focused()).toBe('confirm-back');
  expect(await bench.axe()).toEqual([]);
  await page.keyboard.press('Enter');
  await expect.poll(focused).toBe('form-save');
  expect(await written(bench)).toEqual([]);
  await page.keyboard.press('Enter');
  await page.locator('.confirm').waitFor();
  await wait(tick);
  await wait(armed);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator('.rule-form').count()).toBe(0);
  expect(await written(bench)).toMatchObject([{ input: { edit: asked } }]);
  // Another rule by now, whose row was drawn anew.
  await expect.poll(() => page.locator('[data-rule=main-2-new]').count()).toBe(1);
  await expect.poll(focused).toBe('edit-4');
  await page.keyboard.press('Control+z');
  await expect.poll(() => page.locator('[data-rule=main-2]').count()).toBe(1);
});

test('a form that is closed changes nothing and gives the focus back', async () => {
  const bench = await openRules();
  const { page, wait, focused } = bench;
  for (const close of ['Escape', 'Cancel']) {
    await page.click('#edit-3');
    await page.fill('#form-program', '/bin/other');
    // The rows above are fewer now, and so its number is another one.
    bench.policy.change({ ...twelve, hash: close, agents: twelve.agents.slice(1) });
    await bench.push(atRules(close));
    await wait(tick);
    await expect.poll(() => rows(bench).count()).toBe(10);
    if (close === 'Escape') await page.locator('#form-program').press('Escape');
    else await page.click('#form-cancel');
    await expect.poll(() => page.locator('.rule-form').count()).toBe(0);
    expect(await focused()).toBe('edit-1');
    bench.policy.change({ ...twelve, hash: `${close}-back` });
    await bench.push(atRules(`${close}-back`));
    await wait(tick);
    await expect.poll(() => rows(bench).count()).toBe(12);
  }
  expect(await written(bench)).toEqual([]);
  // One form at a time; the button that opened it closes it too.
  await page.click('#edit-3');
  await page.click('#edit-4');
  expect(await page.locator('.rule-form').count()).toBe(1);
  await page.click('#edit-4');
  expect(await page.locator('.rule-form').count()).toBe(0);
});

test('what cannot be typed is kept as it is unless a person replaces it', async () => {
  const bench = await openRules();
  const { page, wait, calls } = bench;
  await page.click('#edit-1');
  expect(await fields(bench)).toEqual(['/opt/tools/*/bin/lint', 'kept', '', 'kept', '*']);
  expect(await page.locator('#form-lasts option:checked').textContent()).toBe('Until 11 Dec 2026');
  expect(await page.locator('.rule-form').textContent()).toContain(
    'The arguments stay as they are unless you replace them.',
  );
  const lookedAt = async () =>
    (await calls()).filter(({ channel }) => channel === 'rules.preview').at(-1)?.input;
  const ruleId = 'b';
  await page.fill('#form-folder', '/srv');
  await wait(tick + 300);
  await expect.poll(lookedAt).toEqual({ edit: { kind: 'replace', ruleId, folder: '/srv' } });
  await page.fill('#form-folder', '');
  await page.selectOption('#form-args-kind', 'Any');
  await page.selectOption('#form-lasts', 'Until removed');
  await page.selectOption('#form-agent', 'main');
  await wait(tick + 300);
  await expect.poll(lookedAt).toEqual({
    edit: { kind: 'replace', ruleId, agent: 'main', args: null, expiresAtMs: null },
  });
  await page.click('#form-save');
  await expect.poll(() => page.locator('.rule-form').count()).toBe(0);
  await expect.poll(() => page.locator('[data-rule=b-new]').count()).toBe(1);

  // A program whose name hides something is shown as everywhere, and sent only when it was changed.
  await page.click('[data-rule=d]');
  expect((await fields(bench))[0]).toBe('/bin/\\u{202E}ls');
  await page.selectOption('#form-args-kind', 'Any');
  await wait(tick + 300);
  await expect.poll(lookedAt).toEqual({ edit: { kind: 'replace', ruleId: 'd', args: null } });
  await page.click('[data-rule=long]');
  expect(await page.locator('.rule-form').textContent()).toContain('Holds only while the content');
});

test('a setting of an agent goes back to the defaults', async () => {
  const bench = await openRules();
  const { page } = bench;
  await page.click('#agent-2');
  const shown = (name: string) => page.locator(`#agent-2-${name} option:checked`).textContent();
  expect(await shown('security')).toBe('Deny everything');
  expect(await shown('ask')).toBe('Not set here: When no rule allows it');
  expect(await page.locator('#defaults-ask option').allTextContents()).not.toContain(
    'Not set here (follows the defaults)',
  );
  await page.selectOption('#agent-2-security', 'Not set here (follows the defaults)');
  await expect.poll(() => shown('security')).toBe('Not set here: Only what rules allow');
  await page.selectOption('#agent-2-ask', 'Each time');
  await expect.poll(() => shown('ask')).toBe('Each time');
  expect((await written(bench)).map(({ input }) => Object(input).edit)).toEqual([
    { kind: 'set', agent: 'research agent', settings: { security: null } },
    { kind: 'set', agent: 'research agent', settings: { ask: 'always' } },
  ]);
});

test('a rule that cannot be is told in a sentence, and not added', async () => {
  const { page, wait } = await openRules({ refusal: 'There is no program at /nope.' });
  await page.click('#add-rule');
  await page.fill('#form-program', '/nope');
  await wait(tick + 300);
  await expect
    .poll(() => page.locator('.preview').textContent())
    .toBe('There is no program at /nope.');
  expect(await page.locator('#form-save').isDisabled()).toBe(true);
  await page.keyboard.press('Escape');
  expect(await page.locator('.rule-form').count()).toBe(0);
});

test('everything is reached and done with the keyboard', async () => {
  const bench = await openRules({ list: { ...twelve, agents: twelve.agents.slice(1, 2) } });
  const { page, focused } = bench;
  await page.focus('#rules-search');
  const reached: string[] = [];
  for (let n = 0; n < 10; n += 1) {
    await page.keyboard.press('Tab');
    reached.push(await focused());
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe(
      'solid',
    );
  }
  expect(reached).toEqual([
    'add-rule',
    'defaults-security',
    'defaults-ask',
    'defaults-askFallback',
    'defaults-autoAllowSkills',
    'agent-0',
    'holds-0',
    'edit-0',
    'remove-0',
    'holds-1',
  ]);
  await page.keyboard.press('Delete');
  await expect.poll(() => rows(bench).count()).toBe(7);
  await expect.poll(focused).toBe('remove-1');
  await page.keyboard.press('Delete');
  await expect.poll(() => rows(bench).count()).toBe(6);
  await page.keyboard.press('Control+z');
  await expect.poll(() => rows(bench).count()).toBe(7);
});

test('a policy that changes elsewhere is shown, whatever a person is doing', async () => {
  const { page, push, wait, policy } = await openRules();
  await page.fill('#rules-search', 'git');
  policy.change(manyRules(3));
  await push(atRules('h2'));
  await wait(tick);
  await expect
    .poll(() => page.locator('.toolbar [role=status]').textContent())
    .toBe('0 rules of 3');
  expect(await page.locator('#rules-search').inputValue()).toBe('git');
});
