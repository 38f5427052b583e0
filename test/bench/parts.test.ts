import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chosenParts, type Part } from '../../bench/parts.js'

const part = (flag: Part['flag'], runs: Part['runs']): Part => ({ flag, runs, load: async () => async () => 0 })
const PARTS = [part('--a', 'always'), part('--b', 'when named'), part('--c', 'always')]
const flags = (...args: string[]) => chosenParts(PARTS, args).map(({ flag }) => flag)

test('without a name the parts run that always do, in their order', () => {
  assert.deepEqual(flags('--quick'), ['--a', '--c'])
})

test('named parts run alone, whatever their order on the command line', () => {
  assert.deepEqual(flags('--c', '--b', '--quick'), ['--b', '--c'])
})
