// What the database refuses because two came at once is done in the end.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { until } from '../mariadb.mjs'

/** Somebody else's transaction, a statement at a time. */
class Rival {
    constructor(db, database) {
        this.said = ''
        this.client = spawn('mariadb', ['--no-defaults', `--socket=${db.socket}`, '--user=root', '--batch', '--unbuffered', '--skip-column-names', database])
        this.client.stdout.on('data', (data) => (this.said += data))
    }

    async does(sql, sign) {
        this.client.stdin.write(`${sql}; SELECT '${sign}';\n`)
        await until(() => this.said.includes(sign), `the rival's ${sign}`)
    }

    async leaves() {
        if (this.client.exitCode !== null) return
        const gone = new Promise((done) => this.client.once('exit', done))
        this.client.stdin.end('ROLLBACK;\n')
        await gone
    }
}

/** As it is now: what stands before tells of the last deadlock. */
const someoneWaits = (db) => /LOCK WAIT/.test(db.query('SHOW ENGINE INNODB STATUS').flat().join().split('\\nTRANSACTIONS\\n').at(-1))

export function aboutDatabase(world) {
    test('a statement that loses a deadlock is run again', async () => {
        const site = world.classic
        const [low, high] = site.query('SELECT id FROM wp_smgcrm_outbox ORDER BY id LIMIT 2').flat()
        site.query('CREATE TABLE weight (n INT) ENGINE=InnoDB')
        const raced = async (how) => {
            const rival = new Rival(world.db, site.name)
            try {
                // The database ends the transaction that has changed less.
                await rival.does(`BEGIN; INSERT INTO weight SELECT seq FROM seq_1_to_1000; SELECT id FROM wp_smgcrm_outbox WHERE id = ${high} FOR UPDATE`, 'has the second')
                const ours = site.run(`
                    global $wpdb; $wpdb->suppress_errors(true);
                    $sql = "UPDATE wp_smgcrm_outbox FORCE INDEX (PRIMARY) SET asked_at = asked_at + 1 WHERE id IN (${low}, ${high})";
                    return array(${how}, $wpdb->last_error);`)
                await until(() => someoneWaits(world.db), 'our wait for the second')
                await rival.does(`SELECT id FROM wp_smgcrm_outbox WHERE id = ${low} FOR UPDATE`, 'has both')
                await rival.leaves()
                return await ours
            } finally {
                await rival.leaves()
            }
        }
        try {
            const [refused, why] = await raced('$wpdb->query($sql)')
            assert.deepEqual([refused, /deadlock/i.test(why)], [false, true], 'control: asked once')
            assert.deepEqual(await raced('SmgCrm\\write($sql)'), [2, ''])
        } finally {
            site.query('DROP TABLE weight')
        }
    })

    test('a lock that takes long is not waited for again: somebody stands before the checkout', async () => {
        const site = world.classic
        const [[id]] = site.query('SELECT id FROM wp_smgcrm_outbox ORDER BY id LIMIT 1')
        const rival = new Rival(world.db, site.name)
        site.expects(/Lock wait timeout exceeded/)
        try {
            await rival.does(`BEGIN; SELECT id FROM wp_smgcrm_outbox WHERE id = ${id} FOR UPDATE`, 'has it')
            const [changed, seconds] = await site.run(`
                global $wpdb; $wpdb->query('SET SESSION innodb_lock_wait_timeout = 2'); $began = microtime(true);
                return array(SmgCrm\\write("UPDATE wp_smgcrm_outbox SET asked_at = asked_at + 1 WHERE id = ${id}"), microtime(true) - $began);`)
            assert.equal(changed, false)
            assert.ok(seconds > 1 && seconds < 6, `it took ${seconds} s`)
        } finally {
            await rival.leaves()
        }
    })

    test('an order that the database did not take is not said to be on its way', async () => {
        const site = world.bare
        site.expects(/database error.*(invalid data|smgcrm_outbox)/)
        const send = (number) => site.run(`$key = smgcrm_send_order(array('wp_order_number' => ${number}, 'product_service' => 'x', 'client_email' => 'o@ukr.net')); return is_wp_error($key) ? $key->get_error_code() : (bool) SmgCrm\\outbox_row_of($key);`)
        assert.equal(await send('"bad-\\xff"'), 'smgcrm_not_stored')
        assert.equal(await send("'good-1'"), true, 'control')
        assert.equal(await send("'good-1'"), true, 'control: a second time')
        site.query("DELETE FROM wp_smgcrm_outbox WHERE wp_order_number = 'good-1'")
    })

    test('what is refused to the end is said', async () => {
        const site = world.classic
        const before = site.complaints().length
        site.expected = /smgcrm_no_such_table/
        assert.equal(await site.run("return SmgCrm\\write('UPDATE wp_smgcrm_no_such_table SET n = 1');"), false)
        site.expected = undefined
        const said = site.complaints().slice(before)
        assert.equal(said.length, 1, 'once, not at each try')
        assert.match(said[0], /database error.*no_such_table/)
        site.expected = /smgcrm_no_such_table/
    })
}
