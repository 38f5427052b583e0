import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ChatEvent } from '../../../../core/chat.js'
import type { Verdict } from '../../../../core/policy.js'
import type { AnswerText, Guard } from '../../../../policies/guardrails/guard.js'
import type { GuardRule } from '../../../../policies/guardrails/guard-rule.js'
import {
  answer,
  auditOf,
  finishOf,
  guardOf,
  passed,
  ruleOf,
  said,
  subject,
  textOf,
  timers,
  watchOf,
  wordGuard,
} from '../world.js'

const admitted = (rule: GuardRule, more: readonly GuardRule[] = [], request = {}): Promise<Verdict> =>
  subject([rule, ...more])(said('hello'), { request })
const answers = (guard: Guard, rule: Partial<GuardRule> = {}) => ruleOf(guard, { on: [], answers: true, ...rule })

const PLAIN = 'The quick brown fox is here, and evil is nowhere to be seen; an end.'
const AT = PLAIN.indexOf('evil')

test('what is blocked never goes out, wherever the answer is cut', async () => {
  for (let cut = 1; cut < PLAIN.length; cut++) {
    const verdict = await admitted(answers(wordGuard('evil')))
    const events = await passed(verdict, answer([PLAIN.slice(0, cut), PLAIN.slice(cut)]))
    const text = textOf(events)
    assert.ok(PLAIN.startsWith(text) && text.length <= AT, `cut at ${cut}: ${text}`)
    assert.equal(finishOf(events), 'content-filter')
    assert.equal(events.filter(({ type }) => type === 'finish').length, 1)
    assert.equal(events.filter(({ type }) => type === 'block-end').length, 1)
    assert.equal(events.at(-1)?.type, 'end')
    assert.equal(watchOf(verdict).progress?.({ length: 0 } as never), 'over')
  }
})

test('a text in any pieces comes out as it was, and every place is masked', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('evil', 'e', 'vil', ' ', 'ev', 'il', 'x', '😀'), { maxLength: 40 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 4, max: 30 }),
      async (words, size, window) => {
        const text = words.join('')
        const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
          text.slice(i * size, (i + 1) * size),
        )
        const verdict = await admitted(answers(wordGuard('evil', { window, replacement: '****' }), { action: 'mask' }))
        const events = await passed(verdict, answer(pieces))
        assert.equal(textOf(events), text.replaceAll('evil', '****'))
        assert.equal(finishOf(events), 'stop')
      },
    ),
  )
})

test('no more is held than the window and a step, and only by what may change something', async () => {
  const held = async (rule: GuardRule) => {
    const transform = watchOf(await admitted(rule)).transform?.() ?? assert.fail()
    let came = 0
    let most = 0
    let went = 0
    await transform.push({ type: 'block-start', choice: 0, block: 0, start: { kind: 'text' } })
    for (const text of PLAIN.replace('evil', 'good').match(/.{1,3}/g) ?? []) {
      came += text.length
      went += textOf(await transform.push({ type: 'delta', choice: 0, block: 0, text })).length
      most = Math.max(most, came - went)
    }
    return most
  }
  assert.ok((await held(answers(wordGuard('evil')))) <= 4 + 1 + 3)
  assert.ok((await held(answers(wordGuard('evil', { window: 16 })))) <= 16 + 4 + 3)
  assert.equal(await held(answers(wordGuard('evil', { window: 'whole' }))), PLAIN.length)
  for (const window of [16, 'whole'] as const) {
    assert.equal(await held(answers(wordGuard('evil', { window }), { shadow: true })), 0)
    assert.equal(await held(answers(wordGuard('evil', { window }), { action: 'flag', onFailure: 'allow' })), 0)
  }
})

test('what is only told of is found all the same', async () => {
  for (const window of [4, 40, 'whole'] as const) {
    for (const rule of [{ shadow: true }, { action: 'flag', onFailure: 'allow' }, { action: 'flag' }] as const) {
      const verdict = await admitted(answers(wordGuard('evil', { window }), rule))
      const events = await passed(verdict, answer(PLAIN.match(/.{1,5}/g) ?? []))
      assert.equal(textOf(events), PLAIN)
      const { outcome, surfaces } = auditOf(verdict)
      assert.deepEqual([outcome, surfaces], ['shadow' in rule ? 'blocked' : 'flagged', ['answer/text']])
    }
  }
})

test('with a guard of the whole answer nothing goes out before it is judged', async () => {
  const whole: (readonly AnswerText[])[] = []
  const noting = (hit: boolean): Guard =>
    guardOf(
      {
        answer(texts) {
          whole.push(texts)
          return hit
            ? { kind: 'hit', reason: 'r', places: [{ text: 0, start: 0, end: 3, replacement: 'A' }] }
            : { kind: 'clean' }
        },
      },
      'whole',
    )
  const pieces = PLAIN.match(/.{1,5}/g) ?? []
  const clean = await passed(await admitted(answers(noting(false))), answer(pieces))
  assert.equal(textOf(clean), PLAIN)
  assert.deepEqual(whole, [[{ kind: 'text', choice: 0, text: PLAIN, from: 0, ended: true }]])
  const blocked = await passed(await admitted(answers(noting(true))), answer(pieces))
  assert.deepEqual([textOf(blocked), finishOf(blocked)], ['', 'content-filter'])
  const masked = await passed(await admitted(answers(noting(true), { action: 'mask' })), answer(pieces))
  assert.equal(textOf(masked), `A${PLAIN.slice(3)}`)
  const both = await passed(
    await admitted(answers(noting(false)), [answers(wordGuard('evil'), { action: 'mask' })]),
    answer(pieces),
  )
  assert.equal(textOf(both), PLAIN.replace('evil', '[removed]'))
})

const call = (pieces: readonly string[]): readonly ChatEvent[] => [
  { type: 'block-start', choice: 0, block: 0, start: { kind: 'tool-call', id: 'c', name: 'f', call: 'function' } },
  ...pieces.map((text): ChatEvent => ({ type: 'delta', choice: 0, block: 0, text })),
  { type: 'block-end', choice: 0, block: 0 },
  { type: 'finish', choice: 0, reason: 'tool-calls', raw: 'tool_calls' },
  { type: 'end' },
]

test('arguments of calls are read as what they mean, and stay JSON', async () => {
  const escaped = '{"to":"\\u0065vil","n":12345678901234567890}'
  for (let cut = 1; cut < escaped.length; cut++) {
    const pieces = [escaped.slice(0, cut), escaped.slice(cut)]
    const blocked = await passed(await admitted(answers(wordGuard('evil'))), call(pieces))
    assert.deepEqual([textOf(blocked), finishOf(blocked)], ['', 'content-filter'])
    const masked = await passed(await admitted(answers(wordGuard('evil'), { action: 'mask' })), call(pieces))
    assert.equal(textOf(masked), '{"to":"[removed]","n":12345678901234567890}')
  }
  const whole = wordGuard('evil', { window: 'whole' })
  assert.equal(
    textOf(await passed(await admitted(answers(whole, { action: 'mask' })), call([escaped]))),
    '{"to":"[removed]","n":12345678901234567890}',
  )
  const harmless = '{"a": 1, "b": ["x"]}'
  assert.equal(textOf(await passed(await admitted(answers(wordGuard('evil'))), call([harmless]))), harmless)
  assert.equal(
    textOf(await passed(await admitted(answers(wordGuard('evil'), { action: 'mask' })), call(['no evil json']))),
    'no [removed] json',
  )
})

test('nothing hides between two blocks, in annotations, or in what only the provider can say', async () => {
  const block = (block: number, text: string): readonly ChatEvent[] => [
    { type: 'block-start', choice: 0, block, start: { kind: 'text' } },
    { type: 'delta', choice: 0, block, text },
    { type: 'block-end', choice: 0, block },
  ]
  const end: readonly ChatEvent[] = [{ type: 'finish', choice: 0, reason: 'stop', raw: 'stop' }, { type: 'end' }]
  const cut = await passed(await admitted(answers(wordGuard('evil'))), [
    ...block(0, 'an ev'),
    ...block(1, 'il word'),
    ...end,
  ])
  assert.deepEqual([textOf(cut), finishOf(cut)], ['an ev', 'content-filter'])
  const cited = (value: string): readonly ChatEvent[] => [
    { type: 'block-start', choice: 0, block: 0, start: { kind: 'text' } },
    { type: 'delta', choice: 0, block: 0, text: 'so' },
    { type: 'annotation', choice: 0, block: 0, dialect: 'd', value: { type: 't', cited_text: value } },
    { type: 'block-end', choice: 0, block: 0 },
    ...end,
  ]
  assert.equal(finishOf(await passed(await admitted(answers(wordGuard('evil'))), cited('evil'))), 'content-filter')
  const masked = await passed(await admitted(answers(wordGuard('evil'), { action: 'mask' })), cited('evil'))
  assert.deepEqual(
    masked.find(({ type }) => type === 'annotation'),
    { ...cited('[removed]')[2] },
  )
  const opaque = (text: string): readonly ChatEvent[] => [
    {
      type: 'block-start',
      choice: 0,
      block: 0,
      start: { kind: 'opaque', dialect: 'd', value: { type: 't', content: text } },
    },
    { type: 'block-end', choice: 0, block: 0 },
    ...end,
  ]
  for (const window of [4, 'whole'] as const) {
    const rule = answers(wordGuard('evil', { window }))
    assert.equal(finishOf(await passed(await admitted(rule), opaque('evil'))), 'content-filter')
    const changed = await passed(
      await admitted(answers(wordGuard('evil', { window }), { action: 'mask' })),
      opaque('evil'),
    )
    assert.deepEqual(changed, opaque('[removed]'))
  }
})

test('each choice is judged by itself', async () => {
  const verdict = await admitted(answers(wordGuard('evil')), [], { n: 2 })
  const two = (texts: readonly string[]): readonly ChatEvent[] => [
    ...texts.map((_, choice): ChatEvent => ({ type: 'block-start', choice, block: 0, start: { kind: 'text' } })),
    ...texts.map((text, choice): ChatEvent => ({ type: 'delta', choice, block: 0, text })),
    ...texts.flatMap((_, choice): ChatEvent[] => [
      { type: 'block-end', choice, block: 0 },
      { type: 'finish', choice, reason: 'stop', raw: 'stop' },
    ]),
    { type: 'end' },
  ]
  const events = await passed(verdict, two(['evil', 'good']))
  assert.equal(textOf(events), 'good')
  assert.deepEqual(
    events.flatMap((event) => (event.type === 'finish' ? [[event.choice, event.reason]] : [])),
    [
      [0, 'content-filter'],
      [1, 'stop'],
    ],
  )
  assert.equal(watchOf(verdict).progress?.({ length: 0 } as never), 'go')
})

test('a guard that fails in the middle of an answer ends it, or lets it go on, as it is told', async () => {
  const broken = guardOf({ answer: () => Promise.reject(new Error('down')) })
  const closed = await passed(await admitted(answers(broken)), answer([PLAIN]))
  assert.deepEqual([textOf(closed), finishOf(closed)], ['', 'content-filter'])
  const verdict = await admitted(answers(broken, { onFailure: 'allow' }))
  const open = await passed(verdict, answer([PLAIN]))
  assert.deepEqual([textOf(open), finishOf(open), auditOf(verdict).outcome], [PLAIN, 'stop', 'failed'])
  const time = timers()
  const silent = answers(guardOf({ answer: () => new Promise(() => {}) }))
  const waiting = passed(await subject([silent], time.schedule)(said('x')), answer([PLAIN]))
  await new Promise(setImmediate)
  time.pass()
  assert.equal(finishOf(await waiting), 'content-filter')
})

test('an answer that breaks off gives what was held to be judged', async () => {
  const transform = watchOf(await admitted(answers(wordGuard('evil', { window: 40 })))).transform?.() ?? assert.fail()
  await transform.push({ type: 'block-start', choice: 0, block: 0, start: { kind: 'text' } })
  assert.deepEqual(await transform.push({ type: 'delta', choice: 0, block: 0, text: 'good' }), [])
  assert.equal(textOf(await transform.end('cut')), 'good')
  const whole = watchOf(await admitted(answers(wordGuard('evil', { window: 'whole' })))).transform?.() ?? assert.fail()
  await whole.push({ type: 'block-start', choice: 0, block: 0, start: { kind: 'text' } })
  assert.deepEqual(await whole.push({ type: 'delta', choice: 0, block: 0, text: 'good' }), [])
  assert.equal(textOf(await whole.end('cut')), 'good')
})

test('an answer of many pieces, and one of many values, is no deeper than another', async () => {
  const pieces = Array.from({ length: 30_000 }, () => 'a ')
  for (const window of [8, 'whole'] as const) {
    const rule = answers(wordGuard('evil', { window }))
    assert.equal(textOf(await passed(await admitted(rule), answer(pieces))).length, 60_000)
    const values = JSON.stringify(pieces)
    assert.equal(textOf(await passed(await admitted(rule), call([values]))), values)
  }
})

test('documents are read, too', async () => {
  const document = async (rule: GuardRule) => watchOf(await admitted(rule)).document ?? assert.fail()
  const value = { text: 'an evil word', id: 'evil' }
  const masked = await document(answers(wordGuard('evil'), { action: 'mask' }))
  assert.deepEqual(masked(value), { text: 'an [removed] word', id: 'evil' })
  const blocking = await document(answers(wordGuard('evil')))
  assert.throws(() => blocking(value), { code: 'guardrail_blocked' })
  const asking = guardOf({ answer: () => Promise.resolve({ kind: 'clean' }) })
  const waiting = await document(answers(asking))
  assert.throws(() => waiting(value), { code: 'guardrail_blocked' })
  assert.equal((await document(answers(asking, { onFailure: 'allow' })))(value), value)
})

/** Finds every place of a word, those that overlap too, each with what it is to become. */
const chained = (word: string, window: number): Guard => wordGuard(word, { window, replacement: '*' })

test('edits that overlap leave nothing of what was found, in whatever pieces it comes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'aa', 'b', 'ab'), { maxLength: 60 }),
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 2, max: 12 }),
      async (words, size, window) => {
        const text = words.join('')
        const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
          text.slice(i * size, (i + 1) * size),
        )
        const rules = [
          answers(chained('aa', window), { action: 'mask' }),
          answers(chained('ab', window + 3), { action: 'mask' }),
        ]
        const [first, ...others] = rules
        const events = await passed(await admitted(first ?? assert.fail(), others), answer(pieces))
        assert.doesNotMatch(textOf(events), /aa|ab/)
        assert.equal(textOf(events).replaceAll('*', ''), text.replace(/a+b|aa+/g, ''))
      },
    ),
  )
})

test('no pair of units is cut', async () => {
  const text = '😀😃😄😁 evil 😆😅😂🤣'
  for (const size of [1, 2, 3, 5]) {
    for (const window of [4, 5, 6, 7]) {
      const verdict = await admitted(answers(wordGuard('evil', { window }), { action: 'mask' }))
      const points = [...text]
      const pieces = Array.from({ length: Math.ceil(points.length / size) }, (_, i) =>
        points.slice(i * size, (i + 1) * size).join(''),
      )
      const events = await passed(verdict, answer(pieces))
      for (const event of events)
        if (event.type === 'delta') assert.ok(!/[\ud800-\udbff]$|^[\udc00-\udfff]/.test(event.text))
      assert.equal(textOf(events), text.replace('evil', '[removed]'))
    }
  }
})

test('arguments that are no JSON hide nothing behind escapes, and JSON within strings is read', async () => {
  const escaped = 'e'.charCodeAt(0).toString(16).padStart(4, '0')
  for (const text of [
    `{"a": \\u${escaped}vil`,
    `"\\u${escaped}vil"`,
    JSON.stringify({ a: `{"b":"\\u${escaped}vil"}` }),
  ]) {
    for (const window of [4, 'whole'] as const) {
      const guard = wordGuard('evil', { window })
      assert.equal(finishOf(await passed(await admitted(answers(guard)), call([text]))), 'content-filter', text)
      const masked = textOf(await passed(await admitted(answers(guard, { action: 'mask' })), call([text])))
      assert.match(masked, /\[removed\]/)
    }
  }
})

test('an answer is whole also with what comes after its finish, or where it breaks off', async () => {
  const late: readonly ChatEvent[] = [
    ...answer(['good']).slice(0, -1),
    { type: 'block-start', choice: 0, block: 1, start: { kind: 'text' } },
    { type: 'delta', choice: 0, block: 1, text: 'and more' },
    { type: 'block-end', choice: 0, block: 1 },
    { type: 'end' },
  ]
  const passing = await passed(await admitted(answers(wordGuard('evil', { window: 'whole' }))), late)
  assert.equal(textOf(passing), 'goodand more')
  const blocked = await passed(await admitted(answers(wordGuard('more', { window: 'whole' }))), late)
  assert.equal(textOf(blocked), 'good')
  const flagging = await admitted(
    answers(wordGuard('evil', { window: 'whole' }), { action: 'flag', onFailure: 'allow' }),
  )
  await passed(flagging, answer(['evil']).slice(0, 3))
  assert.equal(auditOf(flagging).outcome, 'flagged')
})

test('a whole answer of many blocks and citations is changed in one go', async () => {
  const many = Array.from({ length: 4000 }, (_, block): readonly ChatEvent[] => [
    { type: 'block-start', choice: 0, block, start: { kind: 'text' } },
    { type: 'delta', choice: 0, block, text: 'ev' },
    { type: 'delta', choice: 0, block, text: 'il' },
    { type: 'annotation', choice: 0, block, dialect: 'd', value: { cited: 'evil' } },
    { type: 'block-end', choice: 0, block },
  ]).flat()
  const end: readonly ChatEvent[] = [{ type: 'finish', choice: 0, reason: 'stop', raw: 'stop' }, { type: 'end' }]
  const verdict = await admitted(answers(wordGuard('evil', { window: 'whole' }), { action: 'mask' }))
  const events = await passed(verdict, [...many, ...end])
  assert.equal(textOf(events), '[removed]'.repeat(4000))
  assert.equal(
    events.filter((event) => event.type === 'annotation' && event.value['cited'] === '[removed]').length,
    4000,
  )
})

test('what a guard knows of one attempt does not reach the next', async () => {
  const counting: Guard = {
    window: 1,
    open() {
      let seen = 0
      return {
        answer([text]) {
          seen += (text?.text.length ?? 0) - (text?.from ?? 0)
          return seen > 5 ? { kind: 'hit', reason: 'r' } : { kind: 'clean' }
        },
      }
    },
  }
  const verdict = await admitted(answers(counting))
  assert.equal(finishOf(await passed(verdict, answer(['abcd']))), 'stop')
  assert.equal(finishOf(await passed(verdict, answer(['abcd']))), 'stop')
})

test('citations and calls without words are no texts of the model', async () => {
  const kinds: (readonly string[])[] = []
  const noting = guardOf(
    {
      answer(texts) {
        kinds.push(texts.map(({ kind }) => kind))
        return { kind: 'clean' }
      },
    },
    'whole',
  )
  const cited: readonly ChatEvent[] = [
    { type: 'block-start', choice: 0, block: 0, start: { kind: 'text' } },
    { type: 'delta', choice: 0, block: 0, text: '{}' },
    { type: 'annotation', choice: 0, block: 0, dialect: 'd', value: { cited: 'a page' } },
    { type: 'block-end', choice: 0, block: 0 },
    { type: 'finish', choice: 0, reason: 'stop', raw: 'stop' },
    { type: 'end' },
  ]
  await passed(await admitted(answers(noting)), cited)
  for (const args of ['{}', '[]', '']) await passed(await admitted(answers(noting)), call([args]))
  assert.deepEqual(kinds[0]?.toSorted(), ['other', 'text'])
  assert.deepEqual(kinds.slice(1), [['tool-call'], ['tool-call'], ['tool-call']])
})
