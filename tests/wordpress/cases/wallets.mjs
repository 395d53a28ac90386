// Money: once for each operation, and never lost between two who come at the same time.
import assert from 'node:assert/strict'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { until } from '../mariadb.mjs'

const change = (site, body) => site.signed('POST', 'set-user-balance/', { body })
const see = async (site, query) => (await site.signed('GET', 'get-user-balance/', { query })).body
const customer = (site, login) => site.run(`return wp_insert_user(array('user_login' => '${login}', 'user_email' => '${login}@ukr.net', 'user_pass' => wp_generate_password(), 'display_name' => 'Customer ${login}'));`)
const counted = (replies) => Object.fromEntries([...new Set(replies.map(({ status }) => status))].sort().map((status) => [status, replies.filter((one) => one.status === status).length]))

export function aboutWallets(world) {
    test('finds a wallet by id, e-mail, login and a piece of them', async () => {
        for (const site of world.sites) {
            const id = await customer(site, 'olena')
            for (const query of [`user_id=${id}`, 'email=olena%40ukr.net', 'login=olena'])
                assert.deepEqual(await see(site, query), {
                    user_id: id, email: 'olena@ukr.net', login: 'olena', display_name: 'Customer olena', balance: '0.00', currency: 'UAH',
                    wallet: site === world.hpos ? 'terawallet' : 'smgcrm', ledger: [],
                })
            assert.deepEqual((await see(site, 'search=olen')).users.map(({ login }) => login), ['olena'])
            assert.deepEqual((await see(site, 'search=nobody')).users, [])
            assert.equal((await site.signed('GET', 'get-user-balance/', { query: 'user_id=999' })).status, 404)
            assert.equal((await site.signed('GET', 'get-user-balance/')).status, 400)
        }
    })

    test('credits, debits and sets exactly, and answers a repeat as the first time', async () => {
        for (const site of world.sites) {
            const credit = { login: 'olena', operation: 'credit', amount: '100.10', operation_id: 'credit-0001', reason: 'подарунок' }
            const first = await change(site, credit)
            assert.deepEqual([first.status, first.body.amount, first.body.balance_before, first.body.balance], [200, '100.10', '0.00', '100.10'])
            const again = await change(site, credit)
            assert.deepEqual(again.body, first.body)
            assert.deepEqual([first.headers.get('idempotent-replayed'), again.headers.get('idempotent-replayed')], [null, 'true'])
            assert.equal((await change(site, { ...credit, amount: '100.20' })).body.code, 'smgcrm_operation_differs')

            const debit = await change(site, { login: 'olena', operation: 'debit', amount: '0.20', operation_id: 'debit-00001' })
            assert.deepEqual([debit.body.amount, debit.body.balance], ['-0.20', '99.90'])
            const set = await change(site, { login: 'olena', amount: '50', expected_balance: '99.9', operation_id: 'set-0000001' })
            assert.deepEqual([set.body.operation, set.body.amount, set.body.balance], ['set', '-49.90', '50.00'])
            const seen = await see(site, 'login=olena')
            assert.equal(seen.balance, '50.00')
            assert.deepEqual(seen.ledger.map(({ operation, balance, reason }) => [operation, balance, reason]), [['set', '50.00', ''], ['debit', '99.90', ''], ['credit', '100.10', 'подарунок']])
        }
    })

    test('refuses what cannot be, with the balance, and keeps refusing it', async () => {
        for (const site of world.sites) {
            const poor = { login: 'olena', operation: 'debit', amount: '50.01', operation_id: 'too-much-01' }
            for (let i = 0; i < 2; ++i) {
                const refused = await change(site, poor)
                assert.deepEqual([refused.status, refused.body.code, refused.body.balance], [422, 'smgcrm_insufficient_funds', '50.00'])
            }
            const other = await change(site, { login: 'olena', amount: '60', expected_balance: '49.99', operation_id: 'differs-001' })
            assert.deepEqual([other.status, other.body.code, other.body.balance], [409, 'smgcrm_balance_differs', '50.00'])
            assert.equal((await change(site, { user_id: 999, operation: 'credit', amount: '1', operation_id: 'nobody-0001' })).status, 404)
            const wrong = [{ amount: 0.1 }, { amount: '1e3' }, { amount: '-1' }, { amount: '0' }, { amount: '' }, { amount: '1.123456789' }, { amount: '99999999999' }, { operation: 'steal' },
                { operation_id: 'short' }, { operation_id: "a'; DROP--" }, { operation: 'set' }, { expected_balance: 'much' }, { login: '' }]
            for (const one of wrong) {
                const reply = await change(site, { login: 'olena', operation: 'credit', amount: '1.00', operation_id: 'wrong-00001', ...one })
                assert.equal(reply.status, 400, `${JSON.stringify(one)} ${reply.text}`)
            }
            assert.equal((await see(site, 'login=olena')).balance, '50.00')
            assert.equal((await change(site, { login: 'olena', operation: 'credit', amount: '1.00', operation_id: 'wrong-00001' })).status, 200, 'control')
        }
    })

    test('of a user who is gone the repeat still gets the first answer, and nothing else is done', async () => {
        for (const site of world.sites) {
            const user_id = await customer(site, 'gone')
            const credit = { user_id, operation: 'credit', amount: '5.00', operation_id: 'gone-000001' }
            const first = await change(site, credit)
            assert.equal(first.status, 200, first.text)
            await site.run(`return wp_delete_user(${user_id});`, { admin: true })
            const again = await change(site, credit)
            assert.deepEqual([again.status, again.body], [200, first.body])
            assert.equal((await change(site, { ...credit, operation_id: 'gone-000002' })).status, 404)
        }
    })

    test('50 credits at the same time give the exact sum, half of them sent twice', async () => {
        for (const site of [world.classic, world.hpos]) {
            const user_id = await customer(site, 'taras')
            const credits = Array.from({ length: 50 }, (_, i) => ({ user_id, operation: 'credit', amount: '0.10', operation_id: `race-${String(i).padStart(4, '0')}` }))
            const replies = await Promise.all([...credits, ...credits.slice(0, 25)].map(async (body) => {
                for (;;) {
                    const reply = await change(site, body)
                    if (reply.status !== 503) return reply
                }
            }))
            assert.deepEqual(counted(replies), { 200: 75 })
            assert.equal((await see(site, `user_id=${user_id}`)).balance, '5.00')
            const balances = new Set(replies.map(({ body }) => body.balance))
            assert.equal(balances.size, 50, 'no two operations saw the same balance')
        }
    })

    test('of 20 who set the same balance at the same time one may', async () => {
        for (const site of [world.classic, world.hpos]) {
            const user_id = await customer(site, 'iryna')
            const replies = await Promise.all(Array.from({ length: 20 }, (_, i) => change(site, { user_id, amount: `${i + 1}`, expected_balance: '0', operation_id: `set-race-${i}` })))
            assert.deepEqual(counted(replies), { 200: 1, 409: 19 })
            const [won] = replies.filter(({ status }) => status === 200)
            for (const { status, body } of replies) if (status === 409) assert.equal(body.balance, won.body.balance)
            assert.equal((await see(site, `user_id=${user_id}`)).balance, won.body.balance)
        }
    })

    test('one operation sent 20 times at the same time happens once', async () => {
        for (const site of [world.classic, world.hpos]) {
            const user_id = await customer(site, 'bohdan')
            const replies = await Promise.all(Array.from({ length: 20 }, () => change(site, { user_id, operation: 'credit', amount: '7', operation_id: 'only-once-01' })))
            assert.deepEqual(counted(replies), { 200: 20 })
            assert.equal(replies.filter(({ headers }) => !headers.get('idempotent-replayed')).length, 1)
            assert.equal((await see(site, `user_id=${user_id}`)).balance, '7.00')
        }
    })

    test('control: without the lock and the ledger the same race loses money', async () => {
        const site = world.classic
        const user_id = await customer(site, 'nazar')
        // What an ordinary plugin does: reads, adds, writes. Here another one comes between its reading and its writing.
        const credit = `$id = ${user_id}; $was = (int) get_user_meta($id, 'careless', true);`
        const [seen, goes] = ['seen', 'goes'].map((name) => join(site.content, name))
        const first = site.run(`${credit} touch('${seen}'); for ($i = 0; $i < 60000 && !file_exists('${goes}'); ++$i) { usleep(1000); clearstatcache(); }
            update_user_meta($id, 'careless', $was + 1); return 1;`)
        await until(() => existsSync(seen), 'the first one\'s reading')
        site.query(`INSERT INTO wp_usermeta (user_id, meta_key, meta_value) VALUES (${user_id}, 'careless', '1')`)
        writeFileSync(goes, '')
        await first
        assert.equal(await site.run(`wp_cache_flush(); return (int) get_user_meta(${user_id}, 'careless', true);`), 1, 'of two')
        rmSync(seen)
        rmSync(goes)
    })

    test('TeraWallet: what it refuses is not written down, and its own transactions count', async () => {
        const site = world.hpos
        const user_id = await customer(site, 'sofiia')
        await site.run(`woo_wallet()->wallet->credit(${user_id}, 30, 'by the customer'); update_user_meta(${user_id}, 'stand_in_locked', 1); return 1;`)
        const credit = { user_id, operation: 'credit', amount: '5', operation_id: 'locked-00001', reason: 'gift' }
        const tried = async (how) => {
            await site.run(`update_user_meta(${user_id}, 'stand_in_locked', '${how}'); return 1;`)
            const { status, body } = await change(site, credit)
            assert.equal((await see(site, `user_id=${user_id}`)).balance, '30.00', how)
            return [status, body?.code]
        }
        assert.deepEqual(await tried('1'), [422, 'smgcrm_wallet_refused'])
        assert.deepEqual(await tried('says'), [422, 'smgcrm_wallet_refused'])
        assert.deepEqual(await tried('commits'), [422, 'smgcrm_wallet_refused'])
        await site.run(`delete_user_meta(${user_id}, 'stand_in_locked'); return 1;`)
        assert.equal((await change(site, credit)).body.balance, '35.00')
        assert.deepEqual(site.query(`SELECT type, amount, details FROM wp_woo_wallet_transactions WHERE user_id = ${user_id} ORDER BY 1 DESC, 2`),
            [['credit', '5.00000000', 'gift [locked-00001]'], ['credit', '30.00000000', 'by the customer']])
        assert.equal((await change(site, { ...credit, amount: '1.005', operation_id: 'too-exact-01' })).status, 400)

        // All is done when TeraWallet fails at telling of it.
        const told = { ...credit, amount: '1', operation_id: 'throws-00001' }
        await site.run(`update_user_meta(${user_id}, 'stand_in_locked', 'throws'); return 1;`)
        assert.equal((await change(site, told)).status, 500)
        site.expected = /a mail that could not be sent/
        await site.run(`delete_user_meta(${user_id}, 'stand_in_locked'); return 1;`)
        assert.equal((await see(site, `user_id=${user_id}`)).ledger[0].operation_id, 'throws-00001')
        const answer = await change(site, told)
        assert.deepEqual([answer.status, answer.body.balance, answer.headers.get('idempotent-replayed')], [200, '36.00', 'true'])

        const exact = { ...credit, amount: '0.50', operation_id: 'too-exact-02' }
        const first = await change(site, exact)
        await site.run("update_option('woocommerce_price_num_decimals', 0); return 1;")
        assert.equal((await change(site, { ...exact, operation_id: 'too-exact-03' })).status, 400, 'control')
        assert.deepEqual((await change(site, exact)).body, first.body, 'what was done is done, whatever the shop counts in now')
        await site.run("delete_option('woocommerce_price_num_decimals'); return 1;")
    })
}
