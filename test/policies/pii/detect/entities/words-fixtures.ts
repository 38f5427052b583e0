import type { EntityFixture } from './fixture.js'

export const WORDS_FIXTURES: readonly EntityFixture[] = [
  {
    entity: 'person',
    accepts: [
      'My name is «Marta Kowalczyk».',
      'Dear «Dr. Weber»,\n\nthank you.\n\nRegards,\n«Hannah Weber»',
      'my name is «maria lopez»',
      'Ich heiße «Jonas Brandt».',
      'call «Sarah Whitfield» or «Tom Nakamura» tomorrow',
      '我叫«王伟»，住在北京。',
      '姓名：«李小龙»',
      '请联系«张先生»。',
      '«山田太郎»様、こんにちは。«田中»さんは来ますか',
      '제 이름은 «김민수»입니다.',
      '«박지현» 씨에게 전화하세요',
    ],
    rejects: [
      'The meeting is on Monday in March.',
      'Open Settings and choose Privacy.',
      'const userName = await getUserName(request)',
      'the user must enter a name',
      '今天天气很好，我们去公园。',
      'お客様の皆様へ',
      '고객님께 안내드립니다',
    ],
  },
  {
    entity: 'location',
    accepts: ['I live in «Berlin».', 'We flew from «Madrid» to «Toronto» yesterday.', 'She moved here from «Portugal»'],
    rejects: ['The weather is nice today.', 'He ran down the street to the church.'],
  },
  {
    entity: 'organization',
    accepts: ['I work at «Siemens».', 'The invoice of «Acme Logistics GmbH» is overdue.'],
    rejects: ['Our team works with the sales department.', 'The Answer is 42.'],
  },
  {
    entity: 'postal_address',
    accepts: [
      'Send it to «221 Baker Street, London» please.',
      'Ich wohne in der «Lindenstraße 14».',
      'My address is «742 Evergreen Terrace, Springfield, IL 62704»',
    ],
    rejects: ['He is 42 and has 17 cats.', 'version 4.18.2 fixed 31 of 40 issues'],
  },
  {
    entity: 'date_time',
    accepts: [
      'It happened on «2024-05-31 at 09:30» in town.',
      'they met «31 May 1984»',
      'on «May 31st, 1984» and on «12/24/1999»',
      'am «3. Oktober 1990»',
      'el «5 de mayo de 2001»',
      'see you on «Tuesday»',
      'it was founded in «1977».',
    ],
    rejects: [
      'version 1.2.3',
      'May I go?',
      '12/13 of the votes',
      'build 20240531-11',
      'we need 1977 parts',
      'node 10:3:9',
    ],
  },
  {
    entity: 'age',
    accepts: ['He just turned «44».', 'a «61»-year-old man', 'she is «7» years old', 'Age: «33»', 'when he was «19».'],
    rejects: ['10 years of experience', 'page 44 of 61', 'when he was 19 miles away'],
  },
  {
    entity: 'nationality',
    accepts: ['The «Portuguese» team met «Dutch» engineers.', 'a «Buddhist» temple'],
    rejects: ['polish the table', 'The french fries are cold'],
  },
]
