import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BlockStart, ChatEvent } from '../../../../core/chat.js'
import { GatewayError } from '../../../../core/errors.js'
import type { JsonObject, JsonValue } from '../../../../core/json.js'
import { type AnswerOptions, answerTransform } from '../../../../policies/pii/answer/answer-transform.js'
import { placeholdersOf } from '../placeholders/digest.js'
import { cutAt, detector, known, ORIGINALS, treat } from './lanes.js'

const { placeholders, of } = known()
const everything: AnswerOptions = { placeholders, scanning: { detector, treat } }

const start: ChatEvent = { type: 'start', id: 'a1', model: 'm' }
const end: ChatEvent = { type: 'end' }
const usage: ChatEvent = { type: 'usage', usage: { completion: 5 } }
const TEXT: BlockStart = { kind: 'text' }
const call = (id: string): BlockStart => ({ kind: 'tool-call', id, name: 'look', call: 'function' })
const begin = (choice: number, block: number, of: BlockStart = TEXT): ChatEvent => ({
  type: 'block-start',
  choice,
  block,
  start: of,
})
const delta = (choice: number, block: number, text: string): ChatEvent => ({ type: 'delta', choice, block, text })
const close = (choice: number, block: number): ChatEvent => ({ type: 'block-end', choice, block })
const finish = (choice: number): ChatEvent => ({ type: 'finish', choice, reason: 'stop', raw: 'stop' })

/** What comes out of a transform, which must not wait for anything. */
function pass(
  options: AnswerOptions,
  events: readonly ChatEvent[],
  how: 'complete' | 'cut' = 'complete',
): readonly ChatEvent[] {
  const transform = answerTransform(options)
  const now = <T>(made: readonly T[] | Promise<readonly T[]>): readonly T[] => {
    assert.ok(!(made instanceof Promise))
    return made
  }
  return [...events.flatMap((event) => now(transform.push(event))), ...now(transform.end(how))]
}

/** The events with neighbouring deltas of a block as one. */
function joined(events: readonly ChatEvent[]): readonly ChatEvent[] {
  const out: ChatEvent[] = []
  for (const event of events) {
    const last = out.at(-1)
    const isSpelled = event.type === 'delta' && (event.logprobs !== undefined || (last && 'logprobs' in last))
    const goesOn =
      event.type === 'delta' && last?.type === 'delta' && last.choice === event.choice && last.block === event.block
    if (goesOn && !isSpelled) out[out.length - 1] = { ...last, text: last.text + event.text }
    else out.push(event)
  }
  return out
}

test('deltas that nothing is found in pass as they are, at once', () => {
  const events = [
    start,
    begin(0, 0),
    delta(0, 0, 'Hello '),
    delta(0, 0, 'there, '),
    delta(0, 0, ''),
    close(0, 0),
    usage,
    finish(0),
    end,
  ]
  const transform = answerTransform({ placeholders })
  for (const event of events) {
    const made = transform.push(event)
    assert.ok(Array.isArray(made))
    assert.equal(made.length, 1)
    assert.equal(made[0], event)
  }
  assert.deepEqual(joined(pass(everything, events)), joined(events))
})

test('without placeholders and without a scan every event is itself', () => {
  const event = delta(0, 0, of.email)
  assert.deepEqual(pass({}, [event]), [event])
  assert.deepEqual(pass({ placeholders: placeholdersOf() }, [event]), [event])
})

test('what is held comes out before the signature, the annotation, the end of its block, the finish', () => {
  const signature: ChatEvent = { type: 'signature', choice: 0, block: 0, signature: 's' }
  const note: ChatEvent = { type: 'annotation', choice: 0, block: 1, dialect: 'd', value: { at: 1 } }
  const events = [
    start,
    begin(0, 0, { kind: 'reasoning' }),
    delta(0, 0, 'so [EMAIL'),
    signature,
    close(0, 0),
    begin(0, 1),
    delta(0, 1, 'see [EMA'),
    note,
    delta(0, 1, 'IL'),
    finish(0),
    end,
  ]
  assert.deepEqual(joined(pass(everything, events)), joined(events))
})

test('a placeholder goes on behind an annotation', () => {
  const note: ChatEvent = { type: 'annotation', choice: 0, block: 0, dialect: 'd', value: {} }
  const events = [
    begin(0, 0),
    delta(0, 0, `a ${of.email.slice(0, 8)}`),
    note,
    delta(0, 0, `${of.email.slice(8)}.`),
    close(0, 0),
  ]
  assert.deepEqual(joined(pass(everything, events)), [
    begin(0, 0),
    delta(0, 0, `a ${ORIGINALS.email}`),
    note,
    delta(0, 0, '.'),
    close(0, 0),
  ])
})

test('logprobs stay with a text that stays, and go with one that changes', () => {
  const spelled = (text: string): ChatEvent => ({
    type: 'delta',
    choice: 0,
    block: 0,
    text,
    logprobs: { content: [text] },
  })
  const plain = [spelled('Hel'), spelled('lo [EMA'), spelled('IL not'), spelled(' it.')]
  assert.deepEqual(pass(everything, [begin(0, 0), ...plain, close(0, 0)]), [begin(0, 0), ...plain, close(0, 0)])
  const inner = of.email.slice(4)
  const changed = [spelled('To '), spelled(`x ${of.email.slice(0, 4)}`), spelled(`${inner} y`), spelled(' z')]
  assert.deepEqual(joined(pass(everything, [begin(0, 0), ...changed])), [
    begin(0, 0),
    changed[0],
    delta(0, 0, `x ${ORIGINALS.email} y`),
    changed[3],
  ])
})

/** Two choices with interleaved calls, each text cut where `cut` says. */
function interleaved(cut: number): readonly ChatEvent[] {
  const texts = {
    text: `Dear ${of.email}, your card 4111 1111 1111 1111.`,
    first: `{"to":"${of.quoted}","n":4111111111111111}`,
    second: `{"ssn":"${of.us_ssn}","mail":"bob\\u0040other-mail.com"}`,
    reason: `think of [phone ${of.phone.slice(7, -1).toLowerCase()}]`,
    custom: `run ${of.email} "\\n"`,
  }
  const parts = (text: string): readonly [string, string] => {
    const [before = '', after = ''] = cutAt(text, Math.min(cut, text.length))
    return [before, after]
  }
  const [t1, t2] = parts(texts.text)
  const [a1, a2] = parts(texts.first)
  const [b1, b2] = parts(texts.second)
  const [r1, r2] = parts(texts.reason)
  const [c1, c2] = parts(texts.custom)
  return [
    start,
    begin(0, 0),
    begin(1, 0, { kind: 'reasoning' }),
    delta(0, 0, t1),
    delta(1, 0, r1),
    delta(0, 0, t2),
    delta(1, 0, r2),
    close(0, 0),
    begin(0, 1, call('c1')),
    begin(0, 2, call('c2')),
    delta(0, 1, a1),
    delta(0, 2, b1),
    delta(0, 1, a2),
    delta(0, 2, b2),
    close(0, 1),
    close(0, 2),
    close(1, 0),
    begin(1, 1, { kind: 'tool-call', id: 'c3', name: 'run', call: 'custom' }),
    delta(1, 1, c1),
    finish(0),
    delta(1, 1, c2),
    close(1, 1),
    finish(1),
    usage,
    end,
  ]
}

/** The text of every block. */
function texts(events: readonly ChatEvent[]): Readonly<Record<string, string>> {
  const all: Record<string, string> = {}
  for (const event of events) {
    if (event.type !== 'delta') continue
    const key = `${event.choice}/${event.block}`
    all[key] = (all[key] ?? '') + event.text
  }
  return all
}

test('choices and interleaved calls are apart from each other, wherever they are cut', () => {
  const quoted = JSON.stringify(ORIGINALS.quoted)
  for (let cut = 0; cut < 60; cut++) {
    const events = interleaved(cut)
    const transform = answerTransform(everything)
    const made = events.flatMap((event) => transform.push(event) as readonly ChatEvent[])
    assert.deepEqual(texts(made), {
      '0/0': `Dear ${ORIGINALS.email}, your card <credit_card>.`,
      '0/1': `{"to":${quoted},"n":"<credit_card>"}`,
      '0/2': `{"ssn":"${ORIGINALS.us_ssn}","mail":"<email>"}`,
      '1/0': `think of ${ORIGINALS.phone}`,
      '1/1': `run ${ORIGINALS.email} "\\n"`,
    })
    assert.deepEqual(
      made.filter(({ type }) => type !== 'delta'),
      events.filter(({ type }) => type !== 'delta'),
    )
    assert.deepEqual(
      [...transform.counts()],
      [
        ...new Map([
          ['credit_card', 2],
          ['email', 1],
        ]),
      ],
    )
  }
})

const strict: AnswerOptions = {
  placeholders,
  scanning: { detector, treat: ({ entity }) => (entity === 'project' ? 'block' : 'leave') },
}

test('a value that blocks ends its choice; the other one goes on', () => {
  const events = [
    start,
    begin(0, 0, call('c1')),
    begin(0, 1, call('c2')),
    begin(1, 0),
    delta(0, 0, '{"a":"held; [EMA'),
    delta(1, 0, 'fine; '),
    delta(0, 1, '{"b":"Blue He'),
    delta(0, 1, 'ron and more'),
    delta(0, 0, 'IL'),
    delta(1, 0, 'too'),
    close(0, 0),
    close(0, 1),
    begin(0, 2),
    delta(0, 2, 'more'),
    close(0, 2),
    finish(0),
    close(1, 0),
    finish(1),
    usage,
    end,
  ]
  assert.deepEqual(joined(pass(strict, events)), [
    start,
    begin(0, 0, call('c1')),
    begin(0, 1, call('c2')),
    begin(1, 0),
    delta(0, 0, '{"a":"held; '),
    delta(1, 0, 'fine; '),
    delta(0, 1, '{"b":"'),
    close(0, 0),
    close(0, 1),
    { type: 'finish', choice: 0, reason: 'content-filter', raw: 'content_filter' },
    delta(1, 0, 'too'),
    close(1, 0),
    finish(1),
    usage,
    end,
  ])
})

test('a value that blocks is seen at the end of its block too, and its finish is not repeated', () => {
  const blocked: ChatEvent = { type: 'finish', choice: 0, reason: 'content-filter', raw: 'content_filter' }
  for (const last of [[close(0, 0), finish(0), end], [finish(0), end], [end]]) {
    assert.deepEqual(joined(pass(strict, [begin(0, 0), delta(0, 0, 'I am Blue Heron'), ...last])), [
      begin(0, 0),
      delta(0, 0, 'I am '),
      close(0, 0),
      blocked,
      end,
    ])
  }
})

test('placeholders are restored in annotations and in what only the dialect can say', () => {
  const value = { type: 'x', cited: [`by ${of.email}`, 1, null, true], [of.phone]: { deep: of.us_ssn } }
  const restored = {
    type: 'x',
    cited: [`by ${ORIGINALS.email}`, 1, null, true],
    [ORIGINALS.phone]: { deep: ORIGINALS.us_ssn },
  }
  const opaque = (inner: typeof value | typeof restored): ChatEvent =>
    begin(0, 0, { kind: 'opaque', dialect: 'd', value: inner })
  const note = (inner: typeof value | typeof restored): ChatEvent => ({
    type: 'annotation',
    choice: 0,
    block: 1,
    dialect: 'd',
    value: inner,
  })
  const redacted = begin(0, 2, { kind: 'redacted-reasoning', data: of.email })
  const rest = [close(0, 1), redacted, close(0, 2)]
  assert.deepEqual(
    pass(everything, [
      opaque(value),
      delta(0, 0, `{"q":"${of.quoted}"}`),
      close(0, 0),
      begin(0, 1),
      note(value),
      ...rest,
    ]),
    [
      opaque(restored),
      delta(0, 0, `{"q":${JSON.stringify(ORIGINALS.quoted)}}`),
      close(0, 0),
      begin(0, 1),
      note(restored),
      ...rest,
    ],
  )
})

const opaque = (value: JsonObject): ChatEvent => begin(0, 0, { kind: 'opaque', dialect: 'd', value })
const note = (value: JsonObject): ChatEvent => ({ type: 'annotation', choice: 0, block: 1, dialect: 'd', value })

test('values are treated in annotations, in what only the dialect can say, and in what is kept of an item', () => {
  const said = { id: 'x_1', outputs: [{ type: 'logs', logs: 'to bob@other-mail.com' }] }
  const shown = { id: 'x_1', outputs: [{ type: 'logs', logs: 'to <email>' }] }
  const kept = (fields: JsonObject): ChatEvent => ({
    ...{ type: 'block-start', choice: 0, block: 1, start: TEXT },
    extras: { dialect: 'd', fields },
  })
  const events = (value: JsonObject) => [opaque(value), close(0, 0), kept(value), note(value), close(0, 1), finish(0)]
  assert.deepEqual(pass(everything, events(said)), events(shown))
  const transform = answerTransform(everything)
  for (const event of events(said)) transform.push(event)
  assert.deepEqual([...transform.counts()], [['email', 3]])
  const clean = events({ id: 'x_1', outputs: ['nothing'] })
  assert.deepEqual(
    pass(everything, clean).map((event, index) => event === clean[index]),
    [true, true, true, false, true, true],
  )
})

test('a value that blocks in them ends the choice, and nothing of it or behind it goes out', () => {
  const blocked: ChatEvent = { type: 'finish', choice: 0, reason: 'content-filter', raw: 'content_filter' }
  const text = [begin(0, 1), delta(0, 1, 'fine; held [EMA')]
  const value = { deep: [{ note: 'of Blue Heron' }] }
  const rest = [close(0, 0), delta(0, 1, 'more'), note({ a: 'b' }), finish(0), end]
  assert.deepEqual(pass(strict, [...text, opaque(value), ...rest]), [
    begin(0, 1),
    delta(0, 1, 'fine; '),
    close(0, 1),
    blocked,
    end,
  ])
  assert.deepEqual(pass(strict, [...text, note(value), ...rest]), [
    begin(0, 1),
    delta(0, 1, 'fine; '),
    close(0, 1),
    blocked,
    end,
  ])
})

test('what a tool of the provider is called with is the same streamed, at every cut, and whole', () => {
  const input = {
    to: 'bob@other-mail.com',
    n: 4111111111111111,
    deep: [{ 'bob@other-mail.com': of.us_ssn }],
    id: of.email,
  }
  const shown = { to: '<email>', n: '<credit_card>', deep: [{ '<email>': ORIGINALS.us_ssn }], id: ORIGINALS.email }
  const written = JSON.stringify(input)
  const call = (value: JsonObject) => opaque({ type: 'server_tool_use', id: 'srvtoolu_1', name: 'run', input: value })
  assert.deepEqual(pass(everything, [call(input), close(0, 0)]), [call(shown), close(0, 0)])
  for (let cut = 0; cut <= written.length; cut++) {
    const deltas = cutAt(written, cut).map((text) => delta(0, 0, text))
    const made = pass(everything, [call({}), ...deltas, close(0, 0)])
    assert.deepEqual(made[0], call({}))
    assert.deepEqual(JSON.parse(texts(made)['0/0'] ?? ''), shown, `cut at ${cut}`)
  }
})

/** The events of sound with what is said in pieces; the transcript that a client puts together. */
const spoken = (...pieces: readonly string[]): readonly ChatEvent[] =>
  pieces.flatMap((transcript, block) => [
    begin(0, block, {
      kind: 'opaque',
      dialect: 'd',
      value: { audio: block === 0 ? { id: 'a', transcript } : { transcript } },
    }),
    close(0, block),
  ])

function heard(events: readonly ChatEvent[]): string {
  const of = (event: ChatEvent): JsonValue | undefined =>
    event.type === 'block-start' && event.start.kind === 'opaque' ? event.start.value['audio'] : undefined
  return events.flatMap((event) => Object(of(event))['transcript'] ?? []).join('')
}

test('a transcript that is streamed beside sound is one text, at every cut', () => {
  const said = `Mail ${of.email}, then bob@other-mail.com`
  const sound = begin(0, 9, { kind: 'opaque', dialect: 'd', value: { audio: { data: 'QUJD' } } })
  for (let cut = 0; cut <= said.length; cut++) {
    const [first = '', second = ''] = cutAt(said, cut)
    const [begun, ended, ...more] = spoken(first, second)
    const made = pass(everything, [
      start,
      ...[begun, ended, sound, close(0, 9), ...more].flatMap((e) => e ?? []),
      finish(0),
      end,
    ])
    assert.equal(heard(made), `Mail ${ORIGINALS.email}, then <email>`, `cut at ${cut}`)
    assert.ok(made.includes(sound))
    const blocks = made.flatMap((event) => (event.type === 'block-start' ? event.block : []))
    assert.deepEqual(
      made.flatMap((event) => (event.type === 'block-end' ? event.block : [])),
      blocks,
    )
    assert.deepEqual([blocks.slice(0, 3), blocks.slice(3).every((block) => block === 10)], [[0, 9, 1], true])
    assert.deepEqual(made.slice(-2), [finish(0), end])
  }
  const whole = { audio: { id: 'a', data: 'QUJD', transcript: said } }
  const shown = { audio: { id: 'a', data: 'QUJD', transcript: `Mail ${ORIGINALS.email}, then <email>` } }
  assert.deepEqual(pass(everything, [opaque(whole), close(0, 0), finish(0)]), [opaque(shown), close(0, 0), finish(0)])
})

test('a transcript in which a value blocks ends there', () => {
  const blocked: ChatEvent = { type: 'finish', choice: 0, reason: 'content-filter', raw: 'content_filter' }
  for (let cut = 0; cut <= 11; cut++) {
    const made = pass(strict, [...spoken('It is ', ...cutAt('Blue Heron.', cut)), finish(0), end])
    assert.equal(heard(made), 'It is ')
    assert.deepEqual(made.slice(-2), [blocked, end])
  }
})

test('long values are read in slices with a pause between, and come out the same', async () => {
  const logs = `mail bob@other-mail.com and ${of.email}; `.repeat(1500)
  let pauses = 0
  const pause = async () => {
    pauses++
  }
  const transform = answerTransform({ ...everything, pause })
  const made = await transform.push(opaque({ outputs: [{ logs }, { logs }] }))
  const shown = `mail <email> and ${ORIGINALS.email}; `.repeat(1500)
  assert.deepEqual(made, [opaque({ outputs: [{ logs: shown }, { logs: shown }] })])
  assert.equal(pauses, Math.floor((2 * logs.length) / 16_384))
})

test('a stop sequence is restored', () => {
  const stopped = (stopSequence: string): ChatEvent => ({ ...finish(0), stopSequence }) as ChatEvent
  assert.deepEqual(pass(everything, [stopped(`${of.email}.`)]), [stopped(`${ORIGINALS.email}.`)])
})

test('an answer that breaks off gives what was held, and an error comes after it', () => {
  const events = [start, begin(0, 0), delta(0, 0, 'Hi [EMA')]
  assert.deepEqual(joined(pass(everything, events, 'cut')), events)
  const error: ChatEvent = { type: 'error', error: new GatewayError('upstream_error', 'broken') }
  assert.deepEqual(joined(pass(everything, [...events, error])), [...events, error])
})

test('values of the client are no findings, with or without placeholders', () => {
  const seen = new Set(['bob@other-mail.com'])
  const scanning = { detector, treat, isKnown: (value: string) => seen.has(value) }
  const transform = answerTransform({ placeholders, scanning })
  const text = `${ORIGINALS.email}, bob@other-mail.com, eve@third-mail.com, `
  const made = [begin(0, 0), delta(0, 0, text), close(0, 0)].flatMap(
    (event) => transform.push(event) as readonly ChatEvent[],
  )
  assert.equal(texts(made)['0/0'], `${ORIGINALS.email}, bob@other-mail.com, <email>, `)
  assert.deepEqual([...transform.counts()], [['email', 1]])
})

test('what a detector throws comes out: nothing passes unseen', () => {
  const broken = { ...detector, scan: () => assert.fail('broken') }
  const transform = answerTransform({ scanning: { detector: broken, treat } })
  transform.push(begin(0, 0))
  assert.throws(() => transform.push(delta(0, 0, 'x')), /broken/)
})

test('a long text is read in slices with a pause between, and comes out the same', async () => {
  const text = `Dear ${of.email}, your card is 4111 1111 1111 1111; `.repeat(1000)
  const shown = `Dear ${ORIGINALS.email}, your card is <credit_card>; `.repeat(1000)
  let pauses = 0
  const transform = answerTransform({
    ...everything,
    pause: async () => {
      pauses++
    },
  })
  const made: ChatEvent[] = []
  for (const event of [begin(0, 0), delta(0, 0, text), close(0, 0), finish(0), end])
    made.push(...(await transform.push(event)))
  assert.deepEqual(joined(made), [begin(0, 0), delta(0, 0, shown), close(0, 0), finish(0), end])
  assert.equal(pauses, Math.floor(text.length / 16_384))
})
