// Money when the database's connection or our process ends in the middle, when tables know no transactions and TeraWallet has its own.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { until } from '../mariadb.mjs'

const change = (site, body) => site.signed('POST', 'set-user-balance/', { body })
const customer = (site, login) => site.run(`return wp_insert_user(array('user_login' => '${login}', 'user_email' => '${login}@ukr.net', 'user_pass' => wp_generate_password()));`)
const replayed = ({ headers }) => headers.get('idempotent-replayed') === 'true'
const lines = (site, file) => (existsSync(join(site.content, file)) ? readFileSync(join(site.content, file), 'utf8').split('\n').filter(Boolean) : [])
const told = (site, id) => lines(site, 'wallet-changed.txt').filter((one) => one === id).length
const where = /smgcrm_(ledger|wallets)|woo_wallet_transactions|TRANSACTION|^COMMIT|^ROLLBACK|_LOCK\(/

/** The next request meets it; gives whether it did. */
async function withFault(site, fault, action) {
    const file = join(site.content, 'fault.json')
    writeFileSync(file, JSON.stringify({ nth: 0, how: 'kill', until: '', ...fault, before: String(fault.before) }))
    const reply = await action()
    const met = !existsSync(file)
    rmSync(file, { force: true })
    return { met, reply }
}

/** Balance, ledger and TeraWallet's transactions say the same: so much, and each operation once. */
async function agree(site, user_id, balance, ids) {
    const { body } = await site.signed('GET', 'get-user-balance/', { query: `user_id=${user_id}` })
    assert.equal(body.balance, balance)
    assert.equal(body.ledger[0].balance, balance)
    const rows = site.query(`SELECT operation_id, status FROM wp_smgcrm_ledger WHERE user_id = ${user_id} ORDER BY operation_id`)
    assert.deepEqual(rows, ids.map((id) => [id, '200']).sort())
    assert.equal(Number(site.query(`SELECT SUM(amount) FROM wp_smgcrm_ledger WHERE user_id = ${user_id}`)[0][0]), Number(balance))
    for (const id of ids) assert.equal(told(site, id), 1, `${id} was told`)
    if (body.wallet === 'terawallet') assert.equal(site.query(`SELECT details FROM wp_woo_wallet_transactions WHERE user_id = ${user_id}`).length, ids.length)
}

const engines = (site, engine, ...tables) => site.query(tables.map((table) => `ALTER TABLE ${table} ENGINE=${engine}`).join('; '))

/** Each kind of shop; what is set is set back. */
const shops = [
    ['own wallet', 'classic', [], 0],
    ['own wallet, users in MyISAM', 'classic', ['wp_users', 'wp_usermeta'], 0],
    ['TeraWallet', 'hpos', [], 0],
    ['TeraWallet with transactions of its own', 'hpos', [], 1],
    ['TeraWallet and users in MyISAM', 'hpos', ['wp_users', 'wp_usermeta', 'wp_woo_wallet_transactions'], 0],
    ['TeraWallet with transactions in MyISAM', 'hpos', ['wp_users', 'wp_usermeta', 'wp_woo_wallet_transactions'], 1],
]

export function aboutWalletFaults(world) {
    const inEachShop = (words, action) => {
        for (const [shop, name, old, own] of shops)
            test(`${shop}: ${words}`, async () => {
                const site = world[name]
                const user_id = await customer(site, `faults${site.query('SELECT COUNT(*) FROM wp_users')[0][0]}`)
                try {
                    if (old.length) engines(site, 'MyISAM', ...old)
                    await site.run(`update_option('stand_in_transactions', ${own}); return 1;`)
                    await action(site, user_id, name === 'hpos')
                } finally {
                    if (old.length) engines(site, 'InnoDB', ...old)
                    await site.run("delete_option('stand_in_transactions'); return 1;")
                }
            })
    }

    inEachShop('a connection that ends before any statement loses nothing and doubles nothing', async (site, user_id, tera) => {
        const ids = []
        const before = lines(site, 'fault-at.txt').length
        for (let nth = 0; ; ++nth) {
            const credit = { user_id, operation: 'credit', amount: '1', operation_id: `kill-${user_id}-${String(nth).padStart(3, '0')}`, reason: 'подарунок' }
            const { met, reply } = await withFault(site, { before: where, nth }, () => change(site, credit))
            ids.push(credit.operation_id)
            const at = lines(site, 'fault-at.txt').at(-1)
            assert.deepEqual([reply.status, reply.body?.balance, replayed(reply)], [200, `${nth + 1}.00`, false], `${at}: ${reply.text}`)
            await agree(site, user_id, `${nth + 1}.00`, ids)
            const again = await change(site, credit)
            assert.deepEqual([again.body, replayed(again)], [reply.body, true], at)
            if (!met) break
        }
        const met = lines(site, 'fault-at.txt').slice(before)
        for (const statement of [/^INSERT INTO wp_smgcrm_ledger/, /^COMMIT/, tera ? /^INSERT INTO `wp_woo_wallet_transactions/ : /^UPDATE wp_smgcrm_wallets/, tera ? /^UPDATE wp_smgcrm_ledger SET status/ : /FOR UPDATE/])
            assert.ok(met.some((one) => statement.test(one)), `control: ${statement} in ${met.join('\n')}`)
    })

    inEachShop('a process that ends before any statement is made good by the next who comes', async (site, user_id) => {
        const ids = []
        for (let nth = 0; ; ++nth) {
            const credit = { user_id, operation: 'credit', amount: '1', operation_id: `exit-${user_id}-${String(nth).padStart(3, '0')}` }
            const { met } = await withFault(site, { before: where, nth, how: 'exit' }, () => change(site, credit))
            const other = { ...credit, amount: '0.01', operation_id: `${credit.operation_id}-other` }
            assert.equal((await change(site, other)).status, 200)
            const done = await change(site, credit)
            assert.equal(done.status, 200, done.text)
            ids.push(credit.operation_id, other.operation_id)
            const cents = (nth + 1) * 101
            const { body } = await site.signed('GET', 'get-user-balance/', { query: `user_id=${user_id}` })
            assert.equal(body.balance, (cents / 100).toFixed(2), lines(site, 'fault-at.txt').at(-1))
            assert.deepEqual((await change(site, credit)).body, done.body)
            if (!met) break
        }
        assert.deepEqual(site.query(`SELECT operation_id, status FROM wp_smgcrm_ledger WHERE user_id = ${user_id}`).sort(), ids.map((id) => [id, '200']).sort())
        for (const id of ids) assert.ok(told(site, id) <= 1, `${id} was told twice`)
        assert.ok(ids.length > 20, 'control')
    })

    inEachShop('30 credits at the same time give the exact sum, half of them sent twice', async (site, user_id) => {
        const credits = Array.from({ length: 30 }, (_, i) => ({ user_id, operation: 'credit', amount: '0.10', operation_id: `many-${user_id}-${i + 100}` }))
        const replies = await Promise.all([...credits, ...credits.slice(0, 15)].map((body) => change(site, body)))
        assert.deepEqual([...new Set(replies.map(({ status }) => status))], [200])
        assert.equal(new Set(replies.map(({ body }) => body.balance)).size, 30, 'no two operations saw the same balance')
        const { body } = await site.signed('GET', 'get-user-balance/', { query: `user_id=${user_id}` })
        assert.deepEqual([body.balance, body.ledger[0].balance], ['3.00', '3.00'])
    })

    test('TeraWallet: a statement that WordPress repeats on a new connection does nothing when another has done it meanwhile', async () => {
        const site = world.hpos
        for (const own of [0, 1]) {
            await site.run(`update_option('stand_in_transactions', ${own}); return 1;`)
            const user_id = await customer(site, `meanwhile${own}`)
            const credit = { user_id, operation: 'credit', amount: '1', operation_id: `meanwhile-${own}` }
            const go = join(site.content, 'go')
            const { met, reply } = await withFault(site, { before: /^INSERT INTO `?wp_woo_wallet_transactions/, until: 'go' }, async () => {
                const first = change(site, credit)
                await until(() => !existsSync(join(site.content, 'fault.json')), 'the end of the connection')
                const second = await change(site, credit)
                assert.deepEqual([second.status, second.body?.balance, replayed(second)], [200, '1.00', false], second.text)
                writeFileSync(go, '')
                return first
            })
            rmSync(go)
            assert.deepEqual([met, reply.status, reply.body?.balance, replayed(reply)], [true, 200, '1.00', true])
            await agree(site, user_id, '1.00', [credit.operation_id])
        }
        await site.run("delete_option('stand_in_transactions'); return 1;")
    })

    test('TeraWallet: who is told of a credit may give one himself', async () => {
        const site = world.hpos
        const user_id = await customer(site, 'bonus')
        const file = join(site.content, 'mu-plugins/bonus.php')
        writeFileSync(file, `<?php add_action('woo_wallet_transaction_recorded', function ($id, $user_id, $amount) {
            if ('1.00' === $amount) $GLOBALS['bonus'] = smgcrm_wallet_change($user_id, 'credit', '0.05', "bonus-$id-$user_id"); }, 10, 3);`)
        const credit = { user_id, operation: 'credit', amount: '1', operation_id: 'with-bonus-1' }
        const { status, body } = await change(site, credit)
        rmSync(file)
        assert.deepEqual([status, body.balance], [200, '1.00'])
        const [[bonus]] = site.query(`SELECT operation_id FROM wp_smgcrm_ledger WHERE user_id = ${user_id} AND amount = 0.05`)
        await agree(site, user_id, '1.05', [credit.operation_id, bonus])
        assert.equal(replayed(await change(site, credit)), true)
    })

    test('TeraWallet: nothing moves while nobody can tell what became of an operation', async () => {
        const site = world.hpos
        const user_id = await customer(site, 'unknown')
        const credit = { user_id, operation: 'credit', amount: '1', operation_id: 'unknown-0001' }
        const { met } = await withFault(site, { before: /^UPDATE wp_smgcrm_ledger SET status/, how: 'exit' }, () => change(site, credit))
        assert.ok(met)
        assert.deepEqual(site.query(`SELECT status FROM wp_smgcrm_ledger WHERE user_id = ${user_id}`), [['0']])
        assert.deepEqual((await site.signed('GET', 'get-user-balance/', { query: `user_id=${user_id}` })).body.ledger, [], 'what is pending is not shown as done')
        site.query('ALTER TABLE wp_woo_wallet_transactions CHANGE details details_away TEXT') // The balance can be read, the details cannot.
        for (const operation_id of ['unknown-0001', 'unknown-0002']) {
            const busy = await change(site, { ...credit, operation_id })
            assert.deepEqual([busy.status, busy.body.code, busy.headers.get('retry-after')], [503, 'smgcrm_busy', '2'])
        }
        site.query('ALTER TABLE wp_woo_wallet_transactions CHANGE details_away details TEXT')
        assert.equal((await change(site, { ...credit, operation_id: 'unknown-0002' })).body.balance, '2.00')
        assert.equal(replayed(await change(site, credit)), true)
        await agree(site, user_id, '2.00', ['unknown-0001', 'unknown-0002'])
    })

    test('TeraWallet: an id that was used before the ledger was removed is not taken for done', async () => {
        const site = world.hpos
        const user_id = await customer(site, 'reused')
        const credit = { user_id, operation: 'credit', amount: '1', operation_id: 'reused-00001' }
        assert.equal((await change(site, credit)).status, 200)
        site.query(`DELETE FROM wp_smgcrm_ledger WHERE user_id = ${user_id}`)
        await site.run(`update_user_meta(${user_id}, 'stand_in_locked', 1); return 1;`)
        assert.equal((await change(site, credit)).body.code, 'smgcrm_wallet_refused')
        await site.run(`delete_user_meta(${user_id}, 'stand_in_locked'); return 1;`)
        assert.equal((await change(site, credit)).body.balance, '2.00')
    })

    test('a reason that a column cannot keep loses that alone', async () => {
        const old = (site, table, column) => site.query(`ALTER TABLE ${table} MODIFY ${column} TEXT CHARACTER SET utf8mb3`)
        for (const [site, table, column] of [[world.classic, 'wp_smgcrm_ledger', 'reason'], [world.hpos, 'wp_woo_wallet_transactions', 'details']]) {
            const user_id = await customer(site, 'smiling')
            old(site, table, column)
            const reply = await change(site, { user_id, operation: 'credit', amount: '1', operation_id: 'smiling-0001', reason: 'дякуємо 😀!' })
            assert.equal(reply.status, 200, reply.text)
            const [[kept]] = site.query(`SELECT ${column} FROM ${table} WHERE user_id = ${user_id}`)
            assert.equal(kept, column === 'reason' ? 'дякуємо !' : 'дякуємо ! [smiling-0001]')
            site.query(`ALTER TABLE ${table} MODIFY ${column} TEXT CHARACTER SET utf8mb4`)
        }
    })

    test("a wallet goes with its user, and the next who gets the number has an empty one", async () => {
        const site = world.classic
        const user_id = await customer(site, 'leaving')
        assert.equal((await change(site, { user_id, operation: 'credit', amount: '9', operation_id: 'leaving-0001' })).body.balance, '9.00')
        await site.run(`return wp_delete_user(${user_id});`, { admin: true })
        assert.deepEqual(site.query(`SELECT balance FROM wp_smgcrm_wallets WHERE user_id = ${user_id}`), [])
    })

    test('in a network each site has wallets of its own, of its own users', () => {
        const name = 'shop_network'
        world.db.createDatabase(name)
        const env = { ...world.bare.env, SITE_DATABASE: name, SITE_URL: 'http://network.example' }
        const php = (code) => execFileSync('php', ['-d', 'display_errors=stderr'], { env, encoding: 'utf8', input: `<?php $_SERVER['HTTP_HOST'] = 'network.example'; $_SERVER['REQUEST_URI'] = '/';\n${code}` })
        execFileSync('php', [fileURLToPath(new URL('../php/install.php', import.meta.url)), world.root, '', ''], { env, stdio: ['ignore', 'ignore', 'inherit'] })
        php(`require '${world.root}/wp-load.php'; require ABSPATH . 'wp-admin/includes/upgrade.php';
            foreach ($wpdb->tables('ms_global') as $table => $full) $wpdb->$table = $full;
            install_network(); populate_network(1, 'network.example', 'admin@shop.example', 'Network', '/', false);`)
        const said = JSON.parse(php(`
            define('MULTISITE', true); define('SUBDOMAIN_INSTALL', false); define('DOMAIN_CURRENT_SITE', 'network.example'); define('PATH_CURRENT_SITE', '/');
            define('SITE_ID_CURRENT_SITE', 1); define('BLOG_ID_CURRENT_SITE', 1);
            require '${world.root}/wp-load.php'; require ABSPATH . 'wp-admin/includes/admin.php';
            activate_plugin('smgcrm/smgcrm.php', '', true);
            $second = wp_insert_site(array('domain' => 'network.example', 'path' => '/second/', 'title' => 'Second', 'user_id' => 1));
            $here = wp_insert_user(array('user_login' => 'here', 'user_email' => 'here@ukr.net', 'user_pass' => 'x', 'role' => 'subscriber'));
            $there = wp_insert_user(array('user_login' => 'there', 'user_email' => 'there@ukr.net', 'user_pass' => 'x'));
            remove_user_from_blog($there, 1);
            add_user_to_blog($second, $here, 'subscriber'); add_user_to_blog($second, $there, 'subscriber');
            $try = function ($user, $id) { $done = smgcrm_wallet_change($user, 'credit', '1', $id); return true === $done ? smgcrm_wallet_balance($user) : $done->get_error_code(); };
            $found = function ($user) { return array(null !== SmgCrm\\find_user(array('user_id' => $user)), null !== SmgCrm\\find_user(array('login' => get_userdata($user)->user_login)), count(SmgCrm\\search_users((string) $user, 20))); };
            $said = array($try($here, 'network-01'), $try($there, 'network-02'), $found($here), $found($there));
            switch_to_blog($second);
            array_push($said, $try($here, 'network-01'), $try($here, 'network-02'), $try($there, 'network-03'), $found($there));
            restore_current_blog();
            wpmu_delete_user($here);
            $left = array($wpdb->get_col("SELECT user_id FROM wp_smgcrm_wallets"), $wpdb->get_col("SELECT user_id FROM wp_{$second}_smgcrm_wallets"));
            echo json_encode(array($said, $left, $there));`))
        const [answers, left, there] = said
        assert.deepEqual(answers, ['1.00', 'smgcrm_user_not_found', [true, true, 1], [false, false, 0], '1.00', '2.00', '1.00', [true, true, 1]])
        assert.deepEqual(left, [[], [String(there)]])
    })
}
