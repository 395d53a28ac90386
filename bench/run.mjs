// `./dev bench [NAME…] [--seconds N]`: measures, and prints one table. Every baseline is measured in the same run, on the same
// disk. docs/performance.md says what the rows mean.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createOrder, createOrderMariaDb } from './rows/create_order.mjs'
import { million } from './rows/million.mjs'
import { polling } from './rows/polling.mjs'
import { realtime } from './rows/realtime.mjs'
import { receipts } from './rows/receipts.mjs'
import { signIn } from './rows/sign_in.mjs'

const measurements = { create_order: createOrder, create_order_mariadb: createOrderMariaDb, receipts, polling, realtime, sign_in: signIn, million }

function judged(row) {
    const ratio = row.baseline ? row.figure / row.baseline : undefined
    let met = ''
    if (row.aim !== undefined) met = ratio >= row.aim ? 'met' : 'NOT MET'
    if (row.atMost !== undefined) met = ratio === undefined ? '' : ratio <= row.atMost ? 'met' : 'NOT MET'
    if (row.most !== undefined) met = row.figure <= row.most ? 'met' : 'NOT MET'
    return { ...row, ratio, met }
}

const number = (value) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3))

function print(row) {
    const cells = [row.name.padEnd(56), (number(row.figure) + row.unit).padStart(14)]
    cells.push((row.ratio === undefined ? '' : `× ${row.ratio.toFixed(2)}`).padStart(8))
    cells.push((row.aim !== undefined ? `≥ ${row.aim}` : row.atMost !== undefined ? `≤ ${row.atMost}` : row.most !== undefined ? `≤ ${row.most}${row.unit.split(' p')[0]}` : '').padStart(10))
    console.log([...cells, row.met.padEnd(7)].join('  ').trimEnd())
    if (row.baseline) console.log(`    of ${number(row.baseline)}${row.baselineUnit ?? '/s'}: ${row.against}`)
    if (row.note) console.log(`    ${row.note}`)
}

const words = process.argv.slice(2)
let seconds = 10
if (words.includes('--seconds')) seconds = Number(words.splice(words.indexOf('--seconds'), 2)[1])
const names = words.length > 0 ? words : Object.keys(measurements)
const unknown = names.find((name) => !(name in measurements))
if (unknown) {
    console.error(`bench: there is no '${unknown}'; there are ${Object.keys(measurements).join(', ')}`)
    process.exit(2)
}

mkdirSync('build/bench', { recursive: true })
let missed = 0
for (const name of names) {
    const folder = mkdtempSync('build/bench/run-')
    try {
        for (const row of (await measurements[name]({ folder, seconds })).map(judged)) {
            print(row)
            missed += row.met === 'NOT MET'
        }
    } finally {
        rmSync(folder, { recursive: true, force: true })
    }
}
console.log(missed === 0 ? '\nAll aims are met.' : `\n${missed} aims are not met.`)
process.exit(0)
