import type { NameModel } from '../../policies/pii/names/model.js'
import { createAddresses } from './addresses.js'
import { createExamples, type Examples } from './features-of.js'
import { createFiller } from './fill.js'
import { type Labelled, readLabelled } from './labelled.js'
import { MORE_NEGATIVES } from './lists/more-negatives.js'
import { MORE_PHRASES } from './lists/more-phrases.js'
import { HARD_NEGATIVES } from './lists/negatives.js'
import { PHRASES } from './lists/phrases.js'
import { nameFilter, wordClasses } from './lists.js'
import { createMadeUp } from './made-up.js'
import { readNameLists } from './name-lists.js'
import { createRandom, type Random } from './random.js'
import { rewritten, type Sample } from './sample.js'
import { isKept } from './split.js'
import { createVariations, type Variations } from './variations.js'

export interface Corpus {
  readonly examples: Examples
  readonly lists: Pick<NameModel, 'classes' | 'names'>
}

/** How often each is varied. */
const REFILLED = 4
const PHRASE_COPIES = 30
const NEGATIVE_COPIES = 3
/** So many of a hundred are written in small letters, and in capitals. */
const SMALL = 10
const CAPITALS = 2

/** Everything that is learned from: the folder's texts that are not kept, variations of them, and the project's own sentences. */
export function readCorpus(directory: string): Corpus {
  const names = readNameLists(directory)
  const random = createRandom(1)
  const madeUp = createMadeUp(names, random)
  const addresses = createAddresses(madeUp, random)
  const variations = createVariations(madeUp, addresses, random)
  const classes = wordClasses()
  const lists = { classes, names: nameFilter(names, classes) }
  const { examples, add } = createExamples(lists)
  const learner = createLearner(random, add)
  for (const row of readLabelled(directory)) if (!isKept(row)) learnLabelled(row, variations, learner)
  learnPhrases(createFiller(madeUp, addresses, random), learner)
  learnNegatives(learner)
  return { examples, lists }
}

interface Learner {
  /** As it is written. */
  learn(sample: Sample): void
  /** Sometimes in small letters or in capitals. */
  learnVaried(sample: Sample): void
}

function createLearner(random: Random, add: (sample: Sample, salt: number) => void): Learner {
  let salt = 0
  const learn = (sample: Sample): void => add(sample, ++salt)
  return {
    learn,
    learnVaried(sample) {
      const way = random.integer(100)
      if (way < SMALL) learn(rewritten(sample, (text) => text.toLowerCase()))
      else if (way < SMALL + CAPITALS) learn(rewritten(sample, (text) => text.toUpperCase()))
      else learn(sample)
    },
  }
}

function learnLabelled(row: Labelled, variations: Variations, { learn, learnVaried }: Learner): void {
  learn(row)
  if (row.set === 'lifebench') learnVaried(variations.renamed(row))
  else if (row.template !== '') for (let copy = 0; copy < REFILLED; copy++) learnVaried(variations.refilled(row))
}

function learnPhrases(fill: (phrase: string) => Sample, { learnVaried }: Learner): void {
  for (const phrase of linesOf(PHRASES + MORE_PHRASES)) {
    for (let copy = 0; copy < PHRASE_COPIES; copy++) learnVaried(fill(phrase))
  }
}

function learnNegatives({ learn }: Learner): void {
  for (const text of linesOf(HARD_NEGATIVES + MORE_NEGATIVES)) {
    const sample = { text: text.replaceAll('\\n', '\n'), names: [] }
    for (let copy = 0; copy < NEGATIVE_COPIES; copy++) learn(sample)
    learn(rewritten(sample, (written) => written.toLowerCase()))
  }
}

function linesOf(list: string): readonly string[] {
  return list.split('\n').filter((line) => line !== '')
}
