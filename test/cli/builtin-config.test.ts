import assert from 'node:assert/strict'
import { test } from 'node:test'
import { demoConfig, type Vendor, vendorConfig, vendorsFrom } from '../../cli/builtin-config.js'
import { parseConfig } from '../../io/config.js'
import { providers } from '../../llm/providers/index.js'
import { CONTENT_VOCABULARY } from '../../policies/guardrails/content/vocabulary.js'
import { PII_VOCABULARY } from '../../policies/pii/vocabulary.js'

const parse = (text: string) => {
  const parsed = parseConfig(text, {
    path: '/tollgate.yaml',
    env: { OPENAI_API_KEY: 'a', ANTHROPIC_API_KEY: 'b' },
    readFile: () => '',
    kinds: [...providers.values()],
    tokenizers: [],
    pii: PII_VOCABULARY,
    content: CONTENT_VOCABULARY,
  })
  assert.ok(parsed.ok, JSON.stringify(parsed))
  return parsed.config
}

test('the configuration for every set of keys is valid and holds no key', () => {
  const sets: readonly (readonly Vendor[])[] = [['openai'], ['anthropic'], ['openai', 'anthropic']]
  for (const vendors of sets) {
    const text = vendorConfig(vendors)
    const config = parse(text)
    assert.deepEqual([...config.providers.keys()], vendors)
    assert.equal(config.models.size, vendors.length === 2 ? 3 : 1)
    assert.match(text, /\$\{[A-Z_]+\}/)
  }
})

test('a vendor counts when its key is set and not empty', () => {
  assert.deepEqual(vendorsFrom({}), [])
  assert.deepEqual(vendorsFrom({ OPENAI_API_KEY: '', ANTHROPIC_API_KEY: 'x' }), ['anthropic'])
})

test('the demo configuration is valid, and its chain begins with a dead target', () => {
  const config = parse(demoConfig({ openai: 'http://127.0.0.1:5001', anthropic: 'http://127.0.0.1:5002' }))
  const chain = config.models.get('smart')?.targets.map(({ provider }) => provider)
  assert.deepEqual(chain, ['dead', 'anthropic', 'openai'])
  assert.deepEqual([...config.models.keys()], ['gpt-4o-mini', 'claude-sonnet-4-5', 'smart'])
})
