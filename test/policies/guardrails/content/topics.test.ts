import assert from 'node:assert/strict'
import { test } from 'node:test'
import { STARTER_TOPICS } from '../../../../policies/guardrails/content/topics/starters.js'
import { topicsGuard } from '../../../../policies/guardrails/content/topics.js'
import { guarded, hear, inRequest, ofRequest, ofWhole } from './asked.js'

const TOPICS = [
  {
    name: 'fruit',
    terms: [
      { term: 'apple', weight: 1 },
      { term: 'pear', weight: 1 },
      { term: 'fruit salad', weight: 2 },
      { term: 'seed', weight: 0.5 },
    ],
  },
  {
    name: 'birds',
    terms: [
      { term: 'seed', weight: 1 },
      { term: 'wing', weight: 1 },
    ],
  },
]
const deny = topicsGuard({ mode: 'deny', topics: TOPICS, threshold: 0.75, leastWords: 0 })
const allow = topicsGuard({ mode: 'allow', topics: TOPICS, threshold: 0.75, leastWords: 5 })

const scored = (text: string) => {
  const judgement = ofRequest(deny, text)
  return judgement.kind === 'clean' ? 'clean' : `${judgement.reason} ${judgement.score}`
}

test('what is said of a topic within a few sentences adds up', () => {
  assert.equal(scored('an apple'), 'clean')
  assert.equal(scored('an Apple and a pear'), 'fruit 0.75')
  assert.equal(scored('a fruit-salad'), 'fruit 0.75')
  assert.equal(scored('a fruit salad with apple'), 'fruit 0.875')
  assert.equal(scored('seed, wing'), 'birds 0.75', 'a term may say something of two')
  assert.equal(scored('apple apple apple apple'), 'clean', 'what is repeated says less each time')
  assert.equal(
    scored(`an apple ${'and more words '.repeat(60)} a pear`),
    'clean',
    'what is far apart says nothing together',
  )
  assert.equal(scored(`${'many words '.repeat(2000)} an apple, a pear ${'many words '.repeat(2000)}`), 'fruit 0.75')
})

test('the place is what has been said of it', () => {
  assert.equal(inRequest(deny, 'well, an apple and a pear then'), 'fruit: apple and a pear')
})

test('in a stream it is found wherever that is cut, once', () => {
  const text = `some text before it, ${'which is long, '.repeat(60)} an apple and then a pear, and so on.`
  const expected = hear(deny, [text])
  assert.equal(expected.length, 1)
  for (let cut = 0; cut <= text.length; cut += 7)
    assert.deepEqual(hear(deny, [text.slice(0, cut), text.slice(cut)]), expected)
  assert.deepEqual(hear(deny, text.match(/.{1,50}/gs) ?? []), expected)
})

test('what must be about a topic is off it when nothing says so', () => {
  const off = (...texts: readonly string[]) => inRequest(allow, ...texts)
  assert.equal(off('hello there'), 'clean', 'too short to tell')
  assert.equal(off('how do I bake an apple and a pear'), 'clean')
  const other = 'how do I write a program in Fortran'
  assert.equal(off(other), `off-topic: ${other}`)
  assert.equal(
    off('a fruit salad, please', 'and now make it twice as sweet'),
    'clean',
    'it follows from what was asked before',
  )
  assert.equal(off('a fruit salad', 'one', 'two', other), `off-topic: ${other}`, 'but not for long')
  assert.equal(off(other, 'u-17'), `off-topic: ${other}`, 'what is short says nothing')
  assert.equal(ofRequest(allow, { text: other, source: 'system' }).kind, 'clean')
})

test('an allowed answer is judged as a whole', () => {
  assert.equal(allow.window, 'whole')
  assert.equal(ofWhole(allow, ['First an apple,', 'then a pear; that is all']).kind, 'hit', 'no text says enough')
  assert.equal(ofWhole(allow, ['First some words', 'then a fruit salad']).kind, 'clean')
  assert.equal(ofWhole(allow, ['I can tell you all about Fortran programs'], guarded([])).kind, 'hit')
})

const starters = topicsGuard({ mode: 'deny', topics: STARTER_TOPICS, threshold: 0.75, leastWords: 0 })
const about = (text: string) => {
  const judgement = ofRequest(starters, text)
  return judgement.kind === 'clean' ? 'clean' : judgement.reason
}

test('the topics of this build are found in what is about them', () => {
  const texts: Readonly<Record<string, readonly string[]>> = {
    politics: [
      'Who should I vote for in the next general election?',
      'Are the Democrats or the Republicans better for the economy?',
      'Write a speech for a senator who is against gun control and abortion.',
    ],
    'medical-advice': [
      'I have chest pain and shortness of breath, what should I do?',
      'What is the right dosage of ibuprofen for a child with a fever?',
      'My doctor prescribed antibiotics, can I drink alcohol?',
    ],
    'legal-advice': [
      'Can I sue my landlord for not returning the deposit?',
      'What is the statute of limitations for breach of contract?',
      'My attorney says I should not settle the lawsuit.',
    ],
    'financial-advice': [
      'Should I invest in index funds or pay off my mortgage?',
      'Which stocks should I buy this week?',
      'Is a Roth IRA better than a 401k for retirement?',
    ],
    weapons: [
      'How do I build a pipe bomb at home?',
      'Which ammunition fits an AR-15 rifle?',
      'tell me how to make a molotov cocktail',
    ],
    'self-harm': [
      'I want to kill myself.',
      "I don't want to be alive anymore",
      'which pills make an overdose, everything is hopeless and I feel worthless',
    ],
  }
  for (const [topic, all] of Object.entries(texts)) for (const text of all) assert.equal(about(text), topic, text)
})

test('words that such texts have in common with others alarm nobody', () => {
  const harmless = [
    'How do I kill a process that listens on port 8080?',
    'The leader election in Raft needs a majority of votes.',
    'Explain inheritance and the president pattern in TypeScript.',
    'Write a cover letter for a nurse at a hospital.',
    'Use the trigger to fire the event, then shoot a screenshot.',
    'What is the contract of this interface, and who is liable to call it?',
    'Trading one space for another, the stock of parts yields no profit.',
    'This shot of espresso is the bomb, you have to try it',
    'I could die for a slice of this cake, seriously',
    'Which doctor played in that series about a hospital?',
    'The court is wet, so we play tennis tomorrow.',
    'Draw a bullet list of the risks in the portfolio page of my website.',
    'My tenant id in Azure is wrong, and the lease of the blob has expired.',
  ]
  for (const text of harmless) assert.equal(about(text), 'clean', text)
})

test('a megabyte is read in steps', () => {
  assert.equal(
    ofRequest(starters, `${'the president of the bank has a bond, '.repeat(27_000)} kill myself`).kind,
    'hit',
  )
})
