// Whoever goes leaves nothing behind.
import assert from 'node:assert/strict'
import { test } from 'node:test'

// Everything of the site that has our name, but for what the tests themselves keep.
const traces = (site) => site.run(`
    global $wpdb;
    $found = array();
    foreach ($wpdb->get_col('SHOW TABLES') as $table) if (strpos($table, 'smgcrm') !== false) $found[] = "table $table";
    foreach ($wpdb->get_results("SELECT option_name, option_value FROM $wpdb->options") as $one) {
        if (strpos($one->option_name, 'smgcrm') !== false) $found[] = "option $one->option_name";
        elseif (strpos($one->option_value, 'smgcrm') !== false) $found[] = "in $one->option_name";
    }
    foreach (array($wpdb->usermeta, $wpdb->postmeta) as $table)
        foreach ($wpdb->get_col("SELECT DISTINCT meta_key FROM $table WHERE meta_key LIKE '%smgcrm%' OR meta_value LIKE '%smgcrm%'") as $key) $found[] = "$table $key";
    sort($found); return $found;`)

export function aboutUninstalling(world) {
    test('switched off, it does nothing on its own and keeps its data', async () => {
        for (const site of world.sites) {
            await site.run("deactivate_plugins('smgcrm/smgcrm.php'); return 1;")
            const left = await traces(site)
            assert.ok(!left.includes('in cron') && !left.includes('in stand_in_actions') && !left.includes('in active_plugins'), left.join())
            assert.ok(left.includes('table wp_smgcrm_outbox') && left.includes('option smgcrm_secrets') && left.includes('in wp_user_roles'), 'control')
        }
        assert.ok(world.classic.query('SELECT user_id FROM wp_smgcrm_wallets WHERE balance > 0').length > 0, 'control')
        assert.equal((await world.classic.signed('GET', 'ping')).status, 404)
    })

    const remove = (site) => site.run("uninstall_plugin('smgcrm/smgcrm.php'); return 1;")
    const tokenOf = (site) => site.run("return get_option('smgcrm_secrets')['token'];")

    test('deleted to upload a newer one, it keeps all but its events, and goes on where it was', async () => {
        for (const site of world.sites) {
            await site.run("wp_schedule_event(time(), 'hourly', 'smgcrm_sweep'); return 1;")
            const before = await traces(site)
            assert.ok(before.includes('in cron'), 'control')
            const tables = () => site.query("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name LIKE 'wp_smgcrm%' ORDER BY 1").map(([table]) => [table, ...site.query(`SELECT COUNT(*) FROM ${table}`).flat()].join())
            const counted = tables()
            const token = await tokenOf(site)
            await remove(site)
            assert.deepEqual(await traces(site), before.filter((one) => one !== 'in cron'), site.name)
            assert.deepEqual(tables(), counted)
            assert.equal(await site.activate(), 'ok')
            assert.deepEqual([await tokenOf(site), await site.run('return SmgCrm\\is_connected();')], [token, true])
            await site.run("update_option('smgcrm_settings', array_merge(get_option('smgcrm_settings'), array('remove_all' => 1))); deactivate_plugins('smgcrm/smgcrm.php'); return 1;")
        }
    })

    test('deleted where everything is to go, it leaves nothing', async () => {
        for (const site of world.sites) {
            await remove(site)
            assert.deepEqual(await traces(site), [], site.name)
            assert.deepEqual(site.complaints(), [])
        }
    })

    test('installed again, it begins anew', async () => {
        assert.equal(await world.classic.activate(), 'ok')
        assert.deepEqual(await world.classic.run("return get_option('smgcrm_secrets');"), [])
    })
}
