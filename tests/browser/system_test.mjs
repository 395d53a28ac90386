// /system: what an administrator sees of the program itself, and what they can do about it.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { sqlite } from '../../bench/program.mjs'
import { Browser, Crm } from './crm.mjs'

let crm, browser, page
before(async () => {
    crm = await Crm.start({ SMGCRM_LOG_LEVEL: 'info' })
    browser = await Browser.start()
    page = await browser.signIn(crm, 'admin')
})
after(async () => {
    await browser?.stop()
    await crm?.stop()
})
beforeEach(() => {
    browser.problems.length = 0
})

const at = '2026-01-01 00:00:00.000'
const giveUp = (kind) =>
    sqlite(
        join(crm.data, 'smgcrm.db'),
        `PRAGMA busy_timeout = 20000; INSERT INTO jobs (kind, payload, run_at, created_at, dead_at, last_error, tries) VALUES ('${kind}', '{}', '${at}', '${at}', '${at}', 'it broke', 8);`,
    )
const read = () => page.waitForResponse((response) => response.url().endsWith('/api/v1/system') && response.ok())
const task = (name) => page.locator(`[data-task=${name}]`)
const job = (kind) => page.locator('[data-job]', { hasText: kind })

test('shows the timetable, the queue, suppliers and the program, and reads them again by itself', async () => {
    await page.goto(`${crm.url}/system`)
    await task('statuses').locator('.dot-good').waitFor()
    assert.equal(await page.locator('[data-task]').count(), 6)
    assert.match(await page.locator('[data-part=figures]').innerText(), /SQLite[\s\S]*WAL[\s\S]*WebSocket/)
    assert.match(await page.locator('[data-part=suppliers]').innerText(), /Працює/)
    assert.match(await page.locator('[data-part=program]').innerText(), /Clang/)
    await page.locator('.system-fine').waitFor()
    // What the person is at stays where it is, whatever is read anew.
    await task('cleaning').locator('[data-run]').focus()
    await read()
    await read()
    assert.equal(await page.evaluate(() => document.activeElement.dataset.key), 'run cleaning')
    assert.deepEqual(browser.problems, [])
})

test('a task is run at once, and says so', async () => {
    await page.goto(`${crm.url}/system`)
    const began = () => task('cleaning').locator('time').getAttribute('datetime').catch(() => null)
    await task('cleaning').waitFor()
    const before = (await task('cleaning').locator('time').count()) > 0 ? await began() : null
    const answer = page.waitForResponse((response) => response.url().endsWith('/tasks/cleaning/run'))
    await task('cleaning').locator('[data-run]').click()
    assert.equal((await answer).status(), 204)
    await page.waitForFunction((old) => {
        const time = document.querySelector('[data-task=cleaning] time')
        return time && time.dateTime !== old && document.querySelector('[data-task=cleaning] .dot-good')
    }, before)
    assert.deepEqual(browser.problems, [])
})

test('a job that was given up appears, is retried or discarded, and the audit log names who did', async () => {
    await page.goto(`${crm.url}/system`)
    await page.locator('.system-fine').waitFor()
    giveUp('orders.batch')
    giveUp('exports.make')
    await job('Групова дія').waitFor()
    assert.match(await page.locator('.system-troubles').innerText(), /2 роботи/)
    await job('Групова дія').locator('[data-retry]').click()
    await job('Групова дія').waitFor({ state: 'detached' })
    await job('Експорт').locator('[data-discard]').click()
    await page.locator('dialog[open] .btn-danger, dialog[open] [data-yes]').first().click()
    await page.locator('.system-troubles').waitFor({ state: 'detached' })

    await page.locator('.view', { hasText: 'Журнал дій' }).click()
    const line = (text) => page.locator('tbody tr', { hasText: text })
    await line('Фонова робота: відкинуто').waitFor()
    assert.match(await line('Фонова робота: відкинуто').innerText(), /admin[\s\S]*exports\.make: it broke/)
    await line('Фонова робота: повторено').waitFor()
    await page.goto(`${crm.url}/system?tab=audit&action=job`)
    await line('Фонова робота: відкинуто').waitFor()
    assert.equal(await line('Вхід').count(), 0, 'the filter of the address')
    await page.fill('.search-input', 'exports')
    await line('Фонова робота: повторено').waitFor({ state: 'detached' })
    assert.match(page.url(), /tab=audit/)
    assert.match(page.url(), /q=exports/)
    assert.deepEqual(browser.problems, [])
})

test('the log shows its end, by level and by words', async () => {
    await page.goto(`${crm.url}/system?tab=log`)
    await page.locator('.log-lines li', { hasText: 'listens on' }).waitFor()
    await page.fill('.log-search', 'nothing of the kind')
    await page.locator('.log-room .state').waitFor()
    await page.fill('.log-search', 'LISTENS')
    assert.equal(await page.locator('.log-lines li').count(), 1)
    await page.fill('.log-search', '')
    await page.selectOption('.log-level', 'error')
    await page.waitForURL(/level=error/)
    await page.locator('.log-lines li', { hasText: 'listens on' }).waitFor({ state: 'detached' })
    await page.goBack()
    await page.locator('.log-lines li', { hasText: 'listens on' }).waitFor()
    assert.deepEqual(browser.problems, [])
})
