// The plugin in three real sites on one MariaDB: classic orders with pretty permalinks and WP-Cron; HPOS with plain permalinks,
// TeraWallet and Action Scheduler; and one without WooCommerce, in Ukrainian.
import { after, before, describe } from 'node:test'
import { join } from 'node:path'
import { aboutAdmin } from './cases/admin.mjs'
import { aboutDatabase } from './cases/database.mjs'
import { aboutEvents } from './cases/events.mjs'
import { aboutOrders } from './cases/orders.mjs'
import { aboutProducts } from './cases/products.mjs'
import { aboutProgram } from './cases/program.mjs'
import { aboutRoutes } from './cases/routes.mjs'
import { aboutSweeping } from './cases/sweeping.mjs'
import { aboutUninstalling } from './cases/uninstalling.mjs'
import { aboutWalletFaults } from './cases/wallet-faults.mjs'
import { aboutWallets } from './cases/wallets.mjs'
import { CrmStandIn } from './crm_stand_in.mjs'
import { MariaDb } from './mariadb.mjs'
import { Site, copyWordPress } from './site.mjs'

const world = { sites: [] }

describe('The plugin', { concurrency: false }, () => {
    before(async () => {
        world.db = await MariaDb.start()
        world.root = copyWordPress(join(world.db.folder, 'wordpress'))
        world.crm = await CrmStandIn.start()
        const start = (...words) => Site.start(world.db, world.root, ...words)
        ;[world.classic, world.hpos, world.bare] = world.sites = await Promise.all([
            start('shop_classic', { permalinks: '/%postname%/', standIns: ['woocommerce', 'knobs'] }),
            start('shop_hpos', { standIns: ['woocommerce', 'terawallet', 'action-scheduler', 'knobs'], orders: 'hpos' }),
            start('shop_bare', { permalinks: '/archives/%post_id%', standIns: ['knobs'], language: 'uk', workers: 4 }),
        ])
    })
    after(async () => {
        for (const site of world.sites) site.stop()
        await world.crm?.stop()
        await world.db?.stop()
    })
    // In this order: the first activates and connects, the last removes.
    for (const cases of [aboutRoutes, aboutWallets, aboutWalletFaults, aboutOrders, aboutEvents, aboutSweeping, aboutDatabase, aboutProducts, aboutAdmin, aboutProgram, aboutUninstalling]) cases(world)
})
