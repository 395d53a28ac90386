// The order page in a real browser, over whatever the server has.
import { execFileSync } from 'node:child_process'
import { Browser, password } from '../../tests/browser/crm.mjs'
import { binary, now, percentile } from '../program.mjs'

const statuses = ['executing', 'notaccepted', 'canceled', 'pending']
const scrollingMs = 60_000
const mebibyte = 1024 * 1024

export function addAdministrator(installation) {
    execFileSync(binary, ['user', 'add', '--email', 'admin@ukr.net', '--name', 'admin', '--role', 'admin', '--password-stdin', ...installation.place],
        { input: password, stdio: ['pipe', 'ignore', 'inherit'], env: { ...process.env, ...installation.env } })
}

// Who has scrolled looks first.
const atRest = (page) => page.evaluate(() => new Promise((done) => requestIdleCallback(done)))

// In the page: ticks the status in the panel of filters, or takes the tick away, and waits until the rows are those.
const toggle = (page, status, on) => page.evaluate(([wanted, ticked]) => new Promise((done) => {
    const began = performance.now()
    const there = () => {
        const badges = [...document.querySelectorAll('tbody tr[data-id] .status-badge')]
        const all = badges.length > 0 && badges.every((badge) => badge.classList.contains(`badge-${wanted}`))
        return ticked ? all : badges.length > 0 && !all
    }
    const look = () => requestAnimationFrame(() => (there() ? done(performance.now() - began) : look()))
    document.querySelector(`.filter-panel input[name="status"][value="${wanted}"]`).click()
    look()
}), [status, on])

async function firstLoad(browser, page, session, url) {
    await session.send('Network.enable')
    await session.send('Network.setCacheDisabled', { cacheDisabled: true })
    let bytes = 0
    const count = ({ encodedDataLength }) => (bytes += encodedDataLength)
    session.on('Network.loadingFinished', count)
    const began = now()
    await page.goto(`${url}/order`)
    await page.waitForSelector('tbody tr[data-id]')
    const visible = now() - began
    await page.waitForLoadState('networkidle')
    session.off('Network.loadingFinished', count)
    await session.send('Network.setCacheDisabled', { cacheDisabled: false })
    return { bytes, visible }
}

async function heap(session) {
    await session.send('HeapProfiler.collectGarbage')
    const { metrics } = await session.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'JSHeapUsedSize').value / mebibyte
}

// Down to what is loaded as one scrolls, another filter, and again.
async function scroll(page, until, taken) {
    for (let i = 0; now() < until; ++i) {
        const status = statuses[i % statuses.length]
        await atRest(page)
        taken.push(await toggle(page, status, true))
        for (let step = 0; step < 10; ++step) {
            await page.mouse.wheel(0, 4000)
            await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
        }
        await atRest(page)
        taken.push(await toggle(page, status, false))
    }
}

/** Loads, filters and scrolls as one who is signed in as the administrator. */
export async function desk(server) {
    const browser = await Browser.start()
    try {
        const page = await browser.signIn(server, 'admin')
        const session = await browser.context.newCDPSession(page)
        await session.send('Performance.enable')
        await firstLoad(browser, page, session, server.url)
        const { bytes, visible } = await firstLoad(browser, page, session, server.url)
        await page.click('[data-filter-open]')
        const taken = []
        const began = now()
        await scroll(page, began + scrollingMs / 6, taken)
        const early = await heap(session)
        await scroll(page, began + scrollingMs, taken)
        const late = await heap(session)
        if (browser.problems.length > 0) throw new Error(browser.problems.join('\n'))
        return [
            { name: 'the order page in Chromium: transferred at first', figure: bytes / 1024, unit: ' KiB', most: 250 },
            { name: 'the order page in Chromium: list visible', figure: visible, unit: ' ms', most: 1000, note: 'nothing cached' },
            { name: 'the order page in Chromium: another filter', figure: percentile(taken, 0.95), unit: ' ms p95', most: 200,
                note: `p50 ${percentile(taken, 0.5).toFixed(0)} ms, ${taken.length} changes` },
            { name: 'its memory, 60 s of scrolling and filtering', figure: late - early, unit: ' MiB more', most: 3,
                note: `${early.toFixed(1)} MiB after 10 s, ${late.toFixed(1)} MiB after 60 s` },
        ]
    } finally {
        await browser.stop()
    }
}
