import { COMPANY_FORMS, COMPANY_KINDS, COMPANY_WORDS, KNOWN_ORGANIZATIONS } from './lists/organizations.js'
import { entriesOf, type NameLists, wordsOf } from './name-lists.js'
import type { Random } from './random.js'

const CHINESE_SURNAMES = wordsOf(
  'Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo Zheng Liang Xie Song Tang Deng Han Feng Cao Peng Zeng Xiao Tian Dong Pan Yuan Cai Jiang Yu Du Ye Cheng Wei Su Lu Ding Ren Yao Shen Zhong Cui Tan Fan Jin Shi Dai Jia Xia Qiu Fang Hou Zou Xiong Meng Qin Bai Shao Mao Chang Wan Gu Lai Kang Yan Qian Niu Hong Gong Tao Lei Fu Hao An Yin Shao Ouyang Situ',
)
const CHINESE_PARTS = wordsOf(
  'an ao bin bo chao chen cheng chun dan dong fang fei feng fu gang guang gui guo hai han hao he hong hua hui jia jian jiao jie jin jing juan jun kai kang ke lan lei li lian liang lin ling long lu man mei meng min ming na nan ning peng ping qi qian qiang qin qing rong ru rui shan shu shuai si song tao ting wei wen wu xi xia xiang xiao xin xing xiu xue xuan ya yan yang yi ying yong yu yuan yue yun ze zhen zheng zhi zhong zi zhe',
)
const ORGANIZATIONS = entriesOf(KNOWN_ORGANIZATIONS)
const WORDS = wordsOf(COMPANY_WORDS)
const KINDS = entriesOf(COMPANY_KINDS)
const FORMS = entriesOf(COMPANY_FORMS)
const LETTERS = [...'ABCDEFGHIJKLMNOPRSTVW']
const INSTITUTIONS = [
  'University of #',
  '# University',
  'Bank of #',
  '# General Hospital',
  '# City Council',
  '# Police Department',
  '# High School',
  '# Symphony Orchestra',
  '# Museum of Art',
  '# Times',
  '# Herald',
  'Universität #',
  'Stadtwerke #',
  'Sparkasse #',
  'Volksbank # eG',
  'Université de #',
  'Mairie de #',
  'Universidad de #',
  'Ayuntamiento de #',
  'Banco de #',
  'Università di #',
  'Comune di #',
  'Universiteit #',
  'Gemeente #',
  'Uniwersytet #',
  '# Public Library',
  '# Restaurant',
  '# Pharmacy',
  '# Fitness Studio',
  '# Community Center',
]

/** What slots are filled with; nothing of it is anybody's. */
export interface MadeUp {
  given(): string
  surname(): string
  /** In one of the ways that people are called. */
  person(): string
  pinyin(): string
  pinyinSurname(): string
  city(): string
  country(): string
  organization(): string
}

export function createMadeUp(lists: NameLists, random: Random): MadeUp {
  const initial = (): string => random.pick(LETTERS) + (random.chance(0.5) ? '.' : '')

  function person(): string {
    const { given, surnames } = random.pick(lists.people)
    const first = random.pick(given)
    const last = random.pick(surnames)
    const way = random.integer(100)
    if (way < 62) return `${first} ${last}`
    if (way < 72) return `${first} ${initial()} ${last}`
    if (way < 76) return `${first} ${random.pick(given)} ${last}`
    if (way < 80) return `${first} ${last} ${random.pick(surnames)}`
    if (way < 84) return `${first} ${last}-${random.pick(surnames)}`
    if (way < 87) return `${first}-${random.pick(given)} ${last}`
    if (way < 90) return `${last}, ${first}`
    if (way < 92) return `${initial()} ${last}`
    if (way < 94)
      return `${first} ${random.pick(['de', 'van', 'von', 'di', 'van der', 'de la', 'al-', 'bin', "O'", 'Mc'])} ${last}`.replace(
        /(al-|O'|Mc) /,
        '$1',
      )
    if (way < 95) return `${last} ${first}`
    if (way < 97) return `${first} ${last} ${random.pick(['Jr.', 'Sr.', 'III', 'II', 'PhD'])}`
    return pinyin()
  }

  function pinyinGiven(): string {
    const name = random.pick(CHINESE_PARTS) + (random.chance(0.7) ? random.pick(CHINESE_PARTS) : '')
    return name.charAt(0).toUpperCase() + name.slice(1)
  }

  function pinyin(): string {
    return random.chance(0.75) ? `${random.pick(CHINESE_SURNAMES)} ${pinyinGiven()}` : pinyinGiven()
  }

  const surname = (): string => random.pick(random.pick(lists.people).surnames)
  const city = (): string => random.pick(lists.cities)

  function organization(): string {
    const way = random.integer(100)
    if (way < 24) return random.pick(ORGANIZATIONS)
    if (way < 34) return `${surname()} ${random.pick(FORMS)}`
    if (way < 40) return `${surname()}, ${surname()} and ${surname()}`
    if (way < 46) return `${surname()}-${surname()}`
    if (way < 58) return `${random.pick(WORDS)} ${random.pick(KINDS)}`
    if (way < 66) return `${random.pick(WORDS)} ${random.pick(KINDS)} ${random.pick(FORMS)}`
    if (way < 74) return random.pick(WORDS) + random.pick(WORDS).toLowerCase()
    if (way < 79) return random.pick(WORDS) + random.pick(WORDS)
    if (way < 83) return `${random.pick(WORDS)}${random.pick(WORDS).toLowerCase()} ${random.pick(FORMS)}`
    if (way < 86) return `${surname()} ${random.pick(KINDS)}`
    if (way < 89) return Array.from({ length: 3 + random.integer(2) }, () => random.pick(LETTERS)).join('')
    if (way < 91) return `${surname()} & ${surname()}`
    return random.pick(INSTITUTIONS).replace('#', city())
  }

  return {
    given: () => random.pick(random.pick(lists.people).given),
    surname,
    person,
    pinyin,
    pinyinSurname: () => random.pick(CHINESE_SURNAMES),
    city,
    country: () => random.pick(lists.countries),
    organization,
  }
}
