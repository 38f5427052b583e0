import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expand } from '../../../io/config/expand.js'
import { configOf, fakeSource, problemsOf, withSections } from './sample.js'

const REFERENCES = {
  env: { A: 'alpha', B_2: `\${A}$&$1`, EMPTY: '' },
  file: (path: string) => {
    if (path === 'f') return 'from file'
    throw Object.assign(new Error('secret detail'), { code: 'EACCES' })
  },
}

function expanded(text: string): string {
  const result = expand(text, REFERENCES)
  return result.ok ? result.text : `! ${result.messages.join(' | ')}`
}

test('references are replaced anywhere in a string, and what is put in is not read again', () => {
  assert.equal(expanded('plain $ text $A {A}'), 'plain $ text $A {A}')
  assert.equal(expanded(`\${A}`), 'alpha')
  assert.equal(expanded(`x\${A}y\${B_2}z\${file:f}`), `xalphay\${A}$&$1zfrom file`)
  assert.equal(expanded(`[\${EMPTY}]`), '[]')
})

test('a doubled dollar before a brace is a literal', () => {
  assert.equal(expanded(`$\${A}`), `\${A}`)
  assert.equal(expanded(`$$\${A}`), `$\${A}`)
  assert.equal(expanded(`$\${A} \${A} $$ $`), `\${A} alpha $$ $`)
})

test('what cannot be looked up is said by name, never by content', () => {
  assert.match(expanded(`\${NOPE}`), /^! the environment variable NOPE is not set/)
  assert.match(expanded(`\${constructor}`), /^! the environment variable constructor is not set/)
  assert.equal(expanded(`\${file:g}`), '! cannot read the file "g" (EACCES); it must exist and be readable')
  assert.equal(expanded(`\${NOPE}\${file:g}`).split(' | ').length, 2)
  for (const text of [`\${}`, `\${A`, `\${A:-x}`, `\${ A }`, `\${1}`, `\${file:}`, `\${file: }`]) {
    assert.match(expanded(text), /^! holds a malformed reference; write/)
  }
})

test('references are expanded in parsed values only, so their content cannot become YAML', () => {
  const source = fakeSource({}, { KEY: 'x",baseUrl:"http://evil"', MODEL: 'gpt-4o' })
  const text = withSections({
    models: `models: { m: { targets: [ { provider: openai, model: "\${MODEL}" } ] } } # \${NOT_READ}`,
  })
  assert.equal(configOf(text, source).models.get('m')?.targets[0]?.model, 'gpt-4o')
  const providers = `providers: { openai: { kind: openai, apiKey: "\${KEY}" } }`
  assert.equal(configOf(withSections({ providers }), source).providers.get('openai')?.apiKey, source.env['KEY'])
})

test('a file loses one newline at its end, and is found relative to the configuration file', () => {
  const providers = (path: string) =>
    withSections({ providers: `providers: { openai: { kind: openai, apiKey: "\${file:${path}}" } }` })
  const files = { '/etc/tollgate/k/a': 'a\n', '/b': 'b\r\n', '/c': 'c\n\n', '/etc/d': 'd' }
  const keyIn = (path: string) => configOf(providers(path), fakeSource(files)).providers.get('openai')?.apiKey
  assert.equal(keyIn('k/a'), 'a')
  assert.equal(keyIn('./k/../k/a'), 'a')
  assert.equal(keyIn('/b'), 'b')
  assert.equal(keyIn('../d'), 'd')
  assert.match(problemsOf(providers('/c'), fakeSource(files))[0] ?? '', /apiKey: must be a key of printable ASCII/)
})

test('a failed reference is one problem at its string, whatever the schema would say of it', () => {
  const text = withSections({
    providers: `providers:\n  openai:\n    kind: openai\n    baseUrl: "\${NOPE}"`,
    maxBody: `maxBody: "\${file:nope}"`,
  })
  assert.deepEqual(problemsOf(text), [
    `5:14 providers.openai.baseUrl: the environment variable NOPE is not set; set it, or write $\${ for a literal \${`,
    '7:10 maxBody: cannot read the file "nope" (ENOENT); it must exist and be readable',
  ])
})

test('a reference in a key is refused', () => {
  const text = withSections({ prices: `prices: { "\${A}": { input: 1, output: 1 } }` })
  assert.deepEqual(problemsOf(text), [`4:11 prices: has a \${ in a key; references are only read in values`])
})
