// node common_passwords.mjs LIST OUTPUT: a JSON array of passwords into sorted lines, those that are long enough to be taken.
import { readFileSync, writeFileSync } from 'node:fs'

const [list, output] = process.argv.slice(2)
const shortest = 8
const all = JSON.parse(readFileSync(list, 'utf8')).map((password) => password.toLowerCase()).filter((password) => password.length >= shortest)
const lines = [...new Set(all)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
if (lines.length < 10_000 || lines.some((line) => /[\r\n]/.test(line)))
    throw new Error(`${list} has ${lines.length} usable passwords: has the package changed its form?`)
writeFileSync(output, lines.map((line) => `${line}\n`).join(''))
