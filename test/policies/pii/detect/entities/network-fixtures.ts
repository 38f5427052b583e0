import type { EntityFixture } from './fixture.js'

/** Values marked with « and » are found as the entity, and the others hold none. All are made up or published as samples. */
export const NETWORK_FIXTURES: readonly EntityFixture[] = [
  {
    entity: 'email',
    accepts: [
      'mail «ann.lee+news@mail.example.org» now',
      '«bob@sub.firm.co.uk».',
      "<«o'neil@firm.ie»>",
      '"user":"«x_y@firm.io»"',
    ],
    rejects: ['logo@2x.png', 'left-pad@1.3.0', 'git@host.com:team/repo', '@decorator.name'],
  },
  {
    entity: 'url',
    accepts: [
      'see «https://www.firm.de/a?b=c#d».',
      '(«http://x.co»)',
      'visit «www.shop.nl/sale»',
      'my website is «jane-doe.com»',
    ],
    rejects: ['git+https://firm.com/a/b', 'https://localhost:8080/x', 'https://example.com/docs', 'main.rs'],
  },
  {
    entity: 'ip_address',
    accepts: [
      'from «203.0.114.7»',
      'wallet TFkqQFpGQm7BkCBePHoxDziowfd2uW89vN from «203.0.114.7»',
      'host «10.1.2.3»:8080',
      '«2a02:26f0:1700:3::1f2»',
      'client «fe80::1ff:fe23:4567:890a»',
      'src:«2a02:26f0:1700:3::1f2»',
    ],
    rejects: [
      '2001:db8:85a3::b9e5:1',
      '127.0.0.1',
      'version 1.2.3.4',
      '1.2.3.4.5',
      '300.1.1.1',
      'std::vector',
      '192.0.2.44',
      '12:30:45',
    ],
  },
  {
    entity: 'mac_address',
    accepts: ['mac «00:1A:2B:3C:4D:5E»', '«3c-22-fb-aa-01-9f»', 'hwaddr «001a.2b3c.4d5e»'],
    rejects: ['ff:ff:ff:ff:ff:ff', '00:1A:2B:3C:4D:5E:6F', '12-34-56-78-90-12'],
  },
  {
    entity: 'phone',
    accepts: [
      'call «+1 415-555-2671»',
      'Phone: «020 7946 0958»',
      '«(212) 555-2368» ext',
      '«+44 (0)20 7946 0958»',
      'Tel «01.42.68.53.00»',
      'reach me at «477 0913»',
      '«2125552368» mobile',
      'The invoice is overdue: «2125552368» mobile',
      'The invoice is overdue. «(212) 555-2368» ext',
      'fax «212-555-2368x1234»',
      'call «+1 (415) 867-5309» now',
      'Phone: «+1 (415) 867-5309»',
      'Phone: «+1 (555) 867-5309 x22»',
    ],
    rejects: ['2026-04-28 10:14', '550e8400-e29b-41d4-a716-446655440000', '1.2.3456.7890', '4473441297', 'call 2024'],
  },
]
