/** What organizations are called, written for this project: well-known ones and parts to make others from. */
export const KNOWN_ORGANIZATIONS = `
Google, Microsoft, Apple, Amazon, Facebook, Meta, Netflix, Tesla, Samsung, Sony, Toyota, Honda, Nissan, Volkswagen, BMW, Daimler, Mercedes-Benz,
Siemens, Bosch, SAP, BASF, Bayer, Allianz, Deutsche Bank, Commerzbank, Lufthansa, Adidas, Puma, Deutsche Telekom, Aldi, Lidl, Rewe, Nestlé, Novartis,
Roche, UBS, Credit Suisse, Zurich Insurance, Renault, Peugeot, Airbus, Total, BNP Paribas, Société Générale, Carrefour, L'Oréal, Danone, Orange,
Santander, BBVA, Telefónica, Iberdrola, Inditex, Zara, Repsol, Fiat, Ferrari, Eni, Enel, UniCredit, Intesa Sanpaolo, Generali, Philips, ING,
Shell, Unilever, Heineken, ASML, Rabobank, IKEA, Volvo, Ericsson, Spotify, H&M, Nokia, Maersk, Lego, Novo Nordisk, Carlsberg, Equinor, Telenor,
BP, HSBC, Barclays, Lloyds, Vodafone, Tesco, Sainsbury's, GlaxoSmithKline, AstraZeneca, Rolls-Royce, BBC, Reuters, Bloomberg, CNN, The Guardian,
The New York Times, Washington Post, Wall Street Journal, Harvard University, Stanford University, MIT, Oxford University, Goldman Sachs,
JPMorgan Chase, Morgan Stanley, Bank of America, Wells Fargo, Citigroup, American Express, Visa, Mastercard, PayPal, Stripe, Coca-Cola, Pepsi,
McDonald's, Starbucks, Burger King, Walmart, Target, Costco, Home Depot, FedEx, UPS, DHL, Boeing, Lockheed Martin, General Electric, General Motors,
Ford Motor Company, Intel, AMD, Nvidia, IBM, Oracle, Cisco, Dell, HP, Adobe, Salesforce, Twitter, LinkedIn, Uber, Airbnb, Dropbox, Slack, Zoom,
OpenAI, Anthropic, Cloudflare, GitHub, GitLab, Red Hat, VMware, Pfizer, Moderna, Johnson & Johnson, Merck, Procter & Gamble, Nike, Disney,
Warner Bros, Universal Music, Huawei, Xiaomi, Alibaba, Tencent, Baidu, ByteDance, TikTok, WeChat, Alipay, Taobao, JD.com, Meituan, Didi, Weibo,
Bank of China, China Mobile, China Construction Bank, Tata, Infosys, Wipro, Reliance, HDFC Bank, ICICI Bank, State Bank of India, Flipkart, Paytm,
Mitsubishi, Hitachi, Panasonic, SoftBank, Nintendo, Rakuten, LG, Hyundai, Kia, Kakao, Naver, Petrobras, Vale, Itaú, Bradesco, Mercado Libre, Cemex,
Red Cross, United Nations, UNICEF, World Bank, NATO, European Union, European Commission, World Health Organization, NASA, FBI, CIA, NHS, IRS,
Greenpeace, Amnesty International, FC Barcelona, Real Madrid, Manchester United, Bayern Munich, Juventus, Los Angeles Lakers, Chicago Bulls
`

export const COMPANY_WORDS = `
Apex Summit Nova Vertex Blue Red Green Silver Golden Bright Clear North South Pacific Atlantic Alpine Urban Rapid Smart Prime First Global
United Allied Digital Cyber Data Cloud Info Net Tech Soft Logic Micro Macro Quantum Fusion Core Peak Stone River Ocean Sky Star Sun Moon Solar
Terra Eco Bio Med Health Care Life Gene Pharma Food Fresh Farm Harvest Craft Forge Iron Steel Copper Crystal Diamond Pearl Amber Coral Cedar
Maple Oak Pine Willow Falcon Eagle Hawk Lion Tiger Wolf Fox Bear Phoenix Dragon Titan Atlas Orion Zenith Horizon Vista Compass Anchor Harbor
Bridge Gate Tower Castle Crown Royal Imperial Liberty Union Unity Pioneer Heritage Legacy Vision Insight Spark Pulse Wave Stream Flow Link
Point Path Way Trail Street Market Trade Credit Capital Trust Secure Safe Guard Shield Sentinel Open Street Credit Map Box Hub Lab Works House
`

export const COMPANY_KINDS = `
Research, Analytics, Consulting, Software, Systems, Solutions, Media, Networks, Logistics, Partners, Capital, Ventures, Foods, Energy,
Pharmaceuticals, Insurance, Bank, Airlines, Motors, Studios, Records, Press, Entertainment, Technologies, Labs, Robotics, Security, Design,
Marketing, Communications, Construction, Engineering, Electronics, Textiles, Furniture, Hotels, Travel, Shipping, Recruiting, Education, Group,
Trading, Electric, Software Inc, Data, Health, Interactive, Learning, Realty, Transit, Transportation, Credit Union, Publishing, Games
`

export const COMPANY_FORMS = `
Inc, Inc., LLC, Ltd, Ltd., Limited, PLC, Corp, Corp., Corporation, Co., & Co., Group, Holdings, GmbH, AG, GmbH & Co. KG, KG, e.V., S.A., SA, SAS,
SARL, S.L., S.p.A., S.r.l., SRL, B.V., BV, N.V., NV, Oy, AB, AS, A/S, ApS, Sp. z o.o., s.r.o., Kft., Pty Ltd, Pvt. Ltd., LLP, and Sons, & Sons
`
