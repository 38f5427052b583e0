import assert from 'node:assert/strict'
import { test } from 'node:test'
import { repeatable, SECRET_CASES, sample } from '../../../../bench/eval-secrets-cases.js'
import { createDetector } from '../../../../policies/pii/detect/detector.js'
import { entityNames } from '../../../../policies/pii/detect/options.js'
import { secretNames } from '../../../../policies/pii/secrets/options.js'
import type { SecretRule } from '../../../../policies/pii/secrets/rule.js'
import { SECRET_RULES } from '../../../../policies/pii/secrets/rules/index.js'
import { SECRET_FIXTURES } from './fixtures.js'

const detector = createDetector({ entities: [], secrets: true })
const RUNS = 20

/** The text without marks, and what stood between them. */
function unmarked(text: string): { readonly text: string; readonly values: readonly string[] } {
  return { text: text.replace(/[«»]/g, ''), values: [...text.matchAll(/«([^»]*)»/g)].map(([, value]) => value ?? '') }
}

function found(text: string, rule?: string): readonly string[] {
  const all = detector.find(text).filter(({ entity }) => rule === undefined || entity === rule)
  return all.map(({ start, end }) => text.slice(start, end))
}

for (const { rule, accepts, rejects } of SECRET_FIXTURES) {
  test(`${rule}: finds what is one and nothing else`, () => {
    const random = repeatable(7)
    for (let run = 0; run < RUNS; run++) {
      for (const template of accepts) {
        const { text, values } = unmarked(sample(template, random))
        assert.deepEqual(found(text, rule), values, `${template}: ${text}: ${JSON.stringify(detector.find(text))}`)
      }
      for (const template of rejects) {
        const text = sample(template, random)
        assert.deepEqual(found(text, rule), [], `${template}: ${text}`)
      }
    }
  })
}

/** Rules whose values stand up to a check, which random ones do not: they have fixtures. */
function isPlain({ check, shapes, labelled }: SecretRule): boolean {
  return check === undefined && (shapes ?? labelled?.shapes ?? []).length > 0
}

for (const rule of SECRET_RULES.filter(isPlain)) {
  test(`${rule.name}: every shape is found in its place, and neither cut nor monotonous`, () => {
    const random = repeatable(11)
    const places = rule.labelled?.names.map((name) => `${name.replaceAll(' ', '_')}_token = `) ?? ['see ']
    for (const shape of rule.shapes ?? rule.labelled?.shapes ?? []) {
      for (const place of places) {
        const value = sample(shape, random)
        const text = `${place}"${value}".`
        assert.equal(found(text).join(), value, text)
        const cut = `${place}"${value.slice(0, Math.min(7, value.length - 1))}".`
        assert.deepEqual(found(cut, rule.name), [], cut)
        if (!isMonotonous(shape, rule)) continue
        const flat = `${place}"${shape.replace(/\{\w+:(\d+)(?:-\d+)?\}/g, (_, count: string) => 'a'.repeat(Number(count)))}".`
        assert.deepEqual(found(flat, rule.name), [], flat)
      }
    }
  })
}

/** Whether the shape with one letter all over is refused for its entropy. */
function isMonotonous(shape: string, { entropy }: SecretRule): boolean {
  return entropy !== 0 && /\{\w+:\d{2}/.test(shape)
}

test("the project's own cases are found, and nothing else in them", () => {
  const random = repeatable(3)
  for (const template of SECRET_CASES) {
    const { text, values } = unmarked(sample(template, random))
    assert.deepEqual(found(text), values, text)
  }
})

test('names are unique, and none is that of personal data', () => {
  const all = [...secretNames(), ...entityNames()]
  assert.equal(new Set(all).size, all.length)
  for (const name of secretNames()) assert.match(name, /^[a-z][a-z\d_]+$/)
})

test('rules without shapes have fixtures', () => {
  const covered = new Set(SECRET_FIXTURES.map(({ rule }) => rule))
  for (const rule of SECRET_RULES)
    if (!isPlain(rule) && rule.name !== 'json_web_token_base64') assert.ok(covered.has(rule.name), rule.name)
})

test('a token in base64 is found by what it wraps', () => {
  const random = repeatable(5)
  const wrapped = (text: string): string => Buffer.from(text).toString('base64')
  const token = wrapped(sample('eyJhbGciOi{alnum:20}.eyJ{alnum:40}.{alnum:43}', random))
  assert.deepEqual(found(`see ${token}`, 'json_web_token_base64'), [token])
  assert.deepEqual(found(`see ${wrapped(sample('eyJhbGciOi{alnum:90}', random))}`, 'json_web_token_base64'), [])
})
