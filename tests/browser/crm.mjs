// The real program with a simulated supplier, and a browser in which somebody is signed in.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { Installation, binary, simulator, sqlite } from '../../bench/program.mjs'

export const password = 'correct horse battery'
const quick = { SMGCRM_JOB_CHECK_MS: '50', SMGCRM_RECOVERY_EVERY_MS: '200' }
const chromiumFlags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync']

/** A server with one shop, a supplier that completes orders at once, and an account for each role. */
export class Crm {
    static async start(environment = {}) {
        const crm = new Crm()
        crm.data = mkdtempSync(join(tmpdir(), 'smg-browser-'))
        crm.installation = new Installation(crm.data)
        Object.assign(crm.installation.env, quick, environment)
        crm.supplier = await simulator()
        crm.installation.set({ 'statuses.every_s': '1', 'timetable.statuses_s': '1', 'sending.timeout_s': '1', 'sending.safe_wait_s': '0' })
        crm.shop = crm.installation.addSite()
        crm.installation.addSupplier(1, `${crm.supplier.url}/api/v2`)
        for (const role of ['admin', 'manager', 'user'])
            execFileSync(binary, ['user', 'add', '--email', `${role}@ukr.net`, '--name', role, '--role', role, '--password-stdin', '--data', crm.data],
                { input: password, stdio: ['pipe', 'ignore', 'inherit'] })
        // Nobody but administrators sees a site that was not given to them.
        sqlite(join(crm.data, 'smgcrm.db'), "INSERT INTO user_site_access (user_id, site_id) SELECT id, 1 FROM users WHERE role <> 'admin';")
        crm.server = await crm.installation.serve()
        return crm
    }

    get url() {
        return this.server.url
    }

    /** An order as the shop sends it; gives its id. */
    async order(number, changes = {}) {
        const body = {
            wp_order_number: number, product_service: 'Підписники', quantity: 1000, url: `https://instagram.com/p${number}`,
            client_email: 'olena@ukr.net', total_amount: '12.50', supplier_id: '1', supplier_service_id: '101', ...changes,
        }
        const reply = await fetch(`${this.url}/api/v1/createOrder`, {
            method: 'POST', headers: { Authorization: `Bearer ${this.shop}`, 'Content-Type': 'application/json' }, body: JSON.stringify(body),
        })
        if (reply.status !== 200) throw new Error(`createOrder: ${reply.status} ${await reply.text()}`)
        return (await reply.json()).order_id
    }

    async stop() {
        await this.server.stop()
        await this.supplier.stop()
        rmSync(this.data, { recursive: true, force: true })
    }
}

/** A browser of one person. `problems` collects what must never be: errors of scripts and violations of the policy. */
export class Browser {
    static async start(options = {}) {
        const browser = new Browser()
        browser.folder = mkdtempSync(join(tmpdir(), 'smg-chromium-'))
        browser.context = await chromium.launchPersistentContext(browser.folder, {
            executablePath: '/usr/bin/chromium', headless: true, args: chromiumFlags, viewport: { width: 1440, height: 900 }, locale: 'uk-UA', ...options,
        })
        browser.page = browser.context.pages()[0] ?? (await browser.context.newPage())
        browser.page.setDefaultTimeout(30_000)
        browser.problems = []
        browser.page.on('pageerror', (error) => browser.problems.push(error.message))
        browser.page.on('console', (message) => {
            // A refused request is logged as an error by the browser itself; whether it was expected, the test knows.
            if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) browser.problems.push(message.text())
        })
        return browser
    }

    async signIn(crm, role) {
        const { page } = this
        await page.goto(`${crm.url}/`)
        await page.fill('[name=email]', `${role}@ukr.net`)
        await page.fill('[name=password]', password)
        await page.click('[type=submit]')
        await page.waitForSelector('.frame')
        return page
    }

    async stop() {
        await this.context.close()
        rmSync(this.folder, { recursive: true, force: true })
    }
}

