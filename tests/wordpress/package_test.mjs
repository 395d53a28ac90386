// The plugin's folder as WordPress.org and old PHP want it.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { test } from 'node:test'
import phpParser from 'php-parser'
import { plugin } from './site.mjs'

const files = readdirSync(plugin, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => relative(plugin, join(one.path, one.name))).sort()
const php = files.filter((file) => file.endsWith('.php'))
const text = (file) => readFileSync(join(plugin, file), 'utf8')
const lint = (code) => spawnSync('php', ['-l'], { input: code, encoding: 'utf8' }).status === 0

// What PHP 8 has and 7.4 does not: by the parser's refusal, or by what it finds.
const newer = { match: 'match', enum: 'enum', nullsafelookup: '?->', namedargument: 'named argument', uniontype: 'union type', intersectiontype: 'intersection type' }
const newerFunctions = ['str_contains', 'str_starts_with', 'str_ends_with', 'get_debug_type', 'array_is_list', 'json_validate', 'fdiv']
function newerThan74(code) {
    const parser = new phpParser.Engine({ parser: { version: 704, php7: true, suppressErrors: false, extractDoc: false }, ast: { withPositions: true } })
    const found = []
    let tree
    try {
        tree = parser.parseCode(code, 'x.php')
    } catch (error) {
        return [error.message]
    }
    const walk = (node, parent) => {
        if (!node || typeof node !== 'object') return
        if (Array.isArray(node)) return node.forEach((one) => walk(one, parent))
        if (newer[node.kind]) found.push(newer[node.kind])
        if (node.kind === 'name' && parent?.kind === 'call' && newerFunctions.includes(node.name)) found.push(node.name)
        if (node.kind === 'parameter' && (node.flags > 0 || node.readonly)) found.push('promotion')
        if (node.kind === 'catch' && !node.variable) found.push('catch without a variable')
        if (node.kind === 'static' || (node.kind === 'typereference' && node.name === 'mixed')) if (node.name === 'mixed') found.push('mixed')
        for (const [name, value] of Object.entries(node)) if (name !== 'loc') walk(value, node)
    }
    walk(tree)
    return found
}

test('every file is PHP that 8.2 takes and 7.4 would', () => {
    for (const file of php) {
        execFileSync('php', ['-l', join(plugin, file)], { stdio: ['ignore', 'ignore', 'inherit'] })
        assert.deepEqual(newerThan74(text(file)), [], file)
    }
})

test('control: broken and newer PHP is caught', () => {
    assert.equal(lint('<?php echo 1'), false)
    assert.deepEqual(newerThan74('<?php $a = fn( $x ) => $x ?? 1; $a ??= 2; class A { public int $b = 1; }'), [])
    for (const code of ['$a = match( 1 ) { 1 => 2 };', '$a?->b();', 'f( name: 1 );', 'function f( int|string $a ) {}', 'class A { public function __construct( private $a ) {} }', 'enum A { case B; }', 'str_contains( $a, $b );', 'try { f(); } catch ( E ) {}', 'function f( mixed $a ) {}'])
        assert.notDeepEqual(newerThan74(`<?php ${code}`), [], code)
})

test('no file runs or lists its folder when it is asked for by itself', () => {
    for (const file of php) if (!file.endsWith('index.php')) assert.match(text(file), /defined\( '(ABSPATH|WP_UNINSTALL_PLUGIN)' \) \|\| exit;/, file)
    for (const folder of ['', 'admin/', 'includes/', 'languages/']) assert.ok(files.includes(`${folder}index.php`))
    for (const file of php) {
        assert.ok(text(file).startsWith('<?php\n') && !text(file).includes('?>'), `${file} writes before headers`)
        assert.ok(text(file).split('\n').length <= 400, `${file} is too long`)
    }
})

test('the version is one everywhere, and the folder holds what a plugin needs and nothing else', () => {
    const main = text('smgcrm.php')
    const [version] = /(?<=\* Version: +)\S+/.exec(main)
    assert.equal(/define\( 'SMGCRM_VERSION', '([^']+)' \)/.exec(main)[1], version)
    const readme = text('readme.txt')
    assert.equal(/^Stable tag: (.*)$/m.exec(readme)[1], version)
    for (const [header, line] of [['Requires at least', 'Requires at least'], ['Requires PHP', 'Requires PHP']])
        assert.equal(new RegExp(`\\* ${header}: +(\\S+)`).exec(main)[1], new RegExp(`^${line}: (.*)$`, 'm').exec(readme)[1])
    assert.match(readme, new RegExp(`^= ${version.replaceAll('.', '\\.')} =$`, 'm'))
    assert.match(text('LICENSE'), /GNU GENERAL PUBLIC LICENSE\s+Version 2/)
    const kinds = new Set(files.map((file) => file.replace(/^.*\./, '')))
    assert.deepEqual([...kinds].sort(), ['LICENSE', 'mo', 'php', 'po', 'pot', 'txt'])
})

// Entries of a .po or .pot file: what is translated, and into what.
function entries(file) {
    const found = new Map()
    for (const piece of text(file).split('\n\n')) {
        const [id] = /(?<=^msgid ")(?:[^"\\]|\\.)+(?="$)/m.exec(piece) ?? []
        if (id) found.set(JSON.parse(`"${id}"`), [...piece.matchAll(/^msgstr(?:\[\d\])? "(.*)"$/gm)].map(([, words]) => JSON.parse(`"${words}"`)))
    }
    return found
}

function compiled(file) {
    const bytes = readFileSync(join(plugin, file))
    const [count, ids, words] = [8, 12, 16].map((at) => bytes.readUInt32LE(at))
    const at = (table, i) => bytes.subarray(bytes.readUInt32LE(table + 8 * i + 4)).subarray(0, bytes.readUInt32LE(table + 8 * i)).toString()
    return new Map(Array.from({ length: count }, (_, i) => [at(ids, i).split('\0')[0], at(words, i).split('\0')]))
}

test('every word has its Ukrainian one, and the compiled file is the newest', () => {
    const used = new Set()
    for (const file of php)
        for (const [, one] of text(file).matchAll(/(?:\b__|\besc_html__|\besc_attr__|\b_n)\(\s*'((?:[^'\\]|\\.)*)'/g)) used.add(one.replaceAll("\\'", "'"))
    assert.ok(used.size > 80, 'the pattern finds them no more')
    const template = entries('languages/smgcrm.pot')
    const ukrainian = entries('languages/smgcrm-uk.po')
    const binary = compiled('languages/smgcrm-uk.mo')
    assert.deepEqual([...used].sort(), [...template.keys()].sort())
    assert.deepEqual([...ukrainian.keys()].sort(), [...template.keys()].sort())
    for (const [id, words] of ukrainian) {
        assert.ok(words.every((one) => one !== ''), id)
        assert.deepEqual(binary.get(id), words, `${id}: run msgfmt`)
        const marks = (one) => (one.match(/%(\d\$)?[sd]/g) ?? []).sort()
        for (const one of words) assert.deepEqual(marks(one), marks(id), id)
    }
})
