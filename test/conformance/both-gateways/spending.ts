import { type BothCase, by, chat, failing, NOT_FOR_CLAUDE, STREAM, said, streamed, USAGE, whole } from './case.js'

/** Requests that budgets and limits decide on, in the order in which they are asked: budgets remember. */
export const SPENDING: readonly BothCase[] = [
  ...Array.from(
    { length: 4 },
    (_, i): BothCase => ({
      name: `a budget that has a cheaper model, ${i + 1}`,
      asked: by(chat('costly'), { 'x-user-id': 'ann' }),
      accounts: { a: whole('hello', { usage: { input: 5, output: 1000 } }), b: whole('cheap') },
    }),
  ),
  {
    name: 'the same budget of somebody else',
    asked: by(chat('costly'), { 'x-user-id': 'j\u00fcrgen'.normalize().replace('\u00fc', '\u00c3\u00bc') }),
    accounts: { a: whole('hello') },
  },
  ...Array.from(
    { length: 3 },
    (_, i): BothCase => ({
      name: `a budget that refuses, ${i + 1}`,
      asked: by(chat('capped', i === 1 ? STREAM : {}), { 'x-team-id': 'eng' }),
      accounts: { a: whole('hello', { usage: { input: 5, output: 1000 } }) },
    }),
  ),
  ...Array.from(
    { length: 2 },
    (_, i): BothCase => ({
      name: `a budget that shortens, ${i + 1}`,
      asked: by(chat('short', { max_tokens: 1200 }), { 'x-user-id': 'ann' }),
      accounts: { a: whole('hello', { usage: { input: 5, output: 1000 } }) },
    }),
  ),
  ...Array.from(
    { length: 5 },
    (_, i): BothCase => ({
      name: `a limit of three, ${i + 1}`,
      asked: by(chat('counted', i === 1 ? USAGE : {}), { 'x-user-id': 'ann', 'x-env': 'prod' }),
      accounts: { b: i === 1 ? streamed(['hello']) : whole('hello') },
    }),
  ),
  {
    name: 'what the target cannot express, dropped',
    asked: chat('claude', NOT_FOR_CLAUDE),
    accounts: { claude: said('hello') },
  },
]

/** The same with `strict`. */
export const STRICT_CASES: readonly BothCase[] = [
  { name: 'strict: what the target cannot express', asked: chat('claude', NOT_FOR_CLAUDE) },
  {
    name: 'strict: what only the second cannot express',
    asked: chat('mixed', NOT_FOR_CLAUDE),
    accounts: { a: failing(500) },
  },
  { name: 'strict: what it can', asked: chat('claude'), accounts: { claude: said('hello') } },
]
