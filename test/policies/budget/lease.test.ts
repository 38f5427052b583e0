import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChatRequest } from '../../../core/chat.js'
import { GatewayError } from '../../../core/errors.js'
import type { Watch } from '../../../core/policy.js'
import { LEASE_TTL } from '../../../policies/budget/lease.js'
import type { Ledger } from '../../../policies/budget/ledger.js'
import type { Rule } from '../../../policies/budget/rules.js'
import { target } from '../fakes.js'
import {
  admitted,
  attemptOf,
  fallOver,
  MINUTE,
  outcomeOf,
  progressOf,
  ruleOf,
  serve,
  worldOf,
} from './spending-fakes.js'

const dear = target('dear')

/** An open-ended stream that has been sent to its provider. */
async function streamOf(
  rules: readonly Rule[],
  ledger?: (memory: Ledger) => Ledger,
  request: Partial<ChatRequest> = {},
) {
  const world = worldOf(rules, ledger ? { ledger } : {})
  const { watch } = admitted(await world.ask({ stream: true, maxOutputTokens: undefined, ...request }))
  watch.asked?.(dear, [])
  return { ...world, watch }
}

const along = (watch: Watch, length: number) => watch.progress?.(progressOf(length))

test("settles with what the provider says, cached prompt and all, at the attempt's cost", async () => {
  const { ask, held } = worldOf([ruleOf(), ruleOf({ name: 'd', unit: 'usd', limit: 20_000 })])
  const { watch } = admitted(await ask())
  watch.asked?.(dear, [])
  await watch.settle?.(outcomeOf([attemptOf({ prompt: 9, cachedPrompt: 8, completion: 4 }, { cost: 77n })]))
  assert.deepEqual(held(), { r: '13+0', d: '77+0' })
})

test('a provider is asked once the ledger has kept what a crash would be charged by', async () => {
  let keep = () => {}
  const kept = new Promise<void>((resolve) => {
    keep = resolve
  })
  const { ask } = worldOf([ruleOf()], { ledger: (memory) => ({ ...memory, kept: () => kept }) })
  const { watch } = admitted(await ask())
  let told = false
  const asked = Promise.resolve(watch.asked?.(dear, [])).then(() => {
    told = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(told, false)
  keep()
  await asked
  assert.equal(told, true)
})

test('a cut answer is charged as it was counted', async () => {
  const { ask, held } = worldOf([ruleOf()])
  const { watch } = admitted(await ask())
  watch.asked?.(dear, [])
  await watch.settle?.(outcomeOf([attemptOf({ prompt: 10, completion: 3 }, { usageSource: 'counted' })], 'cut'))
  assert.deepEqual(held(), { r: '13+0' })
})

test('failed attempts are charged for what they used, and make one request together', async () => {
  const { ask, held } = worldOf([
    ruleOf(),
    ruleOf({ name: 'd', unit: 'usd', limit: 20_000 }),
    ruleOf({ name: 'n', unit: 'requests' }),
  ])
  const { watch } = admitted(await ask({}, {}, [target('cheap'), dear]))
  watch.asked?.(target('cheap'), [])
  watch.asked?.(dear, [])
  const failed = attemptOf({ prompt: 10, completion: 2 }, { outcome: 'failed', usageSource: 'counted', cost: 14n })
  const silent = attemptOf({}, { outcome: 'failed', usageSource: 'none', cost: 0n })
  await watch.settle?.(outcomeOf([failed, silent, attemptOf({ prompt: 9, completion: 1 })]))
  assert.deepEqual(held(), { r: '22+0', d: `${14 + 190}+0`, n: '1+0' })
})

test('a request that no provider was asked for releases all of it', async () => {
  const units = ['tokens', 'usd', 'requests', 'concurrent'] as const
  const { ask, held, open } = worldOf(units.map((unit) => ruleOf({ name: unit, unit, limit: 20_000 })))
  const { watch } = admitted(await ask())
  await watch.settle?.(outcomeOf([], 'refused'))
  assert.deepEqual(held(), {})
  assert.equal(open(), 0)
})

test('what nobody knows the price of is charged what was set aside for it', async () => {
  const { ask, held } = worldOf([ruleOf(), ruleOf({ name: 'd', unit: 'usd', limit: 20_000 })])
  const { watch } = admitted(await ask())
  watch.asked?.(dear, [])
  const { cost: _, ...unpriced } = attemptOf({ prompt: 9, completion: 1 })
  await watch.settle?.(outcomeOf([unpriced]))
  assert.deepEqual(held(), { r: '10+0', d: '10100+0' })
})

test('what was set aside includes extensions', async () => {
  const { watch, held } = await streamOf([ruleOf({ unit: 'usd', limit: 300_000, assumeOutput: 1000 })])
  assert.equal(await along(watch, 500), 'go')
  const { cost: _, ...unpriced } = attemptOf({ prompt: 9, completion: 1 })
  await watch.settle?.(outcomeOf([unpriced]))
  assert.deepEqual(held(), { r: `${10 * 10 + 2000 * 100 + 1}+0` })
})

test('a stream is extended before it needs it', async () => {
  const { watch, held } = await streamOf([ruleOf({ limit: 5000, assumeOutput: 1000 })])
  assert.equal(await along(watch, 424), 'go')
  assert.deepEqual(held(), { r: '0+1010' })
  assert.equal(await along(watch, 425), 'go')
  assert.deepEqual(held(), { r: '0+2010' })
  assert.equal(await along(watch, 1424), 'go')
  assert.deepEqual(held(), { r: '0+2010' })
  assert.equal(await along(watch, 1425), 'go')
  assert.deepEqual(held(), { r: '0+3010' })
})

test('a stream that came far in one go is extended as far as that', async () => {
  const { watch, held } = await streamOf([ruleOf({ limit: 5000, assumeOutput: 1000 })])
  assert.equal(await along(watch, 2900), 'go')
  assert.deepEqual(held(), { r: '0+4010' })
})

test('only what a stream adds is extended: output, not input or requests', async () => {
  const units = ['tokens', 'inputTokens', 'outputTokens', 'requests', 'concurrent', 'usd'] as const
  const { watch, held } = await streamOf(
    units.map((unit) => ruleOf({ name: unit, unit, limit: 1_000_000, assumeOutput: 1000 })),
  )
  await along(watch, 500)
  assert.deepEqual(held(), {
    tokens: '0+2010',
    inputTokens: '0+10',
    outputTokens: '0+2000',
    requests: '0+1',
    concurrent: '0+1',
    // A nano-dollar for rounding.
    usd: `0+${100 + 200_000 + 1}`,
  })
})

test('a stream whose extension is refused goes on to the end of its reservation, and stops there', async () => {
  const { watch, held } = await streamOf([ruleOf({ limit: 2009, assumeOutput: 1000 })])
  assert.equal(await along(watch, 500), 'go')
  assert.equal(await along(watch, 936), 'go')
  assert.equal(await along(watch, 937), 'stop')
  assert.deepEqual(held(), { r: '0+1010' })
  await watch.settle?.(outcomeOf([attemptOf({ prompt: 10, completion: 937 }, { usageSource: 'counted' })]))
  assert.deepEqual(held(), { r: '947+0' })
})

test('a stream may go on past its reservation where every rule says so, and is charged for it', async () => {
  const rule = ruleOf({ limit: 1010, assumeOutput: 1000, onStreamLimit: 'continue' })
  const { watch, held } = await streamOf([rule])
  for (const length of [500, 937, 3000]) assert.equal(await along(watch, length), 'go')
  assert.deepEqual(held(), { r: '0+1010' })
  await watch.settle?.(outcomeOf([attemptOf({ prompt: 10, completion: 3000 })]))
  assert.deepEqual(held(), { r: '3010+0' })
  const both = await streamOf([rule, ruleOf({ name: 's', limit: 1010, assumeOutput: 1000 })])
  assert.equal(await along(both.watch, 937), 'stop')
})

test('an alert extends past its limit and stops no stream', async () => {
  const alert = ruleOf({ name: 'a', limit: 10, assumeOutput: 1000, onExhausted: { kind: 'alert' } })
  const { watch, held } = await streamOf([alert])
  assert.equal(await along(watch, 3000), 'go')
  assert.deepEqual(held(), { a: '0+4010' })
})

test('an alert stops no stream that another rule lets go on', async () => {
  const alert = ruleOf({ name: 'a', limit: 10, assumeOutput: 1000, onExhausted: { kind: 'alert' } })
  const { watch } = await streamOf([alert, ruleOf({ limit: 1010, onStreamLimit: 'continue' })])
  assert.equal(await along(watch, 3000), 'go')
})

test('what others have freed since the extension was refused keeps the stream going', async () => {
  const world = worldOf([ruleOf({ limit: 2020, assumeOutput: 1000 })])
  const other = admitted(await world.ask({ maxOutputTokens: 1000 }))
  const { watch } = admitted(await world.ask({ stream: true, maxOutputTokens: undefined }))
  watch.asked?.(dear, [])
  assert.equal(await along(watch, 500), 'go')
  await serve(other, { prompt: 10, completion: 0 })
  assert.equal(await along(watch, 900), 'go')
  assert.deepEqual(world.held(), { r: '10+1010' })
  assert.equal(await along(watch, 937), 'go')
  assert.deepEqual(world.held(), { r: '10+2010' })
  assert.equal(await along(watch, 1937), 'stop')
})

test('many streams at once never have more than the limit between them', async () => {
  const world = worldOf([ruleOf({ limit: 10_000, assumeOutput: 1000 })])
  const watches: Watch[] = []
  for (let i = 0; i < 5; i++) {
    const { watch } = admitted(await world.ask({ stream: true, maxOutputTokens: undefined }))
    watch.asked?.(dear, [])
    watches.push(watch)
  }
  const stopped = new Set<Watch>()
  for (let length = 50; length < 4000 && stopped.size < watches.length; length += 50) {
    for (const watch of watches) {
      if (!stopped.has(watch) && (await along(watch, length)) === 'stop') stopped.add(watch)
      for (const { committed, reserved } of world.states()) assert.ok(committed + reserved <= 10_000)
    }
  }
  assert.equal(stopped.size, 5)
  assert.deepEqual(world.held(), { r: '0+9050' })
})

test('an extension that the store does not answer counts as refused, and is asked for once more at the end', async () => {
  let asked = 0
  const { watch, failures } = await streamOf([ruleOf({ limit: 9999, assumeOutput: 1000 })], (memory) => ({
    ...memory,
    extend: () => {
      asked++
      return Promise.reject(new Error('away'))
    },
  }))
  for (const length of [500, 600, 900]) assert.equal(await along(watch, length), 'go')
  assert.equal(asked, 1)
  assert.equal(await along(watch, 937), 'stop')
  assert.equal(asked, 2)
  assert.equal(failures.length, 2)
})

test('text is counted once, and not at all while the reservation is far from used up', async () => {
  const { watch } = await streamOf([ruleOf({ limit: 9999, assumeOutput: 1000 })])
  const read: number[] = []
  const at = (length: number) =>
    watch.progress?.({
      target: dear,
      length,
      textFrom: (position) => {
        read.push(position)
        return 'a'.repeat(length - position)
      },
    })
  assert.equal(at(141), 'go')
  assert.deepEqual(read, [])
  assert.equal(at(142), 'go')
  assert.equal(at(200), 'go')
  await at(300)
  assert.deepEqual(read, [0, 142])
})

test('nothing flows while text is counted in slices', async () => {
  let count = (_: number) => {}
  const counting = new Promise<number>((resolve) => {
    count = resolve
  })
  const world = worldOf([ruleOf({ limit: 1010, assumeOutput: 1000 })], { countText: () => counting })
  const { watch } = admitted(await world.ask({ stream: true, maxOutputTokens: undefined }))
  watch.asked?.(dear, [])
  let passage: string | undefined
  const passed = Promise.resolve(along(watch, 400)).then((answer) => {
    passage = answer
  })
  await Promise.resolve()
  assert.equal(passage, undefined)
  count(937)
  await passed
  assert.equal(passage, 'stop')
})

const failed = (prompt: number, completion: number) => attemptOf({ prompt, completion }, { outcome: 'failed' })
const unbilled = attemptOf({}, { outcome: 'failed', usageSource: 'none' })

/** What `asked` has refused with. */
async function refusalOf(asked: void | Promise<void>): Promise<GatewayError> {
  const error = await Promise.resolve(asked).then(
    () => undefined,
    (cause: unknown) => cause,
  )
  assert.ok(error instanceof GatewayError)
  return error
}

test('what failed attempts were billed is held beside the reservation of the next one, once, and settled exactly', async () => {
  const units = ['tokens', 'inputTokens', 'outputTokens', 'requests', 'concurrent', 'usd'] as const
  const { ask, held } = worldOf(units.map((unit) => ruleOf({ name: unit, unit, limit: 1_000_000 })))
  const { watch } = admitted(await ask())
  watch.asked?.(dear, [])
  await watch.asked?.(dear, [failed(9, 40)])
  const once = {
    tokens: `0+${110 + 49}`,
    inputTokens: `0+${10 + 9}`,
    outputTokens: `0+${100 + 40}`,
    requests: '0+1',
    concurrent: '0+1',
    usd: `0+${10_100 + 4090}`,
  }
  assert.deepEqual(held(), once)
  assert.equal(watch.asked?.(dear, [failed(9, 40), unbilled]), undefined)
  assert.deepEqual(held(), once)
  await watch.asked?.(dear, [failed(9, 40), unbilled, failed(9, 1)])
  assert.equal(held()['tokens'], `0+${110 + 49 + 10}`)
  await watch.settle?.(outcomeOf([failed(9, 40), unbilled, failed(9, 1), attemptOf({ prompt: 10, completion: 100 })]))
  assert.deepEqual(held(), {
    tokens: `${49 + 10 + 110}+0`,
    inputTokens: `${9 + 9 + 10}+0`,
    outputTokens: `${40 + 1 + 100}+0`,
    requests: '1+0',
    usd: `${4090 + 190 + 10_100}+0`,
  })
})

test('two billed failures in a chain and the longest answer after them stay within the limit they just fit', async () => {
  const { ask, held } = worldOf([ruleOf({ limit: 330 }), ruleOf({ name: 'd', unit: 'usd', limit: 30_300 })])
  const attempts = await fallOver(admitted(await ask()), [
    { prompt: 10, completion: 100 },
    { prompt: 10, completion: 100 },
    { prompt: 10, completion: 100 },
  ])
  assert.equal(attempts.length, 3)
  assert.deepEqual(held(), { r: '330+0', d: '30300+0' })
})

test('no other provider is asked where a budget does not pay for what a failed attempt was billed as well', async () => {
  const { ask, held, exhausted } = worldOf([ruleOf({ name: 'b', unit: 'usd', limit: 14_189 })])
  const { watch } = admitted(await ask())
  watch.asked?.(dear, [])
  const error = await refusalOf(watch.asked?.(dear, [failed(9, 40)]))
  assert.equal(error.code, 'budget_exceeded')
  assert.equal(error.message, "The budget 'b' has $0.000004089 left, and this request may need $0.00000409 more.")
  assert.equal(error.retryAfter, 12 * 3600)
  assert.equal(error.headers['x-should-retry'], 'false')
  // Envoy goes through the whole chain.
  assert.equal((await refusalOf(watch.asked?.(dear, [failed(9, 40)]))).code, 'budget_exceeded')
  assert.deepEqual(exhausted, ['b refused'])
  assert.deepEqual(held(), { b: '0+10100' })
  await watch.settle?.(outcomeOf([failed(9, 40)], 'refused'))
  assert.deepEqual(held(), { b: '4090+0' })
})

test('a limit refuses another attempt as a limit does, and lets it pass once others have freed enough', async () => {
  const { ask, held } = worldOf([ruleOf({ section: 'limits', limit: 220, period: MINUTE })])
  const other = admitted(await ask({ maxOutputTokens: 90 }))
  const { watch } = admitted(await ask())
  watch.asked?.(dear, [])
  const error = await refusalOf(watch.asked?.(dear, [failed(10, 10)]))
  assert.equal(error.code, 'rate_limit_exceeded')
  assert.match(error.message, /^The limit 'r' has 10 tokens left/)
  await serve(other, { prompt: 10, completion: 80 })
  await watch.asked?.(dear, [failed(10, 10)])
  assert.deepEqual(held(), { r: `90+${110 + 20}` })
})

test('an alert holds what failed attempts were billed, and refuses none', async () => {
  const { ask, held } = worldOf([ruleOf({ limit: 10, onExhausted: { kind: 'alert' } })])
  const { watch } = admitted(await ask())
  watch.asked?.(dear, [])
  await watch.asked?.(dear, [failed(10, 40)])
  assert.deepEqual(held(), { r: '0+160' })
})

test('a refusal is told as the store was found last where it cannot say more', async () => {
  const { ask, failures } = worldOf([ruleOf({ limit: 110 })], {
    ledger: (memory) => ({ ...memory, read: () => Promise.reject(new Error('away')) }),
  })
  const { watch } = admitted(await ask())
  watch.asked?.(dear, [])
  assert.match((await refusalOf(watch.asked?.(dear, [failed(9, 1)]))).message, /has 0 tokens left/)
  assert.equal(failures.length, 1)
})

test('another attempt is made where the store does not answer or has lost the lease, and is settled in full', async () => {
  const silent = worldOf([ruleOf()], {
    ledger: (memory) => ({ ...memory, extend: () => Promise.reject(new Error('away')) }),
  })
  const lost = worldOf([ruleOf()])
  for (const [world, told] of [
    [silent, 1],
    [lost, 0],
  ] as const) {
    const { watch } = admitted(await world.ask())
    watch.asked?.(dear, [])
    if (world === lost) world.pass(LEASE_TTL)
    await watch.asked?.(dear, [failed(10, 40)])
    assert.equal(world.failures.length, told)
    await watch.settle?.(outcomeOf([failed(10, 40), attemptOf({ prompt: 10, completion: 100 })]))
    assert.deepEqual(world.held(), { r: '160+0' })
  }
})

test('a stream has all of its reservation for itself once what failed attempts were billed is held beside it', async () => {
  const { watch, held } = await streamOf([ruleOf({ limit: 9999, assumeOutput: 1000 })])
  // Text that nobody billed for takes nothing from the next one's.
  await along(watch, 300)
  await watch.asked?.(dear, [failed(10, 320)])
  assert.deepEqual(held(), { r: '0+1340' })
  assert.equal(await along(watch, 424), 'go')
  assert.deepEqual(held(), { r: '0+1340' })
  assert.equal(await along(watch, 425), 'go')
  assert.deepEqual(held(), { r: '0+2340' })
  await watch.settle?.(outcomeOf([failed(10, 320), attemptOf({ prompt: 10, completion: 425 })]))
  assert.deepEqual(held(), { r: '765+0' })
})

test('what could not be held for failed attempts comes out of the reservation of a stream', async () => {
  let isAway = true
  const { watch, held } = await streamOf([ruleOf({ limit: 9999, assumeOutput: 1000 })], (memory) => ({
    ...memory,
    extend: (...extension) => {
      if (isAway) throw new Error('away')
      return memory.extend(...extension)
    },
  }))
  await watch.asked?.(dear, [failed(10, 320)])
  isAway = false
  assert.equal(await along(watch, 104), 'go')
  assert.deepEqual(held(), { r: '0+1010' })
  assert.equal(await along(watch, 105), 'go')
  assert.deepEqual(held(), { r: '0+2010' })
  await watch.asked?.(dear, [failed(10, 320), failed(10, 1)])
  assert.deepEqual(held(), { r: `0+${2010 + 341}` })
})

test('a lost lease is charged what its failed attempts were billed beside what the last one has used', async () => {
  const rules = [ruleOf({ limit: 5000, assumeOutput: 1000 }), ruleOf({ name: 'c', unit: 'concurrent' })]
  const stream = await streamOf(rules)
  await stream.watch.asked?.(dear, [failed(10, 40)])
  await along(stream.watch, 300)
  await stream.renew()
  stream.pass(LEASE_TTL)
  assert.deepEqual(stream.held(), { r: `${50 + 310}+0` })

  const json = worldOf(rules)
  const { watch } = admitted(await json.ask())
  watch.asked?.(dear, [])
  await json.renew()
  await watch.asked?.(dear, [failed(10, 40)])
  json.pass(LEASE_TTL)
  assert.deepEqual(json.held(), { r: `${50 + 110}+0` })
})

test('a lost lease that was never sent is released', async () => {
  const { ask, held, pass } = worldOf([ruleOf()])
  admitted(await ask())
  pass(LEASE_TTL)
  assert.deepEqual(held(), {})
})

test('a lease that waits to be sent is renewed too, and released when it is lost', async () => {
  const { ask, held, pass, renew } = worldOf([ruleOf()])
  admitted(await ask())
  pass(LEASE_TTL - 1)
  await renew()
  pass(LEASE_TTL - 1)
  assert.deepEqual(held(), { r: '0+110' })
  pass(1)
  assert.deepEqual(held(), {})
})

test('a lost lease that was sent is charged in full, but for its place among the concurrent', async () => {
  const rules = [ruleOf(), ruleOf({ name: 'c', unit: 'concurrent', onLost: 'release' })]
  const { ask, held, pass } = worldOf(rules)
  admitted(await ask()).watch.asked?.(dear, [])
  const stream = admitted(await ask({ stream: true, maxOutputTokens: undefined }))
  stream.watch.asked?.(dear, [])
  pass(LEASE_TTL)
  assert.deepEqual(held(), { r: '220+0' })
})

test('a lost lease is released by the rules that say so, and charged by the others', async () => {
  const rules = [ruleOf(), ruleOf({ name: 'free', onLost: 'release' })]
  const { ask, held, pass } = worldOf(rules)
  admitted(await ask()).watch.asked?.(dear, [])
  pass(LEASE_TTL)
  assert.deepEqual(held(), { r: '110+0' })
  const all = worldOf([ruleOf({ onLost: 'release' })])
  admitted(await all.ask()).watch.asked?.(dear, [])
  all.pass(LEASE_TTL)
  assert.deepEqual(all.held(), {})
})

test('a renewed lease lives on; lost, an open-ended stream is charged as counted and others in full', async () => {
  const rules = [
    ruleOf({ limit: 5000, assumeOutput: 1000 }),
    ruleOf({ name: 'd', unit: 'usd', limit: 500_000, assumeOutput: 1000 }),
    ruleOf({ name: 'n', unit: 'requests' }),
    ruleOf({ name: 'c', unit: 'concurrent', onLost: 'release' }),
  ]
  const { watch, held, pass, renew } = await streamOf(rules)
  await along(watch, 300)
  pass(LEASE_TTL - 1)
  await renew()
  pass(LEASE_TTL - 1)
  assert.deepEqual(held(), { r: '0+1010', d: '0+100100', n: '0+1', c: '0+1' })
  pass(1)
  assert.deepEqual(held(), { r: '310+0', d: `${10 * 10 + 300 * 100}+0`, n: '1+0' })

  const json = worldOf(rules)
  admitted(await json.ask()).watch.asked?.(dear, [])
  json.pass(LEASE_TTL - 1)
  await json.renew()
  json.pass(LEASE_TTL)
  assert.deepEqual(json.held(), { r: '110+0', d: '10100+0', n: '1+0' })
})

test('a lost stream is charged the searches that it may have made, and its extensions do not reserve them again', async () => {
  const rules = [ruleOf({ unit: 'usd', limit: 500_000, assumeOutput: 1000 })]
  const webSearch = { dialect: 'openai-chat', most: 3 }
  const { watch, held, pass, renew } = await streamOf(rules, undefined, { webSearch })
  assert.deepEqual(held(), { r: `0+${100 + 1000 * 100 + 3 * 5000}` })
  await along(watch, 600)
  assert.deepEqual(held(), { r: `0+${100 + 2000 * 100 + 3 * 5000 + 1}` })
  await renew()
  pass(LEASE_TTL)
  assert.deepEqual(held(), { r: `${100 + 600 * 100 + 3 * 5000}+0` })
})

test('text that was not counted yet is charged a token for each unit of a lost stream', async () => {
  const { watch, held, pass, renew } = await streamOf([ruleOf({ limit: 5000, assumeOutput: 1000 })])
  assert.equal(along(watch, 100), 'go')
  await renew()
  pass(LEASE_TTL)
  assert.deepEqual(held(), { r: '110+0' })
})

test('the settlement of a lost lease corrects what it was charged', async () => {
  const { ask, held, pass } = worldOf([ruleOf()])
  const verdict = admitted(await ask())
  verdict.watch.asked?.(dear, [])
  pass(LEASE_TTL)
  assert.deepEqual(held(), { r: '110+0' })
  await verdict.watch.settle?.(outcomeOf([attemptOf({ prompt: 10, completion: 1 })]))
  assert.deepEqual(held(), { r: '11+0' })
})

test('a lease that was settled is not renewed any more', async () => {
  const { ask, open } = worldOf([ruleOf()])
  const verdict = admitted(await ask())
  assert.equal(open(), 1)
  await serve(verdict, {})
  assert.equal(open(), 0)
})

test('a store that fails after the request was admitted is told to nobody but the hook', async () => {
  const broken = (memory: Ledger): Ledger => ({
    ...memory,
    dispatched: () => Promise.reject(new Error('dispatched')),
    renew: () => {
      throw new Error('renew')
    },
    settle: () => Promise.reject(new Error('settle')),
  })
  const { ask, failures, renew } = worldOf([ruleOf()], { ledger: broken })
  const verdict = admitted(await ask())
  verdict.watch.asked?.(dear, [])
  await renew()
  await verdict.watch.settle?.(outcomeOf([attemptOf({})]))
  assert.deepEqual(failures.map((error) => (error as Error).message).toSorted(), ['dispatched', 'renew', 'settle'])
})

test('headers tell what is left once the request is reserved', async () => {
  const { ask } = worldOf([
    ruleOf({ unit: 'usd', limit: 20_000 }),
    ruleOf({ name: 'l', section: 'limits', unit: 'requests', limit: 5 }),
  ])
  const { watch } = admitted(await ask())
  assert.deepEqual(watch.headers?.(), {
    'x-tollgate-budget-remaining-usd': '0.0000099',
    'x-ratelimit-limit-requests': '5',
    'x-ratelimit-remaining-requests': '4',
    'x-ratelimit-reset-requests': `${12 * 3600}s`,
  })
})
