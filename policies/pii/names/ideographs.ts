/**
 * Names of persons in Chinese, Japanese and Korean, where the words around say that one comes or a title stands behind: text without
 * blanks is not tagged.
 */
export interface IdeographSpan {
  readonly start: number
  readonly end: number
}

/** As far as a name depends on what stands before and behind its beginning, in units. */
export const IDEOGRAPHS_REACH = 16

const HAN = '\\p{sc=Han}'
const HANGUL = '\\p{sc=Hangul}'

/** The commonest surnames of China and Taiwan, in both scripts; those that are mostly other words are left out. */
const CHINESE =
  '王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭林何罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖田董袁潘蔡蒋蔣余杜叶葉程苏蘇魏吕呂丁任沈姚卢盧姜崔钟鍾谭譚陆陸汪范廖石贾賈韦韋付邹鄒孟熊秦邱江尹薛闫阎雷侯龙龍陶贺賀顾顧毛郝龚龔邵钱錢'
/** The commonest surnames of Korea. */
const KOREAN = '김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노'

const BEHIND_CHINESE = `(?=[^\\p{sc=Han}]|$|是|在|和|与|與|住|来|來|今|从|從|也|的|有|我|说|說|电|電)`

const PATTERNS: readonly RegExp[] = [
  `(?<=我叫|名字是|名字叫|名叫|姓名:\\s?|联系人:\\s?|聯絡人:\\s?|患者:\\s?|收件人:\\s?)[${CHINESE}](?:${HAN}{1,2}?${BEHIND_CHINESE}|${HAN}{2})`,
  `[${CHINESE}]${HAN}{0,2}?(?:先生|女士|小姐|老师|老師|医生|醫生|教授|经理|經理|同学|同學|阿姨|叔叔)`,
  `(?<=名前は|氏名:\\s?|担当:\\s?)${HAN}{2,5}`,
  `(?<![\\p{sc=Han}お])(?![客皆神奥王])${HAN}{2,4}(?=さん|様|氏|くん|ちゃん)`,
  `(?<=이름은 |저는 |성명:\\s?)[${KOREAN}]${HANGUL}{1,3}?(?=입니다|이에요|예요|이고|라고|이라고|$|[\\s.,])`,
  `(?<!${HANGUL})(?!고객|손님|선생|사장|부모)[${KOREAN}]${HANGUL}{1,2}(?=\\s씨|씨(?!${HANGUL})|\\s?님)`,
].map((pattern) => new RegExp(pattern, 'gu'))

/** The names in a text, in order, without overlaps: the earlier, then the longer one. */
export function ideographNames(text: string): readonly IdeographSpan[] {
  const all = PATTERNS.flatMap((pattern) =>
    Array.from(text.matchAll(pattern), ({ index, 0: { length } }) => ({ start: index, end: index + length })),
  ).sort((left, right) => left.start - right.start || right.end - left.end)
  const kept: IdeographSpan[] = []
  for (const span of all) if (span.start >= (kept.at(-1)?.end ?? 0)) kept.push(span)
  return kept
}
