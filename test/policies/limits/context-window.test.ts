import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contextWindow } from '../../../policies/limits/context-window.js'
import { call, chatRequest, target } from '../fakes.js'

const exactly = (tokens: number) => ({ tokens, upperBound: tokens, exact: true })

test('leaves out targets that the prompt and the answer do not fit', async () => {
  const chain = [target('small', { contextWindow: 100 }), target('large', { contextWindow: 1000 }), target('unknown')]
  const verdict = await contextWindow.admit({ ...chatRequest, maxOutputTokens: 50 }, call(chain, exactly(51)))
  assert.ok(verdict.kind === 'continue')
  assert.deepEqual(
    verdict.targets?.map(({ name }) => name),
    ['large', 'unknown'],
  )
})

test('fills a window to the last token', async () => {
  const chain = [target('small', { contextWindow: 100 })]
  const verdict = await contextWindow.admit({ ...chatRequest, maxOutputTokens: 50 }, call(chain, exactly(50)))
  assert.ok(verdict.kind === 'continue')
})

test('refuses what fits nowhere, naming the figures', async () => {
  const chain = [target('a', { contextWindow: 100 }), target('b', { contextWindow: 200 })]
  const verdict = await contextWindow.admit(chatRequest, call(chain, exactly(201)))
  assert.ok(verdict.kind === 'refuse')
  assert.equal(verdict.error.code, 'context_length_exceeded')
  assert.match(verdict.error.message, /about 201 tokens.*200 tokens/)
})

test('gives an approximate count the benefit of its error', async () => {
  const chain = [target('a', { contextWindow: 100 })]
  const approximate = { tokens: 105, upperBound: 115, exact: false }
  assert.equal((await contextWindow.admit(chatRequest, call(chain, approximate))).kind, 'continue')
})

test('counts nothing where the length alone says that prompt and answer fit', async () => {
  const chain = [target('a', { contextWindow: 100 })]
  const admit = (maxOutputTokens: number, ceiling: number) =>
    contextWindow.admit({ ...chatRequest, maxOutputTokens }, call(chain, undefined, ceiling))
  assert.equal((await admit(50, 50)).kind, 'continue')
  assert.throws(() => admit(50, 51), /nobody should count/)
})

test('counts for those targets only whose window the length alone might fill', async () => {
  const chain = [target('small', { contextWindow: 100 }), target('large', { contextWindow: 1000 })]
  const counted: string[] = []
  const asked = {
    ...call(chain, undefined, 300),
    countPrompt: (_: unknown, { name }: { readonly name: string }) => {
      counted.push(name)
      return exactly(101)
    },
  }
  const verdict = await contextWindow.admit(chatRequest, asked)
  assert.deepEqual(counted, ['small'])
  assert.ok(verdict.kind === 'continue')
  assert.deepEqual(
    verdict.targets?.map(({ name }) => name),
    ['large'],
  )
})

test('counts nothing where no window is known', async () => {
  assert.equal((await contextWindow.admit(chatRequest, call([target('a')]))).kind, 'continue')
})

test('inputs of which each may fit a window are not added up', async () => {
  const chain = [target('a', { contextWindow: 100 })]
  const verdict = await contextWindow.admit({ ...chatRequest, embedding: {} }, call(chain, exactly(5000)))
  assert.ok(verdict.kind === 'continue')
})
