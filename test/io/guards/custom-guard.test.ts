import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { loadCustom } from '../../../io/guards/custom-guard.js'
import { answer, passed, ruleOf, said, subject, textOf } from '../../policies/guardrails/world.js'

const load = (text: string, options = {}) => loadCustom({ text, options })

test('the worked example takes numbers of tickets out of requests and answers', async () => {
  const text = readFileSync('examples/guards/ticket-numbers.ts', 'utf8')
  const custom = await load(text, { prefix: 'OPS' })
  assert.ok(custom.kind === 'guard')
  const rule = ruleOf(custom.guard, { action: 'mask', answers: true })
  const verdict = await subject([rule])(said('see OPS-1234 and OPS-x'))
  assert.ok(verdict.kind === 'rewrite')
  assert.deepEqual(verdict.members['messages'], [{ role: 'user', content: 'see OPS-? and OPS-x' }])
  const answered = 'It is OPS-77, as in OPS-78.'
  for (let cut = 1; cut < answered.length; cut++) {
    const events = await passed(verdict, answer([answered.slice(0, cut), answered.slice(cut)]))
    assert.equal(textOf(events), 'It is OPS-?, as in OPS-?.')
  }
  await assert.rejects(load(text, { prefix: 'ops' }), /capital letters/)
})

test('a file may be a policy, and may use what TypeScript and Node have', async () => {
  const custom = await load(
    `
    import { createHash } from 'node:crypto'
    import type { Policy } from '../core/policy.js'
    enum Kind { One = 'one' }
    export default async (options: { readonly by: string }): Promise<Policy> => ({
      name: \`\${Kind.One}-\${options.by}-\${createHash('md5').update('').digest('hex').length}\`,
      admit: (request) => ({ kind: 'continue', request }),
    })
  `,
    { by: 'x' },
  )
  assert.ok(custom.kind === 'policy')
  assert.equal(custom.policy.name, 'one-x-32')
})

for (const [what, text, message] of [
  ['no TypeScript', 'export default (', /no TypeScript that can be compiled/],
  ['a file that throws', 'throw new Error("broken here")\nexport default () => 1', /cannot be run: broken here/],
  ['an import of another file', 'import { x } from "./other.js"\nexport default () => x', /cannot be run/],
  ['no default export', 'export const guard = 1', /no function as its default export/],
  ['something else', 'export default () => ({ window: 3 })', /neither a guard .* nor a policy/],
  ['a window that is none', 'export default () => ({ window: -1, open: () => ({}) })', /neither a guard/],
] as const) {
  test(`refused with a reason, without the file's text: ${what}`, async () => {
    await assert.rejects(load(text), (error: Error) => {
      assert.match(error.message, message)
      assert.ok(error.message.length < 400 && !error.message.includes('base64'))
      return true
    })
  })
}

test('a file that does not come to an end is given up', async () => {
  for (const text of [
    'await new Promise(() => {})\nexport default () => 1',
    'export default () => new Promise(() => {})',
  ]) {
    await assert.rejects(loadCustom({ text, options: {} }, 50), /has not come to an end within 50 ms/)
  }
  await assert.rejects(load('throw { a: 1 }\nexport default () => 1'), /it threw what is no error/)
})

test('a policy or guard may be an object of a class', async () => {
  const policy = await load(`
    class Own { name = 'own'; admit(request: unknown) { return { kind: 'continue', request } } }
    export default () => new Own()
  `)
  assert.ok(policy.kind === 'policy' && typeof policy.policy.admit === 'function')
  const guard = await load('class Own { window = 3; open() { return undefined } }\nexport default () => new Own()')
  assert.ok(guard.kind === 'guard' && guard.guard.open({} as never) === undefined)
})
